"""How versions that no month's end shows are let go, a step at a time, with a record of what went."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from collector.store.base import Thinned
from collector.store.sql.clock import bounds_of, from_micros, month_of, to_micros
from collector.store.sql.database import Connection, Database, repeatable
from collector.store.sql.ingest.times import ASSETS, FINDINGS, SCOPES, Versions

_TABLES = (ASSETS, FINDINGS, SCOPES)
_DIGEST_BYTES = 32
_STEP = 5000

_DONE = "SELECT max(month) FROM thinned WHERE tenant = ? AND finished IS NOT NULL"
_STATE = "SELECT versions, digest, started, finished, position FROM thinned WHERE tenant = ? AND month = ?"
_KEEP = """
    INSERT INTO thinned (tenant, month, versions, digest, position, started, finished)
    VALUES (?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (tenant, month) DO UPDATE SET versions = excluded.versions, digest = excluded.digest,
        position = excluded.position, finished = excluded.finished
"""
_ALL = """
    SELECT tenant, month, versions, digest, started, finished FROM thinned
    ORDER BY tenant, month -- fan-out: what went of all tenants
"""
_TENANTS = "SELECT tenant FROM tenant ORDER BY tenant -- fan-out: each has months of its own"

#: How far a month has come: the number of the table, and the key of the last version looked at.
_Position = tuple[int, tuple[Any, ...]]
_START: _Position = (0, ())


def _begun(now: datetime) -> tuple[int, bytes, int, None, str]:
    """What is recorded of a month before its first step."""
    return 0, bytes(_DIGEST_BYTES), to_micros(now), None, ""


class SqlRetention:
    """`Retention`: every method may run in any thread; raises `StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeatable
    def due(self, before: datetime) -> list[Thinned]:
        """As `Retention.due`."""
        with self._database.reader() as connection:
            found = []
            for tenant in _tenants(connection):
                month = _next(connection, tenant, _done(connection, tenant))
                if _is_before(month, before):
                    state = connection.execute(_STATE, (tenant, month)).fetchone()
                    found.append(Thinned(tenant, month, state[0] if state else 0))
            return found

    @repeatable
    def thin(self, tenant: str, month: str, now: datetime, limit: int) -> Thinned:
        """As `Retention.thin`."""
        with self._database.writer(tenants=[tenant]) as connection:
            state = connection.execute(_STATE, (tenant, month)).fetchone()
            if state is not None and state[3] is not None:
                # Another collector ended it meanwhile.
                return _thinned((tenant, month, *state[:4]))
            versions, digest, started, _, text = state or _begun(now)
            table, key = json.loads(text) if text else _START
            rows = _rows(connection, _TABLES[table], tenant, month, tuple(key), limit)
            gone = [row for row in rows if _is_between(row)]
            _delete(connection, _TABLES[table], tenant, gone)
            for row in gone:
                digest = _chained(digest, _TABLES[table], tenant, row)
            position: _Position = (table, rows[-1].key) if rows else (table, tuple(key))
            if len(rows) < limit:
                position = (table + 1, ())
            finished = to_micros(now) if position[0] == len(_TABLES) else None
            versions += len(gone)
            connection.execute(
                _KEEP, (tenant, month, versions, digest, json.dumps(position), started, finished)
            )
        return _thinned((tenant, month, versions, digest, started, finished))

    @repeatable
    def preview(self, before: datetime) -> list[Thinned]:
        """As `Retention.preview`."""
        found = []
        with self._database.reader() as connection:
            for tenant in _tenants(connection):
                month = _next(connection, tenant, _done(connection, tenant))
                while _is_before(month, before):
                    count = sum(_is_between(row) for row in _all_rows(connection, tenant, month))
                    found.append(Thinned(tenant, month, count))
                    month = _next(connection, tenant, month)
        return found

    @repeatable
    def thinned(self) -> list[Thinned]:
        """As `Retention.thinned`."""
        with self._database.reader() as connection:
            return [_thinned(row) for row in connection.execute(_ALL)]


class _Row:
    """A version: its key after the tenant, in the order of the walk, its times, and what it says."""

    __slots__ = ("key", "recorded", "superseded", "valid_from", "valid_to", "values")

    def __init__(self, row: tuple[Any, ...], columns: int) -> None:
        self.superseded, *of, self.valid_from, self.recorded = row[: columns + 3]
        self.key = (self.superseded, *of, self.valid_from, self.recorded)
        self.valid_to = row[columns + 3]
        self.values = row[columns + 3 :]


def _is_between(row: _Row) -> bool:
    """Whether it neither held nor was thought to hold at the end of any month."""
    return month_of(row.recorded) == month_of(row.superseded) and (
        month_of(row.valid_from) == month_of(row.valid_to)
    )


def _walk(table: Versions) -> tuple[str, ...]:
    return ("superseded", *table.of[1:], "valid_from", "recorded")


def _rows(
    connection: Connection,
    table: Versions,
    tenant: str,
    month: str,
    after: tuple[Any, ...],
    limit: int,
) -> list[_Row]:
    walk = _walk(table)
    start, end = bounds_of(month)
    beyond = f"AND ({', '.join(walk)}) > ({', '.join('?' for _ in walk)})" if after else ""
    cursor = connection.execute(
        f"SELECT {', '.join(walk)}, valid_to, withdrawn, {', '.join(table.columns)} FROM {table.table} "
        f"WHERE tenant = ? AND superseded >= ? AND superseded < ? {beyond} "
        f"ORDER BY {', '.join(walk)} LIMIT ?",
        (tenant, start, end, *after, limit),
    )
    return [_Row(row, len(table.of) - 1) for row in cursor]


def _all_rows(connection: Connection, tenant: str, month: str) -> Iterator[_Row]:
    for table in _TABLES:
        after: tuple[Any, ...] = ()
        while rows := _rows(connection, table, tenant, month, after, _STEP):
            yield from rows
            after = rows[-1].key


def _delete(connection: Connection, table: Versions, tenant: str, rows: list[_Row]) -> None:
    same = " AND ".join(f"{each} = ?" for each in _walk(table))
    connection.executemany(
        f"DELETE FROM {table.table} WHERE tenant = ? AND {same}", [(tenant, *row.key) for row in rows]
    )


def _chained(digest: bytes, table: Versions, tenant: str, row: _Row) -> bytes:
    values = [each.hex() if isinstance(each, bytes) else each for each in row.values]
    text = json.dumps([table.table, tenant, *row.key, *values], ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(digest + text.encode(), digest_size=_DIGEST_BYTES).digest()


def _tenants(connection: Connection) -> list[str]:
    return [tenant for (tenant,) in connection.execute(_TENANTS)]


def _done(connection: Connection, tenant: str) -> str:
    [(month,)] = connection.execute(_DONE, (tenant,)).fetchall()
    return month or ""


def _next(connection: Connection, tenant: str, month: str) -> str:
    """The first month after one (the very first where it is empty) in which a version ended; else empty."""
    start = bounds_of(month)[1] if month else 0
    found = [
        connection.execute(
            f"SELECT min(superseded) FROM {table.table} WHERE tenant = ? AND superseded >= ?", (tenant, start)
        ).fetchone()[0]
        for table in _TABLES
    ]
    return min((month_of(each) for each in found if each is not None), default="")


def _is_before(month: str, moment: datetime) -> bool:
    return bool(month) and bounds_of(month)[1] <= to_micros(moment)


def _thinned(row: tuple[Any, ...]) -> Thinned:
    tenant, month, versions, digest, started, finished = row
    return Thinned(
        tenant=tenant,
        month=month,
        versions=versions,
        digest=digest,
        started=from_micros(started),
        finished=None if finished is None else from_micros(finished),
    )
