"""Which findings changed last, by what the outbox has of them, and one notification, for who may see them."""

from __future__ import annotations

from datetime import datetime
from operator import itemgetter

from collector.store.base import Event, FindingRow, Sight
from collector.store.sql import events
from collector.store.sql.clock import from_micros
from collector.store.sql.database import Database, chunks
from collector.store.sql.reading import findings
from collector.store.sql.reading.conditions import Condition, Seen

#: So many of the latest events are looked at first: they are of enough findings, mostly.
LATEST = 5000

# By their numbers: an index on the tenant would be read as far as it goes.
_EVENTS = "SELECT x.finding_id, x.event_no, x.created FROM outbox AS x {seen} AND x.event_no IN ({values})"
_LATEST = """
    SELECT x.tenant, x.finding_id, max(x.event_no) FROM outbox AS x {seen}
    GROUP BY x.tenant, x.finding_id ORDER BY 3 DESC LIMIT ?
"""
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
    found = _of_latest(database, seen, limit)
    if len(found) < limit:
        found = _of_all(seen, limit)
    held = findings.these(database, sight, list(found))
    rows = [
        (held[finding_id], from_micros(created))
        for finding_id, created in found.items()
        if finding_id in held
    ]
    # Clocks of several collectors may differ by a little.
    return sorted(rows, key=lambda each: each[1], reverse=True)


def _of_latest(database: Database, seen: Seen, limit: int) -> dict[str, int]:
    """The findings of the latest events, with the time of each one's last."""
    with database.reader() as connection:
        newest = events.newest(connection)
    found: dict[str, int] = {}
    for numbers in chunks(range(newest, max(newest - LATEST, 0), -1)):
        rows = seen.rows(_EVENTS, (), (numbers,))
        for finding_id, _, created in sorted(rows, key=itemgetter(1), reverse=True):
            found.setdefault(finding_id, created)
            if len(found) == limit:
                return found
    return found


def _of_all(seen: Seen, limit: int) -> dict[str, int]:
    """The same of all events there ever were: an index has them in the order of their findings."""
    last = {number: finding_id for _, finding_id, number in seen.rows(_LATEST, (), (limit,))}
    times: dict[int, int] = {}
    for numbers in chunks(list(last)):
        rows = seen.rows(_EVENTS, (), (numbers,))
        times.update((number, created) for _, number, created in rows)
    return {finding_id: times[number] for number, finding_id in last.items() if number in times}


def notification(database: Database, sight: Sight, notification_id: str) -> Event | None:
    """As `Reading.notification`."""
    named = Condition("n.notification_id = ? AND n.state <> 'gathering'", (notification_id,))
    for *row, in_sight in Seen(database, sight).rows(_NOTIFICATION, [named]):
        event = events.notification("", tuple(row)).event
        if event.many is not None and event.many.count == in_sight:
            return event
    return None
