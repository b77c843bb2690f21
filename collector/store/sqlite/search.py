"""The index of words in SQLite: how it follows what is kept, and how it is asked."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from collector.store.base.search import words_of
from collector.store.sqlite.database import Database
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

_PENDING = "SELECT tenant, asset_no FROM search_pending ORDER BY tenant, asset_no LIMIT ?"
_TAKEN = "DELETE FROM search_pending WHERE tenant = ? AND asset_no = ?"
_POSITIONS = """
    SELECT t.tenant, coalesce(p.asset_no, 0)
    FROM tenant AS t LEFT JOIN search_position AS p ON p.tenant = t.tenant ORDER BY t.tenant
"""
_NEW = "SELECT asset_no, record FROM asset WHERE tenant = ? AND asset_no > ? ORDER BY asset_no LIMIT ?"
_ONE = "SELECT record FROM asset WHERE tenant = ? AND asset_no = ?"
_MOVE_ON = """
    INSERT INTO search_position (tenant, asset_no) VALUES (?, ?)
    ON CONFLICT (tenant) DO UPDATE SET asset_no = excluded.asset_no
"""
_INSERT = "INSERT INTO search_index (rowid, words) VALUES (?, ?)"
_DELETE = "DELETE FROM search_index WHERE rowid = ?"
_QUEUE = """
    INSERT INTO search_pending (tenant, asset_no) VALUES (?, ?) ON CONFLICT (tenant, asset_no) DO NOTHING
"""

#: No word of an asset begins with it: it is neither letter nor digit, but part of a word for the index.
_TENANT = "\u00a4"
_DIGEST_BYTES = 8


class SqliteSearch:
    """`Search` over SQLite. Raises `StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def follow(self, limit: int) -> int:
        """As `Search.follow`: first what changed, so that nothing is found under what it was."""
        with self._database.reader() as connection:
            if not _behind(connection):
                return 0
        with self._database.writer() as connection:
            positions = dict(connection.execute(_POSITIONS).fetchall())
            done = _take_pending(connection, positions, limit)
            for tenant, position in positions.items():
                if done < limit:
                    done += _take_new(connection, tenant, position, limit - done)
        return done


def queue(connection: sqlite3.Connection, tenant: str, asset_nos: Iterable[int]) -> None:
    """Assets that changed or vanished in this transaction are to be taken in anew, or let go."""
    connection.executemany(_QUEUE, [(tenant, asset_no) for asset_no in asset_nos])


def matching(words: Sequence[str], tenants: Sequence[str] | None) -> str:
    """A search as the index is asked: all the words, in one of the tenants, in any where None is given."""
    parts = [f'"{word}" *' if len(word) > 1 else f'"{word}"' for word in words]
    if tenants is not None:
        parts.append(f"({' OR '.join(_quoted(tenant) for tenant in tenants)})")
    return " AND ".join(parts)


def _quoted(tenant: str) -> str:
    return f'"{_tenant_word(tenant)}"'


def _tenant_word(tenant: str) -> str:
    return _TENANT + blake2b(tenant.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def _behind(connection: sqlite3.Connection) -> bool:
    if connection.execute("SELECT 1 FROM search_pending LIMIT 1").fetchone():
        return True
    return any(
        connection.execute(f"SELECT 1 FROM ({_NEW})", (tenant, position, 1)).fetchone()  # noqa: S608  # our own words
        for tenant, position in connection.execute(_POSITIONS).fetchall()
    )


def _take_pending(connection: sqlite3.Connection, positions: dict[str, int], limit: int) -> int:
    rows = connection.execute(_PENDING, (limit,)).fetchall()
    for tenant, asset_no in rows:
        connection.execute(_DELETE, (asset_no,))
        # What was not taken in yet will be, in its turn.
        if asset_no <= positions.get(tenant, 0):
            for (record,) in connection.execute(_ONE, (tenant, asset_no)).fetchall():
                connection.execute(_INSERT, (asset_no, _words(tenant, record)))
    connection.executemany(_TAKEN, rows)
    return len(rows)


def _take_new(connection: sqlite3.Connection, tenant: str, position: int, limit: int) -> int:
    rows = connection.execute(_NEW, (tenant, position, limit)).fetchall()
    connection.executemany(_INSERT, [(asset_no, _words(tenant, record)) for asset_no, record in rows])
    if rows:
        connection.execute(_MOVE_ON, (tenant, rows[-1][0]))
    return len(rows)


def _words(tenant: str, record: bytes) -> str:
    return " ".join((_tenant_word(tenant), *words_of(ClassifiedAsset.FromString(record).asset)))
