"""Agents send what changed: what travels, what goes without saying, and what follows where the two differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from collector.rulebook.rules import InForceRules
from collector.store.base import Organisation, Store, Tenant
from collector.store.sql import store_over
from collector.store.sql.database import Database
from collector.store.sql.ingest.sync import Sync
from connectors.base import Gap, ReadItem
from policy.rule_book import packaged
from policy.ruleset import Policy
from tests.contract.conftest import Rows
from tests.contract.editions import in_force
from tests.contract.pairing import TENANT, Pair, kinds, removed_ids, sent_ids
from tests.contract.reporting import NOW, coverage, names
from tests.contract.stores import database_of
from tests.servers.scripted_source import ScriptedSource, asset, inventory_scope, listed, scope
from wolkenzicht.model import (
    Asset,
    Certainty,
    DataLocation,
    DeniedBy,
    LocationClass,
    LocationVerdict,
    Operation,
    Outcome,
    Verdict,
)
from wolkenzicht.v1.collector_service_pb2 import ReportRequest

DENIED = Gap(Outcome.DENIED, "refused", "s3:ListAllMyBuckets", DeniedBy.IDENTITY_POLICY)
A, B = scope("eu-west-1"), scope("eu-central-1")


@pytest.fixture
def pair(estate: Store, tmp_path: Path) -> Iterator[Pair]:
    """An agent of bzk-aws and an empty store."""
    made = Pair(tmp_path / "agent", estate)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> None:
    """The agent's folder."""
    (tmp_path / "agent").mkdir()


def source(**scopes: list[ReadItem]) -> ScriptedSource:
    """A source of the scopes `a` and `b`."""
    places = {"a": A, "b": B}
    return ScriptedSource({places[name]: items for name, items in scopes.items()})


def test_a_rescan_without_changes_is_a_start_and_an_end(pair: Pair) -> None:
    """No asset, no plan, no outcome travels, and everything was looked at all the same."""
    estate = source(a=[asset("one"), asset("two")], b=[])
    first = pair.round(estate)
    begun = pair.now + timedelta(hours=1)
    second = pair.round(estate)

    assert kinds(first) == {
        "scan_start": 1, "scan_plan": 1, "asset_batch": 1, "scope_outcome": 2, "scan_end": 1
    }  # fmt: skip
    assert kinds(second) == {"scan_start": 1, "scan_end": 1}
    assert (names(pair.store), pair.resyncs) == (["one", "two"], [])
    for each in (A, B):
        row = coverage(pair.store, each)
        assert (row.looked, row.last_complete) == (begun, begun)
        assert row.outcome is not None
        assert row.outcome.outcome is Outcome.COMPLETE


def test_only_what_changed_travels(pair: Pair) -> None:
    """An asset that is new, one that changed, one that moved; and by name what is gone."""
    pair.round(source(a=[asset("one"), asset("two"), asset("three"), asset("four")], b=[asset("five")]))

    frames = pair.round(
        source(
            a=[asset("one"), asset("two", filling="changed"), asset("new")],
            b=[asset("five"), asset("four")],
        )
    )

    assert sent_ids(frames) == ["four", "new", "two"]
    assert removed_ids(frames) in (["arn:aws:s3:::three"], ["arn:aws:s3:::four", "arn:aws:s3:::three"])
    assert names(pair.store) == ["five", "four", "new", "one", "two"]
    assert pair.resyncs == []


def test_what_is_not_seen_whole_stays(pair: Pair) -> None:
    """A denied scope names nothing as gone; that it is denied is told once, and that it is seen again too."""
    pair.round(source(a=[asset("one"), asset("two")], b=[]))
    denied = pair.round(source(a=[asset("one"), DENIED], b=[]))
    again = pair.round(source(a=[asset("one"), DENIED], b=[]))
    names_then = names(pair.store)
    row = coverage(pair.store, A)
    seen = pair.round(source(a=[asset("one")], b=[]))

    assert kinds(denied) == {"scan_start": 1, "scope_outcome": 1, "scan_end": 1}
    assert kinds(again) == {"scan_start": 1, "scan_end": 1}
    assert names_then == ["one", "two"]
    assert row.outcome is not None
    assert row.outcome.outcome is Outcome.DENIED
    # It was last complete in the first scan, and looked at in the third.
    assert row.looked is not None
    assert row.last_complete is not None
    assert row.looked - row.last_complete == timedelta(hours=2)
    assert removed_ids(seen) == ["arn:aws:s3:::two"]
    assert (names(pair.store), pair.resyncs) == (["one"], [])


def test_an_interrupted_scan_removes_nothing(pair: Pair) -> None:
    """What it named as gone is named again by the next one, on both sides."""
    pair.round(source(a=[asset("one"), asset("two")], b=[asset("three")]))

    def stopping() -> Iterator[ReadItem]:
        yield asset("three")
        pair.stop.set()
        yield asset("four")

    halfway = ScriptedSource({A: [asset("one")], B: stopping}, groups=1)
    pair.scan(halfway)
    pair.deliver()
    pair.now += timedelta(hours=9)  # too old to go on
    frames = pair.round(source(a=[asset("one"), asset("two")], b=[asset("three")]))

    assert (names(pair.store), pair.resyncs) == (["one", "three", "two"], [])
    assert [frame.scan_end.interrupted for frame in frames if frame.HasField("scan_end")] == [True, False]
    assert sent_ids(frames) == []


def test_an_inventory_tells_what_no_reading_lists(pair: Pair) -> None:
    """What stands in the scope of its own type is not the inventory's; what that no longer lists is."""
    inventory = inventory_scope()
    both = [asset("one"), asset("two")]
    pair.round(ScriptedSource({A: both, inventory: [listed("one"), listed("hidden")]}))
    denied = pair.round(ScriptedSource({A: [DENIED], inventory: [listed("one"), listed("two")]}))
    names_then = names(pair.store)
    shrunk = pair.round(ScriptedSource({A: [asset("one")], inventory: [listed("one"), listed("two")]}))
    same = pair.round(ScriptedSource({A: [asset("one")], inventory: [listed("one"), listed("two")]}))

    assert sent_ids(denied) == []
    assert removed_ids(denied) == ["arn:aws:s3:::hidden"]
    assert names_then == ["one", "two"]
    assert sent_ids(shrunk) == ["two"]
    # An inventory's outcome is always told: it ends what it no longer shows.
    assert kinds(same) == {"scan_start": 1, "discrepancy_batch": 1, "scope_outcome": 1, "scan_end": 1}
    assert (names(pair.store), pair.resyncs) == (["one", "two"], [])


def test_an_agent_that_lost_its_disk_costs_what_differs(pair: Pair, tmp_path: Path, rows: Rows) -> None:
    """It adopts what the collector holds: no asset travels that is there, and the gap is on record."""
    estate = source(a=[asset(f"n{number}") for number in range(300)], b=[asset("b")])
    pair.round(estate)
    pair.close()
    (tmp_path / "lost").mkdir()
    pair.state = tmp_path / "lost"
    pair.restart_anew()
    estate.contents[B] = [asset("b", filling="other")]

    frames = pair.round(estate)

    assert sent_ids(frames) == ["b"]
    assert pair.adopted[-1].assets == 301
    assert (len(names(pair.store)), pair.resyncs) == (301, [])
    [(cause, since)] = rows("SELECT cause, since FROM stream_gap")
    assert (cause, since is not None) == ("new_spool", True)


def test_a_difference_is_never_silent(pair: Pair, rows: Rows) -> None:
    """Where the agent cannot compare, the digest at the end shows it: blind at its age, then whole again."""
    estate = source(a=[asset(f"n{number}") for number in range(200)], b=[asset("b")])
    pair.round(estate)
    whole_at = pair.now
    tamper(pair.store)
    pair.reachable = False
    pair.round(estate)
    row = coverage(pair.store, A)

    assert len(pair.resyncs) == 1
    assert row.outcome is not None
    assert row.outcome.outcome is Outcome.FAILED
    assert "compares and scans again" in row.outcome.message
    assert row.last_complete == whole_at

    pair.reachable = True
    frames = pair.round(estate)
    row = coverage(pair.store, A)
    # One of four buckets differs, and no more is asked for.
    assert 0 < pair.adopted[-1].assets < 120
    assert sent_ids(frames) == ["n7"]
    assert row.outcome is not None
    assert (row.outcome.outcome, row.last_complete) == (Outcome.COMPLETE, pair.now)
    assert len(pair.resyncs) == 1
    assert rows("SELECT count(*) FROM account_differs") == [(0,)]


def test_items_set_aside_do_not_count_against(pair: Pair) -> None:
    """An asset that the collector cannot keep is sent with every scan, and the rest is whole."""

    def spoil(frame: ReportRequest) -> None:
        for each in frame.asset_batch.assets:
            if each.asset.name == "bad":
                each.asset.locations[0].operation = 99  # type: ignore[assignment]  # of a newer contract

    pair.alter = spoil
    estate = source(a=[asset("one"), asset("bad")], b=[])
    pair.round(estate)
    again = pair.round(estate)
    outcome = coverage(pair.store, A).outcome

    assert (pair.rejects, sent_ids(again), names(pair.store)) == (2, ["bad"], ["one"])
    assert outcome is not None
    assert (outcome.outcome, pair.resyncs) == (Outcome.COMPLETE, [])


def test_a_plan_that_changes_is_told(pair: Pair) -> None:
    """A scope that is planned no longer keeps its age; planned again it is told anew."""
    pair.round(source(a=[asset("one")], b=[asset("two")]))
    seen_at = pair.now + timedelta(hours=1)
    pair.round(source(a=[asset("one")], b=[asset("two")]))
    without = pair.round(source(a=[asset("one")]))
    pair.round(source(a=[asset("one")]))
    row = coverage(pair.store, B)
    back = pair.round(source(a=[asset("one")], b=[asset("two")]))

    assert kinds(without) == {"scan_start": 1, "scan_plan": 1, "scan_end": 1}
    assert (row.planned, row.last_complete) == (False, seen_at)
    assert kinds(back) == {"scan_start": 1, "scan_plan": 1, "scope_outcome": 1, "scan_end": 1}
    assert coverage(pair.store, B).last_complete == pair.now
    assert pair.resyncs == []


def test_a_plan_with_a_hole_leaves_nothing_unsaid(pair: Pair) -> None:
    """Every scope is told; those that the plan lacks keep their age."""
    pair.round(source(a=[asset("one")], b=[asset("two")]))
    first = pair.now
    broken = ScriptedSource({A: [asset("one")]}, plan_error=RuntimeError("no answer"))
    pair.round(broken)
    frames = pair.round(broken)

    assert kinds(frames)["scope_outcome"] == 2
    assert coverage(pair.store, A).last_complete == pair.now
    assert coverage(pair.store, B).last_complete == first
    assert pair.resyncs == []


def test_what_queued_for_days_is_replayed_scan_by_scan(pair: Pair, rows: Rows) -> None:
    """What appeared and vanished while the collector was away is in the history."""
    pair.round(source(a=[asset("one")], b=[]))
    pair.reachable = False
    pair.scan(source(a=[asset("one"), asset("brief")], b=[]))
    pair.scan(source(a=[asset("one", filling="x")], b=[]))
    pair.reachable = True
    pair.deliver()

    assert (names(pair.store), pair.resyncs) == (["one"], [])
    versions = rows("SELECT asset_id, removed FROM asset_version ORDER BY asset_id, removed")
    assert versions == [("arn:aws:s3:::brief", 1), ("arn:aws:s3:::one", 0)]


def tamper(store: Store) -> None:
    """Lose an asset behind the agent's back."""
    with database_of(store).writer(tenants=[TENANT]) as connection:
        [(number,)] = connection.execute(
            "SELECT asset_no FROM asset WHERE tenant = ? AND asset_id = 'arn:aws:s3:::n7'", (TENANT,)
        )
        sync = Sync(connection, TENANT)
        held = sync.held([number])[number]
        sync.take(held.scope, [(held.asset_id, held.fingerprint)])
        connection.execute("DELETE FROM asset WHERE tenant = ? AND asset_no = ?", (TENANT, number))
        sync.write()


class Liar:
    """A policy that says inside the EER of everything."""

    version = packaged().base.version

    def classify(self, asset: Asset) -> Verdict:
        """Its verdict."""
        verdict = packaged().base.classify(asset)
        here = tuple(
            LocationVerdict(("IE",), LocationClass.INSIDE_EEA, each.rule) for each in verdict.locations
        )
        return replace(verdict, location_class=LocationClass.INSIDE_EEA, locations=here)


def test_verdicts_that_are_not_kept_do_not_count_against(database: Database, tmp_path: Path) -> None:
    """The collector keeps its own: its agent sends the asset with every scan, and sight is not lost."""
    store = store_over(database, rules=InForceRules(in_force()), sample=1.0)
    store.registry.put_organisations([Organisation("bzk", "BZK", "ministry")])
    store.registry.add_tenant(Tenant(TENANT, "bzk", "aws", created=NOW))
    pair = Pair(tmp_path / "agent", store)
    lied, liar = replace(asset("far"), location="us-east-1"), cast("Policy", Liar())
    lied = replace(lied, locations=(DataLocation(Operation.STORED, "us-east-1", Certainty.DECLARED),))
    estate = source(a=[asset("one"), lied], b=[])

    first = pair.round(estate, policy=liar)
    again = pair.round(estate, policy=liar)
    honest = pair.round(estate)
    pair.close()

    assert (sent_ids(first), sent_ids(again), sent_ids(honest)) == (["far", "one"], ["far"], [])
    assert pair.resyncs == []
