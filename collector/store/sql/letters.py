"""Deliveries that are over: what was given up, and what a receiver was told of that still stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from collector.store.base import Delivery, Event
from collector.store.sql import events, notifications
from collector.store.sql.clock import to_micros
from collector.store.sql.database import Database, chunks, repeatable

_ROW = """
    SELECT o.event_no, o.event_id, o.tenant, o.finding_id, o.type, o.created, o.payload,
        d.attempts, d.last_error
    FROM delivery AS d JOIN outbox AS o ON o.tenant = d.tenant AND o.event_no = d.event_no
"""

_DEAD = f"""
    {_ROW} WHERE d.route = ? AND d.state = 'dead' ORDER BY d.event_no DESC LIMIT ?
"""

_STANDING = f"""
    {_ROW} JOIN finding AS f ON f.tenant = o.tenant AND f.finding_id = o.finding_id
    WHERE d.route = ? AND d.state = 'delivered' AND d.event_no > ? AND f.state = 'open'
      AND NOT EXISTS (SELECT 1 FROM outbox AS later CROSS JOIN delivery AS l
                      WHERE later.tenant = o.tenant AND later.finding_id = o.finding_id
                        AND later.event_no > o.event_no AND l.tenant = later.tenant
                        AND l.event_no = later.event_no AND l.route = d.route AND l.state = 'delivered')
    ORDER BY d.event_no LIMIT ?
"""  # noqa: S608  # our own text

_AGAIN = """
UPDATE delivery SET state = 'due', next_attempt = ?, taken_until = 0
-- fan-out: a route delivers for all tenants
WHERE route = ? AND state = 'dead'
"""
_THESE_AGAIN = f"""
{_AGAIN} AND EXISTS (SELECT 1 FROM outbox AS o
                     WHERE o.tenant = delivery.tenant AND o.event_no = delivery.event_no
                       AND o.event_id IN ({{values}}))
"""  # noqa: S608  # our own text


class SqlLetters:
    """The letters of one store; what each method promises stands with `Letters`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeatable
    def dead(self, route: str, limit: int) -> list[Delivery]:
        """The newest deliveries that were given up, oldest event first."""
        with self._database.reader() as connection:
            rows = connection.execute(_DEAD, (route, limit)).fetchall()
            many = notifications.dead(connection, route, limit)
        found = [events.delivery(route, row) for row in reversed(rows)]
        found += [events.notification(route, row) for row in many]
        return sorted(found, key=lambda each: each.event.created)[-limit:]

    @repeatable
    def resend(self, route: str, identifiers: Sequence[str] | None, now: datetime) -> int:
        """Make deliveries that were given up due again: these events', or all; returns how many."""
        moment = to_micros(now)
        with self._database.writer() as connection:
            count = notifications.again(connection, route, identifiers, moment)
            if identifiers is None:
                return count + connection.execute(_AGAIN, (moment, route)).rowcount
            for part in chunks(identifiers):
                count += connection.among(_THESE_AGAIN, moment, route, part).rowcount
        return count

    @repeatable
    def standing(self, route: str, after: int, limit: int) -> list[Event]:
        """Of each open finding, and of groups with open ones, the newest event that the receiver accepted."""
        with self._database.reader() as connection:
            # Those of notifications are below zero, and so come first.
            many = notifications.standing(connection, route, -after, limit) if after < 0 else []
            left = limit - len(many)
            rows = connection.execute(_STANDING, (route, max(0, after), left)).fetchall() if left else []
        found = [events.notification(route, row).event for row in many]
        return [*found, *(events.delivery(route, row).event for row in rows)]
