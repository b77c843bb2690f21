"""An inventory lists any type beside what was read in depth, and what the two disagree about is kept."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from collector.store.base import AssetQuery, DiscrepancyRow, Sight, Store
from tests.contract.conftest import Rows
from tests.contract.reporting import (
    ACCOUNT,
    ALL_SEEN,
    BUCKET,
    FRANKFURT,
    IRELAND,
    NOW,
    Reporter,
    bucket,
    coverage,
    names,
    present,
)
from wolkenzicht import wire
from wolkenzicht.model import (
    INVENTORY_TYPE,
    Asset,
    Depth,
    Discrepancy,
    DiscrepancyKind,
    Outcome,
    Scope,
)
from wolkenzicht.v1 import discrepancy_pb2
from wolkenzicht.v1.collector_service_pb2 import DiscrepancyBatch

INVENTORY = Scope(ACCOUNT, "global", INVENTORY_TYPE)
QUEUE = "AWS::SQS::Queue"
A, B = bucket("a"), bucket("b")


def listed(asset: Asset, **fields: Any) -> Asset:
    """The asset as an inventory lists it."""
    return replace(asset, depth=Depth.SHALLOW, properties=(("inventory", "explorer"),), **fields)


def missing(name: str, kind: DiscrepancyKind = DiscrepancyKind.NOT_READ) -> Discrepancy:
    """A discrepancy about a bucket."""
    return Discrepancy(kind, bucket(name).asset_id, BUCKET, "eu-west-1", "explorer")


def tell(agent: Reporter, *found: Discrepancy, attempt: int = 1, scope: Scope = INVENTORY) -> str:
    """Report discrepancies; returns why they were refused, if they were."""
    batch = DiscrepancyBatch(
        scope=wire.encode_scope(scope),
        attempt=attempt,
        discrepancies=[wire.encode_discrepancy(each) for each in found],
    )
    return agent.send(discrepancy_batch=batch).refused


def read_inventory(
    agent: Reporter, scan_id: str, *found: Discrepancy, outcome: Outcome = Outcome.COMPLETE
) -> datetime:
    """A scan of an inventory that lists nothing new and shows discrepancies; returns when it ended."""
    agent.later(hours=1)
    agent.start(scan_id)
    agent.plan(INVENTORY)
    assert tell(agent, *found) == ""
    agent.outcome(INVENTORY, outcome)
    agent.end()
    return agent.now


def kept(store: Store, *, ended: bool = False, sight: Sight = ALL_SEEN) -> list[DiscrepancyRow]:
    """Discrepancies that stand, those that ended too where asked, oldest first."""
    page = store.reading.discrepancies(
        sight, organisations=None, tenant=None, kind=None, ended=ended, after=(), limit=1000
    )
    return [row for row, _ in page][::-1]


def standing(store: Store) -> list[Discrepancy]:
    """What stands, by asset."""
    return sorted((row.discrepancy for row in kept(store)), key=lambda each: each.asset_id)


def test_an_inventory_lists_any_type(agent: Reporter) -> None:
    """Its assets keep their own type and stand in its scope; what it no longer lists vanishes."""
    queue = listed(bucket("q"), type=QUEUE, service="sqs")
    agent.scan("s1", {IRELAND: [A], INVENTORY: [queue, listed(B)]})
    before = {row.record.asset.name: row.record.asset.type for row in present(agent.store).values()}
    agent.scan("s2", {IRELAND: [A], INVENTORY: [queue]})

    found = agent.store.reading.assets(
        ALL_SEEN, AssetQuery(type=QUEUE), order_by="asset_id", after=(), limit=10
    )
    scope = agent.store.reading.asset_scope(ALL_SEEN, queue.asset_id)
    assert before == {"a": BUCKET, "b": BUCKET, "q": QUEUE}
    assert names(agent.store) == ["a", "q"]
    assert [(row.record.asset.name, row.scope_outcome, row.last_seen) for row, _ in found] == [
        ("q", Outcome.COMPLETE, agent.now)
    ]
    assert scope is not None
    assert (scope.location, scope.type) == ("global", INVENTORY_TYPE)


@pytest.mark.parametrize("kind", ["", INVENTORY_TYPE])
def test_an_asset_of_an_inventory_has_a_type(agent: Reporter, kind: str) -> None:
    """One without is set aside, and nothing is removed by it."""
    agent.start("s1")
    answer = agent.batch(INVENTORY, listed(A, type=kind), listed(B))

    assert [(each.asset_id, each.field) for each in answer.rejected] == [(A.asset_id, "asset.type")]
    assert names(agent.store) == ["b"]


def test_other_scopes_hold_their_own_type_only(agent: Reporter) -> None:
    """As before: a queue has no place among buckets."""
    agent.start("s1")
    [rejected] = agent.batch(IRELAND, replace(A, type=QUEUE)).rejected

    assert (
        rejected.reason == "is 'AWS::SQS::Queue' in a batch of 'AWS::S3::Bucket'; send it with its own type"
    )


def test_what_was_read_in_depth_stands(agent: Reporter, rows: Rows) -> None:
    """An inventory neither changes nor moves nor removes it, and it counts as listed."""
    agent.scan("s1", {IRELAND: [A]})
    before = rows("SELECT * FROM asset")

    agent.scan("s2", {INVENTORY: [listed(A, name="other")]})
    agent.scan("s3", {INVENTORY: []})

    assert rows("SELECT * FROM asset") == before
    assert rows("SELECT * FROM asset_version") == []
    assert coverage(agent.store, INVENTORY).outcome is not None
    assert coverage(agent.store, INVENTORY).last_complete == agent.now


def test_it_stands_also_where_its_scope_was_denied_since(agent: Reporter) -> None:
    """The inventory shows it shallow because nobody could read it: what is known of it stays."""
    agent.scan("s1", {IRELAND: [A], INVENTORY: []})
    agent.later(hours=1)
    agent.start("s2")
    agent.plan(IRELAND, INVENTORY)
    agent.outcome(IRELAND, Outcome.DENIED)
    agent.batch(INVENTORY, listed(A))
    agent.outcome(INVENTORY, Outcome.COMPLETE, 1)
    agent.end()

    [row] = present(agent.store).values()
    assert (wire.decode_classified(row.record).asset, row.scope_outcome) == (A, Outcome.DENIED)
    assert row.last_seen < agent.now


def test_a_reading_in_depth_takes_over(agent: Reporter) -> None:
    """It is one asset that is known better now: it moves to the scope of its type with its past."""
    agent.scan("s1", {INVENTORY: [listed(A)]})
    first = agent.now
    agent.scan("s2", {IRELAND: [A], INVENTORY: []})

    [row] = present(agent.store).values()
    scope = agent.store.reading.asset_scope(ALL_SEEN, A.asset_id)
    assert (wire.decode_classified(row.record).asset, row.first_seen, row.removed) == (A, first, None)
    assert scope is not None
    assert (scope.location, scope.type) == ("eu-west-1", BUCKET)
    assert len(agent.store.reading.versions(ALL_SEEN, A.asset_id)) == 1


def test_a_reading_in_depth_moves_what_is_the_same(agent: Reporter, rows: Rows) -> None:
    """A kind that is read shallow has the same facts: only the scope changes."""
    agent.scan("s1", {INVENTORY: [listed(A)]})
    agent.scan("s2", {IRELAND: [listed(A)], INVENTORY: []})

    assert rows("SELECT scope_location, scope_type, type FROM asset") == [("eu-west-1", BUCKET, BUCKET)]
    assert rows("SELECT * FROM asset_version") == []


def test_what_the_reading_lost_the_inventory_may_keep(agent: Reporter) -> None:
    """What a complete reading no longer lists is known from the inventory alone: that replaces it."""
    agent.scan("s1", {IRELAND: [A], INVENTORY: []})
    agent.scan("s2", {IRELAND: [], INVENTORY: [listed(A)]})

    [row] = present(agent.store).values()
    assert (row.record.asset.depth, row.removed) == (wire.DEPTHS.encode[Depth.SHALLOW], None)
    assert row.first_seen < agent.now


@pytest.mark.parametrize(
    ("outcome", "seen"),
    [
        (Outcome.COMPLETE, True),
        (Outcome.NOT_ENABLED, False),
        (Outcome.UNSUPPORTED, False),
        (Outcome.DENIED, False),
    ],
)
def test_no_inventory_is_a_blind_spot(agent: Reporter, outcome: Outcome, *, seen: bool) -> None:
    """Where a type is not enabled nothing can exist; where an inventory is not, anything may."""
    agent.start("s1")
    agent.plan(FRANKFURT, INVENTORY)
    agent.outcome(FRANKFURT, Outcome.NOT_ENABLED)
    agent.outcome(INVENTORY, outcome)
    agent.end()

    counted = agent.store.reading.completeness(ALL_SEEN, organisations=None, tenant="bzk-aws")
    assert (counted.scopes_planned, counted.scopes_blind) == (2, 0 if seen else 1)


def test_an_inventory_no_longer_planned_is_blind_while_it_holds_assets(agent: Reporter) -> None:
    """What it listed stays, and its age shows."""
    agent.scan("s1", {INVENTORY: [listed(B)], IRELAND: [A]})
    agent.scan("s2", {IRELAND: [A]})

    counted = agent.store.reading.completeness(ALL_SEEN, organisations=None, tenant="bzk-aws")
    assert (names(agent.store), counted.scopes_planned, counted.scopes_blind) == (["a", "b"], 2, 1)


def test_a_discrepancy_is_kept_with_its_times(agent: Reporter) -> None:
    """It stands since it was first seen; each reading that shows it again makes its last sight later."""
    since = read_inventory(agent, "s1", missing("a"))
    again = read_inventory(agent, "s2", missing("a"))

    assert kept(agent.store) == [DiscrepancyRow("bzk-aws", "bzk", ACCOUNT, missing("a"), since, again)]
    count = agent.store.reading.standing_discrepancies(ALL_SEEN, organisations=None, tenant=None)
    assert count == 1


def test_a_complete_reading_ends_what_it_does_not_show(agent: Reporter) -> None:
    """The past stays: it can be asked for; where it comes back it is another one."""
    first = read_inventory(agent, "s1", missing("a"), missing("b"))
    second = read_inventory(agent, "s2", missing("b"))
    third = read_inventory(agent, "s3", missing("a"), missing("b"))

    assert standing(agent.store) == [missing("a"), missing("b")]
    of_a = [row for row in kept(agent.store, ended=True) if row.discrepancy == missing("a")]
    assert [(row.since, row.last_seen, row.ended) for row in of_a] == [
        (first, first, second),
        (third, third, None),
    ]


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.DENIED, Outcome.NOT_ENABLED, Outcome.THROTTLED])
def test_a_reading_that_is_not_complete_ends_nothing(agent: Reporter, outcome: Outcome) -> None:
    """What it shows is added; what it does not show may stand all the same."""
    gone = missing("a", DiscrepancyKind.NOT_IN_INVENTORY)
    agent.scan("s0", {IRELAND: [A]})
    read_inventory(agent, "s1", missing("b"), gone)
    read_inventory(agent, "s2", missing("c"), outcome=outcome)

    assert standing(agent.store) == [gone, missing("b"), missing("c")]


def test_what_the_estate_disproves_ends_without_a_complete_reading(agent: Reporter) -> None:
    """An asset that was read since is no longer not read; one that vanished is lacking from no inventory."""
    gone = missing("b", DiscrepancyKind.NOT_IN_INVENTORY)
    agent.scan("s0", {IRELAND: [B]})
    read_inventory(agent, "s1", missing("a"), gone)
    agent.scan("s2", {IRELAND: [A]})
    assert standing(agent.store) == [missing("a"), gone]

    read_inventory(agent, "s3", outcome=Outcome.FAILED)

    assert standing(agent.store) == []


def test_the_last_attempt_counts(agent: Reporter) -> None:
    """What an earlier attempt of the same scan showed and the last one did not has ended."""
    agent.start("s1")
    agent.plan(INVENTORY)
    tell(agent, missing("a"), missing("b"))
    tell(agent, missing("b"), attempt=2)
    agent.outcome(INVENTORY, Outcome.COMPLETE)

    assert standing(agent.store) == [missing("b")]


def test_a_last_attempt_without_discrepancies_counts_too(agent: Reporter) -> None:
    """It is known by the assets that it listed."""
    agent.start("s1")
    agent.plan(INVENTORY)
    tell(agent, missing("a"))
    agent.batch(INVENTORY, listed(B), attempt=2)
    agent.outcome(INVENTORY, Outcome.COMPLETE, 1)

    assert standing(agent.store) == []


def test_ending_and_beginning_at_one_moment(agent: Reporter) -> None:
    """Times are as coarse as clocks: what comes back in the same microsecond stands on."""
    agent.start("s1")
    for found in ((missing("a"),), (), (missing("a"),)):
        tell(agent, *found)
        agent.batch(INVENTORY, attempt=2 if not found else 3)
        agent.outcome(INVENTORY, Outcome.COMPLETE)

    assert len(kept(agent.store, ended=True)) == 1


def test_each_account_and_tenant_has_its_own(agent: Reporter, estate: Store) -> None:
    """The inventory of one account says nothing of another's."""
    other = Scope("444455556666", "global", INVENTORY_TYPE)
    foreign = Reporter(estate, tenant="ezk-aws")
    read_inventory(foreign, "s1", missing("a"))
    agent.start("s1")
    tell(agent, missing("a"))
    tell(agent, missing("a"), scope=other)
    agent.outcome(other, Outcome.COMPLETE)
    agent.outcome(INVENTORY, Outcome.COMPLETE)
    agent.end()
    read_inventory(agent, "s2")

    assert sorted((row.tenant, row.account) for row in kept(estate)) == [
        ("bzk-aws", "444455556666"),
        ("ezk-aws", ACCOUNT),
    ]
    assert [row.tenant for row in kept(estate, sight=Sight(frozenset({"ezk"})))] == ["ezk-aws"]
    assert estate.reading.standing_discrepancies(ALL_SEEN, organisations=None, tenant="ezk-aws") == 1


def test_pages_of_discrepancies(agent: Reporter) -> None:
    """Newest first, each once, of the kind that is asked for."""
    read_inventory(agent, "s1", missing("a"))
    lacking = missing("c", DiscrepancyKind.NOT_IN_INVENTORY)
    read_inventory(agent, "s2", missing("a"), missing("b"), lacking)

    def page(
        kind: DiscrepancyKind | None, after: tuple[str, ...], limit: int
    ) -> list[tuple[str, tuple[str, ...]]]:
        rows = agent.store.reading.discrepancies(
            ALL_SEEN, organisations=None, tenant=None, kind=kind, ended=False, after=after, limit=limit
        )
        return [(row.discrepancy.asset_id[-1], position) for row, position in rows]

    whole = page(None, (), 10)
    followed: list[tuple[str, tuple[str, ...]]] = []
    after: tuple[str, ...] = ()
    while found := page(None, after, 1):
        followed.append(found[0])
        after = found[0][1]
    assert [name for name, _ in whole] == ["b", "c", "a"]
    assert followed == whole
    assert [name for name, _ in page(DiscrepancyKind.NOT_IN_INVENTORY, (), 10)] == ["c"]


@pytest.mark.parametrize(
    ("scope", "attempt", "said"),
    [
        (IRELAND, 1, "discrepancy_batch.scope.type: is 'AWS::S3::Bucket'; only the scope of an inventory"),
        (INVENTORY, 0, "discrepancy_batch.attempt: is not set; readings are counted from 1"),
    ],
)
def test_a_batch_out_of_place_is_refused(agent: Reporter, scope: Scope, attempt: int, said: str) -> None:
    """It is set aside with its reason; nothing of it is kept."""
    agent.start("s1")

    assert tell(agent, missing("a"), scope=scope, attempt=attempt).startswith(said)
    assert kept(agent.store) == []


def test_a_discrepancy_that_says_nothing_is_set_aside(agent: Reporter) -> None:
    """The others of its batch are kept."""
    agent.start("s1")
    bad = discrepancy_pb2.Discrepancy(asset_id="x" * 300)
    nameless = discrepancy_pb2.Discrepancy(kind=discrepancy_pb2.DISCREPANCY_KIND_NOT_READ)
    answer = agent.send(
        discrepancy_batch=DiscrepancyBatch(
            scope=wire.encode_scope(INVENTORY),
            attempt=1,
            discrepancies=[bad, nameless, wire.encode_discrepancy(missing("a"))],
        )
    )

    assert [(each.asset_id, each.field) for each in answer.rejected] == [
        ("x" * 256, "discrepancy.kind"),
        ("", "discrepancy.asset_id"),
    ]
    assert standing(agent.store) == [missing("a")]


def test_a_batch_that_comes_twice_counts_once(agent: Reporter, rows: Rows) -> None:
    """After a cut the agent sends again what was committed."""
    read_inventory(agent, "s1", missing("a"))
    before = rows("SELECT * FROM discrepancy")
    agent.later(hours=1)
    agent.store.ingest.commit(agent.sent, agent.now)

    assert rows("SELECT * FROM discrepancy") == before


def test_nothing_is_told_of_a_scan_that_never_started(agent: Reporter) -> None:
    """As for every other frame."""
    agent.scan_id = "unknown"

    assert tell(agent, missing("a")) == "scan_id: scan 'unknown' never started here; start a new scan"
    assert (kept(agent.store), agent.now) == ([], NOW)
