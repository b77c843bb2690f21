"""Which findings changed last, by what the outbox has of them, and one notification, for who may see them."""

from __future__ import annotations

from datetime import datetime

from collector.store.base import Event, FindingRow, Sight
from collector.store.sql import events
from collector.store.sql.clock import from_micros
from collector.store.sql.database import Database, chunks
from collector.store.sql.reading import finding_events, findings
from collector.store.sql.reading.conditions import Condition, Seen

#: For who sees all, so many of the latest events are looked at first: they are of enough findings, mostly.
LATEST = 5000

_LATEST = """
    SELECT x.tenant, x.finding_id, max(x.event_no) FROM outbox AS x {seen}
    GROUP BY x.tenant, x.finding_id ORDER BY 3 DESC LIMIT ?
"""
_MOMENTS = "SELECT x.event_no, x.created FROM outbox AS x {seen} AND x.event_no IN ({values})"
_NOTIFICATION = """
    SELECT n.notification_no, n.notification_id, n.group_id, n.created, n.content, n.attempts, n.last_error,
        count(*)
    FROM notification AS n
    JOIN notification_member AS x ON x.route = n.route AND x.notification_no = n.notification_no
    {seen} GROUP BY n.route, n.notification_no
"""


def page(database: Database, sight: Sight, limit: int) -> list[tuple[FindingRow, datetime]]:
    """As `Reading.changed_findings`."""
    seen = Seen(database, sight)
    rows = []
    if sight.organisations is None:
        newest = finding_events.newest(database, sight)
        rows = seen.rows(_LATEST, [Condition("x.event_no > ?", (newest - LATEST,))], (limit,))
    if len(rows) < limit:
        # All that ever was of these tenants: an index has it in the order of their findings.
        rows = seen.rows(_LATEST, (), (limit,))
    moments: dict[int, datetime] = {}
    for part in chunks([number for *_, number in rows]):
        moments.update((number, from_micros(created)) for number, created in seen.rows(_MOMENTS, (), (part,)))
    held = findings.these(database, sight, [finding_id for _, finding_id, _ in rows])
    found = [(held[finding_id], moments[number]) for _, finding_id, number in rows if finding_id in held]
    # Clocks of several collectors may differ by a little.
    return sorted(found, key=lambda each: each[1], reverse=True)


def notification(database: Database, sight: Sight, notification_id: str) -> Event | None:
    """As `Reading.notification`."""
    named = Condition("n.notification_id = ? AND n.state <> 'gathering'", (notification_id,))
    for *row, in_sight in Seen(database, sight).rows(_NOTIFICATION, [named]):
        event = events.notification("", tuple(row)).event
        if event.many is not None and event.many.count == in_sight:
            return event
    return None
