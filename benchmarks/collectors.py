"""One, two and four collectors on one PostgreSQL: throughput against one; nothing lost, doubled or locked.

Four tenants in all, shared out over the collectors. Each is a process that commits whole scans as a collector
does, without a network, for clients would take the processors that are measured.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from datetime import UTC, datetime

import psycopg

from benchmarks import frames, postgresql
from benchmarks.ingest_side import CHANGED
from benchmarks.measured import spread
from collector.store.base import Organisation, Tenant
from collector.store.closing import closing
from collector.store.opening import open_store
from tests.servers.postgresql import PostgresqlServer

TENANTS = ("bench-1", "bench-2", "bench-3", "bench-4")
COUNTS = (1, 2, 4)
_PATIENCE_SECONDS = 1800


def main(arguments: list[str] | None = None) -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, default=25_000, help="for each of four tenants")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(arguments or [])
    rates: dict[tuple[int, str], list[float]] = {}
    for _ in range(given.rounds):
        with postgresql.serving() as server:
            for count in COUNTS:
                for name, rate in measure(server, count, given.assets).items():
                    rates.setdefault((count, name), []).append(rate)
    results = {}
    for name in ("initial", "rescan"):
        one = rates[1, name]
        results[f"{name}: one collector, assets/s"] = spread(one, 0)
        for count in COUNTS[1:]:
            ratios = [these / alone for these, alone in zip(rates[count, name], one, strict=True)]
            results[f"{name}: {count} collectors ÷ one"] = spread(ratios)
    results["deadlocks, lost and doubled versions, in all"] = "0"
    return results


def measure(server: PostgresqlServer, count: int, assets: int) -> dict[str, float]:
    """Assets per second of so many collectors on a new database. Raises where one is lost or doubled."""
    url = server.empty()
    with closing(open_store(url, create=True)) as store:
        store.registry.put_organisations([Organisation("mvz", "Ministerie van Voorbeeldzaken")])
        for tenant in TENANTS:
            store.registry.add_tenant(Tenant(tenant, "mvz", "aws", created=datetime.now(UTC)))
    command = [sys.executable, "-m", "benchmarks.collectors_side", "--store", url, "--assets", str(assets)]
    sides = [
        subprocess.Popen(
            [*command, *TENANTS[number::count]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for number in range(count)
    ]
    try:
        rates = {name: len(TENANTS) * assets / _all_at_once(sides) for name in ("initial", "rescan")}
        for side in sides:
            side.communicate(timeout=_PATIENCE_SECONDS)
            assert side.returncode == 0, f"a collector ended with {side.returncode}"
    finally:
        for side in sides:
            side.kill()
    nothing_went_wrong(url, assets)
    server.drop(url)
    return rates


def _all_at_once(sides: list[subprocess.Popen[str]]) -> float:
    """Let every collector commit its next scans, from the same moment on; seconds until all are done."""
    for side in sides:
        assert side.stdout is not None
        assert json.loads(side.stdout.readline()) == "ready"
    begun = time.perf_counter()
    for side in sides:
        assert side.stdin is not None
        side.stdin.write("go\n")
        side.stdin.flush()
    for side in sides:
        assert side.stdout is not None
        assert json.loads(side.stdout.readline()) == "done"
    return time.perf_counter() - begun


def nothing_went_wrong(url: str, assets: int) -> None:
    """Every tenant has its assets once, each that changed one earlier version; nobody waited for another."""
    changed = frames.changed_of(assets, round(1 / CHANGED))
    with psycopg.connect(url) as connection:
        present = connection.execute(
            "SELECT tenant, count(*), count(DISTINCT asset_id) FROM asset GROUP BY tenant ORDER BY tenant"
        ).fetchall()
        earlier = connection.execute(
            "SELECT tenant, count(*), count(DISTINCT asset_id) FROM asset_version"
            " GROUP BY tenant ORDER BY tenant"
        ).fetchall()
        deadlocks = connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    assert present == [(tenant, assets, assets) for tenant in TENANTS], present
    assert earlier == [(tenant, changed, changed) for tenant in TENANTS], earlier
    assert deadlocks == (0,), deadlocks


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1:]), indent=2, ensure_ascii=False))
