"""Calls per second of an agent where each answer is 30 ms late, against one thread of the bare SDK."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from benchmarks import world
from benchmarks.canned.estate import Estate
from benchmarks.measured import Cost, run, spread
from deploy.demo import served

LATENCY = "30ms"
#: Mostly resources that each need calls of their own.
ESTATE = Estate(15_000, 1, "details")
ROUNDS = 5
#: To reach: calls per second over those of one thread, and the agent's peak RSS in MB.
LEAST, MOST_MB = 25.0, 200.0
#: Calls that the one thread makes: more would take minutes and tell no more.
_CALLS = 1_000
#: Workers of a scan: the default, and as many as there are details at once.
WORKERS = (8, 32)


def main() -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        calls = place / "calls.jsonl"
        with world.canned(place, ESTATE) as environment:
            total = world.record(environment, calls)
        with world.canned(place, ESTATE, LATENCY) as environment:
            bare, agents = _rounds(environment, calls, place)
    one = [_CALLS / each.wall for each in bare]
    results = {"one thread of bare boto3, calls/s": spread(one, 0)}
    for workers, costs in agents.items():
        rates = [total / each.wall for each in costs]
        ratios = [rate / single for rate, single in zip(rates, one, strict=True)]
        name = f"agent, {workers} workers"
        results |= {
            f"{name}: calls/s": spread(rates, 0),
            f"{name} ÷ one thread (≥ {LEAST:.0f})": spread(ratios, 1),
            f"{name}, peak RSS MB (≤ {MOST_MB:.0f})": spread([each.peak_mb for each in costs], 0),
            f"{name}, CPU s for {total} calls": spread([each.cpu for each in costs], 1),
        }
    return results


def _rounds(
    environment: dict[str, str], calls: Path, place: Path
) -> tuple[list[Cost], dict[int, list[Cost]]]:
    few = place / "few.jsonl"
    lines = calls.read_text().splitlines(keepends=True)
    few.write_text("".join(lines[:: max(1, len(lines) // _CALLS)][:_CALLS]))
    source = f'endpoint_url = "{environment["AWS_ENDPOINT_URL"]}"\nkinds = {json.dumps(served.kinds())}'
    bare: list[Cost] = []
    agents: dict[int, list[Cost]] = {workers: [] for workers in WORKERS}
    for number in range(ROUNDS):
        command = [sys.executable, "-m", "benchmarks.bare_boto3", str(few)]
        bare.append(run(command, environment, place / "bare.log"))
        assert bare[-1].exit_code == 0, (place / "bare.log").read_text()
        for workers, costs in agents.items():
            with world.collector(place / f"{number}-{workers}", source, f"workers = {workers}") as config:
                costs.append(world.scan(config, environment, place / "agent.log"))
    return bare, agents


if __name__ == "__main__":
    print(json.dumps(main(), indent=2, ensure_ascii=False))
