"""The outbox: which events each route still has to deliver, in order per finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from collector.store.base import Damping, Delivery, Event, Grouping, RouteState, Wanted
from collector.store.sql import events, flapping, notifications
from collector.store.sql.belonging import Told
from collector.store.sql.clock import from_micros, to_micros
from collector.store.sql.database import Connection, Database, chunks, repeatable
from collector.store.sql.gathering import Gathering
from collector.store.sql.route_wants import conditions, severities
from wolkenzicht import crash_points
from wolkenzicht.model import Severity

#: What is kept of an error (characters).
MAX_ERROR = 500

#: Events that are taken for a route in one transaction.
STEP = 1000

#: How long the deliveries that a collector took are its own (microseconds); another takes them over then.
LEASE = 120 * 1_000_000

# What a route hears of later than others: up to what was committed by then.
_NEWEST_BY = """
SELECT event_no FROM outbox -- fan-out: a route delivers for all tenants
WHERE created <= ? AND event_no <= ? ORDER BY event_no DESC LIMIT 1
"""
_REACHED = "SELECT event_no, began FROM route WHERE route = ?"

# Events of findings that have been as severe as the route wants, then or before; of those that came before
# the route what still stands, not what was over.
_NEW = """
SELECT o.event_no, o.event_id, o.tenant, o.finding_id, o.type, o.created, o.payload
FROM outbox AS o
WHERE o.event_no > ? AND o.event_no <= ? AND o.held <> 1
  AND EXISTS (SELECT 1 FROM outbox AS so_far
              WHERE so_far.tenant = o.tenant AND so_far.finding_id = o.finding_id
                AND so_far.event_no <= o.event_no AND so_far.severity IN ({values}))
  AND (o.event_no > ? OR EXISTS (SELECT 1 FROM finding AS f
              WHERE f.tenant = o.tenant AND f.finding_id = o.finding_id AND f.state = 'open'))
"""
_IN_ORDER = "ORDER BY o.event_no LIMIT ?"

_BEGIN = "INSERT INTO route (route, event_no, began) VALUES (?, 0, ?)"
_ADVANCE = "UPDATE route SET event_no = ? WHERE route = ?"

# The first event of each finding that the route has not done with; later ones wait for it.
_DUE = """
WITH earliest AS (
    SELECT o.tenant, min(o.event_no) AS event_no
    FROM delivery AS w JOIN outbox AS o ON o.tenant = w.tenant AND o.event_no = w.event_no
    WHERE w.route = :route AND w.state = 'due'
    GROUP BY o.tenant, o.finding_id
)
SELECT o.event_no, o.event_id, o.tenant, o.finding_id, o.type, o.created, o.payload, d.attempts, d.last_error
FROM earliest AS e
JOIN delivery AS d ON d.route = :route AND d.tenant = e.tenant AND d.event_no = e.event_no
JOIN outbox AS o ON o.tenant = e.tenant AND o.event_no = e.event_no
WHERE d.state = 'due' AND d.next_attempt <= :now AND (d.taken_by = :taker OR d.taken_until <= :now)
ORDER BY o.event_no LIMIT :limit
"""
#: Of several collectors each takes others.
_DUE_TO_ONE = f"{_DUE} FOR UPDATE OF d SKIP LOCKED"

_TAKE = """
UPDATE delivery SET taken_by = ?, taken_until = ? -- fan-out: a route delivers for all tenants
WHERE route = ? AND event_no IN ({values})
"""
_LET_GO = """
UPDATE delivery SET taken_until = 0 -- fan-out: a route delivers for all tenants
WHERE route = ? AND state = 'due' AND taken_by = ?
"""

_DELIVERED = """
UPDATE delivery SET state = 'delivered', delivered = ?, attempts = attempts + 1
-- fan-out: a route delivers for all tenants
WHERE route = ? AND state <> 'delivered' AND event_no IN ({values})
"""

_FAILED = """
UPDATE delivery SET state = ?, attempts = attempts + 1, last_error = ?,
    next_attempt = coalesce(?, next_attempt), taken_until = 0 -- fan-out: a route delivers for all tenants
WHERE route = ? AND state = 'due' AND event_no IN ({values})
"""

_ROUTES = """
SELECT r.route,
       count(CASE WHEN d.state = 'due' THEN 1 END),
       count(CASE WHEN d.state = 'delivered' THEN 1 END),
       count(CASE WHEN d.state = 'dead' AND d.discarded IS NULL THEN 1 END),
       (SELECT min(o.created) FROM delivery AS w
        JOIN outbox AS o ON o.tenant = w.tenant AND o.event_no = w.event_no
        WHERE w.route = r.route AND w.state = 'due'),
       coalesce((SELECT t.last_error FROM delivery AS t
                 WHERE t.route = r.route AND t.state IN ('due', 'dead') AND t.discarded IS NULL
                   AND t.last_error <> ''
                 ORDER BY t.event_no DESC LIMIT 1), '')
FROM route AS r LEFT JOIN delivery AS d ON d.route = r.route
GROUP BY r.route ORDER BY r.route
"""


class SqlOutbox:
    """The outbox of one store; every method raises `StorageError` where the store cannot be used."""

    def __init__(
        self, database: Database, grouping: Grouping | None = None, damping: Damping | None = None
    ) -> None:
        self._database = database
        self._grouping = grouping or Grouping()
        self._damping = damping or Damping()
        self._taker = uuid4().hex

    @repeatable
    def fan_out(self, routes: Mapping[str, Severity | Wanted], now: datetime) -> int:
        """Make deliveries of the new events for each route; returns how many. Durable on return.

        A route gets every event of a finding from the first that is as severe as it wants, of the
        organisations and kinds that it names (a bare severity: of all). A route seen
        for the first time starts with the events of findings that are still open. A route that was left
        out for a while goes on where it was. What flaps is damped: see `Damping`.
        """
        made = 0
        for route, asked in routes.items():
            wanted = asked if isinstance(asked, Wanted) else Wanted(asked)
            while self._behind(route, wanted, to_micros(now)):
                made += self._advance(route, wanted, to_micros(now))
        return made

    @repeatable
    def seal(self, route: str, now: datetime, until: datetime | None = None) -> datetime | None:
        """Close the notifications of a route whose time has come: from then on they are sent as they are.

        With `until` those only that tell something from before. Returns when the next one's time comes,
        None where none is gathered.
        """
        moment = to_micros(now)
        last = moment if until is None else to_micros(until)
        with self._database.reader() as connection:
            found, following = notifications.closable(connection, route, self._grouping, moment, last)
        if found:
            with self._database.writer() as connection:
                connection.lock("routes")
                # Another collector may have been quicker.
                found, following = notifications.closable(connection, route, self._grouping, moment, last)
                for number, group_id, over in found:
                    notifications.close(
                        connection, route, number, group_id, self._grouping, moment, over=over
                    )
            crash_points.passed("alerts.after_seal")
        return None if following is None else from_micros(following)

    @repeatable
    def due(self, route: str, now: datetime, limit: int) -> list[Delivery]:
        """Deliveries of a route whose time has come, oldest event first.

        An event is not among them while an earlier event of its finding is still due on the route,
        be it later; so what a receiver hears of one finding stands in order. Where other collectors
        are at work too, what is returned is this one's for a while: until it is delivered, failed or let go.
        """
        values = {"route": route, "now": to_micros(now), "limit": limit, "taker": self._taker}
        with self._database.reader() as connection:
            many = notifications.due(connection, values)
            rows = connection.execute(_DUE, values).fetchall()
        if (many or rows) and self._database.shared:
            many, rows = self._taken(values)
        found = [events.notification(route, row) for row in many]
        return [*found, *(events.delivery(route, row) for row in rows)][:limit]

    @repeatable
    def delivered(self, route: str, event_nos: Sequence[int], now: datetime) -> None:
        """Record success."""
        with self._database.writer() as connection:
            for part in chunks(_alone(event_nos)):
                connection.among(_DELIVERED, to_micros(now), route, part)
            notifications.delivered(connection, route, _many(event_nos), to_micros(now))

    @repeatable
    def failed(
        self, route: str, event_nos: Sequence[int], error: str, next_attempt: datetime | None, now: datetime
    ) -> None:
        """Record failure; `next_attempt` None gives the deliveries up (kept, visible).

        Of `error` the first 500 characters are kept, on one line.
        """
        del now  # another store may keep the time of the failure
        line = " ".join(error.replace("\0", " ").split())[:MAX_ERROR]
        state, again = ("dead", None) if next_attempt is None else ("due", to_micros(next_attempt))
        with self._database.writer() as connection:
            for part in chunks(_alone(event_nos)):
                connection.among(_FAILED, state, line, again, route, part)
            notifications.failed(connection, route, _many(event_nos), state, line, again)

    @repeatable
    def let_go(self, route: str) -> None:
        """Leave to other collectors what this one took and did not deliver."""
        if self._database.shared:
            with self._database.writer() as connection:
                connection.execute(_LET_GO, (route, self._taker))
                notifications.let_go(connection, route, self._taker)

    @repeatable
    def routes(self) -> list[RouteState]:
        """How every route stands, also those that are configured no longer; sorted by name."""
        with self._database.reader() as connection:
            rows = connection.execute(_ROUTES).fetchall()
            many = notifications.routes(connection)
        return [_state(row, many.get(row[0])) for row in rows]

    @repeatable
    def members(self, notification_id: str, after: int, limit: int) -> list[Event]:
        """The events that a notification tells, in their order, behind the number of one of them."""
        with self._database.reader() as connection:
            rows = notifications.members(connection, notification_id, after, limit)
        return [events.event_of(row) for row in rows]

    def _advance(self, route: str, wanted: Wanted, now: int) -> int:
        """Take the next events of a route, so many at once that nobody waits long for the store."""
        with self._database.writer() as connection:
            connection.lock("routes")
            # What is committed from here on is left for the next time. What flaps is looked for before any
            # route is told of it, by the one that comes first.
            if flapping.unsettled(connection, now):
                flapping.follow(connection, self._damping, now)
            newest = _newest(connection, wanted, now)
            known = connection.execute(_REACHED, (route,)).fetchone()
            if known is None:
                if flapping.unsettled(connection, now):
                    # What was over before the route began is known only when all was looked at.
                    return 0
                connection.execute(_BEGIN, (route, newest))
            reached, began = known or (0, newest)
            more, among = conditions(wanted, route)
            least = severities(wanted.min_severity)
            statement = f"{_NEW} {more} {_IN_ORDER}"
            found = connection.among(statement, reached, newest, least, began, *among, STEP)
            rows = [Told(*row) for row in found.fetchall()]
            if rows:
                Gathering(connection, route, self._grouping, now).take(rows)
            crash_points.passed("alerts.within_fan_out")
            connection.execute(_ADVANCE, (rows[-1].event_no if len(rows) == STEP else newest, route))
        return len(rows)

    def _behind(self, route: str, wanted: Wanted, now: int) -> bool:
        # Looking first keeps an idle route from taking the write lock.
        with self._database.reader() as connection:
            if flapping.unsettled(connection, now):
                return True
            newest = _newest(connection, wanted, now)
            reached = connection.execute(_REACHED, (route,)).fetchone()
        return reached is None or bool(newest > reached[0])

    def _taken(self, values: dict[str, Any]) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        with self._database.writer() as connection:
            many = notifications.take(connection, values, LEASE)
            rows = connection.execute(_DUE_TO_ONE, values).fetchall()
            for part in chunks([row[0] for row in rows]):
                connection.among(_TAKE, self._taker, values["now"] + LEASE, values["route"], part)
        return many, rows


def _newest(connection: Connection, wanted: Wanted, now: int) -> int:
    """Up to which event a route is told now."""
    newest = flapping.reached(connection)
    if wanted.after:
        row = connection.execute(_NEWEST_BY, (now - int(wanted.after * 1_000_000), newest)).fetchone()
        return int(row[0]) if row else 0
    return newest


def _alone(numbers: Sequence[int]) -> list[int]:
    """Those of events."""
    return [each for each in numbers if each > 0]


def _many(numbers: Sequence[int]) -> list[int]:
    """Those of notifications, which are told below zero."""
    return [-each for each in numbers if each < 0]


def _state(row: tuple[Any, ...], many: tuple[int, int, int, int | None, str] | None) -> RouteState:
    """How a route stands, with its notifications."""
    route, due, delivered, dead, oldest, error = row
    if many is not None:
        due, delivered, dead = due + many[0], delivered + many[1], dead + many[2]
        oldest = min((each for each in (oldest, many[3]) if each is not None), default=None)
        error = error or many[4]
    return RouteState(route, due, delivered, dead, None if oldest is None else from_micros(oldest), error)
