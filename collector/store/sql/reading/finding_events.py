"""What became of findings, as the outbox has it, for who may see them."""

from __future__ import annotations

from collector.store.base import Event, Sight
from collector.store.sql.database import Database
from collector.store.sql.events import event_of
from collector.store.sql.reading.conditions import Condition, Seen

_NEWEST = "SELECT x.event_no FROM outbox AS x {seen} ORDER BY x.event_no DESC LIMIT 1"
_SINCE = """
    SELECT x.event_no, x.event_id, x.tenant, x.finding_id, x.type, x.created, x.payload
    FROM outbox AS x {seen} ORDER BY x.event_no LIMIT ?
"""


def newest(database: Database, sight: Sight) -> int:
    """As `Reading.newest_event`."""
    found = Seen(database, sight).rows(_NEWEST)
    return int(found[0][0]) if found else 0


def page(database: Database, sight: Sight, after: int, limit: int) -> list[Event]:
    """As `Reading.finding_events`."""
    rows = Seen(database, sight).rows(_SINCE, [Condition("x.event_no > ?", (after,))], (limit,))
    return [event_of(row) for row in rows]
