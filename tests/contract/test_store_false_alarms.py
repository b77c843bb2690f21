"""What looks like an alarm and is none: no alert that is wrong, and none twice; on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from collector.store.base import Event
from tests.contract.editions import DUBLIN, moved
from tests.contract.reporting import (
    ACCOUNT,
    BUCKET,
    IRELAND,
    NOW,
    Reporter,
    bucket,
    findings,
)
from tests.contract.test_store_evaluation import bring
from tests.contract.test_store_sight import scan, standing
from tests.contract.test_store_sight_lost import look
from wolkenzicht.model import AccountState, FindingKind, FindingState, Outcome, Scope, Severity

OPENED, CHANGED, RESOLVED = (
    f"nl.wolkenzicht.bevinding.{each}.v1" for each in ("geopend", "gewijzigd", "opgelost")
)
VIRGINIA = bucket("zaken", "us-east-1")
OTHER = "444455556666"
THERE = Scope(OTHER, "eu-west-1", BUCKET)
MILAN = Scope(ACCOUNT, "eu-south-1", BUCKET)
Told = tuple[str, str]


def told(agent: Reporter) -> list[Told]:
    """What a receiver hears that listens from the start, oldest first: what happened, and to what."""
    outbox, heard = agent.store.outbox, list[Event]()
    while True:
        outbox.fan_out({"room": Severity.LOW}, agent.now)
        due = outbox.due("room", agent.now + timedelta(days=1000), 1000)
        if not due:
            return [(each.type, each.finding.subject) for each in heard]
        outbox.delivered("room", [each.event.event_no for each in due], agent.now)
        heard += [each.event for each in due]


@pytest.fixture
def listening(agent: Reporter) -> Reporter:
    """The agent, with a route that exists before anything is reported."""
    assert agent.store.outbox.fan_out({"room": Severity.LOW}, NOW) == 0
    return agent


def test_an_opt_in_region_appears(listening: Reporter) -> None:
    """The provider opens a region, then an account enables it: known, empty or full, it is no alarm."""
    for number, (regions, others, plan) in enumerate(
        [
            (("eu-west-1",), (), {IRELAND: Outcome.COMPLETE}),
            (("eu-west-1",), ("eu-south-1",), {IRELAND: Outcome.COMPLETE}),
            (("eu-south-1", "eu-west-1"), (), {IRELAND: Outcome.COMPLETE, MILAN: Outcome.COMPLETE}),
            (("eu-south-1", "eu-west-1"), (), {IRELAND: Outcome.COMPLETE, MILAN: Outcome.NOT_ENABLED}),
        ]
    ):
        scan(listening, f"s{number}", [standing(ACCOUNT, *regions, others=others)], plan)
        look(listening.store, listening.now)
    listening.scan("full", {IRELAND: [bucket("a")], MILAN: [bucket("b", "eu-south-1")]})
    look(listening.store, listening.now)

    assert told(listening) == []


def test_a_region_that_nobody_knows_is_told_once(listening: Reporter) -> None:
    """However many accounts have it and however often it is seen; enabled it is told to be graver."""
    for number in range(3):
        accounts = [standing(each, others=("eu-atlantis-1",)) for each in (ACCOUNT, OTHER)]
        scan(listening, f"s{number}", accounts, {IRELAND: Outcome.COMPLETE})
    scan(listening, "on", [standing(ACCOUNT, "eu-atlantis-1", "eu-west-1")], {IRELAND: Outcome.COMPLETE})

    assert told(listening) == [(OPENED, "aws:eu-atlantis-1"), (CHANGED, "aws:eu-atlantis-1")]


def test_a_bucket_is_made_anew_with_the_same_name(listening: Reporter) -> None:
    """Between two scans: it is the same to whoever reads. Seen to be gone: one is over, another opened."""
    created = replace(VIRGINIA, created=NOW - timedelta(days=400))
    listening.scan("s1", {IRELAND: [created]})
    listening.scan("s2", {IRELAND: [replace(created, created=NOW)]})
    assert told(listening) == [(OPENED, VIRGINIA.asset_id)]

    listening.scan("s3", {IRELAND: []})
    listening.scan("s4", {IRELAND: []})
    listening.scan("s5", {IRELAND: [VIRGINIA]})
    assert [what for what, _ in told(listening)] == [RESOLVED, OPENED]
    assert len(findings(listening.store, FindingState.OPEN)) == 1


def test_a_bucket_is_made_anew_elsewhere(listening: Reporter) -> None:
    """Under the same name in a region inside: what was outside is over, and nothing else is told."""
    listening.scan("s1", {IRELAND: [VIRGINIA]})
    listening.scan("s2", {IRELAND: [bucket("zaken", "eu-west-1")]})

    assert [what for what, _ in told(listening)] == [OPENED, RESOLVED]


@pytest.mark.parametrize("old_first", [True, False])
def test_an_asset_moves_to_another_account(listening: Reporter, old_first: bool) -> None:
    """Whichever account is read first, its finding stays the one that it was."""
    here, there = replace(VIRGINIA, account=ACCOUNT), replace(VIRGINIA, account=OTHER)
    listening.scan("s1", {IRELAND: [here], THERE: []})
    [before] = findings(listening.store, FindingState.OPEN)
    after = {IRELAND: [], THERE: [there]} if old_first else {THERE: [there], IRELAND: []}
    for number in range(2, 5):
        listening.scan(f"s{number}", after)
        look(listening.store, listening.now)

    assert told(listening) == [(OPENED, VIRGINIA.asset_id)]
    [now] = findings(listening.store, FindingState.OPEN)
    assert now.finding_id == before.finding_id


def test_an_account_leaves_the_organisation(listening: Reporter) -> None:
    """What it holds stays as it was last seen; that it can be read no more is told with the accounts."""
    scopes = {IRELAND: Outcome.COMPLETE, THERE: Outcome.COMPLETE}
    scan(listening, "s1", [standing(ACCOUNT), standing(OTHER)], scopes)
    for number in range(2, 5):
        gone = [standing(ACCOUNT), standing(OTHER, state=AccountState.SUSPENDED)]
        scan(listening, f"s{number}", gone, {IRELAND: Outcome.COMPLETE})
        look(listening.store, listening.now)

    assert told(listening) == []


def test_an_agent_is_restarted_with_an_empty_disk(listening: Reporter) -> None:
    """Another spool, counted from one, and a first scan that sends all: nothing opens or ends again."""
    listening.scan("s1", {IRELAND: [VIRGINIA, bucket("binnen")]})
    look(listening.store, listening.now)
    listening.spool_id, listening.sequence = "spool-2", 0
    listening.start("broken-off")
    listening.plan(IRELAND)
    look(listening.store, listening.now)
    for name in ("s2", "s3"):
        listening.scan(name, {IRELAND: [VIRGINIA, bucket("binnen")]})
        look(listening.store, listening.now)

    assert told(listening) == [(OPENED, VIRGINIA.asset_id)]


def test_a_policy_is_activated_twice(listening: Reporter) -> None:
    """Judging all again by the same rules, or by them once more after others, tells nothing twice."""
    listening.scan("s1", {IRELAND: [VIRGINIA, bucket("dublin")]})
    book = moved((DUBLIN, "US"))
    for _ in range(2):
        listening.later(hours=1)
        bring(listening, book)
        listening.store.evaluation.doubt([listening.tenant], listening.now)
        bring(listening, book)
        look(listening.store, listening.now)

    assert told(listening) == [(OPENED, VIRGINIA.asset_id), (OPENED, "arn:aws:s3:::dublin")]
    assert {each.kind for each in findings(listening.store, FindingState.OPEN)} == {
        FindingKind.DATA_OUTSIDE_EEA
    }


@pytest.mark.parametrize("skew", [timedelta(days=-3), timedelta(hours=-1), timedelta(days=3)])
def test_the_clock_of_an_agent_is_wrong(listening: Reporter, skew: timedelta) -> None:
    """And is set right between two scans: the findings are those of the last one, each told once."""
    for number, wrong in enumerate([skew, skew, timedelta(0), timedelta(0)]):
        moment = NOW + timedelta(hours=number)
        listening.now, listening.scan_id = moment + wrong, f"s{number}"
        frames = [
            listening.opening(),
            listening.planning(IRELAND),
            listening.listing(IRELAND, VIRGINIA),
            listening.ending(IRELAND, Outcome.COMPLETE, 1),
            listening.closing(),
        ]
        answers = listening.store.ingest.commit(frames, moment)
        assert [each.refused for each in answers] == [""] * len(frames)
        look(listening.store, moment)

    assert told(listening) == [(OPENED, VIRGINIA.asset_id)]
