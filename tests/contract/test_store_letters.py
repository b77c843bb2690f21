"""What is kept of deliveries that are over: dead letters, and what a receiver knows that still stands."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from collector.store.base import Event, Grouping
from collector.store.sql.database import Database
from collector.store.sql.letters import SqlLetters
from tests.contract.outbox_seed import NOON, Seed
from wolkenzicht.model import Severity

LATER = NOON + timedelta(days=8)


@pytest.fixture
def store(database: Database) -> Seed:
    """An empty store of each kind."""
    return Seed(database)


@pytest.fixture
def letters(database: Database) -> SqlLetters:
    """What is tested."""
    return SqlLetters(database)


def take(store: Seed, route: str = "mail", moment: datetime = LATER) -> list[Event]:
    """What is due on a route after new events were looked for."""
    store.outbox.fan_out({route: Severity.LOW}, NOON)
    return [delivery.event for delivery in store.outbox.due(route, moment, 100)]


def give_up(store: Seed, reason: str = "HTTP 422", route: str = "mail") -> None:
    """Give up all that is due."""
    store.outbox.failed(route, [each.event_no for each in take(store, route)], reason, None, NOON)


def accept(store: Seed, route: str = "mail") -> None:
    """Have all accepted, one event of a finding after the other."""
    while events := take(store, route):
        store.outbox.delivered(route, [each.event_no for each in events], NOON)


def test_dead_letters_are_listed(store: Seed, letters: SqlLetters) -> None:
    """The newest, oldest first, of that route, with what was last said."""
    for name in ("f1", "f2", "f3"):
        store.open(name)
    give_up(store)
    accept(store, "hook")

    found = letters.dead("mail", 2)

    assert [(each.event.event_id, each.attempts, each.last_error) for each in found] == [
        ("event-2", 1, "HTTP 422"),
        ("event-3", 1, "HTTP 422"),
    ]
    assert letters.dead("hook", 2) == []


def test_dead_letters_are_due_again(store: Seed, letters: SqlLetters) -> None:
    """All of a route, or those that are named; what is not dead is left alone."""
    for name in ("f1", "f2", "f3"):
        store.open(name)
    give_up(store)
    give_up(store, route="hook")

    assert letters.resend("mail", ["event-2", "event-9"], LATER) == 1
    assert [each.event_id for each in take(store)] == ["event-2"]
    assert letters.resend("mail", ["event-2"], LATER) == 0
    assert letters.resend("mail", None, LATER) == 2
    assert [each.event_id for each in take(store)] == ["event-1", "event-2", "event-3"]
    assert len(letters.dead("hook", 10)) == 3


def test_a_letter_that_is_sent_again_is_the_message_that_it_was(store: Seed, letters: SqlLetters) -> None:
    """Attempts and error stay, so that what went together goes together."""
    store.open("f1")
    give_up(store, "message <a>: 550")
    letters.resend("mail", None, LATER)

    [delivery] = store.outbox.due("mail", LATER, 10)

    assert (delivery.attempts, delivery.last_error) == (1, "message <a>: 550")


def test_what_stands_is_the_newest_that_was_accepted(store: Seed, letters: SqlLetters) -> None:
    """Not what is over, not what the receiver was not told yet, and of each finding one."""
    store.open("over")
    store.open("changed")
    store.change("changed", severity="critical")
    accept(store)
    store.resolve("over")
    store.open("not told")
    store.open("told on another route")
    accept(store, "hook")

    found = letters.standing("mail", 0, 10)

    assert [(each.event_id, each.finding.severity) for each in found] == [("event-3", Severity.CRITICAL)]


def test_what_stands_comes_in_pages(store: Seed, letters: SqlLetters) -> None:
    """Each page goes on behind the last event of the one before."""
    for number in range(5):
        store.open(f"f{number}")
    accept(store)

    pages, after = [], 0
    while page := letters.standing("mail", after, 2):
        pages.append([each.finding.finding_id for each in page])
        after = page[-1].event_no

    assert pages == [["f0", "f1"], ["f2", "f3"], ["f4"]]


def test_notifications_for_many_are_letters_too(database: Database, letters: SqlLetters) -> None:
    """Given up they are listed and sent again; accepted the newest of a group stands as long as it does."""
    store = Seed(database, Grouping(alone=1, memory=600, gather=1, pauses=(1,)))
    for name in ("f1", "f2", "f3"):
        store.open(name)
    accept(store)
    store.outbox.seal("mail", NOON + timedelta(seconds=5))
    [many] = store.outbox.due("mail", LATER, 10)
    store.outbox.failed("mail", [many.event.event_no], "HTTP 410", None, NOON)

    [dead] = letters.dead("mail", 10)
    assert (dead.event.event_id, dead.event.many, dead.last_error) == (
        many.event.event_id,
        many.event.many,
        "HTTP 410",
    )
    assert letters.standing("mail", 0, 10) == []

    assert letters.resend("mail", [many.event.event_id], LATER) == 1
    assert letters.resend("mail", None, LATER) == 0
    accept(store)
    found = letters.standing("mail", 0, 10)
    assert [each.event_id for each in found] == [many.event.event_id]
    assert letters.standing("mail", found[-1].event_no, 10) == []

    store.execute("UPDATE notification_group SET standing = 0")
    assert letters.standing("mail", 0, 10) == []


def test_dead_letters_are_let_be(store: Seed, letters: SqlLetters) -> None:
    """All of a route, or those that are named; kept with who and when, and neither sent again nor counted."""
    for name in ("f1", "f2", "f3"):
        store.open(name)
    give_up(store)
    give_up(store, route="hook")

    assert letters.discard("mail", ["event-2", "event-9"], "root", NOON) == 1
    assert letters.discard("mail", ["event-2"], "another", LATER) == 0
    assert letters.resend("mail", ["event-2"], LATER) == 0
    assert letters.discard("mail", None, "root (why)", LATER) == 2
    assert letters.dead("mail", 10) == []
    assert letters.resend("mail", None, LATER) == 0
    found = letters.discarded("mail", 10)
    assert [(each.event.event_id, each.discarded, each.discarded_by) for each in found] == [
        ("event-1", LATER, "root (why)"),
        ("event-2", NOON, "root"),
        ("event-3", LATER, "root (why)"),
    ]
    assert [each.event.event_id for each in letters.discarded("mail", 1)] == ["event-3"]
    counted = {each.route: (each.dead, each.last_error) for each in store.outbox.routes()}
    assert counted == {"hook": (3, "HTTP 422"), "mail": (0, "")}
    # What comes later of their findings is told.
    store.resolve("f1")
    assert [each.event_id for each in take(store)] == ["event-4"]


def test_a_notification_for_many_is_let_be(database: Database, letters: SqlLetters) -> None:
    """By its own identifier; its group goes on."""
    store = Seed(database, Grouping(alone=1, memory=600, gather=1, pauses=(1,)))
    for name in ("f1", "f2", "f3"):
        store.open(name)
    take(store)
    store.outbox.seal("mail", NOON + timedelta(seconds=5))
    [many] = store.outbox.due("mail", LATER, 10)
    store.outbox.failed("mail", [many.event.event_no], "HTTP 410", None, NOON)

    assert letters.discard("mail", [many.event.event_id], "root", NOON) == 1
    [found] = letters.discarded("mail", 10)
    assert (found.event.event_id, found.discarded, found.discarded_by) == (many.event.event_id, NOON, "root")
    assert letters.dead("mail", 10) == []
    assert [each.dead for each in store.outbox.routes()] == [0]
    store.resolve("f1")
    take(store)
    store.outbox.seal("mail", LATER)
    assert [each.event.many is not None for each in store.outbox.due("mail", LATER, 10)] == [True]
