"""Writes down every call that the AWS connector makes in a scan, for the bare SDK to repeat.

`python -m benchmarks.record_calls CALLS.jsonl`; the API is found as the agent finds it.
"""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

from connectors.aws.source import AwsSettings, AwsSource
from deploy.demo import served


def main() -> None:
    """Read every scope once, in the agent's order of groups."""
    # The one place that every call goes through; it is not public, so its types are not known.
    every_client: Any = BaseClient
    make_call = every_client._make_api_call  # noqa: SLF001
    lock = threading.Lock()
    with Path(sys.argv[1]).open("w", encoding="utf-8") as file:

        def recorded(client: Any, operation: str, parameters: dict[str, Any]) -> Any:
            meta = client.meta
            line = [meta.service_model.service_name, meta.region_name, operation, parameters]
            with lock:  # details are asked for by several threads
                file.write(json.dumps(line) + "\n")
            return make_call(client, operation, parameters)

        every_client._make_api_call = recorded  # noqa: SLF001
        source = AwsSource(AwsSettings(quota_share=0, kinds=served.kinds()))
        groups: dict[str, list[Any]] = {}
        for scope in source.plan():
            groups.setdefault(source.group(scope), []).append(scope)
        assets = 0
        for group, scopes in groups.items():
            for scope in scopes:
                assets += sum(1 for _ in source.read(scope))
            source.finish_group(group)
    print(f"{assets} items read")


if __name__ == "__main__":
    main()
