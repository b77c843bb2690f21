"""The bare SDK making given calls, one after the other: what any reader through boto3 must cost.

`python -m benchmarks.bare_boto3 CALLS.jsonl`; each line holds service, region, operation, parameters.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError


def main() -> None:
    """Make every call and drop the answer."""
    session = boto3.Session()
    clients: dict[tuple[str, str], Any] = {}
    made = refused = 0
    with Path(sys.argv[1]).open(encoding="utf-8") as calls:
        for line in calls:
            service, region, operation, parameters = json.loads(line)
            client = clients.get((service, region))
            if client is None:
                client = clients[service, region] = session.client(service, region_name=region)
            try:
                getattr(client, xform_name(operation))(**parameters)
            except ClientError:
                refused += 1
            made += 1
    print(f"{made} calls, {refused} refused, {len(clients)} clients")


if __name__ == "__main__":
    main()
