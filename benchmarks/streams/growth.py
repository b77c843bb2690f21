"""`python -m benchmarks growth`: whether an asset costs as much in a large store as in a small one.

Agents send their first scans to one collector all at the same time, over mTLS, until the store holds all of
them; the processor time of collector and database is read at marks on the way. `--agents 200 --assets 50000`
is what it does without options: ten million.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from benchmarks import postgresql
from benchmarks.streams import founding
from benchmarks.streams.measuring import MOST_PEAK_MB, PROCESSES, crowd, shares
from collector.server.metrics import ASSETS

#: To reach: the dearest stretch over the cheapest.
MOST_UNEVEN = 1.5
_MARKS = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
#: Between looks, and after those, for a look costs the collector something: a part of the time so far.
_LOOK_SECONDS, _LOOK_SHARE = 0.2, 0.01


@dataclass(frozen=True, slots=True)
class Mark:
    """Assets committed so far, processor seconds of the collector and of its database, its memory in MB."""

    assets: int
    collector: float
    database: float
    memory: float
    time: float


def main(arguments: Sequence[str] = ()) -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks growth", description=__doc__)
    parser.add_argument("--agents", type=int, default=200)
    parser.add_argument("--assets", type=int, default=50_000, help="of each agent")
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    said = parser.parse_args(arguments)
    total = said.agents * said.assets
    with tempfile.TemporaryDirectory() as directory, _store(said.store) as (url, database, size):
        place = Path(directory)
        with (
            founding.collector(place, said.agents, url) as collector,
            crowd(place, collector.port, 0, shares(said.agents, PROCESSES), said.assets) as agents,
        ):
            agents.ask("open", said.agents)
            collector.forget_peak()
            watch = _Watch(collector, database, total)
            agents.ask("round", said.agents)
            marks = watch.end()
            peak = collector.peak_mb()
        size_of = size or (lambda: founding.store_bytes(place))
        return _told(said.store, marks, peak, size_of() / total, said.agents)


class _Watch:
    """Reads the costs at each mark, in a thread of its own."""

    def __init__(self, collector: founding.Collector, database: Callable[[], float], total: int) -> None:
        self._collector, self._database = collector, database
        self._marks = [self._look()]
        self._at = [each for each in _MARKS if each < total]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> list[Mark]:
        """The marks, the last one of now."""
        self._over.set()
        self._thread.join()
        return [*self._marks, self._look()]

    def _run(self) -> None:
        began = time.monotonic()
        while self._at and not self._over.wait(_LOOK_SECONDS + _LOOK_SHARE * (time.monotonic() - began)):
            now = self._look()
            if now.assets >= self._at[0]:
                self._marks.append(now)
                self._at = [each for each in self._at if each > now.assets]
                print(now, file=sys.stderr, flush=True)

    def _look(self) -> Mark:
        cpu, database = self._collector.cpu_seconds(), self._database()
        memory = self._collector.resident_mb()
        return Mark(_committed(self._collector.http_port), cpu, database, memory, time.monotonic())


def _committed(port: int) -> int:
    """Assets in committed batches, by the collector's own count."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    return int(
        sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == ASSETS
        )
    )


@contextlib.contextmanager
def _store(kind: str) -> Iterator[tuple[str, Callable[[], float], Callable[[], int] | None]]:
    """The address of an empty store, its database's processor time, and its size where that is no file."""
    if kind == "sqlite":
        yield "", lambda: 0.0, None
        return
    with postgresql.serving() as server:
        url = server.empty()
        name = url.rpartition("/")[2]
        yield url, lambda: postgresql.cpu_seconds(server), lambda: postgresql.size(server, name)


def _told(kind: str, marks: list[Mark], peak: float, bytes_each: float, agents: int) -> dict[str, str]:
    results, costs = {}, []
    for before, after in pairwise(marks):
        assets = after.assets - before.assets
        collector, database = (
            (after.collector - before.collector) / assets * 1e6,
            (after.database - before.database) / assets * 1e6,
        )
        costs.append(collector + database)
        rate = assets / (after.time - before.time)
        results[f"{kind}: from {before.assets:,} to {after.assets:,} assets"] = (
            f"{collector:.0f} µs of the collector, {database:.0f} µs of the database; {rate:.0f}/s; "
            f"{after.memory:.0f} MB"
        )
    if len(costs) > 1:  # the first stretch has the opening of the streams in it
        uneven = max(costs[1:]) / min(costs[1:])
        results[f"{kind}: from {marks[1].assets:,} on, dearest ÷ cheapest (≤ {MOST_UNEVEN})"] = (
            f"{uneven:.2f}"
        )
    results[f"{kind}: collector's peak RSS with {agents} streams that send, MB (≤ {MOST_PEAK_MB})"] = (
        f"{peak:.0f}"
    )
    results[f"{kind}: bytes on disk per asset"] = f"{bytes_each:.0f}"
    return results


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), indent=2, ensure_ascii=False))
