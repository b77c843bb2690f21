"""What is kept of a scan, and what has to be true before an asset is removed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from collector.store.base import Store
from tests.contract.conftest import Rows
from tests.contract.reporting import (
    ACCOUNT,
    ALL_SEEN,
    FRANKFURT,
    IRELAND,
    Reporter,
    bucket,
    classified,
    coverage,
    findings,
    names,
    present,
)
from wolkenzicht.model import DeniedBy, Outcome, Scope, ScopeOutcome
from wolkenzicht.v1.collector_service_pb2 import AssetBatch, RejectedItem
from wolkenzicht.wire import encode_scope

A, B, C = bucket("a"), bucket("b"), bucket("c")


def test_a_first_scan_is_kept(agent: Reporter) -> None:
    """Every asset listed is present, as it was sent, and its scope says that it was seen whole."""
    agent.scan("s1", {IRELAND: [A, B], FRANKFURT: []})

    estate = present(agent.store)
    assert {key: row.record for key, row in estate.items()} == {
        each.asset_id: classified(each) for each in (A, B)
    }
    assert {(row.first_seen, row.last_seen, row.scope_outcome) for row in estate.values()} == {
        (agent.now, agent.now, Outcome.COMPLETE)
    }
    seen = coverage(agent.store, IRELAND)
    assert (seen.outcome, seen.looked, seen.last_complete, seen.planned) == (
        ScopeOutcome(IRELAND, Outcome.COMPLETE, 2),
        agent.now,
        agent.now,
        True,
    )


def test_a_rescan_without_change_writes_no_version(agent: Reporter) -> None:
    """What did not change stays as it was, but it was seen again."""
    agent.scan("s1", {IRELAND: [A]})
    first = agent.now
    agent.scan("s2", {IRELAND: [A]})

    [row] = present(agent.store).values()
    assert (row.first_seen, row.last_seen) == (first, agent.now)
    assert agent.store.reading.versions(ALL_SEEN, A.asset_id) == []


def test_a_change_keeps_the_earlier_version(agent: Reporter, rows: Rows) -> None:
    """The present asset is the new one; the old one stays with the time that it held."""
    agent.scan("s1", {IRELAND: [A]})
    first = agent.now
    tagged = replace(A, tags=(("system", "zaken"),))
    agent.scan("s2", {IRELAND: [tagged]})

    assert present(agent.store)[A.asset_id].record == classified(tagged)
    assert present(agent.store)[A.asset_id].first_seen == first
    [version] = agent.store.reading.versions(ALL_SEEN, A.asset_id)
    assert (version.record, version.removed) == (classified(A), None)
    assert rows("SELECT valid_to - valid_from FROM asset_version") == [(3_600_000_000,)]


def test_a_complete_scope_removes_what_it_does_not_list(agent: Reporter) -> None:
    """An asset that is gone from a scope seen whole is removed; its last version says when."""
    agent.scan("s1", {IRELAND: [A, B]})
    agent.scan("s2", {IRELAND: [A]})

    assert names(agent.store) == ["a"]
    [version] = agent.store.reading.versions(ALL_SEEN, B.asset_id)
    assert (version.record, version.removed) == (classified(B), agent.now)


def test_an_asset_that_comes_back_is_new(agent: Reporter) -> None:
    """After a removal the same identifier starts anew, and its past stays."""
    agent.scan("s1", {IRELAND: [A]})
    agent.scan("s2", {IRELAND: []})
    agent.scan("s3", {IRELAND: [A]})

    assert present(agent.store)[A.asset_id].first_seen == agent.now
    assert len(agent.store.reading.versions(ALL_SEEN, A.asset_id)) == 1


@pytest.mark.parametrize("outcome", [each for each in Outcome if each is not Outcome.COMPLETE])
def test_no_other_outcome_removes_anything(agent: Reporter, outcome: Outcome) -> None:
    """Denied, throttled or failed is not empty: what was known stays, and its age shows."""
    agent.scan("s1", {IRELAND: [A, B]})
    seen = agent.now
    agent.later(hours=1)
    agent.start("s2")
    agent.plan(IRELAND)
    agent.batch(IRELAND, A)
    said = ScopeOutcome(
        IRELAND, outcome, 1, "s3:ListAllMyBuckets", DeniedBy.SERVICE_CONTROL_POLICY, "not allowed"
    )
    agent.outcome(
        IRELAND, outcome, 1, permission=said.permission, denied_by=said.denied_by, message=said.message
    )
    agent.end()

    assert names(agent.store) == ["a", "b"]
    scope = coverage(agent.store, IRELAND)
    assert (scope.outcome, scope.looked) == (said, agent.now)
    assert {row.last_seen for row in present(agent.store).values()} == {seen}


def test_a_count_that_does_not_match_removes_nothing(agent: Reporter) -> None:
    """A complete scope of which not everything arrived is not complete."""
    agent.scan("s1", {IRELAND: [A, B, C]})
    complete = agent.now
    agent.later(hours=1)
    agent.start("s2")
    agent.plan(IRELAND)
    agent.batch(IRELAND, A)
    agent.outcome(IRELAND, Outcome.COMPLETE, 2)

    assert names(agent.store) == ["a", "b", "c"]
    scope = coverage(agent.store, IRELAND)
    assert scope.outcome == ScopeOutcome(
        IRELAND,
        Outcome.FAILED,
        2,
        message="2 assets were read and 1 arrived: nothing was removed; the next scan reads the scope again",
    )
    assert scope.last_complete == complete


def test_an_asset_listed_twice_counts_either_way(agent: Reporter) -> None:
    """A source may show an asset on two pages: the agent may count it once or twice.

    One that was set aside was read all the same.
    """
    for scan, count in (("s1", 4), ("s2", 3)):
        agent.start(scan)
        agent.plan(IRELAND)
        agent.batch(IRELAND, A, B, bucket("", asset_id=""))
        agent.batch(IRELAND, B)
        agent.outcome(IRELAND, Outcome.COMPLETE, count)

        assert names(agent.store) == ["a", "b"]
        assert coverage(agent.store, IRELAND).outcome == ScopeOutcome(IRELAND, Outcome.COMPLETE, count)


def test_a_second_attempt_counts_alone(agent: Reporter) -> None:
    """A reading that was broken off and begun again is judged by its last attempt."""
    agent.scan("s1", {IRELAND: [A, B, C]})
    agent.start("s2")
    agent.plan(IRELAND)
    agent.batch(IRELAND, A, B)
    agent.start("s2")  # the agent was restarted and goes on with its scan
    agent.batch(IRELAND, A, attempt=2)
    agent.batch(IRELAND, C, attempt=2)
    agent.outcome(IRELAND, Outcome.COMPLETE, 2)
    agent.end()

    assert names(agent.store) == ["a", "c"]


@pytest.mark.parametrize("first", [IRELAND, FRANKFURT])
def test_an_asset_that_moved_to_another_scope_did_not_vanish(agent: Reporter, first: Scope) -> None:
    """Whichever scope is read first: one asset, its first sight kept, the same finding, no removal."""
    london = bucket("a", "eu-west-2")
    agent.scan("s1", {IRELAND: [london], FRANKFURT: [B]})
    [before] = findings(agent.store)
    places = {IRELAND: [], FRANKFURT: [B, london]}
    agent.scan("s2", {first: places.pop(first), **places})

    row = present(agent.store)[london.asset_id]
    assert row.first_seen < agent.now
    assert [each.removed for each in agent.store.reading.versions(ALL_SEEN, london.asset_id)] == []
    assert findings(agent.store) == [before]


def test_a_scan_that_was_broken_off_removes_nothing(agent: Reporter) -> None:
    """What its complete scopes no longer listed may stand in one that it did not read."""
    agent.scan("s1", {IRELAND: [A, B]})
    agent.start("s2")
    agent.plan(IRELAND, FRANKFURT)
    agent.batch(IRELAND, A)
    agent.outcome(IRELAND, Outcome.COMPLETE, 1)
    agent.end(interrupted=True)

    assert names(agent.store) == ["a", "b"]


def test_an_interrupted_scan_leaves_nothing_behind(agent: Reporter, rows: Rows) -> None:
    """What a reading without an outcome listed is kept, removes nothing and does not count later."""
    agent.scan("s1", {IRELAND: [A, B]})
    agent.start("s2")
    agent.plan(IRELAND)
    agent.batch(IRELAND, C)
    agent.end(interrupted=True)
    assert names(agent.store) == ["a", "b", "c"]
    agent.start("s3")
    agent.batch(IRELAND, C)
    agent.start("s4")  # s3 never ended: its spool goes on without it

    assert rows("SELECT count(*) FROM scope_seen") == [(0,)]
    assert rows("SELECT scan_id, interrupted, ended IS NULL FROM scan ORDER BY scan_id") == [
        ("s1", 0, 0),
        ("s2", 1, 0),
        ("s3", 0, 1),
        ("s4", 0, 1),
    ]


def test_an_asset_moves_to_the_scope_that_lists_it(agent: Reporter) -> None:
    """Seen elsewhere first, it is not removed where it was; nothing else about it changed."""
    agent.scan("s1", {IRELAND: [A, B], FRANKFURT: []})
    agent.scan("s2", {FRANKFURT: [A], IRELAND: [B]})
    assert names(agent.store) == ["a", "b"]
    assert agent.store.reading.versions(ALL_SEEN, A.asset_id) == []

    agent.scan("s3", {FRANKFURT: [], IRELAND: [B]})
    assert names(agent.store) == ["b"]


def test_tenants_do_not_touch_each_other(agent: Reporter, estate: Store) -> None:
    """Two tenants may report the same asset in the same scope: each has its own, and loses its own."""
    other = Reporter(estate, tenant="ezk-aws")
    agent.scan("s1", {IRELAND: [A, B, C]})
    other.scan("s1", {IRELAND: [replace(A, name="theirs"), B]})
    agent.scan("s2", {IRELAND: [A, B]})
    assert (names(estate), names(estate, "ezk-aws")) == (["a", "b"], ["b", "theirs"])

    other.scan("s2", {IRELAND: []})
    assert (names(estate), names(estate, "ezk-aws")) == (["a", "b"], [])


def test_scopes_no_longer_planned_keep_their_assets(agent: Reporter) -> None:
    """The last part of a plan ends what it does not name; the first part does not."""
    agent.scan("s1", {IRELAND: [A], FRANKFURT: [B]})
    agent.start("s2")
    agent.plan(IRELAND, last=False)
    assert coverage(agent.store, FRANKFURT).planned
    agent.plan(last=True)

    assert names(agent.store) == ["a", "b"]
    assert [coverage(agent.store, each).planned for each in (IRELAND, FRANKFURT)] == [True, False]


def test_a_scope_without_account_is_set_aside(agent: Reporter) -> None:
    """One scope of a plan that is none does not keep the others from being planned."""
    agent.start("s1")
    answer = agent.plan(Scope(ACCOUNT, "", "AWS::S3::Bucket"), IRELAND)

    assert answer.refused == ""
    assert [(each.origin, each.field) for each in answer.rejected] == [
        ("scan_plan.scopes[0]", "scope.location")
    ]
    assert coverage(agent.store, IRELAND).planned


def test_an_earlier_outcome_stays(agent: Reporter, rows: Rows) -> None:
    """An outcome is kept with the time that it held; the same outcome again adds nothing."""
    agent.scan("s1", {IRELAND: []})
    agent.scan("s2", {IRELAND: []})
    agent.later(hours=1)
    agent.start("s3")
    for message in ("no", "no again"):
        agent.outcome(
            IRELAND, Outcome.DENIED, permission="s3:List", denied_by=DeniedBy.NOT_TOLD, message=message
        )

    kept = (
        "SELECT outcome, (valid_to - valid_from) / 3600000000 FROM scope_version WHERE valid_to > valid_from"
    )
    assert rows(kept) == [("complete", 2)]


def test_a_clock_that_runs_ahead_is_not_believed(agent: Reporter) -> None:
    """Nothing was observed later than it arrived."""
    arrived = agent.now
    agent.start("s1")
    agent.later(days=1)
    early = agent.frame(
        asset_batch=AssetBatch(scope=encode_scope(IRELAND), attempt=1, assets=[classified(A)])
    )
    agent.store.ingest.commit([early], arrived)

    assert present(agent.store)[A.asset_id].first_seen == arrived


def test_what_the_source_had_wrong_stays_as_it_was(agent: Reporter, rows: Rows) -> None:
    """An entry that could not be made into an asset is kept aside, and its asset is not removed."""
    agent.scan("s1", {IRELAND: [A, B]})
    agent.start("s2")
    wrong = RejectedItem(asset_id=B.asset_id, origin="inventory.csv:3:5", field="country", reason="is 'XX'")
    answer = agent.batch(IRELAND, A, rejected=[wrong])
    agent.outcome(IRELAND, Outcome.COMPLETE, 1)

    assert answer.rejected == ()
    assert names(agent.store) == ["a", "b"]
    assert rows("SELECT tenant, scan_id, asset_id, origin, field, reason, record FROM rejected_item") == [
        ("bzk-aws", "s2", B.asset_id, "inventory.csv:3:5", "country", "is 'XX'", None)
    ]


def test_a_wrong_entry_without_a_name_lets_nothing_be_removed(agent: Reporter) -> None:
    """Nobody knows which asset it was, so none may be taken for gone."""
    agent.scan("s1", {IRELAND: [A, B]})
    agent.start("s2")
    agent.batch(
        IRELAND, A, rejected=[RejectedItem(origin="inventory.csv:3:1", field="name", reason="is empty")]
    )
    agent.outcome(IRELAND, Outcome.COMPLETE, 1)

    assert names(agent.store) == ["a", "b"]
    outcome = coverage(agent.store, IRELAND).outcome
    assert outcome is not None
    assert outcome.outcome is Outcome.FAILED
    assert outcome.message == (
        "items of the source that name no asset could not be read (1): "
        "nothing was removed; correct them at the source"
    )
