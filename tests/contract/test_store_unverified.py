"""No finding closes because sight was lost: it is unverified, until its cause is seen or seen to be gone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from collector.store.base import AssetQuery, FindingRow, Rejudged, Times
from policy import ruleset
from tests.contract.conftest import Rows
from tests.contract.reporting import ALL_SEEN, FRANKFURT, IRELAND, Reporter, bucket, findings
from tests.contract.test_store_ingest_findings import OPENED, VIRGINIA, events, listening
from wolkenzicht import wire
from wolkenzicht.model import (
    Certainty,
    DataLocation,
    FindingState,
    Holds,
    Operation,
    Outcome,
    SubjectKind,
)
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

UNVERIFIED = "nl.wolkenzicht.bevinding.onbevestigd.v1"
REOPENED = "nl.wolkenzicht.bevinding.heropend.v1"
RESOLVED = "nl.wolkenzicht.bevinding.opgelost.v1"


def look(agent: Reporter, scan: str, outcome: Outcome) -> None:
    """A scan an hour later of which one scope ends so, and reads nothing where it is not complete."""
    agent.now += timedelta(hours=1)
    agent.start(scan)
    agent.plan(IRELAND)
    if outcome is Outcome.COMPLETE:
        agent.batch(IRELAND, VIRGINIA)
    agent.outcome(IRELAND, outcome, int(outcome is Outcome.COMPLETE))
    agent.end()


def about_assets(agent: Reporter) -> list[FindingRow]:
    """The findings about assets; that sight was lost is one about the account."""
    return [each for each in findings(agent.store) if each.subject_kind is SubjectKind.ASSET]


def told_of_assets(agent: Reporter) -> list[str]:
    """The types of the events about assets."""
    return [each.type for each in events(agent) if each.finding.subject_kind is SubjectKind.ASSET]


def states(agent: Reporter) -> list[FindingState]:
    """The states of the findings about assets."""
    return [each.state for each in about_assets(agent)]


@pytest.mark.parametrize("outcome", [Outcome.DENIED, Outcome.FAILED])
def test_a_scope_that_is_lost_leaves_its_findings_unverified(agent: Reporter, outcome: Outcome) -> None:
    """Since when is told; it counts as before, and nobody is called for each of them."""
    listening(agent).scan("s1", {IRELAND: [VIRGINIA]})
    look(agent, "s2", outcome)
    lost = agent.now

    [finding] = about_assets(agent)
    assert (finding.state, finding.unverified, finding.resolved) == (FindingState.UNVERIFIED, lost, None)
    assert agent.store.reading.open_findings(ALL_SEEN, AssetQuery(provider="aws")) == 1
    look(agent, "s3", outcome)
    assert [each.unverified for each in about_assets(agent)] == [lost]
    assert told_of_assets(agent) == [OPENED]


def test_a_scope_that_comes_back_has_them_open_again(agent: Reporter) -> None:
    """What is seen again is what it was; what was so meanwhile is told of then."""
    listening(agent).scan("s1", {IRELAND: [VIRGINIA]})
    [before] = about_assets(agent)
    look(agent, "s2", Outcome.DENIED)
    lost = agent.now
    look(agent, "s3", Outcome.COMPLETE)

    assert about_assets(agent) == [before]
    then = agent.store.reading.at(Times(lost, agent.now)).finding(ALL_SEEN, before.finding_id)
    assert then is not None
    assert then.state is FindingState.UNVERIFIED
    assert told_of_assets(agent) == [OPENED]


def test_a_rule_of_which_it_is_not_known_where_it_points(agent: Reporter) -> None:
    """That it no longer names a place outside is not that it points inside: only that is the end of it."""
    rules = replace(IRELAND, type="Microsoft.Sql/servers")
    hidden = DataLocation(Operation.REPLICATED, "", Certainty.UNKNOWN)
    outside, inside = (
        bucket("beleid", "eu-west-1", place, type=rules.type, holds=Holds.METADATA)
        for place in ("us-east-1", "eu-north-1")
    )
    listening(agent).scan("s1", {rules: [outside]})
    assert states(agent) == [FindingState.OPEN]
    agent.scan("s2", {rules: [replace(outside, locations=(outside.locations[0], hidden))]})
    assert states(agent) == [FindingState.UNVERIFIED]
    agent.scan("s3", {rules: [outside]})
    assert states(agent) == [FindingState.OPEN]
    agent.scan("s4", {rules: [inside]})
    assert states(agent) == [FindingState.RESOLVED]
    assert told_of_assets(agent) == [OPENED, UNVERIFIED, REOPENED, RESOLVED]


def test_a_rule_that_points_nowhere_any_more(agent: Reporter) -> None:
    """A policy that is switched off names no place: its class is unknown, and nothing of it is hidden."""
    rules = replace(IRELAND, type="Microsoft.Authorization/policyAssignments")
    managed = DataLocation(Operation.MANAGED, "", Certainty.UNKNOWN)
    outside = DataLocation(Operation.REPLICATED, "us-east-1", Certainty.DECLARED)
    allows = bucket("beleid", type=rules.type, holds=Holds.METADATA, locations=(managed, outside))
    agent.scan("s1", {rules: [allows]})
    assert states(agent) == [FindingState.OPEN]
    agent.scan("s2", {rules: [replace(allows, locations=(managed,))]})
    assert states(agent) == [FindingState.RESOLVED]


def test_a_throttled_scope_changes_nothing(agent: Reporter) -> None:
    """It is looked at again soon."""
    agent.scan("s1", {IRELAND: [VIRGINIA]})
    look(agent, "s2", Outcome.THROTTLED)

    assert states(agent) == [FindingState.OPEN]


def test_other_scopes_stay(agent: Reporter) -> None:
    """Only what was read with the scope that was lost."""
    agent.scan("s1", {IRELAND: [VIRGINIA], FRANKFURT: [bucket("other", "us-east-1")]})
    look(agent, "s2", Outcome.DENIED)

    assert {each.subject: each.state for each in about_assets(agent)} == {
        VIRGINIA.asset_id: FindingState.UNVERIFIED,
        "arn:aws:s3:::other": FindingState.OPEN,
    }


def test_what_was_read_of_a_failed_scope_is_seen(agent: Reporter) -> None:
    """A scope that fails half-way loses what it did not come to."""
    agent.scan("s1", {IRELAND: [VIRGINIA, bucket("other", "us-east-1")]})
    agent.now += timedelta(hours=1)
    agent.start("s2")
    agent.plan(IRELAND)
    agent.batch(IRELAND, VIRGINIA)
    agent.outcome(IRELAND, Outcome.FAILED, 1)

    assert {each.subject: each.state for each in about_assets(agent)} == {
        VIRGINIA.asset_id: FindingState.OPEN,
        "arn:aws:s3:::other": FindingState.UNVERIFIED,
    }


def test_what_is_read_of_a_scope_that_stays_lost_is_seen(agent: Reporter) -> None:
    """And what the next look does not come to is not."""
    agent.scan("s1", {IRELAND: [VIRGINIA, bucket("other", "us-east-1")]})
    look(agent, "s2", Outcome.DENIED)
    agent.start("s3")
    agent.plan(IRELAND)
    agent.batch(IRELAND, VIRGINIA)
    agent.outcome(IRELAND, Outcome.DENIED, 1)
    agent.end()
    expected = [FindingState.OPEN, FindingState.UNVERIFIED]

    assert [each.state for each in sorted(about_assets(agent), key=_virginia_first)] == expected
    look(agent, "s4", Outcome.THROTTLED)
    assert [each.state for each in sorted(about_assets(agent), key=_virginia_first)] == expected
    look(agent, "s5", Outcome.DENIED)
    assert states(agent) == [FindingState.UNVERIFIED] * 2


def test_what_moved_where_it_is_seen_is_seen(agent: Reporter) -> None:
    """The scope where it stood is lost still."""
    agent.scan("s1", {IRELAND: [VIRGINIA]})
    look(agent, "s2", Outcome.DENIED)
    agent.scan("s3", {FRANKFURT: [VIRGINIA]})

    assert states(agent) == [FindingState.OPEN]


def test_what_is_judged_again_was_not_seen(agent: Reporter) -> None:
    """Other words of the rules say nothing of what is there."""
    agent.scan("s1", {IRELAND: [VIRGINIA]})
    look(agent, "s2", Outcome.DENIED)
    [held] = agent.store.evaluation.find(agent.tenant, VIRGINIA.asset_id)
    message = ClassifiedAsset.FromString(held.record)
    decoded = wire.decode_classified(message)
    message.verdict.material_reason = "another"
    drafts = ruleset.load().findings(decoded.asset, decoded.verdict)
    again = Rejudged(held.asset_no, held.fingerprint, message, drafts, message, differs=True)
    agent.store.evaluation.write(agent.tenant, [again], agent.now)

    assert states(agent) == [FindingState.UNVERIFIED]


def _virginia_first(finding: FindingRow) -> bool:
    return finding.subject != VIRGINIA.asset_id


def test_what_is_gone_when_sight_is_back_is_resolved(agent: Reporter) -> None:
    """Lost sight only puts it off."""
    agent.scan("s1", {IRELAND: [VIRGINIA]})
    look(agent, "s2", Outcome.DENIED)
    agent.now += timedelta(hours=1)
    agent.scan("s3", {IRELAND: []})

    assert states(agent) == [FindingState.RESOLVED]


def test_a_place_that_is_read_again_is_told(agent: Reporter, rows: Rows) -> None:
    """One place of an asset lost is news, and that it is there all the same too."""
    copied, unread = (bucket("zaken", "eu-west-1", *copy) for copy in (["us-east-1"], ["?"]))
    listening(agent).scan("s1", {IRELAND: [copied]})
    for number, asset in enumerate((unread, copied)):
        agent.now += timedelta(hours=1)
        agent.scan(f"again{number}", {IRELAND: [asset]})

    told = [each.type for each in events(agent) if each.finding.kind == "data_outside_eea"]
    assert told == [OPENED, UNVERIFIED, REOPENED]
    kept = rows("SELECT unverified, unverified_by FROM finding WHERE kind = 'data_outside_eea'")
    assert kept == [(None, "")]
