"""The collector's ingest against a bare merge into the same tables: assets per second as a ratio.

In SQLite; with `--postgresql` in a server of its own, a new database for each round.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks import postgresql
from benchmarks.measured import run, spread
from tests.servers.postgresql import PostgresqlServer

ASSETS = 100_000
ROUNDS = 5
#: To reach: rate of a first load over that of the bare merge.
LEAST = 0.7


def main(arguments: Sequence[str] = ()) -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks ingest", description=__doc__)
    parser.add_argument("--assets", type=int, default=ASSETS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--postgresql", action="store_true")
    asked = parser.parse_args(arguments)
    if not asked.postgresql:
        return _measure(asked.assets, asked.rounds, None)
    with postgresql.serving() as server:
        return _measure(asked.assets, asked.rounds, server)


def _measure(assets: int, rounds: int, server: PostgresqlServer | None) -> dict[str, str]:
    rates: dict[str, dict[str, list[float]]] = {"bare": {}, "store": {}}
    peaks: dict[str, list[float]] = {"bare": [], "store": []}
    for _ in range(rounds):
        for side, measured in rates.items():
            with tempfile.TemporaryDirectory() as directory, _place(Path(directory), server) as place:
                log = Path(directory) / "log"
                arguments = ["--assets", str(assets), *place]
                cost = run([sys.executable, "-m", "benchmarks.ingest_side", side, *arguments], {}, log)
                assert cost.exit_code == 0, log.read_text()
                for name, rate in json.loads(log.read_text().splitlines()[-1]).items():
                    measured.setdefault(name, []).append(rate)
                peaks[side].append(cost.peak_mb)
    results = {}
    for name in ("initial", "rescan"):
        bare, store = rates["bare"][name], rates["store"][name]
        results[f"{name}: bare merge, assets/s"] = spread(bare, 0)
        results[f"{name}: ingest, assets/s"] = spread(store, 0)
        ratios = [ours / theirs for ours, theirs in zip(store, bare, strict=True)]
        goal = f" (≥ {LEAST})" if name == "initial" else ""
        results[f"{name}: ingest ÷ bare merge{goal}"] = spread(ratios)
    results["bare merge, peak RSS MB"] = spread(peaks["bare"], 0)
    results["ingest, peak RSS MB"] = spread(peaks["store"], 0)
    return results


@contextmanager
def _place(directory: Path, server: PostgresqlServer | None) -> Iterator[tuple[str, str]]:
    """Where a side keeps what it takes, as options."""
    if server is None:
        yield ("--directory", str(directory))
        return
    url = server.empty()
    yield ("--url", url)
    server.drop(url)
