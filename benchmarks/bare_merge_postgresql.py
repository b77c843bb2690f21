"""The same least in PostgreSQL: new rows by COPY, changed ones with the version before them.

Parse a batch, look its fingerprints up, write, commit eight batches at a time, durably.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.bare_merge import GROUP, rows_of
from wolkenzicht.v1 import collector_service_pb2 as pb

_MIGRATIONS = Path(__file__).parent.parent / "collector" / "store" / "postgresql" / "migrations"
_SCHEMA = _MIGRATIONS / "0009_evaluation.sql"  # the first of this store
_TABLES = ("asset", "asset_version")
_KNOWN = "SELECT asset_id, fingerprint FROM asset WHERE tenant = %s AND asset_id = ANY(%s)"
_COPY = """
COPY asset (asset_no, tenant, asset_id, account, scope_location, type, fingerprint, provider, name, countries,
            location_class, material, holds, first_seen, changed, record) FROM STDIN
"""
_HISTORY = """
INSERT INTO asset_version (tenant, asset_id, valid_from, valid_to, first_seen, removed, record)
SELECT tenant, asset_id, changed, %s, first_seen, 0, record FROM asset
WHERE tenant = %s AND asset_id = ANY(%s)
"""
_UPDATE = """
UPDATE asset SET fingerprint = %s, countries = %s, location_class = %s, material = %s, changed = %s,
    record = %s WHERE tenant = %s AND asset_id = %s
"""

_NUMBERS = itertools.count(1)

_Connection = psycopg.Connection[tuple[Any, ...]]


def open_database(url: str) -> _Connection:
    """A database with the collector's first tables."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute(_SCHEMA.read_bytes())
    for table in _TABLES:
        connection.execute(
            f"CREATE TABLE {table}_0 PARTITION OF {table} FOR VALUES WITH (MODULUS 1, REMAINDER 0)".encode()
        )
    return connection


def merge(connection: _Connection, batches: Sequence[bytes], now: int) -> int:
    """Merge serialised batches; returns how many assets were written."""
    return sum(
        merge_group(connection, map(pb.AssetBatch.FromString, batches[start : start + GROUP]), now)
        for start in range(0, len(batches), GROUP)
    )


def merge_group(connection: _Connection, batches: Iterable[pb.AssetBatch], now: int) -> int:
    """Merge batches in one transaction."""
    with connection.transaction(), connection.cursor() as cursor:
        return sum(_merge_one(cursor, each, now) for each in batches)


def _merge_one(cursor: psycopg.Cursor[tuple[Any, ...]], batch: pb.AssetBatch, now: int) -> int:
    known = dict(cursor.execute(_KNOWN, ("bench", [each.asset.asset_id for each in batch.assets])))
    rows = rows_of(batch, known, now)
    changed, new = [row for row in rows if row[1] in known], [row for row in rows if row[1] not in known]
    if changed:
        cursor.execute(_HISTORY, (now, "bench", [row[1] for row in changed]))
        cursor.executemany(_UPDATE, [(row[5], *row[8:11], *row[13:15], *row[:2]) for row in changed])
    if new:
        with cursor.copy(_COPY) as copying:
            for row in new:
                copying.write_row((next(_NUMBERS), *row))
    return len(rows)
