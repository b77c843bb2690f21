"""Deliveries that are over: what was given up, and what a receiver was told of that still stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from collector.store.base import Delivery, Event
from collector.store.sql.clock import to_micros
from collector.store.sql.database import Connection, Database, chunks, repeatable
from collector.store.sql.events import delivery, notification
from collector.store.sql.ingest.standing import EVENT_FLAPS

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
WHERE route = ? AND state = 'dead'
"""
_THESE_AGAIN = f"""
{_AGAIN} AND EXISTS (SELECT 1 FROM outbox AS o
                     WHERE o.tenant = delivery.tenant AND o.event_no = delivery.event_no
                       AND o.event_id IN ({{values}}))
"""  # noqa: S608  # our own text

_MANY = """
    SELECT n.notification_no, n.notification_id, n.group_id, n.created, n.content, n.attempts, n.last_error
    FROM notification AS n
"""
_DEAD_MANY = f"""
    {_MANY} WHERE n.route = ? AND n.state = 'dead' ORDER BY n.notification_no DESC LIMIT ?
"""
_STANDING_MANY = f"""
    {_MANY} JOIN notification_group AS g ON g.route = n.route AND g.group_id = n.group_id
    WHERE n.route = ? AND n.state = 'delivered' AND g.standing > 0
      AND NOT EXISTS (SELECT 1 FROM notification AS later
                      WHERE later.route = n.route AND later.group_id = n.group_id
                        AND later.state = 'delivered' AND later.notification_no > n.notification_no)
    ORDER BY n.notification_no
"""  # noqa: S608  # our own text
_MANY_AGAIN = """
UPDATE notification SET state = 'due', next_attempt = ?, taken_until = 0 WHERE route = ? AND state = 'dead'
"""
_THESE_MANY_AGAIN = f"{_MANY_AGAIN} AND notification_id IN ({{values}})"


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
        return sorted(found, key=lambda each: (each.event.created, each.event.event_no))[-limit:]

    @repeatable
    def resend(self, route: str, events: Sequence[str] | None, now: datetime) -> int:
        """Make deliveries that were given up due again: these events', or all; returns how many."""
        moment, count = to_micros(now), 0
        with self._database.writer() as connection:
            if events is None:
                return sum(
                    connection.execute(each, (moment, route)).rowcount for each in (_AGAIN, _MANY_AGAIN)
                )
            for part in chunks(events):
                for each in (_THESE_AGAIN, _THESE_MANY_AGAIN):
                    count += connection.among(each, moment, route, part).rowcount
        return count

    @repeatable
    def standing(self, route: str, after: int, limit: int) -> list[Event]:
        """Of each open finding the newest event that the route's receiver accepted."""
        with self._database.reader() as connection:
            many = [] if after else self._standing_many(connection, route)
            rows = connection.execute(_STANDING, (route, max(after, 0), limit)).fetchall()
        return [*many, *(delivery(route, row).event for row in rows)]

    def _standing_many(self, connection: Connection, route: str) -> list[Event]:
        """The notifications: they are few, and come with the first page."""
        return [notification(route, row).event for row in connection.execute(_STANDING_MANY, (route,))]
