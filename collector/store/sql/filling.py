"""Fills the columns of versions that were kept before there were such columns, from their records."""

from __future__ import annotations

from collector.store.sql.database import Database
from collector.store.sql.ingest.rows import rejudged
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

_STEP = 1000
_EMPTY = """
    SELECT tenant, asset_id, valid_from, recorded, record FROM asset_version
    WHERE location_class = '' LIMIT ? -- fan-out: where any is left, whoever's it is
"""
_FILL = """
    UPDATE asset_version SET type = ?, provider = ?, name = ?, countries = ?, location_class = ?,
        material = ?, holds = ?, custody = ?, law_reach = ?, law_countries = ?, account = ?,
        scope_location = ?, scope_type = ?
    WHERE tenant = ? AND asset_id = ? AND valid_from = ? AND recorded = ?
"""


def fill_versions(database: Database) -> int:
    """Fill what is empty, a thousand at a time; returns how many. Where nothing is, it costs a look."""
    filled = 0
    while True:
        with database.reader() as connection:
            rows = connection.execute(_EMPTY, (_STEP,)).fetchall()
        if not rows:
            return filled
        values = []
        for tenant, asset_id, valid_from, recorded, record in rows:
            message = ClassifiedAsset.FromString(record)
            kind, _fingerprint, *columns, _group = rejudged(message, 0, ()).columns
            # Of an earlier version only its asset tells where it was read.
            place = (message.asset.account, message.asset.location, message.asset.type)
            values.append((kind, *columns, *place, tenant, asset_id, valid_from, recorded))
        with database.writer() as connection:
            connection.executemany(_FILL, values)
        filled += len(rows)
