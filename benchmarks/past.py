"""What a question about the past costs beside the same one about the present, as changes add up."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.measured import spread
from collector.store.base import AssetQuery, Organisation, Reading, Sight, Store, Tenant, Times
from collector.store.closing import closing
from collector.store.sql.clock import to_micros
from collector.store.sqlite import open_store
from collector.store.sqlite.database import SqliteDatabase

#: WOLKENZICHT_BENCH_ASSETS sets another number.
ASSETS = int(os.environ.get("WOLKENZICHT_BENCH_ASSETS", "1000000"))
#: Of so many days; on each one asset in a hundred changed.
DAYS = 20
TENANTS = 50
ROUNDS = 3
START = datetime(2026, 1, 1, tzinfo=UTC)
_RECORD = b""
_SIGHT = Sight(None)
_CLASSES = ("inside_eea", "outside_eea_adequate", "unknown", "outside_eea")
_COUNTRIES = (",IE,", ",DE,", ",GB,", ",US,", ",IE,US,")
_COLUMNS = (
    "account, scope_location, scope_type, type, provider, name, countries, location_class, material, holds, "
    "custody, law_reach, law_countries, record"
)


_MARKS = ", ".join("?" * 14)
_INSERT_ASSET = f"""
    INSERT INTO asset (tenant, asset_id, fingerprint, first_seen, changed, recorded, {_COLUMNS})
    VALUES (?, ?, x'00', ?, ?, ?, {_MARKS})
"""  # noqa: S608  # our own names
_INSERT_VERSION = f"""
    INSERT INTO asset_version (tenant, asset_id, valid_from, valid_to, recorded, superseded, removed,
        first_seen, scan_no, ended_scan_no, {_COLUMNS})
    VALUES (?, ?, ?, ?, ?, ?, 0, ?, 1, 2, {_MARKS})
"""  # noqa: S608  # our own names


def main() -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    with (
        tempfile.TemporaryDirectory() as directory,
        closing(open_store(Path(directory) / "past.db", create=True)) as store,
    ):
        _fill(store)
        # Rows were written past the ingest: what it prepares is made of them.
        store.upkeep.repair_counts()
        return dict(_measured(store.reading))


def _measured(reading: Reading) -> Iterator[tuple[str, str]]:
    present: dict[str, float] = {}
    for days in (None, 1, 5, DAYS):
        at = reading
        if days is not None:
            moment = START + timedelta(days=DAYS - days, hours=1)
            at = reading.at(Times(moment, START + timedelta(days=DAYS + 1)))
        for name, ask in _QUESTIONS.items():
            took = [_seconds(ask, at) for _ in range(ROUNDS)]
            what = "now" if days is None else f"{days} days ago ({days} % changed since)"
            yield f"{name}, {ASSETS:,} assets, {what}, ms", spread([each * 1000 for each in took], 0)
            median = sorted(took)[ROUNDS // 2]
            if days is None:
                present[name] = median
            else:
                yield f"{name}, {days} days ago ÷ now", f"{median / present[name]:.2f}"


def _page(reading: Reading) -> object:
    return reading.assets(_SIGHT, AssetQuery(), order_by="asset_id", after=(), limit=101)


_QUESTIONS: dict[str, Callable[[Reading], object]] = {
    "overview": lambda reading: reading.counts(_SIGHT, AssetQuery()),
    "first page": _page,
}


def _seconds(ask: Callable[[Reading], object], reading: Reading) -> float:
    started = time.perf_counter()
    ask(reading)
    return time.perf_counter() - started


def _fill(store: Store) -> None:
    """Assets of several tenants, and a version for each that changed on a day: one in a hundred."""
    store.registry.put_organisations([Organisation("rijk", "Rijk")])
    for number in range(TENANTS):
        store.registry.add_tenant(Tenant(f"t{number:03}", "rijk", "aws", created=START))
    [database] = store.closers
    assert isinstance(database, SqliteDatabase)
    with database.writer() as connection:
        connection.executemany(
            _INSERT_ASSET,
            ((*_key(number), *_times(number), *_values(number)) for number in range(ASSETS)),
        )
        connection.executemany(
            _INSERT_VERSION,
            (
                (*_key(number), begun, changed, begun, changed, begun, *_values(number + 1))
                for number in range(ASSETS)
                for begun, changed, _ in [_times(number)]
                if changed > begun
            ),
        )


def _key(number: int) -> tuple[str, str]:
    return f"t{number % TENANTS:03}", f"arn:aws:s3:::bucket-{number:09}"


def _times(number: int) -> tuple[int, int, int]:
    """When it was first seen, when it changed last and when that was known."""
    day = number // TENANTS % 100
    changed = START + timedelta(days=day + 1 if day < DAYS else 0)
    return to_micros(START), to_micros(changed), to_micros(changed)


def _values(number: int) -> tuple[str | bytes, ...]:
    return (
        *("111122223333", "eu-west-1", "AWS::S3::Bucket", f"AWS::S3::Type{number % 10}", "aws"),
        *(f"bucket-{number}", _COUNTRIES[number % 5], _CLASSES[number % 4]),
        *(("material", "undetermined")[number % 2], "content", "unknown", "direct", ",US,", _RECORD),
    )


if __name__ == "__main__":
    print(json.dumps(main(), indent=2, ensure_ascii=False))
