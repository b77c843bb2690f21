"""`python -m benchmarks streams`: what idle and sending agents cost one collector, and how fair it is."""

from __future__ import annotations

import argparse
import contextlib
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.measured import spread
from benchmarks.streams import founding
from benchmarks.streams.founding import Collector

#: To reach: kB of the collector for an idle stream; slowest agent ÷ median; peak RSS in MB, 200 sending.
MOST_IDLE_KB, MOST_UNFAIR, MOST_PEAK_MB = 150, 3, 400
PROCESSES = 2
_IDLE = (100, 1_000)
_SENDING = 200
_WATCHED_SECONDS = 20.0
_TRICKLED = 10


class Crowd:
    """Agents over a few processes that do the same at the same time."""

    def __init__(self, processes: Sequence[subprocess.Popen[str]]) -> None:
        self._processes = processes

    def ask(self, what: str, count: int) -> tuple[float, list[float]]:
        """Ask for something of so many agents: seconds that it took, and those of each agent that sent."""
        self.begin(what, count)
        return self.finished()

    def begin(self, what: str, count: int) -> None:
        """Ask without waiting."""
        for process, share in zip(self._processes, shares(count, len(self._processes)), strict=True):
            _say(process, {what: share})

    def finished(self) -> tuple[float, list[float]]:
        """Wait for what was asked."""
        answers = [json.loads(process.stdout.readline()) for process in self._processes if process.stdout]
        each = [seconds for answer in answers for seconds in answer.get("each", ())]
        return max(answer["seconds"] for answer in answers), each


@contextlib.contextmanager
def crowd(place: Path, port: int, first: int, shares: Sequence[int], assets: int) -> Iterator[Crowd]:
    """Agents that wait to be asked: so many in each process, numbered from `first`."""
    started = []
    for share in shares:
        arguments = [str(place), str(port), "--first", str(first), "--agents", str(share)]
        first += share
        started.append(
            subprocess.Popen(
                [sys.executable, "-m", "benchmarks.streams.agents", *arguments, "--assets", str(assets)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        )
    try:
        yield Crowd(started)
        for process in started:
            _say(process, {"end": 1})
            process.wait(60)
    finally:
        for process in started:
            process.kill()
            process.communicate()


def shares(count: int, parts: int) -> list[int]:
    """So many over so many parts, as evenly as goes."""
    share, more = divmod(count, parts)
    return [share + (number < more) for number in range(parts)]


def _say(process: subprocess.Popen[str], what: dict[str, int]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(what) + "\n")
    process.stdin.flush()


def main(arguments: Sequence[str] = ()) -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks streams", description=__doc__)
    parser.add_argument("--agents", type=int, default=1_000)
    parser.add_argument("--assets", type=int, default=5_000, help="of each agent")
    said = parser.parse_args(arguments)
    sending = min(_SENDING, said.agents)
    results = {}
    with _world(said.agents, said.assets) as (collector, agents, one):
        results.update(_idle(collector, agents, said.agents))
        one.ask("open", 1)
        results.update(_round(collector, agents, one, said.agents, said.assets))
    with _world(sending, said.assets) as (collector, agents, _):
        agents.ask("open", sending)
        collector.forget_peak()
        agents.ask("round", sending)
        name = f"{sending} agents that send: collector, peak RSS MB (≤ {MOST_PEAK_MB})"
        results[name] = f"{collector.peak_mb():.0f}"
    return results


@contextlib.contextmanager
def _world(agents: int, assets: int) -> Iterator[tuple[Collector, Crowd, Crowd]]:
    """A collector, the agents, and one agent more."""
    with tempfile.TemporaryDirectory() as directory, contextlib.ExitStack() as stack:
        place = Path(directory)
        collector = stack.enter_context(founding.collector(place, agents + 1))
        parts = shares(agents, PROCESSES)
        many = stack.enter_context(crowd(place, collector.port, 0, parts, assets))
        one = stack.enter_context(crowd(place, collector.port, agents, (1,), assets))
        yield collector, many, one


def _idle(collector: Collector, agents: Crowd, most: int) -> dict[str, str]:
    """Memory, processor time and handshakes of streams on which nothing is sent."""
    agents.ask("open", 2)  # what the first of all costs is no matter of streams
    empty = collector.settled_mb()
    results = {"no stream: collector, RSS MB": f"{empty:.0f}"}
    opened = 2
    for count in dict.fromkeys(min(each, most) for each in _IDLE):
        cpu = collector.cpu_seconds()
        seconds, _ = agents.ask("open", count)
        cpu = (collector.cpu_seconds() - cpu) / (count - opened) * 1000
        per_stream = (collector.settled_mb() - empty) * 1024 / (count - 2)
        results[f"{count} idle streams: kB of each (≤ {MOST_IDLE_KB})"] = f"{per_stream:.0f}"
        results[f"{count} idle streams: opened per second"] = f"{(count - opened) / seconds:.0f}"
        results[f"{count} idle streams: processor ms to open one"] = f"{cpu:.1f}"
        opened = count
    cpu = collector.cpu_seconds()
    time.sleep(_WATCHED_SECONDS)
    busy = (collector.cpu_seconds() - cpu) / _WATCHED_SECONDS
    results[f"{opened} idle streams: share of a processor"] = f"{busy:.1%}"
    return results


def _round(collector: Collector, agents: Crowd, one: Crowd, count: int, assets: int) -> dict[str, str]:
    """A first scan of every agent at the same time, and one agent that sends a small frame a second."""
    _, alone = one.ask("trickle", _TRICKLED)
    collector.forget_peak()
    cpu = collector.cpu_seconds()
    agents.begin("round", count)
    _, beside = one.ask("trickle", _TRICKLED)
    seconds, each = agents.finished()
    cpu = collector.cpu_seconds() - cpu
    total = count * assets
    slowest, median = max(each), statistics.median(each)
    name = f"round of {count} × {assets} assets"
    return {
        f"{name}: seconds": f"{seconds:.0f}",
        f"{name}: assets/s": f"{total / seconds:.0f}",
        f"{name}: processor µs per asset of the collector": f"{cpu / total * 1e6:.0f}",
        f"{name}: slowest agent ÷ median (≤ {MOST_UNFAIR})": f"{slowest / median:.2f}",
        f"{name}: quickest, median, slowest agent, s": f"{min(each):.1f}, {median:.1f}, {slowest:.1f}",
        f"{name}: collector, peak RSS MB": f"{collector.peak_mb():.0f}",
        "one small frame a second until durable, alone, s": spread(alone, 3),
        "the same beside the round, s": spread(beside, 3),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), indent=2, ensure_ascii=False))
