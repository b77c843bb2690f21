"""The bare SDK making given calls: what any reader through boto3 must cost.

`python -m benchmarks.bare_boto3 CALLS.jsonl [THREADS]`; each line holds service, region, operation,
parameters. One after the other, or by so many threads that share the clients.
"""

from __future__ import annotations

import contextlib
import json
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import ClientError


def main() -> None:
    """Make every call and drop the answer."""
    threads = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    caller = _Caller(threads)
    with Path(sys.argv[1]).open(encoding="utf-8") as calls, ThreadPoolExecutor(threads) as pool:
        work = _Lines(calls)
        for done in [pool.submit(caller.make_all, work) for _ in range(threads)]:
            done.result()
    print(f"{len(caller.clients)} clients")


class _Lines:
    """Hands out lines to threads."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._lock = threading.Lock()

    def __iter__(self) -> Iterator[str]:
        while True:
            with self._lock:
                line = next(self._lines, None)
            if line is None:
                return
            yield line


class _Caller:
    def __init__(self, threads: int) -> None:
        self._session = boto3.Session()
        self._config = Config(max_pool_connections=max(10, threads))
        self._lock = threading.Lock()
        self.clients: dict[tuple[str, str], Any] = {}

    def make_all(self, lines: _Lines) -> None:
        for line in lines:
            service, region, operation, parameters = json.loads(line)
            call = getattr(self._client(service, region), xform_name(operation))
            with contextlib.suppress(ClientError):  # a refusal is an answer too, and costs as much
                call(**parameters)

    def _client(self, service: str, region: str) -> Any:
        with self._lock:
            where = service, region
            if where not in self.clients:
                self.clients[where] = self._session.client(service, region_name=region, config=self._config)
            return self.clients[where]


if __name__ == "__main__":
    main()
