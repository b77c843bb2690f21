"""The recorded answers of AWS are in its own shapes, and of calls that are made."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.validate import ParamValidator

from connectors.aws.kinds import KINDS
from tests.servers.aws_answers import recorded
from tests.servers.aws_requests import model

_ANSWERS = [
    pytest.param(service, operation, answer, id=f"{service}-{operation}")
    for (service, operation), answer in recorded().items()
]


@pytest.mark.parametrize(("service", "operation", "answer"), _ANSWERS)
def test_answer_has_the_shape_of_the_sdk(service: str, operation: str, answer: dict[str, Any]) -> None:
    """No member is invented, none that AWS always gives is missing, and the operation is called."""
    shape = model(service).operation_model(operation).output_shape
    assert ParamValidator().validate(answer, shape).generate_report() == ""
    calls = {(call.service or kind.service, call.operation) for kind in KINDS for call in kind.calls}
    assert (service, operation) in calls
