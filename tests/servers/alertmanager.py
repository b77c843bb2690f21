"""The real Prometheus Alertmanager, as Debian packages it; what it tells goes on to a webhook of ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx
import pytest

from deploy.demo.processes import free_port

PROGRAM = shutil.which("prometheus-alertmanager", path=os.environ.get("PATH", "") + ":/usr/sbin")

needs_alertmanager = pytest.mark.skipif(
    PROGRAM is None, reason="Alertmanager is not installed: apt-get install prometheus-alertmanager"
)

_CONFIG = """
route:
  receiver: hook
  group_by: [finding]
  group_wait: 0s
  group_interval: 1s
receivers:
  - name: hook
    webhook_configs:
      - url: "{hook}"
        send_resolved: true
"""


class Alertmanager:
    """Listens on a loopback port, the same after each start; keeps nothing over a `kill`."""

    def __init__(self, place: Path, hook: str = "http://127.0.0.1:9/") -> None:
        self._place = place
        self._config = place / "alertmanager.yml"
        self._config.write_text(_CONFIG.format(hook=hook))
        self._port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> Self:
        """Start it, and wait until it answers."""
        with (self._place / "alertmanager.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    str(PROGRAM),
                    f"--config.file={self._config}",
                    f"--storage.path={self._place / 'data'}",
                    f"--web.listen-address=127.0.0.1:{self._port}",
                    "--cluster.listen-address=",
                ],
                stdout=log,
                stderr=log,
            )
        until = time.monotonic() + 60
        while not self._ready():
            assert time.monotonic() < until, (self._place / "alertmanager.log").read_text()
            time.sleep(0.02)
        return self

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def alerts(self) -> list[dict[str, Any]]:
        """The alerts that fire, by finding."""
        answer = httpx.get(f"{self.url}/api/v2/alerts", timeout=10)
        answer.raise_for_status()
        return sorted(answer.json(), key=lambda alert: str(alert["labels"].get("finding")))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/-/ready", timeout=1).is_success
        except httpx.HTTPError:
            return False
