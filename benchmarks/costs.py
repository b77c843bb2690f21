"""What an asset costs a store: bytes on disk, write-ahead log and processor time, first and when it changes.

`python -m benchmarks.costs --assets 100000` prints them for both stores, as `benchmarks/costs.toml` has them.
"""

from __future__ import annotations

import argparse
import sqlite3
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import frames, postgresql
from benchmarks.rescan_side import TENANT, Both, Estate
from collector.store import closing as closed
from collector.store.base import Organisation, Store, Tenant
from collector.store.opening import open_store

SCOPES = 5
_CHANGED_EVERY = 10
_PAGES = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"


@dataclass(frozen=True, slots=True)
class Meter:
    """Where a store is, and what it has cost so far besides the time of the process that uses it."""

    place: str | Path
    size: Callable[[], int]
    wal: Callable[[], int]
    cpu: Callable[[], float]


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, default=100_000)
    arguments = parser.parse_args()
    print(f"# python -m benchmarks.costs --assets {arguments.assets}, {datetime.now(UTC):%Y-%m-%d}")
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory) / "store.db"
        meter = Meter(place, lambda: _file_size(place), lambda: 0, lambda: 0.0)
        _tell("sqlite", measure(meter, Path(directory), arguments.assets))
    with tempfile.TemporaryDirectory() as directory, postgresql.serving() as server:
        url = server.empty()
        name = url.rpartition("/")[2]
        meter = Meter(
            url,
            lambda: postgresql.size(server, name),
            lambda: postgresql.wal_bytes(server),
            lambda: postgresql.cpu_seconds(server),
        )
        _tell("postgresql", measure(meter, Path(directory), arguments.assets))


def measure(meter: Meter, directory: Path, assets: int) -> dict[str, float]:
    """Load so many assets, then scan again with a tenth of them changed; costs per asset, and per change."""
    costs: dict[str, float] = {}
    with closed.closing(open_store(meter.place, create=True)) as store:
        both = Both(directory, _founded(store))
        for name, estate, counted in (
            ("first", Estate(assets, SCOPES), assets),
            ("changed", Estate(assets, SCOPES, _CHANGED_EVERY, 1), frames.changed_of(assets, _CHANGED_EVERY)),
        ):
            size, wal, cpu = meter.size(), meter.wal(), meter.cpu()
            scanned = both.scan(estate)
            costs[f"{name}_collector_cpu_us"] = scanned["collector_cpu"] / counted * 1e6
            costs[f"{name}_database_cpu_us"] = (meter.cpu() - cpu) / counted * 1e6
            costs[f"{name}_wal_bytes"] = (meter.wal() - wal) / counted
            costs[f"{name}_disk_bytes"] = (meter.size() - size) / counted
            costs[f"{name}_network_bytes"] = scanned["bytes"] / counted
    return costs


def _founded(store: Store) -> Store:
    store.registry.put_organisations([Organisation("mvz", "Ministerie van Voorbeeldzaken")])
    store.registry.add_tenant(Tenant(TENANT, "mvz", "aws", created=datetime.now(UTC)))
    return store


def _file_size(place: Path) -> int:
    """Bytes of the file once all of its write-ahead log is in it."""
    with closing(sqlite3.connect(place)) as connection:
        [(size,)] = connection.execute(
            "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
        )
    return int(size)


def _tell(name: str, costs: dict[str, float]) -> None:
    print(f"\n[{name}]")
    for key, value in costs.items():
        print(f"{key} = {value:.0f}")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
