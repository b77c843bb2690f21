"""People take findings up and put them back: with a version, an event, and who did it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from collector.store.base import AssetQuery, FindingRow, Sight, Times
from collector.store.base.handling import NotHandledError
from tests.contract.reporting import ALL_SEEN, FRANKFURT, IRELAND, Reporter, bucket, findings
from tests.contract.test_store_ingest_findings import LONDON, VIRGINIA, events, listening
from wolkenzicht.model import Declarations, FindingKind, FindingState, Outcome, Scope, Severity

ACKNOWLEDGED = "nl.wolkenzicht.bevinding.erkend.v1"
REOPENED = "nl.wolkenzicht.bevinding.heropend.v1"


def opened(agent: Reporter) -> FindingRow:
    """A finding that stands, an hour ago."""
    listening(agent).scan("s1", {IRELAND: [LONDON]})
    agent.now += timedelta(hours=1)
    [finding] = findings(agent.store)
    return finding


def take_up(
    agent: Reporter, *finding_ids: str, by: str = "desk (bzk)", note: str = "asked"
) -> list[FindingRow]:
    """Take findings up now, as one who sees all."""
    return agent.store.handling.acknowledge(ALL_SEEN, finding_ids, by, note, agent.now)


def test_a_finding_is_taken_up(agent: Reporter) -> None:
    """It is shown so, with who, when and what they noted; the event says the same."""
    finding = opened(agent)

    [taken] = take_up(agent, finding.finding_id)

    assert taken == replace(
        finding,
        state=FindingState.ACKNOWLEDGED,
        acknowledged=agent.now,
        acknowledged_by="desk (bzk)",
        acknowledge_note="asked",
    )
    assert findings(agent.store, FindingState.ACKNOWLEDGED) == [taken]
    assert findings(agent.store, FindingState.OPEN) == []
    *_, event = events(agent)
    assert (event.type, event.created, event.by, event.note) == (
        ACKNOWLEDGED,
        agent.now,
        "desk (bzk)",
        "asked",
    )
    assert event.finding == replace(taken, asset_name="", acknowledge_note="asked")


def test_a_standing_finding_counts_however_it_is_handled(agent: Reporter) -> None:
    """Who takes a finding up does not make the count smaller."""
    finding = opened(agent)
    take_up(agent, finding.finding_id)

    assert agent.store.reading.open_findings(ALL_SEEN, AssetQuery()) == 1
    assert agent.store.reading.open_findings(ALL_SEEN, AssetQuery(provider="aws")) == 1


def test_a_finding_is_put_back(agent: Reporter) -> None:
    """It is open again, and the history has who did what, the last first."""
    finding = opened(agent)
    take_up(agent, finding.finding_id)
    agent.now += timedelta(hours=1)

    [back] = agent.store.handling.reopen(ALL_SEEN, [finding.finding_id], "chief (bzk)", "no", agent.now)

    assert back == finding
    assert [each.type for each in events(agent)][1:] == [ACKNOWLEDGED, REOPENED]
    versions = agent.store.reading.finding_versions(ALL_SEEN, finding.finding_id)
    assert [(each.state, each.done_by, each.done_note, each.valid_to) for each in versions] == [
        (FindingState.OPEN, "chief (bzk)", "no", None),
        (FindingState.ACKNOWLEDGED, "desk (bzk)", "asked", agent.now),
        (FindingState.OPEN, "", "", agent.now - timedelta(hours=1)),
    ]


def test_the_state_of_then_is_told(agent: Reporter) -> None:
    """As of a time before it was taken up it was open; lists of then go by the state of then."""
    finding = opened(agent)
    take_up(agent, finding.finding_id)
    before, since = agent.now - timedelta(minutes=1), agent.now + timedelta(minutes=1)

    for moment, state in ((before, FindingState.OPEN), (since, FindingState.ACKNOWLEDGED)):
        then = agent.store.reading.at(Times(moment, since))
        told = then.finding(ALL_SEEN, finding.finding_id)
        assert told is not None
        assert told.state is state
        page = then.findings(ALL_SEEN, AssetQuery(), states=frozenset({state}), after=(), limit=10)
        assert [row.finding_id for row, _ in page] == [finding.finding_id]


def test_saying_the_same_again_changes_nothing(agent: Reporter) -> None:
    """A call that is sent twice makes one version and one event."""
    finding = opened(agent)
    [taken] = take_up(agent, finding.finding_id)
    agent.now += timedelta(hours=1)

    assert take_up(agent, finding.finding_id) == [taken]
    assert [each.type for each in events(agent)][1:] == [ACKNOWLEDGED]


def test_what_gets_worse_is_open_again(agent: Reporter) -> None:
    """Who took it up took up less; a look that finds the same leaves it with them."""
    finding = opened(agent)
    take_up(agent, finding.finding_id)
    agent.scan("s2", {IRELAND: [replace(LONDON, name="renamed")]})
    assert [each.state for each in findings(agent.store)] == [FindingState.ACKNOWLEDGED]

    worse = replace(LONDON, declarations=Declarations(material="ja"))
    agent.now += timedelta(hours=1)
    agent.scan("s3", {IRELAND: [worse]})

    [now] = findings(agent.store)
    assert (now.finding_id, now.state, now.acknowledged) == (finding.finding_id, FindingState.OPEN, None)


def test_a_resolved_finding_is_not_handled(agent: Reporter) -> None:
    """The message says why, and with it nothing else that was asked is done."""
    agent.scan("s1", {IRELAND: [LONDON, bucket("other", "us-east-1")]})
    gone, stands = sorted(findings(agent.store), key=lambda each: each.subject != LONDON.asset_id)
    agent.now += timedelta(hours=1)
    agent.scan("s2", {IRELAND: [bucket("other", "us-east-1")]})

    with pytest.raises(NotHandledError, match=f"{gone.finding_id}.*is resolved"):
        take_up(agent, stands.finding_id, gone.finding_id)
    assert [each.state for each in findings(agent.store)].count(FindingState.ACKNOWLEDGED) == 0


def test_what_is_out_of_sight_is_not_handled(agent: Reporter) -> None:
    """A department handles its own; another's finding is to it as one that does not exist."""
    finding = opened(agent)
    other = Sight(frozenset({"ezk"}))

    with pytest.raises(NotHandledError, match="not within your sight"):
        agent.store.handling.acknowledge(other, [finding.finding_id], "desk", "", agent.now)
    assert agent.store.reading.finding(other, finding.finding_id) is None
    assert agent.store.reading.finding_versions(other, finding.finding_id) == []
    assert agent.store.reading.finding(ALL_SEEN, "nothing") is None


def test_what_nobody_took_up_is_not_put_back(agent: Reporter) -> None:
    """There is nothing to undo."""
    finding = opened(agent)

    with pytest.raises(NotHandledError, match="not taken up"):
        agent.store.handling.reopen(ALL_SEEN, [finding.finding_id], "desk", "why", agent.now)


def test_many_are_taken_up_at_once(agent: Reporter) -> None:
    """More than one statement can name, of several severities, in the order asked."""
    agent.scan("s1", {IRELAND: [bucket(f"b{number:04}", "us-east-1") for number in range(620)] + [VIRGINIA]})
    agent.store.outbox.fan_out({"log": Severity.LOW}, agent.now)
    asked = [each.finding_id for each in findings(agent.store)][::-1]

    taken = take_up(agent, *asked)

    assert [each.finding_id for each in taken] == asked
    assert {each.state for each in taken} == {FindingState.ACKNOWLEDGED}


def test_a_finding_about_an_account_stays_taken_up(agent: Reporter) -> None:
    """What is refused less than before is with who took it up; refused more, it is open again."""
    refused = {IRELAND: "s3:ListAllMyBuckets", FRANKFURT: "s3:GetBucketLocation"}
    agent.scan("s1", {scope: [] for scope in refused})

    def look(scan: str, *denied: Scope) -> FindingRow:
        agent.now += timedelta(hours=1)
        agent.start(scan)
        agent.plan(*refused)
        for scope, permission in refused.items():
            if scope in denied:
                agent.outcome(scope, Outcome.DENIED, permission=permission)
            else:
                agent.outcome(scope, Outcome.COMPLETE)
        agent.end()
        [found] = [each for each in findings(agent.store) if each.kind is FindingKind.SIGHT_DENIED]
        return found

    take_up(agent, look("s2", IRELAND, FRANKFURT).finding_id)

    less = look("s3", IRELAND)
    assert (less.state, less.acknowledged_by) == (FindingState.ACKNOWLEDGED, "desk (bzk)")
    assert look("s4", IRELAND, FRANKFURT).state is FindingState.OPEN
