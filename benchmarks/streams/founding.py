"""A collector with as many tenants as there are agents, each with a certificate of its own."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

from collector.commands.context import Context
from collector.identity import authority, files, spiffe
from collector.store.base import Organisation, Tenant
from deploy.demo.processes import background, command, free_port, run
from wolkenzicht.transport import Credentials

ORGANISATION = "mvz"
_SETTLE_SECONDS = 2.0


def tenant(number: int) -> str:
    """The name of a tenant."""
    return f"bench-{number:05}"


def credentials(place: Path, number: int) -> Credentials:
    """The files of a tenant's agent."""
    folder = place / "agents"
    return Credentials(folder / "ca.pem", folder / f"{tenant(number)}.pem", folder / f"{tenant(number)}.key")


@dataclass(frozen=True, slots=True)
class Collector:
    """A serving collector; what it costs is read from the kernel."""

    port: int
    http_port: int
    pid: int

    def settled_mb(self) -> float:
        """Resident memory after a moment without work."""
        time.sleep(_SETTLE_SECONDS)
        return self.resident_mb()

    def resident_mb(self) -> float:
        """Resident memory now."""
        return self._status_mb("VmRSS")

    def peak_mb(self) -> float:
        """The largest resident memory since `forget_peak`, or since the start."""
        return self._status_mb("VmHWM")

    def forget_peak(self) -> None:
        """Count the peak from now on."""
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")

    def cpu_seconds(self) -> float:
        """Processor time so far, of user and system."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / 100

    def _status_mb(self, name: str) -> float:
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith(f"{name}:"):
                return int(line.split()[1]) / 1024
        raise AssertionError(f"/proc/{self.pid}/status has no {name}")


@contextlib.contextmanager
def collector(place: Path, agents: int, store: str = "") -> Iterator[Collector]:
    """Found and serve a collector with so many tenants; their certificates are in `place`/agents.

    `store` is the address of its database; without one it has a file.
    """
    data, config, port, http_port = place / "collector", place / "collector.toml", free_port(), free_port()
    listen = ("--listen-grpc", f"127.0.0.1:{port}", "--listen-http", f"127.0.0.1:{http_port}")
    options = (*listen, "--store", store) if store else listen
    init = ("wolkenzicht-collector", "--config", str(config), "init", "--data", str(data), *options)
    assert run(init, quiet=True) == 0
    _register(config, data, place / "agents", agents)
    serve = [command("wolkenzicht-collector"), "--config", str(config), "serve"]
    with background(serve, port, place / "collector.log"):
        yield Collector(port, http_port, _pid(config))


def store_bytes(place: Path) -> int:
    """The size of the file of a collector that has ended."""
    return (place / "collector" / "wolkenzicht.db").stat().st_size


def _register(config: Path, data: Path, folder: Path, agents: int) -> None:
    ca = authority.load(data)
    written = {folder / "ca.pem": ca.pem}
    with Context(config).store() as (_, store):
        store.registry.put_organisations([Organisation(ORGANISATION, "Ministerie van Voorbeeldzaken")])
        for number in range(agents):
            store.registry.add_tenant(Tenant(tenant(number), ORGANISATION, "aws", created=datetime.now(UTC)))
            issued = ca.client(spiffe.agent(tenant(number)))
            assert issued.record is not None
            store.registry.put_certificate(issued.record)
            written[folder / f"{tenant(number)}.pem"] = issued.certificate
            written[folder / f"{tenant(number)}.key"] = issued.key
    files.write_all(written)


def _pid(config: Path) -> int:
    """The process, of those that we started, that serves with this configuration."""
    [found] = [
        each.pid
        for each in psutil.Process().children()
        if each.cmdline()[-3:] == ["--config", str(config), "serve"]
    ]
    return int(found)
