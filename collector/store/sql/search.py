"""The index of words: how it follows what is kept, and how it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter

from collector.store.base.search import words_of
from collector.store.sql.database import Connection, Database, WordIndex, chunks, repeatable
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

_PENDING = """
    SELECT tenant, asset_no FROM search_pending ORDER BY tenant, asset_no LIMIT ? -- fan-out: of all in turn
"""
_TAKEN = "DELETE FROM search_pending WHERE tenant = ? AND asset_no = ?"
_POSITIONS = """
    SELECT t.tenant, coalesce(p.asset_no, 0)
    FROM tenant AS t LEFT JOIN search_position AS p ON p.tenant = t.tenant ORDER BY t.tenant
"""
_NEW = "SELECT asset_no, record FROM asset WHERE tenant = ? AND asset_no > ? ORDER BY asset_no LIMIT ?"
_IS_NEW = "SELECT 1 FROM asset WHERE tenant = ? AND asset_no > ? LIMIT 1"
_SOME = "SELECT asset_no, record FROM asset WHERE tenant = ? AND asset_no IN ({values})"
_MOVE_ON = """
    INSERT INTO search_position (tenant, asset_no) VALUES (?, ?)
    ON CONFLICT (tenant) DO UPDATE SET asset_no = excluded.asset_no
"""
_QUEUE = """
    INSERT INTO search_pending (tenant, asset_no) VALUES (?, ?) ON CONFLICT (tenant, asset_no) DO NOTHING
"""

#: No word of an asset begins with it: it is neither letter nor digit, but part of a word for the index.
_TENANT = "\u00a4"
_DIGEST_BYTES = 8

#: Who holds it takes in what is new; others let it.
_TURN = "search"


class SqlSearch:
    """`Search`. Raises `StorageError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeatable
    def follow(self, limit: int) -> int:
        """As `Search.follow`: first what changed, so that nothing is found under what it was."""
        with self._database.reader() as connection:
            if not _behind(connection):
                return 0
        with self._database.writer() as connection:
            connection.lock(_TURN)
            index = self._database.words
            positions = dict(connection.execute(_POSITIONS).fetchall())
            done = _take_pending(connection, index, positions, limit)
            for tenant, position in positions.items():
                if done < limit:
                    done += _take_new(connection, index, tenant, position, limit - done)
        return done


def queue(connection: Connection, tenant: str, asset_nos: Iterable[int]) -> None:
    """Assets that changed or vanished in this transaction are to be taken in anew, or let go."""
    connection.executemany(_QUEUE, [(tenant, asset_no) for asset_no in asset_nos])


def asked(index: WordIndex, words: Sequence[str], tenants: Sequence[str]) -> str:
    """A search as the index is asked: all the words, in one of the tenants."""
    return index.asked(words, [_tenant_word(tenant) for tenant in tenants])


def _tenant_word(tenant: str) -> str:
    return _TENANT + blake2b(tenant.encode(), digest_size=_DIGEST_BYTES).hexdigest()


def _behind(connection: Connection) -> bool:
    if connection.execute("SELECT 1 FROM search_pending LIMIT 1 -- fan-out: whether there is any").fetchone():
        return True
    return any(
        connection.execute(_IS_NEW, place).fetchone() for place in connection.execute(_POSITIONS).fetchall()
    )


def _take_pending(connection: Connection, index: WordIndex, positions: dict[str, int], limit: int) -> int:
    rows: list[tuple[str, int]] = connection.execute(_PENDING, (limit,)).fetchall()
    connection.executemany(index.delete, [{"tenant": tenant, "asset_no": number} for tenant, number in rows])
    for tenant, places in groupby(rows, itemgetter(0)):
        # What was not taken in yet will be, in its turn.
        numbers = [number for _, number in places if number <= positions.get(tenant, 0)]
        for part in chunks(numbers):
            _insert(connection, index, tenant, connection.among(_SOME, tenant, part).fetchall())
    connection.executemany(_TAKEN, rows)
    return len(rows)


def _take_new(connection: Connection, index: WordIndex, tenant: str, position: int, limit: int) -> int:
    rows = connection.execute(_NEW, (tenant, position, limit)).fetchall()
    if rows:
        _insert(connection, index, tenant, rows)
        connection.execute(_MOVE_ON, (tenant, rows[-1][0]))
    return len(rows)


def _insert(connection: Connection, index: WordIndex, tenant: str, rows: Iterable[tuple[int, bytes]]) -> None:
    connection.executemany(
        index.insert,
        [
            {"tenant": tenant, "asset_no": asset_no, "words": _words(tenant, record)}
            for asset_no, record in rows
        ],
    )


def _words(tenant: str, record: bytes) -> str:
    return " ".join((_tenant_word(tenant), *words_of(ClassifiedAsset.FromString(record).asset)))
