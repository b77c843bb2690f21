"""A collector as its own process, founded with the real commands, and what its log says."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from click.testing import CliRunner

from collector.cli import cli
from wolkenzicht.transport import Credentials

PATIENCE_SECONDS = 120.0
ORGANISATIONS = "organisation,name,kind,parent\nmvz,Ministerie van Voorbeeldzaken,ministerie,\n"

Found = TypeVar("Found")


def command(config: Path, *arguments: str) -> list[str]:
    """A command line of the collector."""
    return [str(Path(sys.executable).with_name("wolkenzicht-collector")), "--config", str(config), *arguments]


def run(config: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of the collector to its end."""
    return subprocess.run(
        command(config, *arguments),
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
        env=environment(),
    )


def must(config: Path, *arguments: str) -> str:
    """Run a command that has to succeed, within this process; returns what it printed."""
    clean: dict[str, str | None] = {key: None for key in os.environ if key.startswith("WOLKENZICHT_")}
    finished = CliRunner().invoke(cli, ["--config", str(config), *arguments], env=clean)
    assert finished.exit_code == 0, finished.output
    return finished.stdout


def environment() -> dict[str, str]:
    """This process's environment without what would configure a collector or gRPC."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("WOLKENZICHT_", "GRPC_"))}


def eventually(look: Callable[[], Found], what: str) -> Found:
    """The first answer that counts as true; fails with `what` where there never is one."""
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.02)
    raise AssertionError(f"never happened: {what}")


def found(place: Path) -> Path:
    """Found a collector with one organisation and two tenants; returns its configuration."""
    config = place / "collector.toml"
    must(config, "init", "--listen-grpc", "127.0.0.1:0", "--listen-http", "127.0.0.1:0")
    organisations = place / "organisations.csv"
    organisations.write_text(ORGANISATIONS)
    must(config, "organisations", "import", str(organisations))
    for tenant in ("mvz-aws", "mvz-odc"):
        must(config, "tenants", "add", tenant, "--organisation", "mvz", "--provider", tenant[-3:])
    return config


@dataclass(frozen=True, slots=True)
class Running:
    """A serving collector."""

    config: Path
    log: Path
    process: subprocess.Popen[bytes]

    @property
    def place(self) -> Path:
        """The folder of everything."""
        return self.config.parent

    def agent(self, tenant: str, name: str, *options: str) -> Credentials:
        """A new agent's certificate."""
        must(self.config, "agents", "issue", tenant, "--out", str(self.place / name), *options)
        return self.credentials(name, "agent")

    def asker(self, name: str, *options: str) -> Credentials:
        """A new asker's certificate for all organisations."""
        out = str(self.place / name)
        must(self.config, "askers", "issue", name, "--role", "cio_rijk", "--out", out, *options)
        return self.credentials(name, "asker")

    def credentials(self, name: str, kind: str) -> Credentials:
        """Files that a command wrote."""
        folder = self.place / name
        return Credentials(folder / "ca.pem", folder / f"{kind}.pem", folder / f"{kind}.key")

    def lines(self) -> list[str]:
        """The log so far, whole lines only."""
        return self.log.read_text().split("\n")[:-1]

    def events(self, name: str) -> list[dict[str, Any]]:
        """The events of a name in the log so far."""
        parsed = [json.loads(line) for line in self.lines() if line.startswith("{")]
        return [each for each in parsed if each["event"] == name]

    def new_event(self, name: str, before: int) -> dict[str, Any]:
        """The one event of a name that came after the first `before`."""
        eventually(lambda: len(self.events(name)) > before, f"event {name}")
        (event,) = self.events(name)[before:]
        return event

    def address(self, kind: str) -> str:
        """Where it listens: `grpc` or `http`."""
        return str(self.events("collector.ready")[-1][kind])


@contextmanager
def serving(config: Path, *arguments: str) -> Iterator[Running]:
    """Run the collector until the block ends; it must then stop by itself, with exit code 0."""
    log = config.parent / "collector.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            command(config, "serve", *arguments), stdout=sink, stderr=sink, env=environment()
        )
    running = Running(config, log, process)
    try:
        eventually(
            lambda: running.events("collector.ready") or process.poll() is not None, "the collector is ready"
        )
        assert process.poll() is None, log.read_text()
        yield running
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_SECONDS) == 0
    finally:
        process.kill()
        process.wait()
