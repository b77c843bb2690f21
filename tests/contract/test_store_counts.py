"""The roll-up is in step with the assets after whatever happened: it always equals a full recount."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

import pytest

from collector.store.base import COUNT_COLUMNS, AssetQuery, CountRow, Sight, Store
from collector.store.sql import store_over
from collector.store.sql.groups import LEFT_OUT
from collector.store.sql.ingest import writing
from collector.store.sqlite import schema as sqlite_schema
from policy.rule_book import packaged
from tests.contract.completeness import accounts_in_step
from tests.contract.editions import DUBLIN, LONDON, moved
from tests.contract.reporting import ALL_SEEN, FRANKFURT, IRELAND, Reporter, batch_of, bucket
from tests.contract.saying import about, decision, judging
from tests.contract.stores import database_of
from tests.contract.test_store_evaluation import bring
from wolkenzicht.model import Asset, FindingState, Holds, MaterialUse, Outcome, Scope

SCOPES = (IRELAND, FRANKFURT, Scope(IRELAND.account, "eu-west-2", IRELAND.type))
REGIONS = ("eu-west-1", "eu-central-1", "eu-west-2", "us-east-1", "xx-nowhere-1")
BOOKS = (packaged(), moved((LONDON, "IE")), moved((DUBLIN, "GB"), serial=2))
NO_COLUMNS: frozenset[str] = frozenset()
#: Of findings that stand, whoever took them up and whatever was last seen of them.
STANDING = frozenset(FindingState) - {FindingState.RESOLVED}
#: Findings are asked for by what their assets are.
FOUND_BY = (
    AssetQuery(),
    AssetQuery(provider="aws"),
    AssetQuery(provider="azure"),
    AssetQuery(location_class="outside_eea"),
    AssetQuery(country="GB"),
    AssetQuery(material="material", holds="content"),
    AssetQuery(type="no"),
)
#: What is added up tenant by tenant, where sums over all would do.
EVERY_ORGANISATION = Sight(frozenset({"bzk", "ezk"}))


def in_step(store: Store) -> None:
    """The roll-up equals the recount, and what is counted is what is listed."""
    assert store.upkeep.check_counts() == []
    accounts_in_step(store)
    findings_in_step(store)
    counted = store.reading.counts(ALL_SEEN, AssetQuery())
    listed = store.reading.assets(ALL_SEEN, AssetQuery(), order_by="name", after=(), limit=1000)
    assert sum(row.assets for row in counted) == len(listed)
    for columns in (NO_COLUMNS, frozenset({"type", "custody"}), COUNT_COLUMNS - {"organisation"}):
        summed = store.reading.counts(ALL_SEEN, AssetQuery(), columns)
        assert sorted(summed) == sorted(store.reading.counts(EVERY_ORGANISATION, AssetQuery(), columns))
    assert all(row.assets > 0 for row in counted)
    pages_in_step(store)


def pages_in_step(store: Store) -> None:
    """Pages stop where the roll-up says that a group ends: filtered, they give as many as are counted."""
    for query in FOUND_BY:
        there = sum(row.assets for row in store.reading.counts(ALL_SEEN, query))
        for order in ("name", "-type"):
            found: list[tuple[str, ...]] = []
            while rows := store.reading.assets(
                ALL_SEEN, query, order_by=order, after=found[-1] if found else (), limit=9
            ):
                found += [position for _, position in rows]
            assert len(found) == len(set(found)) == there


def findings_in_step(store: Store) -> None:
    """Standing findings are counted and listed as where resolved ones are asked for too, by their assets."""
    reading, every = store.reading, frozenset(FindingState)
    for query in FOUND_BY:
        listed = reading.findings(ALL_SEEN, query, states=every, after=(), limit=1000)
        expected = [each for each in listed if each[0].state in STANDING]
        for sight in (ALL_SEEN, EVERY_ORGANISATION):
            assert reading.open_findings(sight, query) == len(expected)
            first = reading.findings(sight, query, states=STANDING, after=(), limit=2)
            after = first[-1][1] if first else ()
            rest = reading.findings(sight, query, states=STANDING, after=after, limit=1000) if first else []
            assert first + rest == expected


def some(chance: random.Random) -> list[Asset]:
    """A few assets out of thirty, each somewhere, declared material or not."""
    return [
        bucket(
            f"b{number}",
            *chance.sample(REGIONS, k=chance.choice((1, 1, 2))),
            holds=chance.choice((Holds.CONTENT, Holds.METADATA)),
            tags=(("materieel", chance.choice(("ja", "nee"))),) if chance.random() < 0.5 else (),
        )
        for number in chance.sample(range(30), k=chance.randrange(8))
    ]


class History:
    """Things that happen to a store, at random."""

    def __init__(
        self, agents: list[Reporter], chance: random.Random, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._agents = agents
        self._chance = chance
        self._monkeypatch = monkeypatch
        self._scans = 0

    def happen(self) -> None:
        """One thing more."""
        step: Callable[[Reporter], None] = self._chance.choice(
            (
                self.scanned,
                self.scanned,
                self.denied,
                self.interrupted,
                self.judged_again,
                self.decided,
                self.failed,
            )
        )
        step(self._chance.choice(self._agents))

    def scanned(self, agent: Reporter) -> None:
        """A whole scan: assets appear, change, move and vanish."""
        agent.scan(self._name(), {scope: some(self._chance) for scope in SCOPES})

    def denied(self, agent: Reporter) -> None:
        """A scan of which one scope was denied half-way."""
        self._begin(agent)
        agent.batch(IRELAND, *some(self._chance))
        agent.outcome(IRELAND, Outcome.DENIED, permission="s3:ListAllMyBuckets")
        agent.end()

    def interrupted(self, agent: Reporter) -> None:
        """A scan that was broken off: what it did not list stays."""
        self._begin(agent)
        assets = some(self._chance)
        agent.batch(FRANKFURT, *assets)
        agent.outcome(FRANKFURT, Outcome.COMPLETE, len(assets))
        agent.end(interrupted=True)

    def judged_again(self, agent: Reporter) -> None:
        """Other rules come into force."""
        bring(agent, self._chance.choice(BOOKS), size=3)

    def decided(self, agent: Reporter) -> None:
        """A person decides on an asset; it counts from the next look."""
        own = AssetQuery(tenant="bzk-aws")
        if known := agent.store.reading.assets(ALL_SEEN, own, order_by="name", after=(), limit=1000):
            asset_id = self._chance.choice(known)[0].record.asset.asset_id
            use = self._chance.choice((MaterialUse.MATERIAL, MaterialUse.NOT_MATERIAL))
            agent.store.people.record_decision(about(asset_id), decision(use), agent.now)

    def failed(self, agent: Reporter) -> None:
        """The disk fails at the end of a transaction: nothing of it stays, and the same frames come again."""
        self._begin(agent)
        frame = agent.frame(asset_batch=batch_of(IRELAND, some(self._chance), 1, ()))

        def fail(*_: object) -> None:
            raise OSError("injected")

        with self._monkeypatch.context() as patched:
            patched.setattr(writing, "_write_findings", fail)
            before = agent.store.reading.counts(ALL_SEEN, AssetQuery())
            try:
                agent.store.ingest.commit([frame], agent.now)
            except OSError:
                assert agent.store.reading.counts(ALL_SEEN, AssetQuery()) == before
        agent.store.ingest.commit([frame], agent.now)

    def _begin(self, agent: Reporter) -> None:
        agent.later(hours=1)
        agent.start(self._name())
        agent.plan(*SCOPES)

    def _name(self) -> str:
        self._scans += 1
        return f"s{self._scans}"


@pytest.mark.parametrize("seed", range(8))
def test_the_roll_up_equals_a_recount(estate: Store, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """After every step of a random history of two tenants."""
    judging(estate)
    agents = [Reporter(estate), Reporter(estate, tenant="ezk-aws", spool_id="spool-2")]
    history = History(agents, random.Random(seed), monkeypatch)
    for _ in range(20):
        history.happen()
        in_step(estate)


def test_what_is_left_out_is_added_up(agent: Reporter) -> None:
    """Whatever columns are asked for, the counts are those of all columns, added up."""
    chance = random.Random(7)
    agent.scan("s1", {scope: some(chance) for scope in SCOPES})
    reading = agent.store.reading
    for query in (
        AssetQuery(),
        AssetQuery(country="GB"),
        AssetQuery(custody="unknown"),
        AssetQuery(type="no"),
    ):
        whole = reading.counts(ALL_SEEN, query)
        for columns in (NO_COLUMNS, *(frozenset({each}) for each in COUNT_COLUMNS), COUNT_COLUMNS):
            expected: Counter[tuple[object, ...]] = Counter()
            for row in whole:
                expected[_shown(row, columns)] += row.assets
            found = Counter(
                {_shown(row, columns): row.assets for row in reading.counts(ALL_SEEN, query, columns)}
            )
            assert found == expected


def _shown(row: CountRow, columns: frozenset[str]) -> tuple[object, ...]:
    optional = tuple(getattr(row, name) if name in columns else None for name in sorted(COUNT_COLUMNS))
    return (*optional, row.location_class, row.material, row.holds, row.law_reach)


def test_counts_of_others_are_not_seen(agent: Reporter) -> None:
    """An asker without sight of the organisation counts nothing."""
    agent.scan("s1", {IRELAND: [bucket("a")]})
    assert agent.store.reading.counts(Sight(frozenset({"ezk"})), AssetQuery()) == []


def test_sums_that_an_earlier_version_did_not_keep_are_made(agent: Reporter) -> None:
    """The step of the schema says that they lack; the store makes them when it is next opened."""
    agent.scan("s1", {IRELAND: [bucket("a"), bucket("b")], FRANKFURT: [bucket("c", "us-east-1")]})
    database = database_of(agent.store)
    step = sqlite_schema.steps()["0018_sums"]
    with database.writer() as connection:
        connection.execute("DELETE FROM asset_count WHERE tenant = '' OR part = 4")
        connection.execute("DELETE FROM account_coverage")
        connection.execute("UPDATE asset_count SET findings = 0")
        connection.execute("UPDATE finding SET group_no = 0")
        connection.execute(step[step.index("INSERT") :].partition(";")[0])
    assert agent.store.upkeep.check_counts() != []

    in_step(store_over(database))


def test_a_difference_is_told_and_repaired(agent: Reporter) -> None:
    """Every part of the roll-up that has another number is told; made anew it fits."""
    agent.scan("s1", {IRELAND: [bucket("a"), bucket("b"), bucket("c", "eu-west-2")]})
    [database] = agent.store.closers
    with database.writer() as connection:  # type: ignore[attr-defined]  # the store's own
        connection.execute("UPDATE asset_count SET assets = assets + 3 WHERE countries = ',IE,'")
        connection.execute("DELETE FROM asset_count WHERE countries = ',GB,'")

    told = agent.store.upkeep.check_counts()

    assert {(each.part, each.counted, each.there) for each in told} == {
        (part, *numbers)
        for part, left_out in LEFT_OUT.items()
        if "countries" not in left_out
        for numbers in ((5, 2), (0, 1))
    }
    assert all(dict(each.group)["countries"] in (",IE,", ",GB,") for each in told)
    agent.store.upkeep.repair_counts()
    in_step(agent.store)


def test_a_finding_in_the_group_of_others_is_told_and_repaired(agent: Reporter) -> None:
    """A page through a filter would miss it, though the counts fit."""
    agent.scan("s1", {IRELAND: [bucket("a", "us-east-1"), bucket("b", "us-west-2")]})
    with database_of(agent.store).writer() as connection:
        connection.execute("UPDATE finding SET group_no = 7 WHERE subject = 'arn:aws:s3:::a'")

    told = agent.store.upkeep.check_counts()

    astray = ("findings", "open, in another group than their asset")
    assert [(each.tenant, each.group, each.counted, each.there) for each in told] == [
        (agent.tenant, (astray,), 1, 0)
    ]
    agent.store.upkeep.repair_counts()
    in_step(agent.store)
