"""What every store's outbox must do, whatever it keeps its rows in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from collector.store.base import Delivery, Outbox, RouteState
from collector.store.sql.database import Database
from tests.contract.outbox_seed import CHANGED, NOON, OPENED, RESOLVED, Seed
from wolkenzicht.errors import StorageError
from wolkenzicht.model import FindingKind, FindingState, LocationClass, Severity

LATER = NOON + timedelta(seconds=10)


@pytest.fixture
def store(database: Database) -> Seed:
    """An empty store of each kind."""
    return Seed(database)


def ids(deliveries: list[Delivery]) -> list[str]:
    """The events of deliveries."""
    return [delivery.event.event_id for delivery in deliveries]


def numbers(deliveries: list[Delivery]) -> list[int]:
    """The event numbers of deliveries."""
    return [delivery.event.event_no for delivery in deliveries]


def due(outbox: Outbox, route: str = "mail") -> list[Delivery]:
    """What is due ten seconds after noon."""
    return outbox.due(route, LATER, 100)


def test_an_event_comes_out_as_it_went_in(store: Seed) -> None:
    """Every field of the event is what ingest wrote."""
    event_id = store.open("f1")
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)

    (delivery,) = due(store.outbox)

    event, finding = delivery.event, delivery.event.finding
    assert (delivery.route, delivery.attempts, delivery.last_error) == ("mail", 0, "")
    assert (event.event_id, event.type, event.created) == (event_id, OPENED, NOON)
    assert (event.asset_name, event.asset_type, event.provider) == ("bucket f1", "AWS::S3::Bucket", "aws")
    assert event.location_class is LocationClass.OUTSIDE_EEA
    assert (finding.finding_id, finding.tenant, finding.organisation) == ("f1", "rdv-aws", "rdv")
    assert (finding.asset_id, finding.clause, finding.owner) == ("arn:f1", "RCB2026 4.6", "team voorbeeld")
    assert finding.kind is FindingKind.DATA_OUTSIDE_EEA
    assert finding.severity is Severity.HIGH
    assert finding.state is FindingState.OPEN
    assert finding.details == (("replicated", "us-east-1"),)
    assert (finding.opened, finding.resolved) == (NOON, None)


def test_each_route_gets_its_own_delivery(store: Seed) -> None:
    """One event makes a delivery per route, once."""
    store.open("f1")

    assert store.outbox.fan_out({"mail": Severity.LOW, "hook": Severity.LOW}, NOON) == 2
    assert store.outbox.fan_out({"mail": Severity.LOW, "hook": Severity.LOW}, NOON) == 0
    assert ids(due(store.outbox, "mail")) == ids(due(store.outbox, "hook")) == ["event-1"]


def test_a_new_route_starts_with_what_still_stands(store: Seed) -> None:
    """A route seen for the first time gets the events of open findings, not of those that are over."""
    store.open("over")
    store.open("standing")
    store.resolve("over")

    assert store.outbox.fan_out({"mail": Severity.LOW}, NOON) == 1
    assert ids(due(store.outbox)) == ["event-2"]


def test_a_known_route_gets_everything_new(store: Seed) -> None:
    """After its start a route hears of resolutions and of findings that opened and resolved meanwhile."""
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)
    store.open("brief")
    store.resolve("brief")

    assert store.outbox.fan_out({"mail": Severity.LOW}, NOON) == 2


def test_a_route_left_out_for_a_while_goes_on_where_it_was(store: Seed) -> None:
    """Events that came while a route was not configured are delivered when it is back."""
    store.outbox.fan_out({"mail": Severity.LOW, "hook": Severity.LOW}, NOON)
    store.open("f1")
    store.outbox.fan_out({"hook": Severity.LOW}, NOON)
    store.resolve("f1")

    assert store.outbox.fan_out({"mail": Severity.LOW, "hook": Severity.LOW}, NOON) == 3


def test_the_events_of_a_finding_come_one_after_the_other(store: Seed) -> None:
    """A later event of a finding waits until the earlier one is done with; other findings do not."""
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)
    store.open("f1")
    store.change("f1")
    store.open("f2")
    store.resolve("f1")
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)

    seen = []
    while deliveries := due(store.outbox):
        seen.append([(each.event.finding.finding_id, each.event.type) for each in deliveries])
        store.outbox.delivered("mail", numbers(deliveries), NOON)

    assert seen == [[("f1", OPENED), ("f2", OPENED)], [("f1", CHANGED)], [("f1", RESOLVED)]]


def test_a_later_event_waits_for_an_earlier_one_that_is_put_off(store: Seed) -> None:
    """Order holds also while the earlier event waits for its next attempt."""
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)
    store.open("f1")
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)
    first = due(store.outbox)
    store.outbox.failed("mail", numbers(first), "away", LATER + timedelta(seconds=1), NOON)
    store.resolve("f1")
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)

    assert due(store.outbox) == []
    again = store.outbox.due("mail", LATER + timedelta(seconds=1), 100)
    assert ids(again) == ids(first)


def test_a_later_event_does_not_wait_for_one_that_was_given_up(store: Seed) -> None:
    """A dead letter holds up nothing behind it."""
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)
    store.open("f1")
    store.resolve("f1")
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)

    store.outbox.failed("mail", numbers(due(store.outbox)), "refused", None, NOON)

    assert ids(due(store.outbox)) == ["event-2"]


def test_findings_of_two_tenants_with_one_identifier_do_not_wait_for_each_other(store: Seed) -> None:
    """The tenant belongs to a finding's key."""
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)
    store.open("f1")
    store.change("f1")
    store.execute("UPDATE outbox SET tenant = 'other' WHERE event_id = 'event-2'")
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)

    assert ids(due(store.outbox)) == ["event-1", "event-2"]


def test_due_is_oldest_first_and_bounded(store: Seed) -> None:
    """The limit leaves out the youngest."""
    for name in ("f1", "f2", "f3"):
        store.open(name)
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)

    assert ids(store.outbox.due("mail", LATER, 2)) == ["event-1", "event-2"]


def test_a_failure_is_remembered(store: Seed) -> None:
    """Attempts and the last error stand with the delivery, which is not due before its time."""
    store.open("f1")
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)
    events = numbers(due(store.outbox))

    store.outbox.failed("mail", events, "first", NOON + timedelta(seconds=1), NOON)
    store.outbox.failed("mail", events, "second\nline", NOON + timedelta(seconds=2), NOON)

    assert store.outbox.due("mail", NOON + timedelta(seconds=1), 100) == []
    (delivery,) = store.outbox.due("mail", NOON + timedelta(seconds=2), 100)
    assert (delivery.attempts, delivery.last_error) == (2, "second line")


def test_a_long_error_is_cut(store: Seed) -> None:
    """A receiver cannot fill the store with its answers."""
    store.open("f1")
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)

    store.outbox.failed("mail", numbers(due(store.outbox)), "x" * 10_000, NOON, NOON)

    assert [len(each.last_error) for each in due(store.outbox)] == [500]


def test_success_on_one_route_leaves_the_others(store: Seed) -> None:
    """Routes are independent."""
    store.open("f1")
    store.outbox.fan_out({"mail": Severity.LOW, "hook": Severity.LOW}, NOON)

    store.outbox.delivered("mail", numbers(due(store.outbox)), NOON)

    assert ids(due(store.outbox, "mail")) == []
    assert ids(due(store.outbox, "hook")) == ["event-1"]


def test_recording_twice_changes_nothing(store: Seed) -> None:
    """Success counts once, and a failure that comes after it does not undo it."""
    store.open("f1")
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)
    events = numbers(due(store.outbox))

    store.outbox.delivered("mail", events, NOON)
    before = store.outbox.routes()
    store.outbox.delivered("mail", events, NOON)
    store.outbox.failed("mail", events, "too late", NOON, NOON)

    assert store.outbox.routes() == before


def test_routes_tell_how_they_stand(store: Seed) -> None:
    """Counts, the oldest that is due and the latest error, for each route that ever was."""
    assert store.outbox.routes() == []
    store.outbox.fan_out({"idle": Severity.LOW, "mail": Severity.LOW}, NOON)
    for name, minutes in (("f1", 0), ("f2", 1), ("f3", 2), ("f4", 3)):
        store.open(name, created=NOON + timedelta(minutes=minutes))
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)
    first, second, third, _fourth = numbers(due(store.outbox))

    store.outbox.delivered("mail", [first], NOON)
    store.outbox.failed("mail", [second], "no such recipient", None, NOON)
    store.outbox.failed("mail", [third], "try later", LATER, NOON)

    assert store.outbox.routes() == [
        RouteState("idle", due=0, delivered=0, dead=0),
        RouteState(
            "mail",
            due=2,
            delivered=1,
            dead=1,
            oldest_due=NOON + timedelta(minutes=2),
            last_error="try later",
        ),
    ]


def test_an_event_that_cannot_be_read_is_an_error(store: Seed) -> None:
    """A damaged payload is named, not skipped."""
    store.open("f1")
    store.execute("""UPDATE outbox SET payload = '{"kind": "?", "severity": "high"}'""")
    store.outbox.fan_out({"mail": Severity.LOW}, NOON)

    with pytest.raises(StorageError, match="event 1 cannot be read"):
        due(store.outbox)


def test_a_closed_store_is_an_error(store: Seed) -> None:
    """Every method says that the store cannot be used."""
    store.database.close()

    with pytest.raises(StorageError):
        store.outbox.fan_out({"mail": Severity.LOW}, NOON)
    with pytest.raises(StorageError):
        due(store.outbox)
    with pytest.raises(StorageError):
        store.outbox.delivered("mail", [1], NOON)
    with pytest.raises(StorageError):
        store.outbox.failed("mail", [1], "", None, NOON)
    with pytest.raises(StorageError):
        store.outbox.routes()


def test_a_new_route_hears_of_what_stands_and_is_severe(store: Seed) -> None:
    """A new route starts with what stands and is severe enough, whatever was over before."""
    store.open("grave", severity="high")
    store.open("slight", severity="low")
    store.change("grave", severity="low")
    store.resolve("grave", severity="low")
    store.resolve("slight", severity="low")

    assert store.outbox.fan_out({"mail": Severity.HIGH}, NOON) == 0
    store.change("slight", severity="low")
    store.open("later", severity="critical")
    assert store.outbox.fan_out({"mail": Severity.HIGH}, NOON) == 1


def test_a_known_route_follows_a_finding_down(store: Seed) -> None:
    """After an alert at high severity the same route gets the resolution at low severity."""
    store.outbox.fan_out({"mail": Severity.HIGH}, NOON)
    store.open("grave", severity="high")
    store.open("slight", severity="low")
    store.resolve("grave", severity="low")
    store.resolve("slight", severity="low")

    assert store.outbox.fan_out({"mail": Severity.HIGH}, NOON) == 2
