"""The agent's scan against the bare SDK making the same calls: CPU as a ratio, and peak memory.

An API server with 20,000 assets in 16 services and 17 regions stands behind a replaying proxy; a first
scan writes its calls down; then agent (scan, classify, spool, stream to a real collector over mTLS)
and bare boto3 take turns.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measured import Cost, run, spread
from deploy.demo import served
from deploy.demo.processes import background, command, free_port
from deploy.demo.processes import run as run_command

ASSETS = 20_000
ROUNDS = 5
#: To reach: CPU of the agent over that of bare boto3, and the agent's peak RSS in MB.
MOST_CPU, MOST_MB = 1.2, 150.0
_TENANT = "bench-aws"


def main() -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    with tempfile.TemporaryDirectory() as directory, _api(Path(directory)) as environment:
        place = Path(directory)
        calls = place / "calls.jsonl"
        recorder = [sys.executable, "-m", "benchmarks.record_calls", str(calls)]
        assert run(recorder, environment, place / "record.log").exit_code == 0, (
            place / "record.log"
        ).read_text()
        bare: list[Cost] = []
        agent: list[Cost] = []
        for number in range(ROUNDS):
            bare.append(
                run(
                    [sys.executable, "-m", "benchmarks.bare_boto3", str(calls)],
                    environment,
                    place / "bare.log",
                )
            )
            with _collector(place / f"round-{number}") as config:
                scan = [command("wolkenzicht-agent"), "--config", str(config), "run", "--once"]
                agent.append(run(scan, environment, place / "agent.log"))
        assert {each.exit_code for each in bare} == {0}, (place / "bare.log").read_text()
        assert {each.exit_code for each in agent} <= {0, 3}, (place / "agent.log").read_text()
        count = sum(1 for _ in calls.open(encoding="utf-8"))
    ratios = [ours.cpu / theirs.cpu for ours, theirs in zip(agent, bare, strict=True)]
    return {
        "API calls of one scan": str(count),
        "bare boto3, CPU s": spread([each.cpu for each in bare]),
        "agent, CPU s": spread([each.cpu for each in agent]),
        f"agent ÷ bare boto3, CPU (≤ {MOST_CPU})": spread(ratios),
        "agent ÷ bare boto3, wall": spread([a.wall / b.wall for a, b in zip(agent, bare, strict=True)]),
        "bare boto3, peak RSS MB": spread([each.peak_mb for each in bare], 0),
        f"agent, peak RSS MB (≤ {MOST_MB:.0f})": spread([each.peak_mb for each in agent], 0),
    }


@contextlib.contextmanager
def _api(place: Path) -> Iterator[dict[str, str]]:
    upstream, port = free_port(), free_port()
    estate = [sys.executable, "-m", "benchmarks.aws_estate", "--port", str(upstream), "--assets", str(ASSETS)]
    proxy = [
        *(sys.executable, "-m", "benchmarks.replay"),
        *("--port", str(port), "--upstream", f"http://127.0.0.1:{upstream}"),
    ]
    with (
        background(estate, upstream, place / "estate.log", patience=600),
        background(proxy, port, place / "proxy.log"),
    ):
        yield {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_DEFAULT_REGION": "eu-west-1",
        }


@contextlib.contextmanager
def _collector(place: Path) -> Iterator[Path]:
    """A fresh collector with a fresh agent; yields the agent's configuration."""
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
        f'tenant = "{_TENANT}"\nstate = "{place}/state"\n\n[collector]\naddress = "localhost:{port}"\n'
        'ca = "ca.pem"\ncertificate = "agent.pem"\nkey = "agent.key"\n\n[[source]]\nconnector = "aws"\n'
        f"quota_share = 0\nkinds = {json.dumps(served.kinds())}\n"
    )
    serve = [command("wolkenzicht-collector"), "--config", config, "serve"]
    with background(serve, port, place / "collector.log"):
        yield agent


if __name__ == "__main__":
    print(json.dumps(main(), indent=2, ensure_ascii=False))
