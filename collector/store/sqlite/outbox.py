"""The outbox in SQLite: which events each route still has to deliver, in order per finding."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from collector.store.base import Delivery, Event, FindingRow, RouteState
from collector.store.sqlite.clock import from_micros, to_micros
from collector.store.sqlite.database import Database
from wolkenzicht.errors import StorageError
from wolkenzicht.model import FindingKind, FindingState, LocationClass, Severity, SubjectKind

#: What is kept of an error (characters).
MAX_ERROR = 500

_BEHIND = """
SELECT 1 FROM (SELECT COALESCE(MAX(event_no), 0) AS newest FROM outbox)
WHERE newest > COALESCE((SELECT event_no FROM route WHERE route = ?), -1)
"""

# Events of findings that have been as severe as the route wants, then or before.
_WANTED = """
EXISTS (SELECT 1 FROM outbox AS so_far
        WHERE so_far.tenant = outbox.tenant AND so_far.finding_id = outbox.finding_id
          AND so_far.event_no <= outbox.event_no
          AND json_extract(so_far.payload, '$.severity') IN (SELECT value FROM json_each(:wanted)))
"""

# A new route hears of what still stands, not of what was over before it existed.
_START = f"""
INSERT INTO delivery (route, event_no, state, next_attempt)
SELECT :route, outbox.event_no, 'due', :now
FROM outbox JOIN finding USING (tenant, finding_id)
WHERE finding.state = 'open' AND {_WANTED}
"""  # noqa: S608 - our own text

_CONTINUE = f"""
INSERT INTO delivery (route, event_no, state, next_attempt)
SELECT :route, event_no, 'due', :now FROM outbox WHERE event_no > :after AND {_WANTED}
"""  # noqa: S608 - our own text

_ADVANCE = """
INSERT INTO route (route, event_no) SELECT ?, COALESCE(MAX(event_no), 0) FROM outbox WHERE true
ON CONFLICT (route) DO UPDATE SET event_no = excluded.event_no
"""

# The first event of each finding that the route has not done with; later ones wait for it.
_DUE = """
WITH first (event_no) AS (
    SELECT MIN(delivery.event_no) FROM delivery JOIN outbox USING (event_no)
    WHERE delivery.route = :route AND delivery.state = 'due'
    GROUP BY outbox.tenant, outbox.finding_id
)
SELECT outbox.event_no, event_id, tenant, finding_id, type, created, payload, attempts, last_error
FROM first
JOIN delivery ON delivery.route = :route AND delivery.event_no = first.event_no
JOIN outbox ON outbox.event_no = first.event_no
WHERE next_attempt <= :now
ORDER BY outbox.event_no LIMIT :limit
"""

_DELIVERED = """
UPDATE delivery SET state = 'delivered', delivered = ?, attempts = attempts + 1
WHERE route = ? AND state <> 'delivered' AND event_no IN (SELECT value FROM json_each(?))
"""

_FAILED = """
UPDATE delivery SET state = ?, attempts = attempts + 1, last_error = ?,
    next_attempt = COALESCE(?, next_attempt)
WHERE route = ? AND state = 'due' AND event_no IN (SELECT value FROM json_each(?))
"""

_ROUTES = """
SELECT route,
       COALESCE(SUM(delivery.state = 'due'), 0),
       COALESCE(SUM(delivery.state = 'delivered'), 0),
       COALESCE(SUM(delivery.state = 'dead'), 0),
       (SELECT MIN(created) FROM delivery AS waiting JOIN outbox USING (event_no)
        WHERE waiting.route = route.route AND waiting.state = 'due'),
       COALESCE((SELECT last_error FROM delivery AS troubled
                 WHERE troubled.route = route.route AND state IN ('due', 'dead') AND last_error <> ''
                 ORDER BY event_no DESC LIMIT 1), '')
FROM route LEFT JOIN delivery USING (route)
GROUP BY route ORDER BY route
"""


class SqliteOutbox:
    """The outbox of one store; every method raises `StorageError` where the store cannot be used."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def fan_out(self, routes: Mapping[str, Severity], now: datetime) -> int:
        """Make deliveries of the new events for each route; returns how many. Durable on return.

        A route gets every event of a finding from the first that is as severe as it wants. A route seen
        for the first time starts with the events of findings that are still open. A route that was left
        out for a while goes on where it was.
        """
        behind = [route for route in routes if self._behind(route)]
        if not behind:
            return 0
        made = 0
        with self._database.writer() as connection:
            for route in behind:
                at = connection.execute("SELECT event_no FROM route WHERE route = ?", (route,)).fetchone()
                values = {
                    "route": route,
                    "now": to_micros(now),
                    "wanted": json.dumps(_from(routes[route])),
                    "after": at[0] if at else 0,
                }
                made += connection.execute(_CONTINUE if at else _START, values).rowcount
                connection.execute(_ADVANCE, (route,))
        return made

    def due(self, route: str, now: datetime, limit: int) -> list[Delivery]:
        """Deliveries of a route whose time has come, oldest event first.

        An event is not among them while an earlier event of its finding is still due on the route,
        be it later; so what a receiver hears of one finding stands in order.
        """
        values = {"route": route, "now": to_micros(now), "limit": limit}
        with self._database.reader() as connection:
            rows = connection.execute(_DUE, values).fetchall()
        return [_delivery(route, row) for row in rows]

    def delivered(self, route: str, event_nos: Sequence[int], now: datetime) -> None:
        """Record success."""
        with self._database.writer() as connection:
            connection.execute(_DELIVERED, (to_micros(now), route, json.dumps(list(event_nos))))

    def failed(
        self, route: str, event_nos: Sequence[int], error: str, next_attempt: datetime | None, now: datetime
    ) -> None:
        """Record failure; `next_attempt` None gives the deliveries up (kept, visible).

        Of `error` the first 500 characters are kept, on one line.
        """
        del now  # another store may keep the time of the failure
        line = " ".join(error.split())[:MAX_ERROR]
        state, again = ("dead", None) if next_attempt is None else ("due", to_micros(next_attempt))
        with self._database.writer() as connection:
            connection.execute(_FAILED, (state, line, again, route, json.dumps(list(event_nos))))

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
            return connection.execute(_BEHIND, (route,)).fetchone() is not None


def _from(least: Severity) -> list[Severity]:
    """The severities from `least` on."""
    every = list(Severity)
    return every[every.index(least) :]


def _delivery(route: str, row: tuple[Any, ...]) -> Delivery:
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
    )
