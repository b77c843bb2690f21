"""What a route is told of: by organisation with those below it, by kind, and with severity together."""

from __future__ import annotations

from datetime import timedelta

import pytest

from collector.store.base import Wanted
from collector.store.sql.database import Database
from tests.contract.outbox_seed import NOON, Seed
from wolkenzicht.model import FindingKind, Severity

LATER = NOON + timedelta(seconds=10)


@pytest.fixture
def store(database: Database) -> Seed:
    """A ministry with an agency below it, which has a service of its own, and another ministry."""
    seed = Seed(database)
    with database.writer() as connection:
        connection.execute("UPDATE organisation SET parent = 'min' WHERE organisation = 'rdv'")
        for name, parent in (("min", ""), ("dienst", "rdv"), ("other", "")):
            connection.execute(
                "INSERT INTO organisation VALUES (?, ?, 'ministerie', ?, '')", (name, name, parent)
            )
        for tenant, organisation in (("min-aws", "min"), ("dienst-aws", "dienst"), ("other-aws", "other")):
            connection.execute("INSERT INTO tenant VALUES (?, ?, 'aws', '', 0)", (tenant, organisation))
    return seed


def told(store: Seed, wanted: Wanted) -> list[str]:
    """Of which findings a route is told that wants this, all of them new."""
    store.outbox.fan_out({"mail": wanted}, NOON)
    return [each.event.finding.finding_id for each in store.outbox.due("mail", LATER, 100)]


def move(store: Seed, finding: str, tenant: str) -> None:
    """Let a finding and its events be another tenant's."""
    store.execute("UPDATE finding SET tenant = ? WHERE finding_id = ?", tenant, finding)
    store.execute("UPDATE outbox SET tenant = ? WHERE finding_id = ?", tenant, finding)


@pytest.mark.parametrize(
    ("organisations", "expected"),
    [
        (set(), ["of-min", "of-rdv", "of-dienst", "of-other"]),
        ({"min"}, ["of-min", "of-rdv", "of-dienst"]),
        ({"rdv"}, ["of-rdv", "of-dienst"]),
        ({"dienst", "other"}, ["of-dienst", "of-other"]),
        ({"nobody"}, []),
    ],
    ids=["all", "a ministry", "an agency", "two", "none"],
)
@pytest.mark.parametrize("first", [True, False], ids=["new route", "known route"])
def test_an_organisation_stands_for_all_below_it(
    store: Seed, organisations: set[str], expected: list[str], first: bool
) -> None:
    """Also below what is below it; a name that nobody has brings nothing."""
    wanted = Wanted(organisations=frozenset(organisations))
    if not first:
        assert told(store, wanted) == []
    for tenant in ("min-aws", "rdv-aws", "dienst-aws", "other-aws"):
        finding = f"of-{tenant.removesuffix('-aws')}"
        store.open(finding)
        move(store, finding, tenant)

    assert told(store, wanted) == expected


def test_a_route_may_ask_for_kinds(store: Seed) -> None:
    """It is told of these and of no others, from their opening to their end."""
    for finding, kind in (("a", "location_unknown"), ("b", "data_outside_eea"), ("c", "prohibited_use")):
        store.open(finding)
        store.execute("UPDATE finding SET kind = ? WHERE finding_id = ?", kind, finding)
    wanted = Wanted(kinds=frozenset({FindingKind.LOCATION_UNKNOWN, FindingKind.PROHIBITED_USE}))

    assert told(store, wanted) == ["a", "c"]

    store.resolve("a")
    store.resolve("b")
    assert store.outbox.fan_out({"mail": wanted}, NOON) == 1


def test_all_that_is_asked_holds_together(store: Seed) -> None:
    """Severity, organisation and kind."""
    kinds = frozenset({FindingKind.DATA_OUTSIDE_EEA, FindingKind.PROHIBITED_USE})
    wanted = Wanted(Severity.HIGH, frozenset({"rdv"}), kinds)
    store.open("slight", severity="low")
    store.open("elsewhere")
    move(store, "elsewhere", "other-aws")
    store.open("of another kind")
    store.execute("UPDATE finding SET kind = 'location_unknown' WHERE finding_id = 'of another kind'")
    store.open("wanted")

    assert told(store, wanted) == ["wanted"]


def test_organisations_that_are_under_each_other_come_to_an_end(store: Seed) -> None:
    """A circle in the register is a mistake, and no reason to stand still."""
    store.execute("UPDATE organisation SET parent = 'dienst' WHERE organisation = 'min'")
    store.open("f")

    assert told(store, Wanted(organisations=frozenset({"dienst"}))) == ["f"]


def escalated(store: Seed, minutes: int) -> list[tuple[str, str]]:
    """What a route is told so long after noon that hears after ten minutes what nobody took up."""
    now = NOON + timedelta(minutes=minutes)
    store.outbox.fan_out({"duty": Wanted(after=600)}, now)
    found = store.outbox.due("duty", now, 100)
    store.outbox.delivered("duty", [each.event.event_no for each in found], now)
    return [(each.event.finding.finding_id, each.event.type.split(".")[-2]) for each in found]


def test_what_nobody_takes_up_is_told_later(store: Seed) -> None:
    """Not what was acknowledged, exempted or over by then; and once, with its end."""
    assert escalated(store, 0) == []
    for finding in ("left", "taken up", "exempted", "over"):
        store.open(finding)
    store.execute("UPDATE finding SET acknowledged = 1 WHERE finding_id = ?", "taken up")
    store.execute("UPDATE finding SET exemption = 'e1' WHERE finding_id = ?", "exempted")
    store.resolve("over", created=NOON + timedelta(minutes=5))

    assert escalated(store, 9) == []
    assert escalated(store, 10) == [("left", "geopend")]
    assert escalated(store, 30) == []

    store.resolve("left", created=NOON + timedelta(minutes=40))
    assert escalated(store, 49) == []
    assert escalated(store, 50) == [("left", "opgelost")]


def test_what_is_told_later_belongs_together_too(store: Seed) -> None:
    """Many are one notification, which is as much told as an event for itself."""
    escalated(store, 0)
    for number in range(30):
        store.open(f"f{number}")
    escalated(store, 10)
    store.outbox.seal("duty", NOON + timedelta(minutes=11))
    [(_group, what)] = escalated(store, 11)
    assert what == "samengevat"

    store.resolve("f3", created=NOON + timedelta(minutes=12))
    escalated(store, 22)
    store.outbox.seal("duty", NOON + timedelta(hours=2))
    assert len(escalated(store, 120)) == 1


def test_a_new_route_hears_later_of_what_stood_before_it(store: Seed) -> None:
    """As any new route does, but not before its time."""
    store.open("old")
    assert escalated(store, 5) == []
    assert escalated(store, 11) == [("old", "geopend")]
