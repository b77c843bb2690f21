"""How feeds are kept: by the digest of their token, and by the asker whose sight they give."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from collector.store.base import CertificateRecord, Feed
from collector.store.sql.clock import from_micros, to_micros
from collector.store.sql.database import Database, repeatable, undone_first
from wolkenzicht.errors import ConfigurationError

_ADD = """
    INSERT INTO feed (digest, feed_id, role, organisation, name, created, withdrawn)
    VALUES (?, ?, ?, ?, ?, ?, NULL)
"""
_COLUMNS = "f.feed_id, f.role, f.organisation, f.name, f.created, f.withdrawn"
_ADMITTED = f"""
    SELECT {_COLUMNS}, c.serial, c.not_before, c.not_after
    FROM feed AS f JOIN certificate AS c -- fan-out: askers have no tenant
    ON c.kind = 'asker' AND c.role = f.role AND c.organisation = f.organisation AND c.name = f.name
    WHERE f.digest = ? AND f.withdrawn IS NULL AND c.revoked IS NULL AND c.not_after > ?
    ORDER BY c.not_after DESC, c.serial LIMIT 1
"""
_LISTED = f"SELECT {_COLUMNS} FROM feed AS f ORDER BY f.created DESC, f.feed_id"
_NAMED = f"SELECT {_COLUMNS} FROM feed AS f WHERE f.feed_id = ? AND f.withdrawn IS NULL"
_OF_ASKER = f"""
    SELECT {_COLUMNS} FROM feed AS f
    WHERE f.role = ? AND f.organisation = ? AND f.name = ? AND f.withdrawn IS NULL
    ORDER BY f.created, f.feed_id
"""
_WITHDRAW = "UPDATE feed SET withdrawn = ? WHERE feed_id = ? AND withdrawn IS NULL"


class SqlFeeds:
    """`Feeds`; what each method promises stands there. Raises `StorageError` besides."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @undone_first
    def add(self, feed: Feed, digest: str) -> None:
        """As `Feeds.add`."""
        with self._database.writer() as connection:
            connection.execute(
                _ADD,
                (digest, feed.feed_id, feed.role, feed.organisation, feed.name, to_micros(feed.created)),
            )

    @repeatable
    def admitted(self, digest: str, now: datetime) -> tuple[Feed, CertificateRecord] | None:
        """As `Feeds.admitted`."""
        with self._database.reader() as connection:
            row = connection.execute(_ADMITTED, (digest, to_micros(now))).fetchone()
        if row is None:
            return None
        feed = _feed(row[:6])
        serial, not_before, not_after = row[6:]
        record = CertificateRecord(
            serial=serial,
            kind="asker",
            not_before=from_micros(not_before),
            not_after=from_micros(not_after),
            organisation=feed.organisation,
            role=feed.role,
            name=feed.name,
        )
        return feed, record

    @repeatable
    def listed(self) -> list[Feed]:
        """As `Feeds.listed`."""
        with self._database.reader() as connection:
            return [_feed(row) for row in connection.execute(_LISTED)]

    @undone_first
    def withdraw(self, feed_id: str, now: datetime) -> Feed:
        """As `Feeds.withdraw`."""
        with self._database.writer() as connection:
            row = connection.execute(_NAMED, (feed_id,)).fetchone()
            if row is None:
                raise ConfigurationError(f"no feed {feed_id[:100]!r} is left; see `askers feeds`")
            connection.execute(_WITHDRAW, (to_micros(now), feed_id))
        return _feed(row)

    @repeatable
    def withdraw_of(self, asker: CertificateRecord, now: datetime) -> list[Feed]:
        """As `Feeds.withdraw_of`."""
        whose = (asker.role, asker.organisation, asker.name)
        with self._database.writer() as connection:
            found = [_feed(row) for row in connection.execute(_OF_ASKER, whose).fetchall()]
            connection.executemany(_WITHDRAW, [(to_micros(now), each.feed_id) for each in found])
        return found


def _feed(row: tuple[Any, ...]) -> Feed:
    feed_id, role, organisation, name, created, withdrawn = row
    return Feed(
        feed_id,
        role,
        organisation,
        name,
        from_micros(created),
        None if withdrawn is None else from_micros(withdrawn),
    )
