"""What an agent is measured against: an API server and a collector, each in a process of its own."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.canned.estate import Estate
from benchmarks.measured import Cost, run
from deploy.demo.processes import background, command, free_port
from deploy.demo.processes import run as run_command

_TENANT = "bench-aws"
#: Exit codes of an agent that read everything, and of one that met blind spots.
_DONE = {0, 3}


def environment(port: int) -> dict[str, str]:
    """What the SDK needs to call an API server on this port."""
    return {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }


@contextlib.contextmanager
def canned(place: Path, estate: Estate, latency: str = "0ms") -> Iterator[dict[str, str]]:
    """The canned API; yields the environment that leads to it."""
    port = free_port()
    serve = [
        *(sys.executable, "-m", "benchmarks.canned", "--port", str(port), "--mix", estate.mix),
        *("--assets", str(estate.assets), "--accounts", str(estate.accounts), "--latency", latency),
    ]
    with background(serve, port, place / "api.log"):
        yield environment(port)


@contextlib.contextmanager
def collector(place: Path, source: str, scan: str = "") -> Iterator[Path]:
    """A fresh collector with a fresh agent; yields the agent's configuration.

    `source` and `scan` are TOML: the settings of its source and those of its scans.
    """
    (place / "collector").mkdir(parents=True)
    port, data = free_port(), place / "collector"
    config = str(data / "collector.toml")
    listen = ("--listen-grpc", f"127.0.0.1:{port}", "--listen-http", f"127.0.0.1:{free_port()}")
    organisations = place / "organisations.csv"
    organisations.write_text(
        "organisation,name,kind,parent,tooi\nmvz,Ministerie van Voorbeeldzaken,ministerie,,\n"
    )
    for arguments in (
        ("--config", config, "init", "--data", str(data), "--host", "localhost", *listen),
        ("--config", config, "organisations", "import", str(organisations)),
        ("--config", config, "tenants", "add", _TENANT, "--organisation", "mvz", "--provider", "aws"),
        ("--config", config, "agents", "issue", _TENANT, "--out", str(place / "agent")),
    ):
        assert run_command(("wolkenzicht-collector", *arguments), quiet=True) == 0, arguments
    agent = place / "agent" / "agent.toml"
    agent.write_text(
        f'tenant = "{_TENANT}"\nstate = "{place}/state"\n\n[scan]\n{scan}\n\n[collector]\n'
        f'address = "localhost:{port}"\nca = "ca.pem"\ncertificate = "agent.pem"\nkey = "agent.key"\n\n'
        f'[[source]]\nconnector = "aws"\nquota_share = 0\n{source}\n'
    )
    serve = [command("wolkenzicht-collector"), "--config", config, "serve"]
    with background(serve, port, place / "collector.log"):
        yield agent


def scan(config: Path, environment: dict[str, str], log: Path) -> Cost:
    """What one scan of an agent costs, from its start to the last acknowledgement."""
    cost = run([command("wolkenzicht-agent"), "--config", str(config), "run", "--once"], environment, log)
    assert cost.exit_code in _DONE, log.read_text()[-2000:]
    return cost


def assets_of(log: Path) -> int:
    """How many assets the last scan in an agent's log found."""
    events = [json.loads(line) for line in log.read_text().splitlines()]
    return int([each for each in events if each["event"] == "scan.finished"][-1]["assets"])


def record(environment: dict[str, str], calls: Path) -> int:
    """Write down the calls of one scan of an API; how many they are."""
    log = calls.with_name("record.log")
    done = run([sys.executable, "-m", "benchmarks.record_calls", str(calls)], environment, log)
    assert done.exit_code == 0, log.read_text()
    return sum(1 for _ in calls.open(encoding="utf-8"))
