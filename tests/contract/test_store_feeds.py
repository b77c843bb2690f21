"""Feeds: whom a token admits, what changed last, and one notification by its identifier, by sight."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from collector.store.base import CertificateRecord, Feed, Grouping, Sight, Store
from collector.store.sql import store_over
from collector.store.sql.database import Database
from collector.store.sql.reading import changed
from tests.contract.outbox_seed import NOON, Seed
from tests.contract.reporting import ALL_SEEN, IRELAND, NOW, Reporter, bucket
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import FindingState, Severity

DESK = CertificateRecord(
    *("01", "asker", NOW, NOW + timedelta(days=90)), organisation="bzk", role="department", name="desk"
)
FEED = Feed("f1", "department", "bzk", "desk", NOW)
DIGEST = "d" * 64
BZK, EZK = Sight(frozenset({"bzk"})), Sight(frozenset({"ezk"}))


@pytest.fixture
def desk(store: Store) -> Store:
    """A store that knows an asker with a feed."""
    store.registry.put_certificate(DESK)
    store.feeds.add(FEED, DIGEST)
    return store


def test_a_token_admits_its_asker(desk: Store) -> None:
    """With the certificate that is valid longest; no other token does."""
    later = replace(DESK, serial="02", not_before=NOW, not_after=NOW + timedelta(days=100))
    desk.registry.put_certificate(later)

    assert desk.feeds.admitted(DIGEST, NOW) == (FEED, later)
    assert desk.feeds.admitted("e" * 64, NOW) is None
    assert desk.feeds.listed() == [FEED]


@pytest.mark.parametrize(
    "other",
    [
        {"organisation": "ezk"},
        {"role": "cio_rijk", "organisation": ""},
        {"name": "reader"},
        {"kind": "agent", "tenant": "bzk-aws"},
        {"revoked": NOW},
        {"not_after": NOW},
    ],
)
def test_only_its_own_valid_certificate_counts(store: Store, other: dict[str, object]) -> None:
    """One that is revoked, expired, an agent's or somebody else's admits nobody."""
    store.registry.put_certificate(replace(DESK, **other))  # type: ignore[arg-type]  # fields of it
    store.feeds.add(FEED, DIGEST)

    assert store.feeds.admitted(DIGEST, NOW) is None


def test_it_goes_on_with_a_new_certificate(desk: Store) -> None:
    """An asker whose certificate expired is back with the next one."""
    late = NOW + timedelta(days=91)
    assert desk.feeds.admitted(DIGEST, late) is None
    renewed = replace(DESK, serial="02", not_before=late, not_after=late + timedelta(days=90))
    desk.registry.put_certificate(renewed)

    assert desk.feeds.admitted(DIGEST, late) == (FEED, renewed)


def test_a_feed_is_withdrawn_for_good(desk: Store) -> None:
    """It stays on the list; a second time there is none left."""
    assert desk.feeds.withdraw("f1", NOW) == FEED

    assert desk.feeds.admitted(DIGEST, NOW) is None
    assert desk.feeds.listed() == [replace(FEED, withdrawn=NOW)]
    with pytest.raises(ConfigurationError, match="no feed 'f1' is left"):
        desk.feeds.withdraw("f1", NOW)


def test_all_feeds_of_an_asker_are_withdrawn(desk: Store) -> None:
    """And of nobody else."""
    second, others = replace(FEED, feed_id="f2"), replace(FEED, feed_id="f3", name="reader")
    desk.feeds.add(second, "2" * 64)
    desk.feeds.add(others, "3" * 64)

    assert desk.feeds.withdraw_of(DESK, NOW) == [FEED, second]
    assert desk.feeds.withdraw_of(DESK, NOW) == []
    assert [each.feed_id for each in desk.feeds.listed() if each.withdrawn is None] == ["f3"]


def names(store: Store, sight: Sight, limit: int = 10) -> list[tuple[str, FindingState]]:
    """The findings that changed last, by the names of their assets."""
    found = store.reading.changed_findings(sight, limit)
    assert [moment for _, moment in found] == sorted((moment for _, moment in found), reverse=True)
    return [(row.subject.rpartition(":")[2], row.state) for row, _ in found]


@pytest.mark.parametrize("latest", [changed.LATEST, 2])
def test_what_changed_last_comes_first(agent: Reporter, monkeypatch: pytest.MonkeyPatch, latest: int) -> None:
    """Also what was resolved; with the moment of its event, and for who may see it only."""
    monkeypatch.setattr(changed, "LATEST", latest)
    far = {name: bucket(name, "us-east-1") for name in "abc"}
    agent.scan("s1", {IRELAND: list(far.values())})
    agent.now += timedelta(hours=1)
    agent.scan("s2", {IRELAND: [bucket("a"), far["b"], far["c"]]})
    agent.now += timedelta(hours=1)
    [c] = [row for row, _ in agent.store.reading.changed_findings(ALL_SEEN, 9) if row.subject.endswith(":c")]
    agent.store.handling.acknowledge(ALL_SEEN, [c.finding_id], "desk", "", agent.now)

    expected = [("c", FindingState.ACKNOWLEDGED), ("a", FindingState.RESOLVED), ("b", FindingState.OPEN)]
    assert names(agent.store, ALL_SEEN) == expected
    assert names(agent.store, BZK) == expected
    assert names(agent.store, BZK, 2) == expected[:2]
    assert names(agent.store, ALL_SEEN, 2) == expected[:2]
    assert names(agent.store, EZK) == []
    assert agent.store.reading.changed_findings(ALL_SEEN, 1)[0][1] == agent.now


def test_a_notification_is_read_by_who_sees_all_of_it(database: Database) -> None:
    """Once it is closed, as it was sent."""
    seed = Seed(database, Grouping(alone=3, memory=60, gather=1, pauses=(30,), listed=4))
    seed.outbox.fan_out({"hook": Severity.LOW}, NOON)
    for number in range(10):
        seed.open(f"f{number}")
    seed.outbox.fan_out({"hook": Severity.LOW}, NOON)
    with database.reader() as connection:
        [(identifier,)] = connection.execute("SELECT notification_id FROM notification").fetchall()
    reading = store_over(database).reading
    assert reading.notification(ALL_SEEN, identifier) is None, "it is still being gathered"
    seed.outbox.seal("hook", NOON + timedelta(seconds=1))
    [delivery] = seed.outbox.due("hook", NOON + timedelta(seconds=1), 10)

    assert reading.notification(ALL_SEEN, identifier) == delivery.event
    assert reading.notification(Sight(frozenset({"rdv"})), identifier) == delivery.event
    assert reading.notification(BZK, identifier) is None
    assert reading.notification(ALL_SEEN, "none") is None

    seed.execute("INSERT INTO organisation VALUES ('bzk', 'BZK', 'ministerie', '', '')")
    seed.execute("INSERT INTO tenant VALUES ('bzk-aws', 'bzk', 'aws', '', 0)")
    last = seed.open("f-last")
    seed.execute("UPDATE outbox SET tenant = 'bzk-aws' WHERE event_id = ?", last)
    seed.execute(
        "INSERT INTO notification_member (route, tenant, event_no, notification_no) "
        "SELECT 'hook', 'bzk-aws', max(event_no), 1 FROM outbox"
    )
    seed.execute(
        "UPDATE notification SET content = replace(content, '\"count\": 10', '\"count\": 11') "
        "WHERE notification_id = ?",
        identifier,
    )
    assert reading.notification(Sight(frozenset({"rdv"})), identifier) is None, "one member is not in sight"
    assert reading.notification(ALL_SEEN, identifier) is not None
