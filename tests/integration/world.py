"""A small world to test in: the real commands as processes, over mTLS, against real servers.

`World` founds a collector with the made-up organisations `mvz` and, below it, `rdv`, starts and kills
its process, runs agents, and asks. Nothing is replaced by a stand-in; commands that set up a collector and
those that ask run in this process, for starting one for each of dozens takes longer than the test itself.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from click.testing import CliRunner

from collector.client.cli import cli
from deploy.demo.processes import command, free_port
from tests.integration.collector_process import must

PATIENCE_SECONDS = 240.0
ORGANISATIONS = (
    "organisation,name,kind,parent,tooi\n"
    "mvz,Ministerie van Voorbeeldzaken,ministerie,,\n"
    "rdv,Rijksdienst voor Voorbeelden,agentschap,mvz,\n"
    "mva,Ministerie van Andere Zaken,ministerie,,\n"
)


def eventually(condition: Callable[[], object], what: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until the condition holds; fails with `what` where it never does."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"never happened within {seconds:.0f} s: {what}")


class World:
    """One collector with its agents and askers, in a directory; its store a file there, or in `store`."""

    def __init__(self, place: Path, *, routes: str = "", store: str = "") -> None:
        self.place = place
        self._store = ("--store", store) if store else ()
        self.port = free_port()
        self.http_port = free_port()
        self.log = place / "collector.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._found(routes)

    def _found(self, routes: str) -> None:
        data = self.place / "collector"
        self.config = data / "collector.toml"
        data.mkdir()
        listen = (f"127.0.0.1:{self.port}", f"127.0.0.1:{self.http_port}")
        options = ("--data", str(data), "--host", "localhost", *self._store)
        self.collector("init", *options, "--listen-grpc", listen[0], "--listen-http", listen[1])
        if routes:
            self.config.write_text(self.config.read_text() + "\n" + routes)
        organisations = self.place / "organisations.csv"
        organisations.write_text(ORGANISATIONS)
        self.collector("organisations", "import", str(organisations))
        self.issue_asker("cio", "cio_rijk")

    # --- the collector ---------------------------------------------------------------------------

    def collector(self, *arguments: str) -> str:
        """Run a command of the collector, within this process; returns what it printed."""
        return must(self.config, *arguments)

    def start(self, **variables: str) -> None:
        """Start the collector's process, with these in its environment, and wait until it answers."""
        ready = self._said("collector.ready") + 1
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [command("wolkenzicht-collector"), "--config", str(self.config), "serve"],
                stdout=log,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                env=environment(**variables),
            )
        eventually(lambda: self._said("collector.ready") == ready, "the collector says that it is ready")

    def _said(self, event: str) -> int:
        return self.log.read_text().count(event) if self.log.exists() else 0

    def kill(self) -> None:
        """End the collector at once, as a power cut would."""
        self._end(signal.SIGKILL)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The collector's process."""
        assert self._process is not None
        return self._process

    def wait(self) -> int:
        """Wait for the collector's end; returns its exit code."""
        process, self._process = self._process, None
        return process.wait(timeout=PATIENCE_SECONDS) if process is not None else 0

    def stop(self) -> int:
        """Ask the collector to stop; returns its exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.send_signal(how)
        return process.wait(timeout=PATIENCE_SECONDS)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    # --- agents ----------------------------------------------------------------------------------

    def add_tenant(self, tenant: str, organisation: str, provider: str, source: str) -> None:
        """Register a tenant, issue its certificate and configure its agent."""
        self.collector("tenants", "add", tenant, "--organisation", organisation, "--provider", provider)
        self.collector("agents", "issue", tenant, "--out", str(self.place / tenant))
        self.configure(tenant, source)

    def configure(self, tenant: str, source: str, *, tenant_said: str = "") -> None:
        """Write an agent's configuration; `tenant_said` lets it claim another tenant."""
        (self.place / tenant / "agent.toml").write_text(
            f'tenant = "{tenant_said or tenant}"\nstate = "{self.place}/{tenant}/state"\n\n'
            f'[collector]\naddress = "localhost:{self.port}"\n'
            'ca = "ca.pem"\ncertificate = "agent.pem"\nkey = "agent.key"\n\n'
            f"{source}\n"
        )

    def agent_command(self, tenant: str, *arguments: str) -> list[str]:
        """The command line of an agent."""
        return [command("wolkenzicht-agent"), "--config", str(self.place / tenant / "agent.toml"), *arguments]

    def scan(self, tenant: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run an agent once."""
        return subprocess.run(
            self.agent_command(tenant, "run", "--once"),
            capture_output=True,
            text=True,
            check=False,
            env=environment(**variables),
            timeout=240,
        )

    # --- askers ----------------------------------------------------------------------------------

    def issue_asker(self, name: str, role: str, organisation: str = "") -> None:
        """Issue an asker's certificate and configure its client."""
        out = self.place / f"asker-{name}"
        extra = ("--organisation", organisation) if organisation else ()
        self.collector("askers", "issue", name, "--role", role, *extra, "--out", str(out))
        (out / "wolkenzicht.toml").write_text(
            f'collector = "localhost:{self.port}"\nca = "{out}/ca.pem"\n'
            f'certificate = "{out}/asker.pem"\nkey = "{out}/asker.key"\n'
        )

    def asking(self, *arguments: str, asker: str = "cio") -> subprocess.CompletedProcess[str]:
        """Run the asker's command, within this process; `test_asking` runs it as one of its own."""
        whole = [*arguments, "--config", str(self.place / f"asker-{asker}" / "wolkenzicht.toml")]
        clean: dict[str, str | None] = {**dict.fromkeys(os.environ), **environment()}
        finished = CliRunner().invoke(cli, whole, env=clean, prog_name="wolkenzicht")
        assert finished.exception is None or isinstance(finished.exception, SystemExit), finished.exception
        return subprocess.CompletedProcess(whole, finished.exit_code, finished.stdout, finished.stderr)

    def ask(self, *arguments: str, asker: str = "cio") -> Any:
        """Run the asker's command and read its JSON."""
        finished = self.asking(*arguments, "--format", "json", asker=asker)
        assert finished.returncode == 0, finished.stderr
        return json.loads(finished.stdout)

    def assets(self, *filters: str, asker: str = "cio") -> dict[str, dict[str, Any]]:
        """All assets by identifier."""
        listed = self.ask("assets", "list", "--all", *filters, asker=asker)
        return {each["asset_id"]: each for each in listed["items"]}

    def findings(self, *options: str) -> list[dict[str, Any]]:
        """All findings."""
        items: list[dict[str, Any]] = self.ask("findings", "list", "--all", *options)["items"]
        return items

    # --- processes -------------------------------------------------------------------------------

    def run(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of our commands to its end."""
        return subprocess.run(
            [command(name), *arguments],
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
            timeout=240,
        )

    def must(self, name: str, *arguments: str) -> str:
        """Run one of our commands; fails where it does."""
        finished = self.run(name, *arguments)
        assert finished.returncode == 0, f"{name} {' '.join(arguments)}: {finished.stderr}"
        return finished.stdout


def environment(**variables: str) -> dict[str, str]:
    """The environment of our processes: nothing of the machine's own clouds and settings."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "WOLKENZICHT_", "AZURE_", "GOOGLE_", "GRPC_"))
    }
    return {**kept, "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", **variables}


def aws_api(port: int) -> Sequence[str]:
    """The command line of the AWS API server."""
    return [sys.executable, "-m", "deploy.demo.api", "--port", str(port)]
