"""What was answered at a time is what is answered of it later, also where agents send only what changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from collector.store.base import AssetQuery, CompletenessRow, CoverageRow, Reading, Store, Times
from tests.contract.pairing import Pair
from tests.contract.reporting import ALL_SEEN
from tests.contract.test_store_sync import DENIED, A, B, source, tamper
from tests.contract.test_sync_histories import STEPS, World
from tests.examples import examples
from tests.servers.scripted_source import ScriptedSource, asset
from wolkenzicht.model import Outcome

#: Steps after which another store knows less, or other times, than was told to the one before.
OTHER_STORE = ("restore collector", "lose collector")

Answers = tuple[list[str], list[int], list[object], list[tuple[object, ...]]]


def answers(reading: Reading) -> Answers:
    """What is asked of the estate: assets, counts, completeness, and what became of every scope."""
    assets = reading.assets(ALL_SEEN, AssetQuery(), order_by="asset_id", after=(), limit=100)
    counts = reading.counts(ALL_SEEN, AssetQuery())
    whole = reading.completeness(ALL_SEEN, organisations=None, tenant=None)
    return (
        [row.record.SerializeToString(deterministic=True).hex() for row, _ in assets],
        [sum(each.assets for each in counts)],
        [whole.scopes_planned, whole.scopes_complete, whole.scopes_blind, whole.tenants_silent],
        sorted((row.account, row.location, row.type, row.planned, row.outcome) for row in scopes(reading)),
    )


def scopes(reading: Reading) -> list[CoverageRow]:
    """Every scope."""
    found = reading.coverage(ALL_SEEN, organisations=None, tenant=None, blind_only=False, after=(), limit=100)
    return [row for row, _ in found]


def looks(reading: Reading) -> dict[tuple[str, str, str], datetime]:
    """When each scope was last looked at."""
    return {
        (row.account, row.location, row.type): row.looked for row in scopes(reading) if row.looked is not None
    }


@given(STEPS)
@settings(
    max_examples=examples(8),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[phase for phase in Phase if phase is not Phase.explain],
)
def test_what_was_answered_is_what_is_answered_of_it(steps: list[tuple[object, ...]]) -> None:
    """Of every moment, as known then; nor is a scope taken to have been looked at later than it was."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        told: dict[datetime, tuple[Answers, dict[tuple[str, str, str], datetime]]] = {}
        try:
            for kind, *values in [*steps, ("scan", True), ("deliver", 10**6, True)]:
                world.step(str(kind), *values)
                if kind in OTHER_STORE:
                    told.clear()
                reading = world.pair.store.reading
                told[world.pair.now] = (answers(reading), looks(reading))
            for moment, (answered, looked) in told.items():
                then = world.pair.store.reading.at(Times(moment, moment))
                assert answers(then) == answered, moment
                for scope, when in looks(then).items():
                    assert when <= looked[scope], (moment, scope)
        finally:
            world.close()


@pytest.fixture
def pair(estate: Store, tmp_path: Path) -> Iterator[Pair]:
    """An agent of bzk-aws and a store that knows its tenant."""
    (tmp_path / "agent").mkdir()
    made = Pair(tmp_path / "agent", estate)
    yield made
    made.close()


def completeness(reading: Reading) -> CompletenessRow:
    """How much was seen of all."""
    return reading.completeness(ALL_SEEN, organisations=None, tenant=None)


def test_what_goes_without_saying_is_told_of_every_time(pair: Pair) -> None:
    """Scans without a word, a scope denied and seen again, a loss that nobody told, another plan, a hole."""
    both = source(a=[asset(f"n{number}") for number in range(20)], b=[asset("b")])
    only_a = source(a=[asset(f"n{number}") for number in range(20)])
    denied = source(a=[asset(f"n{number}") for number in range(20)], b=[DENIED])
    hole = ScriptedSource({A: [asset(f"n{number}") for number in range(20)]}, plan_error=RuntimeError("none"))
    told: dict[datetime, tuple[list[CoverageRow], CompletenessRow]] = {}

    def look(estate: ScriptedSource) -> None:
        pair.round(estate)
        told[pair.now] = (scopes(pair.store.reading), completeness(pair.store.reading))

    for estate in (both, both, both, denied, denied, both):
        look(estate)
    tamper(pair.store)
    pair.reachable = False
    look(both)
    look(both)
    pair.reachable = True
    for estate in (both, both, only_a, only_a, both, both, hole):
        look(estate)

    for moment, answered in told.items():
        then = pair.store.reading.at(Times(moment, moment))
        assert (scopes(then), completeness(then)) == answered, moment
    # Of the hour before nothing else is said later either.
    before, since = (scopes(pair.store.reading.at(Times(each, pair.now))) for each in sorted(told)[5:7])
    outcomes = [{row.outcome.outcome for row in each if row.outcome} for each in (before, since)]
    assert outcomes == [{Outcome.COMPLETE}, {Outcome.FAILED}]
    assert {row.location for row in before} == {A.location, B.location}
