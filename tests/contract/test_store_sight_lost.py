"""Sight that is lost is one finding about what it is lost of, and over when it is back: on every database."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest

from collector.store.base import FindingRow, SightLimits, Store
from tests.contract.reporting import NOW, Reporter, findings
from tests.contract.test_store_sight import ONE, TWO, scan, scopes, standing
from wolkenzicht.model import FindingKind, FindingState, Outcome, Severity, SubjectKind

LIMITS = SightLimits(
    silent=timedelta(hours=24), never_reported=timedelta(days=7), inventory=timedelta(hours=48)
)
LONG_AGO = NOW - timedelta(days=400)
KINDS = {
    FindingKind.AGENT_SILENT,
    FindingKind.NEVER_REPORTED,
    FindingKind.SIGHT_DENIED,
    FindingKind.INVENTORY_OLD,
}
Told = tuple[FindingKind, str]


def look(store: Store, now: datetime, *, up_since: datetime = LONG_AGO) -> int:
    """Look as a collector does that is up since long ago."""
    return store.sight_lost.look(lambda _: LIMITS, now, up_since)


def lost(store: Store, *states: FindingState) -> list[FindingRow]:
    """The findings about sight, those that are open where no states are named; oldest first."""
    return [each for each in findings(store, *(states or (FindingState.OPEN,))) if each.kind in KINDS]


def told(store: Store) -> set[Told]:
    """Kind and subject of the open findings about sight, without those of tenants that nobody deployed."""
    return {(each.kind, each.subject) for each in lost(store) if each.subject not in ("bzk-odc", "ezk-aws")}


def report(agent: Reporter, outcomes: Iterable[Outcome] = (Outcome.COMPLETE,), account: str = ONE) -> None:
    """Scan the account once for each outcome, all of its scopes alike."""
    for outcome in outcomes:
        scan(agent, f"s{agent.sequence}", [standing(account)], scopes(outcome, account=account))


def test_a_silent_agent_is_one_finding_until_it_is_heard_again(agent: Reporter) -> None:
    """However many accounts it has and however often it is looked; it says since when nothing came."""
    report(agent)
    heard = agent.now
    assert look(agent.store, heard + timedelta(hours=23)) == 0
    for hours in (25, 26, 100):
        look(agent.store, heard + timedelta(hours=hours))

    [finding] = [each for each in lost(agent.store) if each.tenant == agent.tenant]
    assert (finding.kind, finding.severity) == (FindingKind.AGENT_SILENT, Severity.HIGH)
    assert (finding.subject_kind, finding.subject) == (SubjectKind.TENANT, agent.tenant)
    assert finding.details == (("last_heard", "2026-03-02T07:00Z"),)
    assert finding.opened == heard + timedelta(hours=25)
    assert finding.clause

    agent.later(hours=100)
    report(agent)
    look(agent.store, agent.now)
    assert told(agent.store) == set()
    [over] = [each for each in lost(agent.store, FindingState.RESOLVED) if each.tenant == agent.tenant]
    assert (over.finding_id, over.resolved) == (finding.finding_id, agent.now)


def test_what_follows_from_a_silent_agent_is_not_told_beside_it(agent: Reporter) -> None:
    """Its accounts grow old and stay refused; one finding says all of it."""
    report(agent)
    report(agent, [Outcome.COMPLETE], account=TWO)
    look(agent.store, agent.now + timedelta(days=30))

    assert told(agent.store) == {(FindingKind.AGENT_SILENT, agent.tenant)}


def test_a_collector_that_was_down_does_not_call_agents_silent(agent: Reporter) -> None:
    """It gives them a quarter of an hour to send what they kept; what was told before stands."""
    report(agent)
    later = agent.now + timedelta(days=3)
    look(agent.store, later, up_since=later - timedelta(minutes=10))
    assert told(agent.store) == set()
    look(agent.store, later, up_since=later - timedelta(minutes=16))
    assert told(agent.store) == {(FindingKind.AGENT_SILENT, agent.tenant)}
    look(agent.store, later + timedelta(hours=1), up_since=later + timedelta(minutes=59))
    assert told(agent.store) == {(FindingKind.AGENT_SILENT, agent.tenant)}


def test_a_permission_that_is_withdrawn_is_one_finding_for_its_account(agent: Reporter) -> None:
    """Told at the end of the scan, with what is refused, and over with that which reads all of it again."""
    report(agent, [Outcome.COMPLETE, Outcome.DENIED, Outcome.DENIED])

    [finding] = lost(agent.store)
    assert (finding.kind, finding.severity) == (FindingKind.SIGHT_DENIED, Severity.HIGH)
    assert (finding.subject_kind, finding.subject) == (SubjectKind.ACCOUNT, ONE)
    assert finding.details == (("refused", "ec2:List"), ("refused", "rds:List"), ("refused", "sqs:List"))
    assert finding.opened == NOW + timedelta(hours=2)

    report(agent)
    assert lost(agent.store) == []


def test_a_scope_that_fails_meanwhile_is_refused_still(agent: Reporter) -> None:
    """A call that breaks off says nothing of the right to make it, and changes nothing in what is told."""
    report(agent, [Outcome.COMPLETE, Outcome.DENIED, Outcome.FAILED, Outcome.THROTTLED])

    [finding] = lost(agent.store)
    assert [place for _, place in finding.details] == ["ec2:List", "rds:List", "sqs:List"]


def test_what_was_refused_from_the_start_is_no_loss(agent: Reporter) -> None:
    """It is a blind spot of the coverage; but what comes later and is refused at once was lost."""
    report(agent, [Outcome.DENIED, Outcome.DENIED])
    assert lost(agent.store) == []

    both = scopes(Outcome.DENIED) | scopes(Outcome.DENIED, account=TWO)
    scan(agent, "later", [standing(ONE), standing(TWO)], both)
    assert told(agent.store) == {(FindingKind.SIGHT_DENIED, TWO)}


def test_a_refused_account_hides_that_it_grows_old(agent: Reporter) -> None:
    """One finding for the account; another account that is not read to its end is one of its own."""
    both = scopes(Outcome.COMPLETE) | scopes(Outcome.COMPLETE, account=TWO)
    scan(agent, "s1", [standing(ONE), standing(TWO)], both)
    for number in range(80):
        outcomes = scopes(Outcome.DENIED) | scopes(Outcome.FAILED, account=TWO)
        scan(agent, f"t{number}", [standing(ONE), standing(TWO)], outcomes)
        look(agent.store, agent.now)

    assert told(agent.store) == {(FindingKind.SIGHT_DENIED, ONE), (FindingKind.INVENTORY_OLD, TWO)}
    [old] = [each for each in lost(agent.store) if each.kind is FindingKind.INVENTORY_OLD]
    assert (old.severity, old.details) == (Severity.MEDIUM, (("last_whole", "2026-03-02"),))

    scan(agent, "back", [standing(ONE), standing(TWO)], both)
    look(agent.store, agent.now)
    assert lost(agent.store) == []


def test_a_tenant_that_nobody_ever_reported(estate: Store, agent: Reporter) -> None:
    """From the limit on, until the first frame comes; the others stay as they are."""
    assert look(estate, NOW + timedelta(days=7)) == 0
    look(estate, NOW + timedelta(days=8))
    assert {(each.kind, each.subject) for each in lost(estate)} == {
        (FindingKind.NEVER_REPORTED, each) for each in ("bzk-aws", "bzk-odc", "ezk-aws")
    }
    assert {each.details for each in lost(estate)} == {(("registered", "2026-03-02"),)}

    agent.later(days=9)
    report(agent)
    look(estate, agent.now)
    assert {each.subject for each in lost(estate)} == {"bzk-odc", "ezk-aws"}


@pytest.mark.parametrize("skew", [timedelta(days=-3), timedelta(days=3)])
def test_the_clock_of_an_agent_says_nothing_of_sight(agent: Reporter, skew: timedelta) -> None:
    """Be it days behind or ahead, nothing is silent or old while it scans, and both are when it stops."""
    for number in range(3):
        moment = NOW + timedelta(hours=number)
        agent.now, agent.scan_id = moment + skew, f"s{number}"
        frames = [
            agent.opening(),
            agent.planning(*scopes(Outcome.COMPLETE)),
            *(agent.ending(each, Outcome.COMPLETE) for each in scopes(Outcome.COMPLETE)),
            agent.closing(),
        ]
        agent.store.ingest.commit(frames, moment)
        look(agent.store, moment)
    assert told(agent.store) == set()

    look(agent.store, NOW + timedelta(hours=30))
    assert told(agent.store) == {(FindingKind.AGENT_SILENT, agent.tenant)}


def test_several_collectors_find_it_once(agent: Reporter) -> None:
    """What one found the other finds found."""
    report(agent)
    moment = agent.now + timedelta(hours=30)
    assert look(agent.store, moment) == 1
    assert look(agent.store, moment + timedelta(seconds=1)) == 0
    assert len(told(agent.store)) == 1


def test_a_tenant_may_have_limits_of_its_own(agent: Reporter) -> None:
    """An agent that scans once a month is not silent after a day."""
    report(agent)
    slow = SightLimits(timedelta(days=40), timedelta(days=7), timedelta(days=40))
    limits = {agent.tenant: slow}
    moment = agent.now + timedelta(days=30)
    agent.store.sight_lost.look(lambda tenant: limits.get(tenant, LIMITS), moment, LONG_AGO)
    assert told(agent.store) == set()
