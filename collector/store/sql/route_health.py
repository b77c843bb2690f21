"""Which routes do not bring the alerts about a tenant, and the findings that say so."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta

from collector.store.sql.clock import from_micros, to_micros
from collector.store.sql.database import Connection, Database, repeatable
from collector.store.sql.ingest.findings import Findings, tell
from collector.store.sql.ingest.own_frame import own_frame
from collector.store.sql.ingest.standing import STANDING_COLUMNS, Standing, Subject
from policy.alert_texts import GIVEN_UP, NOT_ACCEPTED
from policy.severities import draft
from wolkenzicht.model import FindingKind, LocationClass, SubjectKind

_MICROSECOND = 1_000_000

_GIVEN_UP = """
    SELECT d.tenant, d.route, min(o.created)
    FROM delivery AS d CROSS JOIN outbox AS o -- fan-out: the look is at every tenant
    WHERE d.state = 'dead' AND d.discarded IS NULL AND o.tenant = d.tenant AND o.event_no = d.event_no
    GROUP BY d.tenant, d.route ORDER BY d.tenant, d.route
"""
_LATE = """
    SELECT d.tenant, d.route, min(o.created)
    FROM delivery AS d CROSS JOIN outbox AS o -- fan-out: the look is at every tenant
    WHERE d.state = 'due' AND d.attempts > 0
        AND o.tenant = d.tenant AND o.event_no = d.event_no AND o.created <= ?
    GROUP BY d.tenant, d.route ORDER BY d.tenant, d.route
"""
_MANY_GIVEN_UP = """
    SELECT m.tenant, n.route, min(n.created)
    FROM notification AS n CROSS JOIN notification_member AS m -- fan-out: the look is at every tenant
    WHERE n.state = 'dead' AND n.discarded IS NULL
        AND m.route = n.route AND m.notification_no = n.notification_no
    GROUP BY m.tenant, n.route ORDER BY m.tenant, n.route
"""
_MANY_LATE = """
    SELECT m.tenant, n.route, min(n.created)
    FROM notification AS n CROSS JOIN notification_member AS m -- fan-out: the look is at every tenant
    WHERE n.state = 'due' AND n.attempts > 0 AND n.created <= ?
        AND m.route = n.route AND m.notification_no = n.notification_no
    GROUP BY m.tenant, n.route ORDER BY m.tenant, n.route
"""
_STANDING = f"""
    SELECT f.tenant, f.subject, {STANDING_COLUMNS} FROM tenant AS t CROSS JOIN finding AS f
    WHERE f.tenant = t.tenant AND f.group_no = 0 AND f.state = 'open' AND f.kind = 'route_dead'
    ORDER BY f.tenant, f.subject
"""  # noqa: S608  # our own text

#: By tenant and route: what is wrong (the first halves of details), and since when.
_Wrong = dict[tuple[str, str], dict[str, int]]


class SqlRouteHealth:
    """Findings about routes; see `RouteHealth`. `clause_of` gives the clause that a kind rests on."""

    def __init__(self, database: Database, clause_of: Callable[[str, FindingKind], str]) -> None:
        self._database = database
        self._clause_of = clause_of

    @repeatable
    def look(self, routes: Collection[str], late: timedelta, now: datetime) -> int:
        """Look at these routes; returns how many events came of it."""
        moment = to_micros(now)
        before = moment - int(late.total_seconds()) * _MICROSECOND
        with self._database.reader() as connection:
            differing = _differing(connection, routes, before)
        return sum(self._judge(tenant, routes, before, moment) for tenant in sorted(differing))

    def _judge(self, tenant: str, routes: Collection[str], before: int, now: int) -> int:
        """Judge the routes of one tenant, seen anew: another collector may have been there meanwhile."""
        kind = FindingKind.ROUTE_DEAD
        with self._database.writer(tenants=[tenant]) as connection:
            frame = own_frame(connection, tenant, now)
            findings = Findings(frame)
            for route, wrong, standing in _differing(connection, routes, before).get(tenant, ()):
                details = tuple((what, _time(since)) for what, since in sorted(wrong.items()))
                clause = self._clause_of(frame.organisation, kind)
                drafts = (draft(kind, clause, details),) if details else ()
                findings.compare(_subject(route), drafts, () if standing is None else (standing,))
            findings.write()
            tell(connection, frame.news)
        return len(frame.news)


def _differing(
    connection: Connection, routes: Collection[str], before: int
) -> dict[str, list[tuple[str, dict[str, int], Standing | None]]]:
    """By tenant: of which routes something else is wrong than is told, with what is told."""
    wrong = _wrong(connection, routes, before)
    told: dict[tuple[str, str], Standing] = {}
    for tenant, route, *rest in connection.execute(_STANDING):
        told[tenant, route] = Standing(*rest)
    found: dict[str, list[tuple[str, dict[str, int], Standing | None]]] = {}
    for tenant, route in sorted({*wrong, *told}):
        now, standing = wrong.get((tenant, route), {}), told.get((tenant, route))
        # Since when it is may move on while it is being mended; that is no news.
        if set(now) != (set() if standing is None else {what for what, _ in json.loads(standing.details)}):
            found.setdefault(tenant, []).append((route, now, standing))
    return found


def _wrong(connection: Connection, routes: Collection[str], before: int) -> _Wrong:
    """What is wrong with these routes."""
    asked: Iterable[tuple[str, str, tuple[int, ...]]] = (
        (GIVEN_UP, _GIVEN_UP, ()),
        (GIVEN_UP, _MANY_GIVEN_UP, ()),
        (NOT_ACCEPTED, _LATE, (before,)),
        (NOT_ACCEPTED, _MANY_LATE, (before,)),
    )
    found: _Wrong = {}
    for what, statement, values in asked:
        for tenant, route, since in connection.execute(statement, values):
            if route in routes:
                of_route = found.setdefault((tenant, route), {})
                of_route[what] = min(since, of_route.get(what, since))
    return found


def _subject(route: str) -> Subject:
    return Subject(
        kind=SubjectKind.ROUTE,
        identifier=route,
        name="",
        type="",
        provider="",
        location_class=LocationClass.UNKNOWN,
        owner="",
    )


def _time(moment: int) -> str:
    return from_micros(moment).strftime("%Y-%m-%dT%H:%MZ")
