"""What agents send is judged here too: a sample, all where there is cause, and what other rules judged."""

from __future__ import annotations

from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from collector.alerts.cloudevent import schema, to_cloudevent
from collector.rulebook.in_force import InForce
from collector.rulebook.rules import InForceRules, stands_at
from collector.rulebook.sets import SetJudge
from collector.store.base import Done, Event, FindingRow, Organisation, Tenant
from collector.store.sql import store_over
from collector.store.sql.database import Database
from policy.rule_book import packaged
from tests.contract.editions import DUBLIN, in_force, moved
from tests.contract.reporting import IRELAND, NOW, Reporter, bucket, classified, findings, present
from wolkenzicht import wire
from wolkenzicht.model import (
    Asset,
    FindingKind,
    FindingState,
    KeyCustody,
    LocationClass,
    LocationVerdict,
    Severity,
    SubjectKind,
)
from wolkenzicht.v1 import collector_service_pb2 as pb
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.v1.compare_pb2 import TenantDigest

VIRGINIA, DUBLIN_BUCKET = bucket("zaken", "us-east-1"), bucket("hier", "eu-west-1")
NEVER_BY_CHANCE, ALWAYS = 1e-9, 1.0


@pytest.fixture
def rules() -> InForce:
    """The rules in force at the collector."""
    return in_force()


@pytest.fixture(params=[NEVER_BY_CHANCE])
def judged(request: pytest.FixtureRequest, database: Database, rules: InForce) -> Reporter:
    """The agent of a tenant at a collector that judges the first item of each scan, and all where asked."""
    store = store_over(database, rules=InForceRules(rules), sample=request.param)
    store.registry.put_organisations([Organisation("bzk", "BZK", "ministry")])
    store.registry.add_tenant(Tenant("bzk-aws", "bzk", "aws", created=NOW))
    store.evaluation.begin({"bzk-aws": stands_at(rules.policy().version)}, NOW)
    return Reporter(store)


def tampered(asset: Asset) -> ClassifiedAsset:
    """As an agent sends it that says inside the EER of everything."""
    verdict = packaged().base.classify(asset)
    here = tuple(LocationVerdict(("IE",), LocationClass.INSIDE_EEA, each.rule) for each in verdict.locations)
    return wire.encode_classified(
        asset, replace(verdict, location_class=LocationClass.INSIDE_EEA, locations=here)
    )


def about_agent(agent: Reporter, *states: FindingState) -> list[FindingRow]:
    """The findings that the agent judges otherwise."""
    return [each for each in findings(agent.store, *states) if each.kind is FindingKind.VERDICT_MISMATCH]


def events(agent: Reporter) -> list[Event]:
    """The events that a route has not heard yet."""
    agent.store.outbox.fan_out({"log": Severity.LOW}, agent.now)
    found = agent.store.outbox.due("log", agent.now, 1000)
    agent.store.outbox.delivered("log", [each.event.event_no for each in found], agent.now)
    return [each.event for each in found]


def kept(agent: Reporter, asset: Asset) -> ClassifiedAsset:
    """What is kept of an asset."""
    return present(agent.store)[asset.asset_id].record


def test_a_verdict_that_was_tampered_with_is_found(judged: Reporter) -> None:
    """Inside the EER where the rules say outside: found, told, and what is kept is the collector's."""
    events(judged)
    judged.scan("s1", {IRELAND: [tampered(VIRGINIA)]})

    [finding] = about_agent(judged)
    assert (finding.subject_kind, finding.subject, finding.severity, finding.state) == (
        SubjectKind.TENANT,
        "bzk-aws",
        Severity.CRITICAL,
        FindingState.OPEN,
    )
    assert finding.clause
    assert finding.details == (("location_class", f"{VIRGINIA.asset_id}: inside_eea → outside_eea"),)
    assert kept(judged, VIRGINIA) == classified(VIRGINIA)
    assert {each.kind for each in findings(judged.store, FindingState.OPEN)} == {
        FindingKind.DATA_OUTSIDE_EEA,
        FindingKind.VERDICT_MISMATCH,
    }
    told = {each.finding.kind: each for each in events(judged)}
    mismatch = told[FindingKind.VERDICT_MISMATCH]
    document = to_cloudevent(mismatch, "https://collector.example.nl", "nl")
    Draft202012Validator(schema("bevinding.v1")).validate(document["data"])
    assert document["data"]["summary"] == (
        f"bzk-aws: de agent oordeelt anders dan de collector: {VIRGINIA.asset_id}: inside_eea → outside_eea"
    )


def test_another_difference_is_less_grave(judged: Reporter) -> None:
    """Where the class that was sent is no better than ours the finding is high, and names the field."""
    verdict = replace(packaged().base.classify(VIRGINIA), custody=KeyCustody.EXTERNAL)
    judged.scan("s1", {IRELAND: [wire.encode_classified(VIRGINIA, verdict)]})

    [finding] = about_agent(judged)
    assert (finding.severity, finding.details[0][0]) == (Severity.HIGH, "custody")


def test_trust_is_withdrawn_until_a_clean_scan(judged: Reporter) -> None:
    """From the first difference all is judged here, also what was taken before; a clean scan ends it."""
    before = bucket("eerder", "us-east-1")
    judged.scan("s1", {IRELAND: [DUBLIN_BUCKET, tampered(before)]})
    assert kept(judged, before) == tampered(before), "by chance not in the sample"

    judged.scan("s2", {IRELAND: [tampered(VIRGINIA), tampered(before)]})

    assert kept(judged, before) == classified(before)
    assert [each.details for each in about_agent(judged)] == [
        tuple(("location_class", f"{each.asset_id}: inside_eea → outside_eea") for each in (before, VIRGINIA))
    ]
    # What is as it was is judged too, and the finding stays what it is.
    [finding] = about_agent(judged)
    events(judged)
    judged.scan("s3", {IRELAND: [DUBLIN_BUCKET, tampered(VIRGINIA), tampered(before)]})
    assert about_agent(judged) == [finding]
    assert events(judged) == []

    judged.scan("s4", {IRELAND: [DUBLIN_BUCKET, VIRGINIA, before]})
    [finding] = about_agent(judged)
    assert (finding.state, finding.resolved) == (FindingState.RESOLVED, judged.now)
    judged.scan("s5", {IRELAND: [DUBLIN_BUCKET, VIRGINIA, tampered(before)]})
    assert about_agent(judged) == [finding], "the first of a scan alone is judged again"


def test_what_was_taken_before_is_judged_again(judged: Reporter) -> None:
    """The first difference puts all that is kept of the tenant in doubt."""
    target = stands_at(packaged().base.version)
    evaluation = judged.store.evaluation
    evaluation.finish("bzk-aws", target, InForceRules(in_force()).rules("bzk"), judged.now)
    assert evaluation.begin({"bzk-aws": target}, judged.now) == []

    judged.scan("s1", {IRELAND: [tampered(VIRGINIA)]})

    [begun] = evaluation.begin({"bzk-aws": target}, judged.now)
    assert begun.position == 0


def test_an_interrupted_scan_restores_no_trust(judged: Reporter) -> None:
    """A scan that did not end well may lack the very items that differ."""
    judged.scan("s1", {IRELAND: [tampered(VIRGINIA)]})
    judged.later(hours=1)
    judged.start("s2")
    judged.plan(IRELAND)
    judged.batch(IRELAND, DUBLIN_BUCKET)
    judged.end(interrupted=True)

    assert [each.state for each in about_agent(judged)] == [FindingState.OPEN]


@pytest.mark.parametrize("judged", [ALWAYS], indirect=True)
def test_an_honest_agent_raises_nothing(judged: Reporter) -> None:
    """An agent with the rules in force is agreed with, item by item, and its messages are kept as sent."""
    judged.scan("s1", {IRELAND: [DUBLIN_BUCKET, VIRGINIA]})
    judged.scan("s2", {IRELAND: [DUBLIN_BUCKET, VIRGINIA]})

    assert about_agent(judged) == []
    assert kept(judged, VIRGINIA) == classified(VIRGINIA)


@pytest.mark.parametrize("judged", [0.0], indirect=True)
def test_without_a_sample_agents_are_believed(judged: Reporter) -> None:
    """A share of none judges nothing that came with the rules in force."""
    judged.scan("s1", {IRELAND: [tampered(VIRGINIA)]})
    assert about_agent(judged) == []


def test_an_agent_of_older_rules_changes_nothing(judged: Reporter, rules: InForce) -> None:
    """What an old agent says of assets that did not change neither undoes a re-evaluation nor alerts."""
    judged.scan("s1", {IRELAND: [DUBLIN_BUCKET, VIRGINIA]})
    _activate(judged, rules)
    ours = kept(judged, DUBLIN_BUCKET)
    assert ours.verdict.location_class == wire.LOCATION_CLASSES.encode[LocationClass.OUTSIDE_EEA_ADEQUATE]
    before = findings(judged.store)
    events(judged)

    judged.scan("s2", {IRELAND: [DUBLIN_BUCKET, VIRGINIA]})

    assert kept(judged, DUBLIN_BUCKET) == ours
    assert findings(judged.store) == before
    assert events(judged) == []


def test_an_agent_that_stays_behind_is_told(judged: Reporter, rules: InForce) -> None:
    """More than an hour after the new rules an agent that judges by the old ones is a finding of its own."""
    judged.scan("s1", {IRELAND: [DUBLIN_BUCKET]})
    _activate(judged, rules)
    judged.scan("s2", {IRELAND: [DUBLIN_BUCKET]})
    assert about_agent(judged) == [], "it had no more than the hour"

    judged.scan("s3", {IRELAND: [DUBLIN_BUCKET]})

    [finding] = about_agent(judged)
    assert (finding.severity, finding.details) == (
        Severity.MEDIUM,
        (("older_rules", packaged().base.version),),
    )
    events(judged)
    judged.scan("s4", {IRELAND: [DUBLIN_BUCKET]})
    assert events(judged) == []
    new = rules.policy()
    judged.scan("s5", {IRELAND: [wire.encode_classified(DUBLIN_BUCKET, new.classify(DUBLIN_BUCKET))]})
    [finding] = about_agent(judged)
    assert finding.state is FindingState.RESOLVED


def test_a_new_asset_of_an_old_agent_is_judged_by_the_rules_in_force(
    judged: Reporter, rules: InForce
) -> None:
    """An item that other rules judged is judged on arrival, so that nobody waits for its agent."""
    _activate(judged, rules)
    judged.scan("s1", {IRELAND: [DUBLIN_BUCKET]})

    expected = rules.policy().classify(DUBLIN_BUCKET)
    assert kept(judged, DUBLIN_BUCKET) == wire.encode_classified(DUBLIN_BUCKET, expected)
    [finding] = findings(judged.store, FindingState.OPEN)
    assert finding.kind is FindingKind.DATA_OUTSIDE_EEA_ADEQUATE


def _activate(agent: Reporter, rules: InForce) -> None:
    """Put an edition in force in which Ireland lies outside, and bring what is kept to it."""
    rules.replace(moved((DUBLIN, "GB")))
    judge, evaluation = InForceRules(rules).rules("bzk"), agent.store.evaluation
    target = stands_at(judge.version)
    evaluation.begin({agent.tenant: target}, agent.now)
    judged = SetJudge(judge, agent.tenant).judge(evaluation.read(agent.tenant, 0, 100))
    evaluation.write(agent.tenant, judged.assets, agent.now, Done(target, 100, 100))
    evaluation.finish(agent.tenant, target, judge, agent.now)


def test_trust_comes_back_where_nothing_is_sent(judged: Reporter) -> None:
    """An agent that was mended has the same as is held here: a scan of changes brings no item to judge."""
    judged.scan("s1", {IRELAND: [tampered(VIRGINIA)]})
    [finding] = about_agent(judged, FindingState.OPEN)
    assert finding.state is FindingState.OPEN
    changes(judged, "s2")
    assert about_agent(judged, FindingState.OPEN), "what was taken before is yet to be judged again"

    version = stands_at(packaged().base.version)
    judged.store.evaluation.begin({"bzk-aws": version}, judged.now)
    judged.store.evaluation.finish("bzk-aws", version, InForceRules(in_force()).rules("bzk"), judged.now)
    changes(judged, "s3")
    assert not about_agent(judged, FindingState.OPEN)


def changes(agent: Reporter, scan_id: str) -> None:
    """A scan of changes that finds none: its agent believes what is held."""
    agent.later(hours=1)
    state = agent.store.comparing.tenant("bzk-aws")
    agent.scan_id = scan_id
    agent.send(scan_start=pb.ScanStart(policy_version="test", kind=pb.SCAN_KIND_CHANGES))
    digest = TenantDigest(assets=state.assets.message(), outcomes=state.outcomes.message(), plan=state.plan)
    answer = agent.send(scan_end=pb.ScanEnd(digest=digest))
    assert (answer.refused, answer.resync) == ("", "")
