"""A route over which alerts do not arrive is a finding, for each tenant they are about, until they do."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from collector.store.base import Delivery, Grouping, RouteHealth
from collector.store.sql import store_over
from collector.store.sql.database import Database
from collector.store.sql.letters import SqlLetters
from tests.contract.outbox_seed import NOON, OPENED, RESOLVED, Seed
from wolkenzicht.model import FindingKind, Severity, SubjectKind

LATE = timedelta(hours=1)


@pytest.fixture
def store(database: Database) -> Seed:
    """An empty store of each kind."""
    seed = Seed(database)
    seed.outbox.fan_out({"mail": Severity.LOW, "hook": Severity.LOW}, NOON)
    return seed


@pytest.fixture
def health(database: Database) -> RouteHealth:
    """What is tested, with the rules that the package has."""
    return store_over(database).route_health


def at(minutes: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(minutes=minutes)


def due(store: Seed, route: str = "mail", minutes: float = 0) -> list[Delivery]:
    """What is due on a route."""
    store.outbox.fan_out({route: Severity.LOW}, at(minutes))
    return store.outbox.due(route, at(minutes), 100)


def fail(store: Seed, route: str = "mail", *, dead: bool = False) -> None:
    """Let an attempt at all that is due fail."""
    numbers = [each.event.event_no for each in due(store, route)]
    store.outbox.failed(route, numbers, "HTTP 503", None if dead else NOON, NOON)


def look(health: RouteHealth, minutes: float) -> int:
    """Look so long after noon."""
    return health.look({"mail", "hook"}, LATE, at(minutes))


def about_routes(store: Seed, minutes: float) -> list[Delivery]:
    """What the other route is told of routes."""
    found = due(store, "hook", minutes)
    store.outbox.delivered("hook", [each.event.event_no for each in found], at(minutes))
    return [each for each in found if each.event.finding.kind is FindingKind.ROUTE_DEAD]


def test_what_was_given_up_is_a_finding_until_it_is_delivered(store: Seed, health: RouteHealth) -> None:
    """It names the route and since when, goes over the other routes, and is told once."""
    store.open("f1")
    fail(store, dead=True)

    assert look(health, 1) == 1
    assert look(health, 2) == 0
    [delivery] = about_routes(store, 3)
    finding = delivery.event.finding
    assert (delivery.event.type, finding.subject_kind, finding.subject) == (OPENED, SubjectKind.ROUTE, "mail")
    assert (finding.tenant, finding.organisation, finding.severity) == ("rdv-aws", "rdv", Severity.HIGH)
    assert finding.details == (("given_up", "2026-11-22T12:00Z"),)
    assert finding.clause.startswith("RCB2026")

    SqlLetters(store.database).resend("mail", None, at(4))
    store.outbox.delivered("mail", [each.event.event_no for each in due(store, "mail", 5)], at(5))
    assert look(health, 6) == 1
    [delivery] = about_routes(store, 7)
    assert delivery.event.type == RESOLVED


def test_what_is_not_accepted_is_a_finding_after_an_hour(store: Seed, health: RouteHealth) -> None:
    """Not before, and not where nobody tried: office hours and digests wait for their time."""
    store.open("f1")
    assert look(health, 600) == 0

    due(store)
    assert look(health, 600) == 0

    fail(store)
    assert look(health, 59) == 0
    assert look(health, 60) == 1
    [delivery] = about_routes(store, 61)
    assert delivery.event.finding.details == (("not_accepted", "2026-11-22T12:00Z"),)


def test_it_is_told_once_though_its_own_event_does_not_arrive_either(
    store: Seed, health: RouteHealth
) -> None:
    """The finding about a route goes over that route too: no finding comes of that."""
    store.open("f1")
    fail(store)
    assert look(health, 60) == 1
    fail(store)

    assert [look(health, minutes) for minutes in (61, 120, 180, 600)] == [0, 0, 0, 0]


def test_a_route_that_is_removed_is_no_finding(store: Seed, health: RouteHealth) -> None:
    """Nobody waits for it any more."""
    store.open("f1")
    fail(store, dead=True)
    look(health, 1)

    assert health.look({"hook"}, LATE, at(2)) == 1
    assert [each.event.type for each in about_routes(store, 3)] == [OPENED]
    assert [each.event.type for each in about_routes(store, 4)] == [RESOLVED]


def test_another_thing_that_is_wrong_is_news(store: Seed, health: RouteHealth) -> None:
    """What was given up stays in the finding beside what is not accepted."""
    store.open("f1")
    fail(store, dead=True)
    look(health, 1)
    about_routes(store, 2)
    store.open("f2", created=at(3))
    fail(store)

    assert look(health, 70) == 1
    [delivery] = about_routes(store, 71)
    assert [what for what, _since in delivery.event.finding.details] == ["given_up", "not_accepted"]


def test_notifications_for_many_count_too(database: Database) -> None:
    """One that was given up says so of each tenant that it tells of."""
    store = Seed(database, Grouping(alone=1, memory=600, gather=1, pauses=(1,)))
    health = store_over(database).route_health
    for name in ("f1", "f2", "f3"):
        store.open(name)
    due(store)
    store.outbox.seal("mail", at(1))
    [many] = store.outbox.due("mail", at(2), 10)
    assert many.event.many is not None
    store.outbox.failed("mail", [many.event.event_no], "HTTP 410", None, NOON)

    assert health.look({"mail"}, LATE, at(3)) == 1
    assert health.look({"mail"}, LATE, at(4)) == 0


def test_what_is_let_be_is_a_finding_no_more(store: Seed, health: RouteHealth) -> None:
    """Once a person discarded what was given up, the route stands as if it had been delivered."""
    store.open("f1")
    fail(store, dead=True)
    assert look(health, 1) == 1
    about_routes(store, 2)
    assert SqlLetters(store.database).discard("mail", None, "root", at(3)) == 1

    assert look(health, 4) == 1
    [resolved] = about_routes(store, 5)
    assert resolved.event.type == RESOLVED
