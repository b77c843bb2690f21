"""The agent's scan against the bare SDK making the same calls: CPU and wall time as ratios, and peak memory.

Three estates: 20,000 assets in 16 services and 17 regions as moto holds them, behind a replaying proxy;
and two of the canned API, one all EC2. A first reading writes its calls down; then the agent (scan,
classify, spool, stream to a real collector over mTLS) and bare boto3 take turns.
"""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from benchmarks import world
from benchmarks.canned.estate import Estate
from benchmarks.measured import Cost, run, spread
from deploy.demo import served
from deploy.demo.processes import background, free_port

ROUNDS = 5
#: What a scan's workers are by default; so many threads the bare SDK has in the comparison of wall time.
THREADS = 8
_ASSETS = 20_000

Api = Callable[[Path], AbstractContextManager[dict[str, str]]]


@dataclass(frozen=True, slots=True)
class Case:
    """An API to read; to reach: CPU over that of bare boto3, and peak RSS in MB."""

    name: str
    api: Api
    most_cpu: float
    most_mb: float


@contextlib.contextmanager
def _moto(place: Path) -> Iterator[dict[str, str]]:
    upstream, port = free_port(), free_port()
    estate = [sys.executable, "-m", "benchmarks.aws_estate", "--port", str(upstream)]
    estate += ["--assets", str(_ASSETS)]
    proxy = [
        *(sys.executable, "-m", "benchmarks.replay"),
        *("--port", str(port), "--upstream", f"http://127.0.0.1:{upstream}"),
    ]
    with (
        background(estate, upstream, place / "estate.log", patience=600),
        background(proxy, port, place / "proxy.log"),
    ):
        yield world.environment(port)


CASES = {
    "agent-ec2": Case(
        "EC2-heavy", lambda place: world.canned(place, Estate(50_000, 1, "ec2")), most_cpu=0.6, most_mb=200
    ),
    "agent-all": Case(
        "all services", lambda place: world.canned(place, Estate(20_000, 1, "all")), most_cpu=0.9, most_mb=200
    ),
    "agent": Case("moto's estate", _moto, most_cpu=0.9, most_mb=150),
}


def main(case: str = "agent") -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    asked = CASES[case]
    with tempfile.TemporaryDirectory() as directory, asked.api(Path(directory)) as environment:
        calls = Path(directory) / "calls.jsonl"
        count = world.record(environment, calls)
        bare, together, agent = _rounds(environment, calls)
    cpu = [ours.cpu / theirs.cpu for ours, theirs in zip(agent, bare, strict=True)]
    wall = [ours.wall / theirs.wall for ours, theirs in zip(agent, together, strict=True)]
    return {
        "API calls of one scan": str(count),
        "bare boto3, CPU s": spread([each.cpu for each in bare]),
        f"bare boto3, {THREADS} threads, CPU s": spread([each.cpu for each in together]),
        "agent, CPU s": spread([each.cpu for each in agent]),
        f"agent ÷ bare boto3, CPU (≤ {asked.most_cpu})": spread(cpu),
        f"bare boto3, {THREADS} threads, wall s": spread([each.wall for each in together]),
        "agent, wall s": spread([each.wall for each in agent]),
        f"agent ÷ bare boto3 with {THREADS} threads, wall (≤ 1)": spread(wall),
        "bare boto3, peak RSS MB": spread([each.peak_mb for each in bare], 0),
        f"agent, peak RSS MB (≤ {asked.most_mb:.0f})": spread([each.peak_mb for each in agent], 0),
    }


def _rounds(environment: dict[str, str], calls: Path) -> tuple[list[Cost], list[Cost], list[Cost]]:
    """Bare boto3 with one thread, with several, and the agent, in turn."""
    place = calls.parent
    source = f'endpoint_url = "{environment["AWS_ENDPOINT_URL"]}"\nkinds = {json.dumps(served.kinds())}'
    bare: list[Cost] = []
    together: list[Cost] = []
    agent: list[Cost] = []
    for number in range(ROUNDS):
        for threads, costs in ((1, bare), (THREADS, together)):
            command = [sys.executable, "-m", "benchmarks.bare_boto3", str(calls), str(threads)]
            costs.append(run(command, environment, place / "bare.log"))
            assert costs[-1].exit_code == 0, (place / "bare.log").read_text()
        with world.collector(place / f"round-{number}", source) as config:
            agent.append(world.scan(config, environment, place / "agent.log"))
    return bare, together, agent


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1] if len(sys.argv) > 1 else "agent"), indent=2, ensure_ascii=False))
