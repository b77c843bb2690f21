"""The least that keeping assets with their history in SQLite can cost, on the collector's own schema.

Parse a batch, look its fingerprints up, write what is new or changed and the version before it,
commit eight batches at a time with synchronous=FULL. No scopes, findings, checks or roles.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from wolkenzicht.v1 import collector_service_pb2 as pb

GROUP = 8
_SCHEMA = Path(__file__).parent.parent / "collector" / "store" / "sqlite" / "migrations" / "0001_first.sql"
_UPSERT = """
INSERT INTO asset (tenant, asset_id, account, scope_location, type, fingerprint, provider, name, countries,
                   location_class, material, holds, first_seen, changed, record)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (tenant, asset_id) DO UPDATE SET
    fingerprint = excluded.fingerprint, countries = excluded.countries, changed = excluded.changed,
    location_class = excluded.location_class, material = excluded.material, record = excluded.record
"""
_HISTORY = """
INSERT INTO asset_version (tenant, asset_id, valid_from, valid_to, first_seen, removed, record)
SELECT tenant, asset_id, changed, ?, first_seen, 0, record FROM asset WHERE tenant = ? AND asset_id = ?
"""


def open_database(path: Path) -> sqlite3.Connection:
    """A database with the collector's tables and settings."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "PRAGMA wal_autocheckpoint=10000; PRAGMA cache_size=-65536;"
    )
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'asset'").fetchone():
        connection.executescript(_SCHEMA.read_text())
    return connection


def merge(connection: sqlite3.Connection, batches: Sequence[bytes], now: int) -> int:
    """Merge serialised batches; returns how many assets were written."""
    return sum(
        merge_group(connection, map(pb.AssetBatch.FromString, batches[start : start + GROUP]), now)
        for start in range(0, len(batches), GROUP)
    )


def merge_group(connection: sqlite3.Connection, batches: Iterable[pb.AssetBatch], now: int) -> int:
    """Merge batches in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    written = sum(_merge_one(connection, each, now) for each in batches)
    connection.execute("COMMIT")
    return written


def _merge_one(connection: sqlite3.Connection, batch: pb.AssetBatch, now: int) -> int:
    ids = [each.asset.asset_id for each in batch.assets]
    marks = ",".join("?" * len(ids))
    select = f"SELECT asset_id, fingerprint FROM asset WHERE tenant = ? AND asset_id IN ({marks})"  # noqa: S608 - marks only
    known = dict(connection.execute(select, ("bench", *ids)))
    rows = rows_of(batch, known, now)
    connection.executemany(_HISTORY, [(now, "bench", row[1]) for row in rows if row[1] in known])
    connection.executemany(_UPSERT, rows)
    return len(rows)


def rows_of(batch: pb.AssetBatch, known: Mapping[str, bytes], now: int) -> list[tuple[Any, ...]]:
    """What is new or changed of a batch, as rows from `tenant` to `record`."""
    return [
        (
            "bench",
            asset_id,
            each.asset.account,
            batch.scope.location,
            each.asset.type,
            each.fingerprint,
            each.asset.provider,
            each.asset.name,
            ",".join(country for verdict in each.verdict.locations for country in verdict.countries),
            str(each.verdict.location_class),
            str(each.verdict.material),
            str(each.asset.holds),
            now,
            now,
            each.SerializeToString(),
        )
        for each in batch.assets
        if known.get(asset_id := each.asset.asset_id) != each.fingerprint
    ]
