"""What is read again the same is not made again, and what is not the same always is."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent import memo as memo_module
from agent.counters import Counters
from agent.memo import Memo
from agent.rules import ScanRules
from agent.scan import Scan
from agent.spool import Spool
from policy import ruleset
from policy.ruleset import Policy
from tests.servers.scripted_source import ScriptedSource, asset, scope
from wolkenzicht.model import Asset, Scope, Verdict
from wolkenzicht.v1.collector_service_pb2 import ReportRequest

A, B = scope("eu-west-1"), scope("eu-central-1")
Estate = dict[Scope, list[Asset]]


class Counting:
    """The packaged rules, which count what they judge."""

    def __init__(self) -> None:
        self._policy = ruleset.load()
        self.version = self._policy.version
        self.judged: list[str] = []

    def classify(self, each: Asset) -> Verdict:
        """As ever."""
        self.judged.append(each.name)
        return self._policy.classify(each)


class Agent:
    """An agent's process over a spool: it scans time and again, and everything is acknowledged."""

    def __init__(self, state: Path, *, remembers: bool = True) -> None:
        self.source = ScriptedSource({A: [], B: []})
        self.spool = Spool(state, max_bytes=10**9, max_wait=5)
        self.policy = Counting()
        self.now = datetime(2026, 11, 30, tzinfo=UTC)
        self._remembers = remembers
        self._scan = self._scanning()

    def _scanning(self) -> Scan:
        return Scan(
            [self.source],
            lambda: ScanRules(cast("Policy", self.policy)),
            self.spool,
            Counters(),
            workers=1,
            interval=3600,
            stop=threading.Event(),
            clock=lambda: self.now,
        )

    def scan(self, estate: Estate) -> tuple[list[str], list[str]]:
        """One scan: names of the assets that are sent, and identifiers of those that are gone."""
        self.now += timedelta(hours=1)
        self.policy.judged.clear()
        self.source.contents = dict(estate)
        if not self._remembers:
            self._scan = self._scanning()
        self._scan.run()
        sent: list[str] = []
        gone: list[str] = []
        for _, body in self.spool.read_after(self.spool.backlog().first - 1, 10**6):
            frame = ReportRequest.FromString(body)
            sent += [f"{each.asset.name} {each.asset.location}" for each in frame.asset_batch.assets]
            gone += frame.removal_batch.asset_ids
        self.spool.acknowledge(self.spool.backlog().last)
        return sorted(sent), sorted(gone)


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    """An agent with an empty spool."""
    made = Agent(tmp_path)
    yield made
    made.spool.close()


def three() -> Estate:
    """Three buckets in two scopes."""
    return {A: [asset("one"), asset("two")], B: [asset("three")]}


def test_what_is_unchanged_is_neither_judged_nor_sent(agent: Agent) -> None:
    """From the second scan on, by objects that were read anew."""
    first = agent.scan(three())
    judged = len(agent.policy.judged)

    assert (len(first[0]), judged) == (3, 3)
    assert (agent.scan(three()), agent.policy.judged) == (([], []), [])


def test_whatever_changes_is_judged_and_sent(agent: Agent) -> None:
    """A tag, a property, and back to what it was: the base tells that it is news, not the memo."""
    agent.scan(three())
    tagged = replace(asset("one"), tags=(("eigenaar", "x"),))
    for changed in (tagged, asset("one", filling="x"), asset("one"), tagged):
        sent, _ = agent.scan({A: [changed, asset("two")], B: [asset("three")]})
        assert sent == ["one eu-west-1"]


def test_other_rules_judge_all_again(agent: Agent) -> None:
    """Rules are other ones as soon as they are another object."""
    agent.scan(three())
    agent.policy = Counting()

    assert agent.scan(three()) == ([], [])
    assert len(agent.policy.judged) == 3


def test_what_the_collector_no_longer_holds_is_sent_again(agent: Agent) -> None:
    """A comparison found that it lacks a scope."""
    agent.scan(three())
    agent.spool.base.drop(A)

    sent, _ = agent.scan(three())

    assert sent == ["one eu-west-1", "two eu-west-1"]


def test_what_moves_to_another_scope_is_sent(agent: Agent) -> None:
    """Nothing about the asset itself is other than before."""
    agent.scan(three())

    sent, gone = agent.scan({A: [asset("one")], B: [asset("two"), asset("three")]})

    assert (sent, gone) == (["two eu-west-1"], ["arn:aws:s3:::two"])


NAMES = st.sampled_from(["a", "b", "c", "d"])
ASSETS = st.builds(
    lambda name, filling, tag: replace(asset(name, filling=filling), tags=(("t", tag),) if tag else ()),
    NAMES,
    st.sampled_from(["", "x", "y"]),
    st.sampled_from(["", "1"]),
)
LISTS = st.lists(ASSETS, max_size=4, unique_by=lambda each: each.asset_id)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(LISTS, LISTS, st.booleans()), min_size=2, max_size=7))
def test_an_agent_that_remembers_says_the_same_as_one_that_does_not(
    rounds: Sequence[tuple[list[Asset], list[Asset], bool]],
) -> None:
    """Whatever the estate goes through, also where other rules come into force."""
    with (
        TemporaryDirectory() as one,
        TemporaryDirectory() as two,
        closing((remembering := Agent(Path(one))).spool),
        closing((forgetful := Agent(Path(two), remembers=False)).spool),
    ):
        for in_a, in_b, other_rules in rounds:
            if other_rules:
                remembering.policy = Counting()
            estate = {A: in_a, B: in_b}
            assert remembering.scan(estate) == forgetful.scan(estate)
        assert remembering.spool.base.digest() == forgetful.spool.base.digest()


def test_an_entry_says_scope_asset_and_fingerprint() -> None:
    """All three of them, over any number of entries."""
    memo = Memo().under("rules")
    for number in range(5_000):
        memo.put(A, asset(f"n{number}"), number.to_bytes(16))

    assert all(memo.knows(A, asset(f"n{number}"), number.to_bytes(16)) for number in range(5_000))
    assert not memo.knows(B, asset("n1"), (1).to_bytes(16))
    assert not memo.knows(A, asset("n1", filling="x"), (1).to_bytes(16))
    assert not memo.knows(A, asset("n1"), (2).to_bytes(16))
    assert memo.under("rules").knows(A, asset("n1"), (1).to_bytes(16))
    assert memo.under("others").empty


def test_it_takes_no_more_memory_than_its_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit is made again."""
    monkeypatch.setattr(memo_module, "MOST", 100)
    memo = Memo().under("rules")
    for number in range(250):
        memo.put(A, asset(f"n{number}"), b"f")

    known = [number for number in range(250) if memo.knows(A, asset(f"n{number}"), b"f")]
    assert known == list(range(200, 250))
