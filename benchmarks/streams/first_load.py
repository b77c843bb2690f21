"""`python -m benchmarks first_load`: a first load over mTLS beside the least that takes the same in.

One agent sends all of its assets to a collector that has nothing, with everything that a collector does; then
to a server that parses, merges and acknowledges. Each in a process of its own, as is the agent.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import postgresql
from benchmarks.measured import spread
from benchmarks.streams import founding
from benchmarks.streams.measuring import crowd
from deploy.demo.processes import background, free_port
from tests.servers.postgresql import PostgresqlServer

#: To reach: rate of the collector over that of the bare server.
LEAST = 0.7


def main(arguments: Sequence[str] = ()) -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks first_load", description=__doc__)
    parser.add_argument("--assets", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--postgresql", action="store_true")
    said = parser.parse_args(arguments)
    rates: dict[str, list[float]] = {"collector": [], "bare": []}
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(postgresql.serving()) if said.postgresql else None
        for _ in range(said.rounds):
            for side, seconds in _round(said.assets, server).items():
                rates[side].append(said.assets / seconds)
    ratios = [ours / bare for ours, bare in zip(rates["collector"], rates["bare"], strict=True)]
    return {
        "bare server: assets/s": spread(rates["bare"], 0),
        "collector: assets/s": spread(rates["collector"], 0),
        f"collector ÷ bare server (≥ {LEAST})": spread(ratios),
    }


def _round(assets: int, server: PostgresqlServer | None) -> dict[str, float]:
    """Seconds of each side."""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        with _database(server) as url, founding.collector(place, 1, url) as collector:
            taken = {"collector": _sent(place, collector.port, assets)}
        port = free_port()
        with _database(server) as url:
            where = ("--url", url) if url else ("--directory", directory)
            folder = place / "collector"
            serve = [sys.executable, "-m", "benchmarks.streams.bare_server", str(folder), str(port), *where]
            with background(serve, port, place / "bare.log"):
                taken["bare"] = _sent(place, port, assets)
    return taken


def _sent(place: Path, port: int, assets: int) -> float:
    """Seconds until all is acknowledged."""
    with crowd(place, port, 0, (1,), assets) as agent:
        agent.ask("open", 1)
        _, [seconds] = agent.ask("round", 1)
    return seconds


@contextlib.contextmanager
def _database(server: PostgresqlServer | None) -> Iterator[str]:
    """The address of a new database; empty where a file will do."""
    if server is None:
        yield ""
        return
    url = server.empty()
    yield url
    server.drop(url)
