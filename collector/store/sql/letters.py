"""Deliveries that are over: what was given up, and what a receiver was told of that still stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from collector.store.base import Delivery, Event
from collector.store.sql.clock import from_micros, to_micros
from collector.store.sql.database import Connection, Database, chunks, repeatable
from collector.store.sql.events import delivery, notification
from collector.store.sql.ingest.standing import EVENT_FLAPS

_ROW = """
    SELECT o.event_no, o.event_id, o.tenant, o.finding_id, o.type, o.created, o.payload,
        d.attempts, d.last_error
    FROM delivery AS d JOIN outbox AS o ON o.tenant = d.tenant AND o.event_no = d.event_no
"""

_DEAD = f"""
    {_ROW} WHERE d.route = ? AND d.state = 'dead' AND d.discarded IS NULL ORDER BY d.event_no DESC LIMIT ?
"""
_DISCARDED = f"""
    {_ROW.replace("d.last_error", "d.last_error, d.discarded, d.discarded_by")}
    WHERE d.route = ? AND d.state = 'dead' AND d.discarded IS NOT NULL ORDER BY d.event_no DESC LIMIT ?
"""

_STANDING = f"""
    {_ROW} JOIN finding AS f ON f.tenant = o.tenant AND f.finding_id = o.finding_id
    WHERE d.route = ? AND d.state = 'delivered' AND d.event_no > ?
      AND (f.state = 'open' OR (o.type = '{EVENT_FLAPS}' AND EXISTS (
          SELECT 1 FROM flapping AS p WHERE p.tenant = o.tenant AND p.about = o.about AND p.ended IS NULL)))
      AND NOT EXISTS (SELECT 1 FROM outbox AS later CROSS JOIN delivery AS l
                      WHERE later.tenant = o.tenant AND later.finding_id = o.finding_id
                        AND later.event_no > o.event_no AND l.tenant = later.tenant
                        AND l.event_no = later.event_no AND l.route = d.route AND l.state = 'delivered')
    ORDER BY d.event_no LIMIT ?
"""  # noqa: S608  # our own text

_AGAIN = """
UPDATE delivery SET state = 'due', next_attempt = ?, taken_until = 0
-- fan-out: a route delivers for all tenants
WHERE route = ? AND state = 'dead' AND discarded IS NULL
"""
_THESE = """
AND EXISTS (SELECT 1 FROM outbox AS o
            WHERE o.tenant = delivery.tenant AND o.event_no = delivery.event_no AND o.event_id IN ({values}))
"""
_DISCARD = """
UPDATE delivery SET discarded = ?, discarded_by = ? -- fan-out: a route delivers for all tenants
WHERE route = ? AND state = 'dead' AND discarded IS NULL
"""

_MANY = """
    SELECT n.notification_no, n.notification_id, n.group_id, n.created, n.content, n.attempts, n.last_error
    FROM notification AS n
"""
_DEAD_MANY = f"""
    {_MANY} WHERE n.route = ? AND n.state = 'dead' AND n.discarded IS NULL
    ORDER BY n.notification_no DESC LIMIT ?
"""
_STANDING_MANY = f"""
    {_MANY} JOIN notification_group AS g ON g.route = n.route AND g.group_id = n.group_id
    WHERE n.route = ? AND n.state = 'delivered' AND g.standing > 0
      AND NOT EXISTS (SELECT 1 FROM notification AS later
                      WHERE later.route = n.route AND later.group_id = n.group_id
                        AND later.state = 'delivered' AND later.notification_no > n.notification_no)
    ORDER BY n.notification_no
"""  # noqa: S608  # our own text
_MANY_DISCARDED = f"""
    {_MANY.replace("n.last_error", "n.last_error, n.discarded, n.discarded_by")}
    WHERE n.route = ? AND n.state = 'dead' AND n.discarded IS NOT NULL ORDER BY n.notification_no DESC LIMIT ?
"""
_MANY_AGAIN = """
UPDATE notification SET state = 'due', next_attempt = ?, taken_until = 0
WHERE route = ? AND state = 'dead' AND discarded IS NULL
"""
_MANY_DISCARD = """
UPDATE notification SET discarded = ?, discarded_by = ?
WHERE route = ? AND state = 'dead' AND discarded IS NULL
"""
_THESE_MANY = "AND notification_id IN ({values})"


class SqlLetters:
    """The letters of one store; what each method promises stands with `Letters`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeatable
    def dead(self, route: str, limit: int) -> list[Delivery]:
        """The newest deliveries that were given up, oldest event first."""
        with self._database.reader() as connection:
            rows = connection.execute(_DEAD, (route, limit)).fetchall()
            many = connection.execute(_DEAD_MANY, (route, limit)).fetchall()
        found = [*(delivery(route, row) for row in rows), *(notification(route, row) for row in many)]
        return sorted(found, key=_age)[-limit:]

    @repeatable
    def resend(self, route: str, events: Sequence[str] | None, now: datetime) -> int:
        """Make deliveries that were given up due again: these events', or all; returns how many."""
        return self._write(_AGAIN, _MANY_AGAIN, (to_micros(now), route), events)

    @repeatable
    def discard(self, route: str, events: Sequence[str] | None, by: str, now: datetime) -> int:
        """Let deliveries that were given up be: these events', or all; returns how many. They are kept."""
        return self._write(_DISCARD, _MANY_DISCARD, (to_micros(now), by, route), events)

    @repeatable
    def discarded(self, route: str, limit: int) -> list[Delivery]:
        """The newest that are let be, oldest event first, each with who said so and when."""
        with self._database.reader() as connection:
            rows = connection.execute(_DISCARDED, (route, limit)).fetchall()
            many = connection.execute(_MANY_DISCARDED, (route, limit)).fetchall()
        found = [
            replace(made(route, row[:-2]), discarded=from_micros(row[-2]), discarded_by=row[-1])
            for made, those in ((delivery, rows), (notification, many))
            for row in those
        ]
        return sorted(found, key=_age)[-limit:]

    @repeatable
    def standing(self, route: str, after: int, limit: int) -> list[Event]:
        """Of each open finding the newest event that the route's receiver accepted."""
        with self._database.reader() as connection:
            many = [] if after else self._standing_many(connection, route)
            rows = connection.execute(_STANDING, (route, max(after, 0), limit)).fetchall()
        return [*many, *(delivery(route, row).event for row in rows)]

    def _write(self, alone: str, together: str, values: tuple[Any, ...], events: Sequence[str] | None) -> int:
        """Change deliveries of events and of notifications: all, or those with these identifiers."""
        with self._database.writer() as connection:
            if events is None:
                return sum(connection.execute(each, values).rowcount for each in (alone, together))
            return sum(
                connection.among(f"{statement} {these}", *values, part).rowcount
                for part in chunks(events)
                for statement, these in ((alone, _THESE), (together, _THESE_MANY))
            )

    def _standing_many(self, connection: Connection, route: str) -> list[Event]:
        """The notifications: they are few, and come with the first page."""
        return [notification(route, row).event for row in connection.execute(_STANDING_MANY, (route,))]


def _age(letter: Delivery) -> tuple[datetime, int]:
    return letter.event.created, letter.event.event_no
