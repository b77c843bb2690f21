"""One notification for many findings: what belongs together, when it is told; nothing is lost or twice."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any

import pytest

from collector.store.base import NOTIFICATION, Delivery, Grouping, Many
from collector.store.sql.database import Database
from tests.contract.outbox_seed import CHANGED, NOON, OPENED, RESOLVED, Seed
from tests.examples import examples
from wolkenzicht.model import FindingState, Severity

ROUTE = "hook"
FEW = Grouping(alone=3, memory=60, gather=1, pauses=(30, 120), listed=4)


def at(seconds: float) -> datetime:
    """So long after noon."""
    return NOON + timedelta(seconds=seconds)


@pytest.fixture
def store(database: Database) -> Seed:
    """An empty store of each kind, with a route that is known."""
    seed = Seed(database, FEW)
    seed.outbox.fan_out({ROUTE: Severity.LOW}, NOON)
    return seed


def look(store: Seed, seconds: float, *, record: bool = True) -> list[Delivery]:
    """What a route's work finds so long after noon; recorded as delivered."""
    now = at(seconds)
    store.outbox.fan_out({ROUTE: Severity.LOW}, now)
    store.outbox.seal(ROUTE, now)
    found = store.outbox.due(ROUTE, now, 100)
    if record and found:
        store.outbox.delivered(ROUTE, [each.event.event_no for each in found], now)
    return found


def many(found: list[Delivery]) -> Many:
    """The one notification that was found, and nothing else was."""
    [delivery] = found
    assert delivery.event.many is not None
    return delivery.event.many


def test_few_are_told_each_for_itself(store: Seed) -> None:
    """What three people can read needs no summary."""
    for number in range(3):
        store.open(f"f{number}")

    assert [each.event.type for each in look(store, 0)] == [OPENED] * 3


def test_many_of_one_cause_are_one_notification(store: Seed) -> None:
    """It is told a second later, with counts and the gravest of its members."""
    for number in range(10):
        store.open(f"f{number}", severity="critical" if number == 7 else "high")

    assert look(store, 0) == []
    assert store.outbox.seal(ROUTE, at(0.5)) == at(1)
    [delivery] = look(store, 1)

    event, told = delivery.event, delivery.event.many
    assert told is not None
    assert (event.type, event.created, event.since) == (NOTIFICATION, at(1), NOON)
    assert (event.finding.severity, event.finding.state) == (Severity.CRITICAL, FindingState.OPEN)
    assert (told.cause, told.count, told.total, told.standing) == ("places", 10, 10, 10)
    assert told.types == {OPENED: 10}
    assert told.severities == {"critical": 1, "high": 9}
    assert [each.finding.finding_id for each in told.listed] == ["f7", "f0", "f1", "f2"]
    assert look(store, 60) == []


def test_few_at_a_time_are_many_in_the_end(store: Seed) -> None:
    """What comes one by one, a second apart, is gathered from the fourth on."""
    told = []
    for number in range(20):
        store.open(f"f{number}")
        told += look(store, number)
    told += look(store, 60)

    assert [each.event.many.count if each.event.many else 1 for each in told] == [1, 1, 1, 2, 15]


def test_other_places_are_another_notification(store: Seed) -> None:
    """And another provider, kind or organisation."""
    others: tuple[dict[str, Any], ...] = (
        {},
        {"details": [["stored", "us-west-1"]]},
        {"provider": "azure"},
        {"kind": "location_unknown"},
        {"organisation": "bzk"},
    )
    for number, said in enumerate(others):
        store.said = said
        for each in range(5):
            store.open(f"f{number}-{each}")
    look(store, 0)

    assert [each.event.many.count for each in look(store, 2) if each.event.many] == [5] * 5


def test_one_activation_is_one_summary(store: Seed) -> None:
    """Whatever the kinds, places and providers; once all is judged, it says that it is complete."""
    store.execute(
        "INSERT INTO evaluation (tenant, version, target, since) VALUES ('rdv-aws', 'before', 'new rules', 0)"
    )
    for number, kind in enumerate(("data_outside_eea", "location_unknown", "prohibited_use") * 4):
        store.said = {
            "kind": kind,
            "provider": f"p{number % 2}",
            "details": [["stored", f"r{number}"]],
            "cause": "activation new rules",
        }
        store.open(f"f{number}")
    look(store, 0)
    told = many(look(store, 1))
    assert (told.cause, told.count, told.complete) == ("activation", 12, False)
    assert told.kinds == {"data_outside_eea": 4, "location_unknown": 4, "prohibited_use": 4}
    assert told.providers == {"p0": 6, "p1": 6}

    store.open("later")
    assert look(store, 3) == []
    store.execute("UPDATE evaluation SET version = target WHERE tenant = 'rdv-aws'")
    told = many(look(store, 4))
    assert (told.count, told.total, told.complete) == (1, 13, True)
    # The end is told once; what still comes waits as anything else does.
    store.resolve("later")
    assert look(store, 6) == []


def test_a_first_scan_is_one_summary(store: Seed) -> None:
    """It is complete when the scan has ended."""
    store.execute(
        "INSERT INTO scan (tenant, scan_id, scan_no, started, recorded, policy_version, agent_version, "
        "connectors, policy_refusal, kind, plan_digest, ended) "
        "VALUES ('rdv-aws', 's', 1, 0, 0, '', '', '[]', '', 'whole', '', 5)"
    )
    for number in range(9):
        store.said = {"cause": "first_scan rdv-aws", "details": [["stored", f"r{number}"]]}
        store.open(f"f{number}")
    look(store, 0)

    told = many(look(store, 1))
    assert (told.cause, told.count, told.complete) == ("first_scan", 9, True)


def test_what_comes_later_waits_for_a_pause(store: Seed) -> None:
    """Which grows while it goes on; each notification tells how many there are by then."""
    told = []
    for second in range(0, 200, 2):
        for each in range(5):
            store.open(f"f{second}-{each}")
        told += look(store, second)

    counts = [(each.event.many.count, each.event.many.total) for each in told if each.event.many]
    assert counts == [(10, 10), (75, 85), (300, 385)]
    assert len(told) == 3
    assert len({each.event.finding.finding_id for each in told}) == 1


def test_what_is_graver_does_not_wait(store: Seed) -> None:
    """A first critical finding among high ones is told a second later."""
    for number in range(5):
        store.open(f"f{number}")
    look(store, 0)
    look(store, 1)
    store.open("grave", severity="critical")
    assert look(store, 3) == []

    assert many(look(store, 4)).listed[0].finding.finding_id == "grave"


def test_the_end_is_counted_and_the_last_end_told_at_once(store: Seed) -> None:
    """Members that are resolved make no messages of their own; that none is open any more is news."""
    for number in range(5):
        store.open(f"f{number}")
    look(store, 0)
    look(store, 1)
    store.resolve("f0")
    store.resolve("f1")
    assert look(store, 3) == []
    for number in (2, 3, 4):
        store.resolve(f"f{number}")

    [delivery] = look(store, 5)
    assert many([delivery]).types == {RESOLVED: 5}
    assert (many([delivery]).total, many([delivery]).standing) == (5, 0)
    assert delivery.event.finding.state is FindingState.RESOLVED


def test_a_member_stays_where_it_was_told(store: Seed) -> None:
    """A single change long after it is told in the group, which says how it stands."""
    for number in range(5):
        store.open(f"f{number}")
    look(store, 0)
    look(store, 1)
    store.resolve("f3")
    look(store, 100_000)

    told = many(look(store, 100_001))
    assert (told.count, told.total, told.standing) == (1, 5, 4)


def test_a_repeat_is_the_same(store: Seed) -> None:
    """Whatever happened since: same identifier, same content; what came later is in the next one."""
    for number in range(5):
        store.open(f"f{number}")
    look(store, 0)
    [first] = look(store, 1, record=False)
    store.outbox.failed(ROUTE, [first.event.event_no], "HTTP 503", at(50), at(1))
    for number in range(5):
        store.resolve(f"f{number}")
    assert look(store, 40) == []

    [again] = look(store, 50)
    assert (again.event, again.attempts, again.last_error) == (first.event, 1, "HTTP 503")
    assert many(look(store, 51)).types == {RESOLVED: 5}


def test_a_receiver_that_is_away_gets_two(store: Seed) -> None:
    """What happens meanwhile is gathered in one, and closed when the first is done with."""
    for number in range(400):
        store.open(f"f{number}")
        if number % 20 == 19:
            look(store, number, record=False)

    assert many(look(store, 5000)).count == 40
    assert many(look(store, 5001)).count == 360


def test_a_later_event_does_not_overtake_one_that_waits(store: Seed) -> None:
    """While a finding's single event is on its way, no notification tells its end."""
    opened = store.open("f")
    look(store, 0, record=False)
    for number in range(9):
        store.open(f"f{number}")
    resolved = store.resolve("f")

    assert [each.event.event_id for each in look(store, 1)] == [opened]
    rest = look(store, 2)
    assert [each.event.many.count if each.event.many else each.event.event_id for each in rest] == [
        9,
        resolved,
    ]


def test_members_can_be_asked_for(store: Seed) -> None:
    """All of them, page by page, though the notification lists four."""
    ids = [store.open(f"f{number}") for number in range(10)]
    look(store, 0)
    [delivery] = look(store, 1)

    first = store.outbox.members(delivery.event.event_id, 0, 6)
    rest = store.outbox.members(delivery.event.event_id, first[-1].event_no, 6)
    assert [each.event_id for each in (*first, *rest)] == ids
    assert store.outbox.members("no such", 0, 6) == []


def test_a_notification_counts_as_a_delivery(store: Seed) -> None:
    """Due while it is gathered, then delivered or dead, with its error."""
    for number in range(10):
        store.open(f"f{number}")
    look(store, 0)
    [state] = store.outbox.routes()
    assert (state.due, state.oldest_due) == (1, NOON)
    [delivery] = look(store, 1, record=False)
    store.outbox.failed(ROUTE, [delivery.event.event_no], "HTTP 410 Gone", None, at(1))

    [state] = store.outbox.routes()
    assert (state.due, state.delivered, state.dead, state.last_error) == (0, 0, 1, "HTTP 410 Gone")
    assert look(store, 50) == []


def test_two_collectors_do_not_send_it_both(store: Seed) -> None:
    """Over one database, what one got the other does not; a file has one collector."""
    for number in range(10):
        store.open(f"f{number}")
    look(store, 0)
    [delivery] = look(store, 1, record=False)
    other = Seed.__new__(Seed)
    other.outbox = type(store.outbox)(store.database, FEW)

    assert len(look(other, 2, record=False)) == (0 if store.database.shared else 1)
    store.outbox.let_go(ROUTE)
    assert [each.event for each in look(other, 3, record=False)] == [delivery.event]


@pytest.mark.parametrize("seed", range(examples(4)))
def test_whatever_happens_each_event_is_told_once_and_in_order(database: Database, seed: int) -> None:
    """Findings open, change and resolve while a receiver fails now and then: a receiver can follow each."""
    chance = random.Random(seed)
    store = Seed(database, Grouping(alone=2, memory=5, gather=1, pauses=(2, 5), listed=3))
    open_now: list[str] = []
    told: defaultdict[str, list[str]] = defaultdict(list)
    happened: defaultdict[str, list[str]] = defaultdict(list)
    for second in range(60):
        for _ in range(chance.choice((0, 0, 1, 3, 8))):
            store.said = {"details": [["stored", chance.choice("ab")]]}
            if open_now and chance.random() < 0.5:
                finding = chance.choice(open_now)
                if chance.random() < 0.5:
                    happened[finding].append(store.change(finding, severity="high"))
                else:
                    open_now.remove(finding)
                    happened[finding].append(store.resolve(finding))
            else:
                finding = f"f{len(happened)}"
                open_now.append(finding)
                happened[finding].append(store.open(finding))
        for delivery in look(store, second, record=False):
            _receive(store, delivery, at(second), told, fails=chance.random() < 0.3)
    for second in range(60, 200):
        for delivery in look(store, second, record=False):
            _receive(store, delivery, at(second), told, fails=False)

    assert told == happened
    assert store.outbox.routes()[0].due == 0


def _receive(
    store: Seed, delivery: Delivery, now: datetime, told: defaultdict[str, list[str]], *, fails: bool
) -> None:
    """A receiver that takes a delivery, or does not."""
    number = delivery.event.event_no
    if fails:
        store.outbox.failed(ROUTE, [number], "HTTP 500", now + timedelta(seconds=3), now)
        return
    store.outbox.delivered(ROUTE, [number], now)
    events = [delivery.event]
    if delivery.event.many is not None:
        events = store.outbox.members(delivery.event.event_id, 0, 10_000)
        assert delivery.event.many.count == len(events)
    for event in events:
        told[event.finding.finding_id].append(event.event_id)


def test_a_change_among_many_is_told_with_them(store: Seed) -> None:
    """By its own type."""
    for number in range(5):
        store.open(f"f{number}")
        store.change(f"f{number}")
    look(store, 0)

    assert many(look(store, 1)).types == {OPENED: 5, CHANGED: 5}


def test_the_gravest_that_is_open_is_told_of(store: Seed) -> None:
    """Whatever a notification tells; also once the gravest is over, gets less, or all are over."""
    for number in range(6):
        store.open(f"f{number}", severity="critical" if number == 5 else "low")
    look(store, 0)
    assert many(look(store, 1)).gravest is Severity.CRITICAL
    store.resolve("f0", severity="low")
    look(store, 2)
    light = many(look(store, 40))
    assert (dict(light.severities), light.gravest) == ({"low": 1}, Severity.CRITICAL)

    store.change("f1", severity="high")
    store.resolve("f5", severity="critical")
    look(store, 41)
    assert many(look(store, 200)).gravest is Severity.HIGH
    for number in range(1, 5):
        store.resolve(f"f{number}", severity="high" if number == 1 else "low")
    look(store, 201)
    [last] = look(store, 300)
    assert last.event.many is not None
    assert (last.event.many.standing, last.event.finding.state) == (0, FindingState.RESOLVED)
    # Under what it was told of before, so that this is what ends.
    assert last.event.many.gravest is Severity.HIGH


def test_a_group_of_an_earlier_version_goes_on(store: Seed) -> None:
    """Of what it told before nobody counted how severe it was."""
    for number in range(5):
        store.open(f"f{number}")
    look(store, 0)
    look(store, 1)
    store.execute("UPDATE notification_group SET standing_by = '{}'")
    store.resolve("f0")
    store.resolve("f1")
    look(store, 2)

    assert many(look(store, 40)).gravest is Severity.HIGH


@pytest.mark.parametrize(("by_tenant", "messages"), [(False, 1), (True, 2)])
def test_tenants_may_be_told_apart(database: Database, by_tenant: bool, messages: int) -> None:
    """What is at the same places is one for the organisation, or one for each of its tenants."""
    store = Seed(database, Grouping(alone=0, gather=1, pauses=(30,), by_tenant=by_tenant))
    store.outbox.fan_out({ROUTE: Severity.LOW}, NOON)
    for number in range(4):
        store.said = {"tenant": f"rdv-{number % 2}"}
        store.open(f"f{number}")
    look(store, 0)

    found = look(store, 1)
    assert [each.event.type for each in found] == [NOTIFICATION] * messages
