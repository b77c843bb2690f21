"""When the collector judges again: at its start, when rules are replaced, on another day, when asked."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from collector.rulebook import asked, evaluation, identifiers, link_filling
from collector.rulebook.contexts import Contexts
from collector.rulebook.evaluation import Reevaluation
from collector.rulebook.in_force import InForce
from collector.rulebook.judging import PeoplesJudge
from collector.rulebook.link_filling import LinkFilling
from collector.rulebook.rules import InForceRules, stands_at
from collector.server.metrics import Metrics
from collector.server.writer import Writer
from collector.store.base import Held, Organisation, Store, Tenant
from collector.store.closing import closing
from collector.store.sqlite import open_store
from policy.context import Decision
from policy.rule_book import packaged
from tests.contract.editions import DAY, DUBLIN, LONDON, moved
from tests.contract.reporting import ALL_SEEN, IRELAND, NOW, Reporter, bucket, findings, present
from wolkenzicht import wire
from wolkenzicht.model import FindingState, MaterialUse

PATIENCE_SECONDS = 120.0
HERE, THERE = bucket("hier"), bucket("daar", "eu-west-2")


@dataclass
class Clock:
    """A clock that is set by hand."""

    moment: datetime = DAY

    def __call__(self) -> datetime:
        """Now."""
        return self.moment


@dataclass
class Statements:
    """A queue of what people's statements ask for."""

    waiting: list[asked.Asked] = field(default_factory=list)

    def judge_again(self, limit: int = 1000) -> Sequence[asked.Asked]:
        """What waits."""
        return self.waiting[:limit]

    def judged(self, queue_nos: Iterable[int]) -> None:
        """Forget."""
        done = set(queue_nos)
        self.waiting = [each for each in self.waiting if each.queue_no not in done]


@dataclass(frozen=True)
class Statement:
    """One request."""

    queue_no: int
    organisation: str = ""
    system: str = ""
    tenant: str = ""
    asset_id: str = ""


@pytest.fixture
def clock() -> Clock:
    """The collector's clock."""
    return Clock()


@pytest.fixture
def in_force(clock: Clock) -> InForce:
    """The rules in force."""
    return InForce(packaged(), clock)


@pytest.fixture
def store(tmp_path: Path, in_force: InForce) -> Iterator[Store]:
    """A store with a ministry, an agency below it, and a tenant of that which reported two buckets."""
    with closing(open_store(tmp_path / "s.db", create=True, rules=InForceRules(in_force))) as opened:
        opened.registry.put_organisations(
            [Organisation("mvz", "MvZ"), Organisation("rvz", "RvZ", parent="mvz"), Organisation("ez", "EZ")]
        )
        opened.registry.add_tenant(Tenant("bzk-aws", "rvz", "aws", created=NOW))
        yield opened


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look often."""
    monkeypatch.setattr(evaluation, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(evaluation, "ASKED_SECONDS", 0.02)


@asynccontextmanager
async def running(
    store: Store,
    in_force: InForce,
    clock: Clock,
    queue: asked.Queue | None = None,
    contexts: Contexts | None = None,
) -> AsyncIterator[tuple[Reevaluation, list[int]]]:
    """Re-evaluation beside a real writer; the list grows with each call that findings changed."""
    told: list[int] = []
    writer = Writer(store.ingest, clock, Metrics())
    writer.start()
    job = Reevaluation(store, in_force, writer, Metrics(), clock, lambda: told.append(1), queue, contexts)
    job.start()
    try:
        yield job, told
    finally:
        await job.stop()
        await writer.stop()


async def eventually(look: Callable[[], bool]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not look():  # noqa: ASYNC110 - what is waited for is in the store, as anyone sees it
            await asyncio.sleep(0.01)


def stands(store: Store, in_force: InForce) -> bool:
    """Whether the tenant stands at the rules in force."""
    target = stands_at(in_force.policy("rvz").version)
    return all(each.version == each.target == target for each in store.evaluation.standing())


def opened(store: Store) -> set[str]:
    """The assets with an open finding."""
    return {each.asset_id for each in findings(store, FindingState.OPEN)}


def test_replaced_rules_are_followed_at_once(store: Store, in_force: InForce, clock: Clock) -> None:
    """At the start nothing differs; then findings follow, and whoever delivers them is told."""
    Reporter(store).scan("s1", {IRELAND: [HERE, THERE]})

    async def run() -> None:
        async with running(store, in_force, clock) as (job, told):
            await eventually(lambda: stands(store, in_force))
            assert (opened(store), told) == ({THERE.asset_id}, [])
            in_force.replace(moved((DUBLIN, "GB"), (LONDON, "IE")))
            job.wake()
            await eventually(lambda: stands(store, in_force))
            assert (opened(store), bool(told)) == ({HERE.asset_id}, True)

    asyncio.run(run())


def test_a_day_that_brings_other_rules_is_noticed(store: Store, in_force: InForce, clock: Clock) -> None:
    """The decision about the United Kingdom ends on its day: nobody has to say so."""
    Reporter(store).scan("s1", {IRELAND: [THERE]})

    async def run() -> None:
        async with running(store, in_force, clock):
            await eventually(lambda: stands(store, in_force))
            before = present(store)[THERE.asset_id].record.verdict.location_class
            clock.moment = datetime(2031, 12, 28, tzinfo=UTC)
            await eventually(lambda: stands(store, in_force))
            assert present(store)[THERE.asset_id].record.verdict.location_class > before

    asyncio.run(run())


def test_a_failure_is_logged_and_tried_again(
    store: Store, in_force: InForce, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """What goes wrong once harms neither ingest nor the next look."""
    broken = [True]

    def failing() -> datetime:
        if broken:
            raise RuntimeError("the clock stands still")
        return clock()

    async def run() -> None:
        async with running(store, InForce(packaged(), failing), clock):
            await eventually(lambda: any("re-evaluation failed" in each.message for each in caplog.records))
            broken.clear()
            await eventually(lambda: stands(store, in_force))

    with caplog.at_level(logging.ERROR):
        asyncio.run(run())


@pytest.mark.parametrize(
    ("statement", "concerns"),
    [
        (Statement(1, "rvz", "Zaak Systeem"), True),
        (Statement(1, "mvz", "zaak systeem"), True),
        (Statement(1, "ez", "zaak systeem"), False),
        (Statement(1, tenant="bzk-aws", asset_id=HERE.asset_id), True),
        (Statement(1, tenant="bzk-aws", asset_id="arn:aws:s3:::geen"), False),
    ],
)
def test_what_is_asked_for_is_judged_again(
    store: Store, in_force: InForce, clock: Clock, statement: Statement, concerns: bool
) -> None:
    """A statement about an asset, or a system of its organisation or one above, and no other."""
    Reporter(store).scan("s1", {IRELAND: [bucket("hier", tags=(("systeem", "Zaak  systeem"),))]})
    tenants = store.registry.tenants()
    in_force.know(store.registry.organisations())

    found = [each for _, held in asked.sets(statement, tenants, store.evaluation, in_force) for each in held]
    assert len(found) == concerns

    queue = Statements([statement])

    async def run() -> None:
        async with running(store, in_force, clock, queue):
            await eventually(lambda: not queue.waiting)

    asyncio.run(run())


def test_records_that_cannot_name_a_system_are_passed_over(store: Store, in_force: InForce) -> None:
    """A plain name is looked for in the record; case does not matter."""
    Reporter(store).scan("s1", {IRELAND: [HERE, bucket("zaak", tags=(("systeem", "ZAAKSYSTEEM"),))]})

    statement = Statement(1, system="zaaksysteem")
    [(_, held)] = asked.sets(statement, store.registry.tenants(), store.evaluation, in_force)

    assert [b"zaak" in each.record for each in held] == [True]


def test_a_decision_counts_for_what_is_kept(store: Store, in_force: InForce, clock: Clock) -> None:
    """A decision makes a use material at once, stays through a rescan, and its end undoes it."""
    reporter = Reporter(store)
    reporter.scan("s1", {IRELAND: [HERE]})
    sent = present(store)[HERE.asset_id].record
    # What is in memory counts for ever, unless it is asked to look again.
    contexts = Contexts(store.people, store.registry, in_force, clock, monotonic=lambda: 0.0)
    store.ingest.judge_with(PeoplesJudge(in_force, contexts))
    subject = store.people.subject_of(HERE.asset_id)
    decision = Decision(MaterialUse.MATERIAL, "CISO", DAY.date(), "primaire taak")

    def material() -> bool:
        kept = present(store)[HERE.asset_id].record
        return bool(kept.verdict.material == wire.MATERIAL_USES.encode[MaterialUse.MATERIAL])

    async def run() -> None:
        async with running(store, in_force, clock, store.people, contexts):
            await eventually(lambda: stands(store, in_force))
            assert not material()
            store.people.record_decision(subject, decision, DAY)
            await eventually(material)
            await eventually(lambda: not store.people.judge_again())
            assert present(store)[HERE.asset_id].record.fingerprint == sent.fingerprint
            reporter.scan("s2", {IRELAND: [HERE]})
            assert material()
            versions = store.reading.versions(ALL_SEEN, HERE.asset_id)
            assert [each.record for each in versions] == [sent]
            store.people.end_decision(subject, DAY.date() - timedelta(days=1), "CISO", "vergissing", DAY)
            await eventually(lambda: not material())

    asyncio.run(run())
    assert present(store)[HERE.asset_id].record == sent


@pytest.mark.parametrize("size", [1, 500])
def test_what_kept_assets_name_is_looked_at_once(
    store: Store, in_force: InForce, clock: Clock, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    """What was kept before links counted stands behind material use without being sent anew."""
    monkeypatch.setattr(link_filling, "SET", size)
    tagged = bucket("hier", tags=(("materieel", "ja"),))
    chain = [
        bucket("b", properties=(("source", tagged.asset_id),)),
        tagged,
        bucket("c", properties=(("source", bucket("b").asset_id),)),
        bucket("d"),
    ]
    Reporter(store).scan("s1", {IRELAND: chain})
    contexts = Contexts(store.people, store.registry, in_force, clock)
    store.ingest.judge_with(PeoplesJudge(in_force, contexts))
    assert not store.people.any_links("bzk-aws")

    def rules_of() -> dict[str, str]:
        kept = (each.record for each in present(store).values())
        return {each.asset.name: each.verdict.material_rule for each in kept}

    expected = {"hier": "material.tag", "b": "material.link", "c": "material.link.2", "d": "material.none"}

    async def run() -> None:
        async with running(store, in_force, clock, store.people, contexts):
            await eventually(lambda: rules_of() == expected and not store.people.judge_again())
            await eventually(lambda: stands(store, in_force))

    asyncio.run(run())
    since = store.evaluation.standing()
    asyncio.run(run())
    assert store.evaluation.standing() == since


def test_looking_at_what_assets_name_goes_on_where_it_was(
    store: Store, in_force: InForce, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Interrupted after a set it is not done; a record that cannot be read is passed over."""
    monkeypatch.setattr(link_filling, "SET", 1)
    other = bucket("a").asset_id
    Reporter(store).scan(
        "s1", {IRELAND: [bucket(each, properties=(("source", other),)) for each in ("b", "c", "d")]}
    )
    contexts = Contexts(store.people, store.registry, in_force, clock)
    reading = identifiers.reading(in_force.book.base.settings.vocabulary.links)
    first, second, third = (each.asset_no for each in store.evaluation.read("bzk-aws", 0, 10))
    held = store.evaluation.read

    def read(tenant: str, after: int, limit: int) -> list[Held]:
        return [
            replace(each, record=b"\xff") if each.asset_no == second else each
            for each in held(tenant, after, limit)
        ]

    monkeypatch.setattr(store.evaluation, "read", read)

    async def at_once(work: Callable[[], Any]) -> Any:
        return work()

    def filled(sets: int) -> int | None:
        """Where it is after so many sets, each by a collector that was just started."""
        filling = LinkFilling(store, in_force, at_once, contexts)
        looked = count()
        asyncio.run(filling.run(["bzk-aws"], lambda: next(looked) >= sets))
        return store.people.link_position("bzk-aws", reading)

    assert [filled(0), filled(1), filled(1), filled(1), filled(1)] == [0, first, second, third, None]
    assert store.people.link_position("bzk-aws", "other") == 0


def test_decisions_stand_when_rules_are_replaced(store: Store, in_force: InForce, clock: Clock) -> None:
    """Judging all again asks what people said too."""
    Reporter(store).scan("s1", {IRELAND: [HERE]})
    contexts = Contexts(store.people, store.registry, in_force, clock)
    subject = store.people.subject_of(HERE.asset_id)
    store.people.record_decision(subject, Decision(MaterialUse.MATERIAL, "CISO", DAY.date(), "ja"), DAY)
    in_force.replace(moved((DUBLIN, "GB")))

    async def run() -> None:
        async with running(store, in_force, clock, contexts=contexts):
            await eventually(lambda: stands(store, in_force))

    asyncio.run(run())
    kept = present(store)[HERE.asset_id].record
    assert kept.verdict.material == wire.MATERIAL_USES.encode[MaterialUse.MATERIAL]
    expected = in_force.policy("rvz").classify(HERE)
    assert kept.fingerprint == wire.encode_classified(HERE, expected).fingerprint
