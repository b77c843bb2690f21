"""Runs cartography's own synchronisation of chosen AWS modules, without its database.

Started by cartography's own Python: `python cartography_sync.py OUTPUT.json REGION…`. What it would write
is counted by label and key and dropped, so that the database's cost is not counted.
"""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

#: cartography's names of the types that are compared; tags come from the last.
MODULES = (
    "iam",
    "kms",
    "s3",
    "dynamodb",
    "ec2:instance",
    "ec2:volumes",
    "lambda_function",
    "rds",
    "sns",
    "resourcegroupstaggingapi",
)
_UPDATE_TAG = 1
_MERGED = re.compile(r"MERGE \(\w+:(?P<label>\w+)\s*\{\s*\w+:\s*item\.(?P<key>\w+)")


class Nowhere:
    """Stands for a session of the database: notes which nodes are written, knows nothing."""

    def __init__(self) -> None:
        self.written: dict[str, set[str]] = {}

    def execute_write(self, work: Any, *arguments: Any, **parameters: Any) -> Nothing | int:
        """Note the keys of a write, by label; `work` is not done. Where it deletes, nothing is deleted."""
        if "cleanup" in getattr(work, "__name__", ""):
            return 0
        query = next((each for each in arguments if isinstance(each, str)), parameters.get("query", ""))
        found = _MERGED.search(str(query))
        rows = parameters.get("DictList") or next((each for each in arguments if isinstance(each, list)), [])
        if found:
            keys = self.written.setdefault(found["label"], set())
            keys.update(str(row.get(found["key"])) for row in rows)
        return Nothing()

    def execute_read(self, work: Any, *arguments: Any, **parameters: Any) -> Any:
        """Nothing is there."""
        del arguments, parameters
        return [] if "list" in getattr(work, "__name__", "") else None

    def run(self, *arguments: Any, **parameters: Any) -> Nothing:
        """Nothing is there."""
        del arguments, parameters
        return Nothing()


class Nothing:
    """An empty answer of the database, and its summary: nothing was changed."""

    counters = SimpleNamespace(contains_updates=False)

    def __iter__(self) -> Any:
        return iter(())

    def single(self) -> None:
        """No row."""

    def consume(self) -> Nothing:
        """Nothing more."""
        return self

    def data(self) -> list[Any]:
        """No rows."""
        return []


def main() -> None:
    """Synchronise, and write how many nodes of each label there were."""
    output, *regions = sys.argv[1:]
    session = Nowhere()
    boto3 = importlib.import_module("boto3").Session()
    account = boto3.client("sts").get_caller_identity()["Account"]
    functions = importlib.import_module("cartography.intel.aws.resources").RESOURCE_FUNCTIONS
    common = {"UPDATE_TAG": _UPDATE_TAG, "AWS_ID": account}
    for name in MODULES:
        functions[name](session, boto3, regions, account, _UPDATE_TAG, common)
    Path(output).write_text(json.dumps({label: len(keys) for label, keys in session.written.items()}))


if __name__ == "__main__":
    main()
