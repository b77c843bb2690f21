"""Findings open, change and resolve with the data, and each time an event waits in the outbox."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from collector.store.base import Event
from policy import ruleset
from tests.contract.conftest import Rows
from tests.contract.reporting import FRANKFURT, IRELAND, Reporter, bucket, findings, names
from wolkenzicht.model import (
    DATA_OPERATIONS,
    Asset,
    Declarations,
    FindingKind,
    FindingState,
    Holds,
    LocationClass,
    Operation,
    Outcome,
    Severity,
)

OPENED = "nl.wolkenzicht.bevinding.geopend.v1"
CHANGED = "nl.wolkenzicht.bevinding.gewijzigd.v1"
UNVERIFIED = "nl.wolkenzicht.bevinding.onbevestigd.v1"
RESOLVED = "nl.wolkenzicht.bevinding.opgelost.v1"

LONDON = bucket("zaken", "eu-west-2")
VIRGINIA = bucket("zaken", "us-east-1")
INSIDE = bucket("zaken", "eu-west-1")


def events(agent: Reporter) -> list[Event]:
    """Every event so far that a route of its own gets, one after the other."""
    outbox = agent.store.outbox
    outbox.fan_out({"log": Severity.LOW}, agent.now)
    found = []
    while due := outbox.due("log", agent.now + timedelta(days=1), 1000):
        found += [each.event for each in due]
        outbox.delivered("log", [each.event.event_no for each in due], agent.now)
    return sorted(found, key=lambda each: each.event_no)


def listening(agent: Reporter) -> Reporter:
    """The agent of a store whose route has heard all there was: a new route skips what is over."""
    agent.store.outbox.fan_out({"log": Severity.LOW}, agent.now)
    return agent


def test_a_finding_opens_with_its_asset(agent: Reporter) -> None:
    """Content outside the EER opens one finding, and the event tells all that an alert needs."""
    *_, batch, _, _ = listening(agent).scan(
        "s1", {IRELAND: [replace(VIRGINIA, tags=(("Eigenaar", "team-a"),))]}
    )

    [finding] = findings(agent.store)
    assert (finding.tenant, finding.organisation, finding.asset_id) == ("bzk-aws", "bzk", VIRGINIA.asset_id)
    assert (finding.kind, finding.severity, finding.state) == (
        FindingKind.DATA_OUTSIDE_EEA,
        Severity.HIGH,
        FindingState.OPEN,
    )
    assert (finding.owner, finding.opened, finding.resolved) == ("team-a", agent.now, None)
    assert finding.details == (("stored", "us-east-1 (US)"),)
    assert batch.events == 1
    [event] = events(agent)
    assert (event.type, event.created, event.finding) == (OPENED, agent.now, replace(finding, asset_name=""))
    assert (event.asset_name, event.asset_type, event.provider, event.location_class) == (
        "zaken",
        "AWS::S3::Bucket",
        "aws",
        LocationClass.OUTSIDE_EEA,
    )


def test_a_rescan_makes_no_event(agent: Reporter, rows: Rows) -> None:
    """What stands is not told again, also where the asset changed otherwise."""
    listening(agent).scan("s1", {IRELAND: [VIRGINIA]})
    agent.scan("s2", {IRELAND: [VIRGINIA]})
    agent.scan("s3", {IRELAND: [replace(VIRGINIA, name="renamed")]})

    assert [each.type for each in events(agent)] == [OPENED]
    assert rows("SELECT count(*) FROM finding_history") == [(1,)]


def test_a_finding_resolves_with_its_cause(agent: Reporter) -> None:
    """Data that came inside the EER resolves its finding; outside again, a new finding opens."""
    listening(agent).scan("s1", {IRELAND: [VIRGINIA]})
    agent.scan("s2", {IRELAND: [INSIDE]})
    resolved = agent.now
    [before] = findings(agent.store)
    assert (before.state, before.resolved) == (FindingState.RESOLVED, resolved)
    agent.scan("s3", {IRELAND: [VIRGINIA]})

    first, second = findings(agent.store)
    assert first == before
    assert (second.state, second.opened) == (FindingState.OPEN, agent.now)
    assert second.finding_id != first.finding_id
    told = events(agent)
    assert [each.type for each in told] == [OPENED, RESOLVED, OPENED]
    assert told[1].location_class is LocationClass.INSIDE_EEA
    assert told[1].finding.resolved == resolved
    assert len({each.event_id for each in told}) == 3


def test_a_finding_that_grows_worse_is_told(agent: Reporter, rows: Rows) -> None:
    """A higher severity or another place is an event; what is only less severe is history."""
    personal = Declarations(personal_data="ja")
    listening(agent).scan("s1", {IRELAND: [VIRGINIA]})
    agent.scan("s2", {IRELAND: [replace(VIRGINIA, declarations=personal)]})
    agent.scan("s3", {IRELAND: [bucket("zaken", "us-east-1", "us-west-2")]})

    [finding] = findings(agent.store)
    assert (finding.severity, finding.details) == (
        Severity.HIGH,
        (("stored", "us-east-1 (US)"), ("replicated", "us-west-2 (US)")),
    )
    assert [(each.type, each.finding.severity) for each in events(agent)] == [
        (OPENED, Severity.HIGH),
        (CHANGED, Severity.CRITICAL),
        (CHANGED, Severity.HIGH),
    ]
    assert rows("SELECT state, severity FROM finding_history ORDER BY valid_from") == [
        ("open", "high"),
        ("open", "critical"),
        ("open", "high"),
    ]


def test_a_place_less_is_history(agent: Reporter) -> None:
    """Where data left one of two places outside, the finding stands and nobody is called."""
    listening(agent).scan("s1", {IRELAND: [bucket("zaken", "us-east-1", "us-west-2")]})
    agent.scan("s2", {IRELAND: [VIRGINIA]})

    [finding] = findings(agent.store)
    assert (finding.state, finding.details) == (FindingState.OPEN, (("stored", "us-east-1 (US)"),))
    assert [each.type for each in events(agent)] == [OPENED]


def test_lost_sight_resolves_nothing(agent: Reporter) -> None:
    """A copy outside that can no longer be read is not taken to be gone; read as gone, it is."""
    copied, unread, inside = (bucket("zaken", "eu-west-1", *copy) for copy in (["us-east-1"], ["?"], []))
    listening(agent).scan("s1", {IRELAND: [copied]})
    agent.scan("s2", {IRELAND: [unread]})

    standing = {each.kind: each.state for each in findings(agent.store)}
    assert standing == {
        FindingKind.DATA_OUTSIDE_EEA: FindingState.UNVERIFIED,
        FindingKind.LOCATION_UNKNOWN: FindingState.OPEN,
    }
    agent.scan("s3", {IRELAND: [replace(unread, name="renamed")]})
    assert [each.type for each in events(agent)].count(UNVERIFIED) == 1
    agent.scan("s4", {IRELAND: [inside]})

    assert {each.state for each in findings(agent.store)} == {FindingState.RESOLVED}
    assert [each.type for each in events(agent)].count(RESOLVED) == 2


def test_a_new_owner_is_kept_without_ado(agent: Reporter, rows: Rows) -> None:
    """The inventory's owner goes before a tag; a change of owner makes no event, and the earlier stays."""
    tagged = replace(VIRGINIA, tags=(("owner", "team-a"),))
    listening(agent).scan("s1", {IRELAND: [tagged]})
    agent.scan("s2", {IRELAND: [replace(tagged, declarations=Declarations(owner="team-b"))]})

    assert [each.owner for each in findings(agent.store)] == ["team-b"]
    assert [each.type for each in events(agent)] == [OPENED]
    assert rows("SELECT owner FROM finding_history ORDER BY valid_from") == [("team-a",), ("team-b",)]


def test_a_removed_asset_resolves_its_findings(agent: Reporter) -> None:
    """With the asset its findings go, and whoever was told of them is told so."""
    listening(agent).scan("s1", {IRELAND: [VIRGINIA, bucket("elders", "us-east-1")], FRANKFURT: []})
    answers = agent.scan("s2", {IRELAND: [bucket("elders", "us-east-1")], FRANKFURT: []})

    assert sum(each.events for each in answers) == 1
    assert {each.asset_id: each.state for each in findings(agent.store)} == {
        VIRGINIA.asset_id: FindingState.RESOLVED,
        "arn:aws:s3:::elders": FindingState.OPEN,
    }
    told = [(each.type, each.asset_name) for each in events(agent)]
    assert told == [(OPENED, "zaken"), (OPENED, "elders"), (RESOLVED, "zaken")]


def test_a_denied_scope_resolves_nothing(agent: Reporter) -> None:
    """A finding stands for as long as nobody saw that its cause is gone."""
    agent.scan("s1", {IRELAND: [VIRGINIA]})
    agent.start("s2")
    agent.outcome(IRELAND, Outcome.DENIED, permission="s3:ListAllMyBuckets")

    assert names(agent.store) == ["zaken"]
    assert [each.state for each in findings(agent.store)] == [FindingState.UNVERIFIED]


def test_findings_of_two_kinds_stand_beside_each_other(agent: Reporter) -> None:
    """Where one place is outside and another unknown, each has its finding, and each goes its own way."""
    listening(agent).scan("s1", {IRELAND: [bucket("zaken", "us-east-1", "atlantis-1")]})
    agent.scan("s2", {IRELAND: [bucket("zaken", "eu-west-1", "atlantis-1")]})

    assert {(each.kind, each.state) for each in findings(agent.store)} == {
        (FindingKind.DATA_OUTSIDE_EEA, FindingState.RESOLVED),
        (FindingKind.LOCATION_UNKNOWN, FindingState.OPEN),
    }


@given(
    holds=st.sampled_from(Holds),
    operations=st.lists(st.sampled_from(Operation), max_size=3),
    region=st.sampled_from(["eu-west-1", "eu-west-2", "us-east-1", "atlantis-1", ""]),
    personal=st.sampled_from(["", "ja"]),
)
def test_no_finding_is_passed_over(
    holds: Holds, operations: list[Operation], region: str, personal: str
) -> None:
    """What ingest does not ask the rules about, the rules would find nothing in."""
    asset: Asset = bucket("zaken", *(region for _ in operations), holds=holds)
    places = tuple(
        replace(place, operation=operation)
        for place, operation in zip(asset.locations, operations, strict=False)
    )
    asset = replace(asset, locations=places, declarations=Declarations(personal_data=personal))
    policy = ruleset.load()
    verdict = policy.classify(asset)

    if not ruleset.may_need_a_person(holds, verdict.location_class, flagged=False, kind=asset.type):
        assert policy.findings(asset, verdict) == ()
    elif holds is Holds.CONTENT and DATA_OPERATIONS & set(operations):
        assert len(policy.findings(asset, verdict)) == 1
