"""What AWS answers where the API server has nothing to answer with: recorded answers, one file a service.

Each file of `tests/replay/aws_answers` holds answers by operation, in the shape of the SDK's model;
another shape is refused.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Any

from connectors.aws.kinds import KINDS
from tests.servers import aws_errors
from tests.servers.aws_errors import Answer
from tests.servers.fault_proxy import FaultProxy

#: Services of which the API server has nothing, or not the listing.
_LACKING = {
    "backup",
    "bedrock",
    "config",
    "dlm",
    "drs",
    "dsql",
    "fsx",
    "imagebuilder",
    "kafka",
    "memorydb",
    "mq",
    "notifications",
    "redshift-serverless",
    "s3control",
    "sso-admin",
    "transfer",
    "workspaces",
    "cloudtrail",
    "athena",
    "glue",
    "sagemaker",
    "cognito-idp",
}

FOLDER = Path(__file__).parents[1] / "replay" / "aws_answers"


def recorded() -> dict[tuple[str, str], dict[str, Any]]:
    """The recorded answers by service and operation."""
    return {
        (path.stem, operation): answer
        for path in sorted(FOLDER.glob("*.json"))
        for operation, answer in json.loads(path.read_text()).items()
    }


@functools.cache
def _written() -> dict[tuple[str, str], Answer]:
    return {key: aws_errors.supplied(*key, answer) for key, answer in recorded().items()}


def supply_recorded(proxy: FaultProxy) -> None:
    """Answer every recorded operation. Raises `ParamValidationError` for a shape that is not AWS's."""
    for (service, operation), answer in _written().items():
        proxy.supply_answer(service, operation, answer)


def supply_nothing(proxy: FaultProxy) -> None:
    """Answer that there is nothing, for every kind of a service that the API server lacks."""
    for kind in KINDS:
        listing = kind.calls[0]
        if kind.service in _LACKING and listing.items:
            proxy.supply(kind.service, listing.operation, {listing.items: []})
