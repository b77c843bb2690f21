"""The real HAProxy, with the configuration that `deploy/` ships: only names and ports are put in."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.demo.processes import free_port

SHIPPED = Path(__file__).resolve().parents[2] / "deploy" / "haproxy" / "haproxy.cfg"
PROGRAM = shutil.which("haproxy", path=os.environ.get("PATH", "") + ":/usr/sbin")


@dataclass(slots=True)
class Balancer:
    """A balancer before collectors, each given by its gRPC and its HTTP port."""

    config: Path
    log: Path
    grpc: int
    http: int
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(PROGRAM), "-db", "-f", str(self.config)], stdout=log, stderr=log
            )

    def kill(self) -> None:
        """End it at once, with every connection through it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def balancing(place: Path, collectors: Sequence[tuple[int, int]]) -> Iterator[Balancer]:
    """A running balancer before two collectors on this machine."""
    balancer = Balancer(place / "haproxy.cfg", place / "haproxy.log", free_port(), free_port())
    balancer.config.write_text(configured(collectors, balancer.grpc, balancer.http))
    balancer.start()
    try:
        yield balancer
    finally:
        balancer.kill()


def checked(config: Path) -> str:
    """What HAProxy says of a configuration; fails where it does not take it."""
    finished = subprocess.run(
        [str(PROGRAM), "-c", "-V", "-f", str(config)], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout + finished.stderr


def configured(collectors: Sequence[tuple[int, int]], grpc: int, http: int) -> str:
    """The shipped configuration for these ports; a check goes to each collector's own HTTP port."""
    text = SHIPPED.read_text()
    replacements = {"bind :8443": f"bind 127.0.0.1:{grpc}", "bind :8080": f"bind 127.0.0.1:{http}"}
    replacements["check port 8080"] = "check"
    for number, (grpc_port, http_port) in enumerate(collectors, 1):
        name = f"collector-{number}.example.nl"
        replacements[f"{name}:8443"] = f"127.0.0.1:{grpc_port} port {http_port}"
        replacements[f"{name}:8080\n"] = f"127.0.0.1:{http_port}\n"
    for shipped, here in replacements.items():
        assert shipped in text, shipped
        text = text.replace(shipped, here)
    if os.geteuid() != 0:
        text = text.replace("    user haproxy\n    group haproxy\n", "")
    return text
