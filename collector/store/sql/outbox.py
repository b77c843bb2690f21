"""The outbox: which events each route still has to deliver, in order per finding."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from collector.store.base import Delivery, Event, FindingRow, RouteState, Wanted
from collector.store.sql.clock import from_micros, to_micros
from collector.store.sql.database import Database, chunks, repeatable
from collector.store.sql.route_wants import conditions, severities
from wolkenzicht.errors import StorageError
from wolkenzicht.model import FindingKind, FindingState, LocationClass, Severity, SubjectKind

#: What is kept of an error (characters).
MAX_ERROR = 500

#: How long the deliveries that a collector took are its own (microseconds); another takes them over then.
LEASE = 120 * 1_000_000

_NEWEST = "SELECT coalesce(max(event_no), 0) FROM outbox -- fan-out: a route delivers for all tenants"
_REACHED = "SELECT event_no FROM route WHERE route = ?"

# Events of findings that have been as severe as the route wants, then or before.
_WANTED = """
EXISTS (SELECT 1 FROM outbox AS so_far
        WHERE so_far.tenant = o.tenant AND so_far.finding_id = o.finding_id
          AND so_far.event_no <= o.event_no AND so_far.severity IN ({values}))
"""

# A new route hears of what still stands, not of what was over before it existed.
_START = f"""
INSERT INTO delivery (route, tenant, event_no, state, next_attempt)
SELECT ?, o.tenant, o.event_no, 'due', CAST(? AS BIGINT)
FROM outbox AS o JOIN finding AS f ON f.tenant = o.tenant AND f.finding_id = o.finding_id
WHERE o.event_no <= ? AND f.state = 'open' AND {_WANTED}
"""  # noqa: S608  # our own text

_CONTINUE = f"""
INSERT INTO delivery (route, tenant, event_no, state, next_attempt)
SELECT ?, o.tenant, o.event_no, 'due', CAST(? AS BIGINT)
FROM outbox AS o WHERE o.event_no <= ? AND o.event_no > ? AND {_WANTED}
"""  # noqa: S608  # our own text

_ADVANCE = """
INSERT INTO route (route, event_no) VALUES (?, ?)
ON CONFLICT (route) DO UPDATE SET event_no = excluded.event_no
"""

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
       count(CASE WHEN d.state = 'dead' THEN 1 END),
       (SELECT min(o.created) FROM delivery AS w
        JOIN outbox AS o ON o.tenant = w.tenant AND o.event_no = w.event_no
        WHERE w.route = r.route AND w.state = 'due'),
       coalesce((SELECT t.last_error FROM delivery AS t
                 WHERE t.route = r.route AND t.state IN ('due', 'dead') AND t.last_error <> ''
                 ORDER BY t.event_no DESC LIMIT 1), '')
FROM route AS r LEFT JOIN delivery AS d ON d.route = r.route
GROUP BY r.route ORDER BY r.route
"""


class SqlOutbox:
    """The outbox of one store; every method raises `StorageError` where the store cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._taker = uuid4().hex

    @repeatable
    def fan_out(self, routes: Mapping[str, Severity | Wanted], now: datetime) -> int:
        """Make deliveries of the new events for each route; returns how many. Durable on return.

        A route gets every event of a finding from the first that is as severe as it wants, of the
        organisations and kinds that it names (a bare severity: of all). A route seen
        for the first time starts with the events of findings that are still open. A route that was left
        out for a while goes on where it was.
        """
        behind = [route for route in routes if self._behind(route)]
        if not behind:
            return 0
        made = 0
        with self._database.writer() as connection:
            connection.lock("routes")
            for route in behind:
                # What is committed from here on is left for the next time.
                [newest] = connection.execute(_NEWEST).fetchone()
                reached = connection.execute(_REACHED, (route,)).fetchone()
                statement, after = (_CONTINUE, (reached[0],)) if reached else (_START, ())
                asked = routes[route]
                wanted = asked if isinstance(asked, Wanted) else Wanted(asked)
                more, among = conditions(wanted)
                values = (route, to_micros(now), newest, *after, severities(wanted.min_severity), *among)
                made += connection.among(statement + more, *values).rowcount
                connection.execute(_ADVANCE, (route, newest))
        return made

    @repeatable
    def due(self, route: str, now: datetime, limit: int) -> list[Delivery]:
        """Deliveries of a route whose time has come, oldest event first.

        An event is not among them while an earlier event of its finding is still due on the route,
        be it later; so what a receiver hears of one finding stands in order. Where other collectors
        are at work too, what is returned is this one's for a while: until it is delivered, failed or let go.
        """
        values = {"route": route, "now": to_micros(now), "limit": limit, "taker": self._taker}
        with self._database.reader() as connection:
            rows = connection.execute(_DUE, values).fetchall()
        if rows and self._database.shared:
            rows = self._taken(values)
        return [delivery_of(route, row) for row in rows]

    @repeatable
    def delivered(self, route: str, event_nos: Sequence[int], now: datetime) -> None:
        """Record success."""
        with self._database.writer() as connection:
            for part in chunks(event_nos):
                connection.among(_DELIVERED, to_micros(now), route, part)

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
            for part in chunks(event_nos):
                connection.among(_FAILED, state, line, again, route, part)

    @repeatable
    def let_go(self, route: str) -> None:
        """Leave to other collectors what this one took and did not deliver."""
        if self._database.shared:
            with self._database.writer() as connection:
                connection.execute(_LET_GO, (route, self._taker))

    @repeatable
    def routes(self) -> list[RouteState]:
        """How every route stands, also those that are configured no longer; sorted by name."""
        with self._database.reader() as connection:
            rows = connection.execute(_ROUTES).fetchall()
        return [
            RouteState(route, due, delivered, dead, None if oldest is None else from_micros(oldest), error)
            for route, due, delivered, dead, oldest, error in rows
        ]

    def _behind(self, route: str) -> bool:
        # Looking first keeps an idle route from taking the write lock.
        with self._database.reader() as connection:
            [newest] = connection.execute(_NEWEST).fetchone()
            reached = connection.execute(_REACHED, (route,)).fetchone()
        return reached is None or bool(newest > reached[0])

    def _taken(self, values: dict[str, Any]) -> list[tuple[Any, ...]]:
        with self._database.writer() as connection:
            rows = connection.execute(_DUE_TO_ONE, values).fetchall()
            for part in chunks([row[0] for row in rows]):
                connection.among(_TAKE, self._taker, values["now"] + LEASE, values["route"], part)
        return rows


def delivery_of(route: str, row: tuple[Any, ...]) -> Delivery:
    """A delivery of `route` from a row of event and delivery, as `_DUE` has it; raises `StorageError`."""
    event_no, event_id, tenant, finding_id, kind, created, payload, attempts, last_error = row
    try:
        event = _event(event_no, event_id, tenant, finding_id, kind, created, json.loads(payload))
    except (KeyError, TypeError, ValueError) as error:
        raise StorageError(
            f"outbox: event {event_no} cannot be read ({error!r}); restore the store from a backup"
        ) from error
    return Delivery(route, event, attempts, last_error)


def _event(
    event_no: int, event_id: str, tenant: str, finding_id: str, kind: str, created: int, payload: Any
) -> Event:
    finding = FindingRow(
        finding_id=finding_id,
        tenant=tenant,
        organisation=payload["organisation"],
        subject_kind=SubjectKind(payload["subject_kind"]),
        subject=payload["subject"],
        kind=FindingKind(payload["kind"]),
        severity=Severity(payload["severity"]),
        state=FindingState(payload["state"]),
        clause=payload["clause"],
        details=tuple((operation, place) for operation, place in payload["details"]),
        owner=payload["owner"],
        opened=from_micros(payload["opened"]),
        resolved=None if payload["resolved"] is None else from_micros(payload["resolved"]),
        **_handling(payload),
    )
    return Event(
        event_no=event_no,
        event_id=event_id,
        type=kind,
        created=from_micros(created),
        finding=finding,
        asset_name=payload["asset_name"],
        asset_type=payload["asset_type"],
        provider=payload["provider"],
        location_class=LocationClass(payload["location_class"]),
        by=payload.get("by", ""),
        note=payload.get("note", ""),
        observed=None if payload.get("observed") is None else from_micros(payload["observed"]),
    )


def _handling(payload: Any) -> dict[str, Any]:
    """How the finding was handled; events from before it could be have nothing of it."""
    moments = {each: payload.get(each) for each in ("acknowledged", "unverified")}
    return {
        **{each: None if value is None else from_micros(value) for each, value in moments.items()},
        **{each: payload.get(each, "") for each in ("acknowledged_by", "acknowledge_note", "exemption")},
    }
