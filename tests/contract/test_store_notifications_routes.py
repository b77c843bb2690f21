"""Notifications that stand for many, by what routes ask: what is wanted, when, and again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from collector.store.base import NOTIFICATION, Delivery, Event, Grouping, Many, Wanted
from collector.store.sql.database import Database
from collector.store.sql.letters import SqlLetters
from tests.contract.outbox_seed import NOON, OPENED, Seed
from wolkenzicht.model import FindingKind, FindingState, Severity

ROUTE = "hook"
ACKNOWLEDGED = "nl.wolkenzicht.bevinding.erkend.v1"


def at(seconds: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def store(database: Database) -> Seed:
    """An empty store of each kind, in which more than three are told together."""
    return Seed(database, Grouping(alone=3, memory=60, gather=1, pauses=(30, 120), listed=4))


@pytest.fixture
def letters(database: Database) -> SqlLetters:
    """What is over on a route."""
    return SqlLetters(database)


def look(
    store: Seed, seconds: float, wanted: Wanted | None = None, until: datetime | None = None
) -> list[Delivery]:
    """What a route's work finds so long after noon."""
    store.outbox.fan_out({ROUTE: wanted or Wanted()}, at(seconds))
    store.outbox.seal(ROUTE, at(seconds), until)
    return store.outbox.due(ROUTE, at(seconds), 100)


def accept(store: Seed, found: list[Delivery], seconds: float = 0) -> None:
    """A receiver accepted them."""
    store.outbox.delivered(ROUTE, [each.event.event_no for each in found], at(seconds))


def one(found: list[Delivery]) -> tuple[Event, Many]:
    """The one notification that was found, and nothing else was."""
    [delivery] = found
    assert delivery.event.many is not None
    return delivery.event, delivery.event.many


def test_a_notification_tells_what_the_route_wants(store: Seed) -> None:
    """Of organisations and kinds as of severities."""
    for number in range(10):
        store.open(f"f{number}")
    for number in range(5):
        store.execute("UPDATE finding SET kind = 'location_unknown' WHERE finding_id = ?", f"f{number}")
    wanted = Wanted(Severity.HIGH, frozenset({"rdv"}), frozenset({FindingKind.LOCATION_UNKNOWN}))
    look(store, 0, wanted)

    _, told = one(look(store, 2, wanted))

    assert told.count == 5
    assert {each.finding.finding_id for each in told.listed} <= {f"f{number}" for number in range(5)}


def test_another_organisation_is_not_gathered(store: Seed) -> None:
    """A route of one hears nothing of another."""
    store.execute("INSERT INTO organisation VALUES ('bzk', 'Ministerie', 'ministerie', '', '')")
    for number in range(10):
        store.open(f"f{number}")
    wanted = Wanted(organisations=frozenset({"bzk"}))
    look(store, 0, wanted)

    assert look(store, 2, wanted) == []


def test_a_notification_waits_for_the_hour_at_which_it_is_told(store: Seed) -> None:
    """While only what is older is told it goes on gathering; then it tells all of it."""
    for number in range(5):
        store.open(f"f{number}")
    assert look(store, 10, until=at(-1)) == []
    store.open("later", created=at(20))
    assert look(store, 3000, until=at(-1)) == []

    _, told = one(look(store, 3600, until=at(0)))

    assert (told.count, told.first) == (6, NOON)


def test_a_notification_that_was_given_up_is_a_dead_letter(store: Seed, letters: SqlLetters) -> None:
    """Listed beside events in their order, and the same when it is due again."""
    store.open("before", created=at(-60))
    found = look(store, -60)
    store.outbox.failed(ROUTE, [each.event.event_no for each in found], "HTTP 422", None, at(0))
    for number in range(5):
        store.open(f"f{number}")
    look(store, 0)
    event, _ = one(look(store, 2))
    store.outbox.failed(ROUTE, [event.event_no], "HTTP 413", None, at(2))

    dead = letters.dead(ROUTE, 10)
    assert [(each.event.type, each.last_error) for each in dead] == [
        (OPENED, "HTTP 422"),
        (NOTIFICATION, "HTTP 413"),
    ]
    assert [each.event.type for each in letters.dead(ROUTE, 1)] == [NOTIFICATION]

    assert letters.resend(ROUTE, [event.event_id, "no such"], at(100)) == 1
    [again] = look(store, 100)
    assert (again.event, again.attempts, again.last_error) == (event, 1, "HTTP 413")
    assert letters.resend(ROUTE, None, at(100)) == 1
    assert letters.dead(ROUTE, 10) == []


def test_findings_that_are_handled_still_stand(store: Seed) -> None:
    """Each kind of event is counted."""
    for number in range(5):
        store.open(f"f{number}")
    look(store, 0)
    accept(store, look(store, 2), 2)
    store.said = {
        "state": "acknowledged",
        "acknowledged": 5,
        "acknowledged_by": "a@example.nl",
        "by": "a@example.nl",
        "note": "ticket 7",
        "observed": 4,
    }
    for number in range(2):
        store.change(f"f{number}", severity="high")
    store.execute("UPDATE outbox SET type = ? WHERE event_no > 5", ACKNOWLEDGED)
    look(store, 100)

    event, told = one(look(store, 102))

    assert (told.types, told.standing, event.finding.state) == ({ACKNOWLEDGED: 2}, 5, FindingState.OPEN)
    assert {(each.by, each.note, each.finding.state) for each in told.listed} == {
        ("a@example.nl", "ticket 7", FindingState.ACKNOWLEDGED)
    }
    assert all(each.observed is not None for each in told.listed)
