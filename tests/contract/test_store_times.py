"""What was so at a moment, as known at another, is what a plain list of statements says.

The list has every statement that is news with the time that it is about and the time that it came. Of a
moment counts the last that had come by then, of those about that moment or one before it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from collector.store.base import AssetQuery, Organisation, Rejudged, Store, Tenant, Times
from collector.store.sql import store_over
from policy import ruleset
from tests.contract import stores
from tests.contract.reporting import ALL_SEEN, FRANKFURT, IRELAND, NOW, Reporter, bucket, classified
from tests.examples import examples
from wolkenzicht import wire
from wolkenzicht.model import Asset, FindingState, Outcome, Scope, SubjectKind, Verdict
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset

TENANT = "bzk-aws"
REGIONS = ("eu-west-1", "us-east-1", "eu-west-2")
LAGS = (0, 0, 1, 90, 60 * 24 * 3)
SCOPES = (IRELAND, FRANKFURT)

Key = tuple[str, ...]


@dataclass
class Known:
    """Every statement: what it is about, from when it holds, when it came, and what it says (None: gone)."""

    said: dict[Key, list[tuple[datetime, datetime, object]]] = field(default_factory=dict)

    def say(self, key: Key, moment: datetime, received: datetime, what: object) -> None:
        """One more statement."""
        self.said.setdefault(key, []).append((moment, received, what))

    def at(self, kind: str, times: Times) -> dict[Key, object]:
        """What was so, of one kind."""
        found = {}
        for key, statements in self.said.items():
            held = [
                what for moment, came, what in statements if came <= times.known_at and moment <= times.as_of
            ]
            if key[0] == kind and held and held[-1] is not None:
                found[key[1:]] = held[-1]
        return found


class World:
    """A store, and the list of all that was told to it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.agent = Reporter(store, tenant=TENANT)
        self.known = Known()
        self.now = NOW
        self.scans = 0
        self.records: dict[str, tuple[Scope, ClassifiedAsset]] = {}
        self.open: dict[str, dict[str, datetime]] = {}
        self.denied = [False, False]
        self.unseen: set[tuple[str, str]] = set()
        self.moments = [NOW]
        store.registry.put_organisations([Organisation("bzk", "BZK")])
        store.registry.add_tenant(Tenant(TENANT, "bzk", "aws", created=NOW - timedelta(days=30)))

    def scan(self, listed: dict[str, tuple[int, int]], outcomes: tuple[Outcome, Outcome], lag: int) -> None:
        """A whole scan is taken in now that was observed earlier; `listed` are place and region by name."""
        self.now += timedelta(minutes=7)
        self.scans += 1
        agent, moment = self.agent, self.now - timedelta(minutes=lag)
        self.moments += [self.now, moment]
        agent.scan_id = f"s{self.scans}"
        agent.now = moment
        assets = {
            name: bucket(name, REGIONS[region], tags=(("n", str(lag)),))
            for name, (_, region) in listed.items()
        }
        frames = [agent.opening(), agent.planning(*SCOPES)]
        for place, scope in enumerate(SCOPES):
            mine = [assets[name] for name, (at, _) in listed.items() if at == place]
            frames += [agent.listing(scope, *mine)] if mine else []
            frames.append(agent.ending(scope, outcomes[place], len(mine)))
        frames.append(agent.closing())
        answers = self.store.ingest.commit(frames, self.now)
        assert [each.refused for each in answers] == [""] * len(frames)
        self._model(listed, assets, outcomes, moment)

    def _model(
        self,
        listed: dict[str, tuple[int, int]],
        assets: dict[str, Asset],
        outcomes: tuple[Outcome, Outcome],
        moment: datetime,
    ) -> None:
        for place, scope in enumerate(SCOPES):
            count = sum(at == place for at, _ in listed.values())
            key, said = ("scope", scope.location), (outcomes[place], count)
            if key not in self.known.said or self.known.said[key][-1][2] != said:
                self.known.say(key, moment, self.now, said)
        for place, scope in enumerate(SCOPES):
            self._scope(
                place, scope, {n: assets[n] for n, (at, _) in listed.items() if at == place}, outcomes, moment
            )
        gone = [
            name
            for name, (scope, _) in self.records.items()
            if outcomes[SCOPES.index(scope)] is Outcome.COMPLETE and name not in listed
        ]
        for name in gone:
            del self.records[name]
            self._says(name, None, moment)

    def _scope(
        self,
        place: int,
        scope: Scope,
        read: dict[str, Asset],
        outcomes: tuple[Outcome, Outcome],
        moment: datetime,
    ) -> None:
        """What is read of a scope stands for certain, also where the rest of it is out of sight."""
        for name, asset in read.items():
            record = classified(asset)
            before = self.records.get(name)
            if before is None or before[1] != record:
                self._says(name, record, moment)
            if before is None or before != (scope, record):
                self._turns(name, moment, unseen=False)
            self.records[name] = (scope, record)
        denied = outcomes[place] is Outcome.DENIED
        if denied or self.denied[place]:
            for name, (at, _) in self.records.items():
                if at == scope:
                    self._turns(name, moment, unseen=denied and name not in read)
        self.denied[place] = denied

    def _turns(self, name: str, moment: datetime, *, unseen: bool) -> None:
        for kind, opened in self.open.get(name, {}).items():
            if unseen != ((name, kind) in self.unseen):
                came = self.known.said["opened", name, kind][-1][2]
                state = FindingState.UNVERIFIED if unseen else FindingState.OPEN
                self.known.say(("finding", name, kind, str(came)), max(moment, opened), self.now, state)
                self.unseen ^= {(name, kind)}

    def rejudge(self, name: str, words: str) -> None:
        """The collector judges an asset again, now."""
        self.now += timedelta(minutes=7)
        self.moments.append(self.now)
        if name not in self.records:
            return
        scope, record = self.records[name]
        [held] = self.store.evaluation.find(TENANT, record.asset.asset_id)
        message = ClassifiedAsset.FromString(held.record)
        message.verdict.material_reason = words
        drafts = ruleset.load().findings(*_decoded(message))
        again = Rejudged(held.asset_no, held.fingerprint, message, drafts, message, differs=True)
        self.store.evaluation.write(TENANT, [again], self.now)
        self._says(name, message, self.now)
        # An agent that sends the same again leaves the collector's verdict.
        self.records[name] = (scope, record)

    def _says(self, name: str, record: ClassifiedAsset | None, moment: datetime) -> None:
        self.known.say(("asset", name), moment, self.now, record and record.SerializeToString())
        drafts = () if record is None else ruleset.load().findings(*_decoded(record))
        kinds = {str(each.kind) for each in drafts}
        stand = self.open.setdefault(name, {})
        for kind in kinds - set(stand):
            stand[kind] = moment
            self.known.say(("finding", name, kind, str(self.now)), moment, self.now, FindingState.OPEN)
            self.known.said.setdefault(("opened", name, kind), []).append((moment, self.now, str(self.now)))
        for kind in set(stand) - kinds:
            opened = stand.pop(kind)
            self.unseen.discard((name, kind))
            came = self.known.said["opened", name, kind][-1][2]
            since = max(moment, opened)
            self.known.say(("finding", name, kind, str(came)), since, self.now, FindingState.RESOLVED)


def _decoded(message: ClassifiedAsset) -> tuple[Asset, Verdict]:
    decoded = wire.decode_classified(message)
    return decoded.asset, decoded.verdict


@contextmanager
def world(kind: str, server: stores.Server) -> Iterator[World]:
    """A new store for the time of one history."""
    with stores.KINDS[kind](server) as database:
        yield World(store_over(database))


names = st.sampled_from(["a", "b", "c"])
listings = st.dictionaries(names, st.tuples(st.integers(0, 1), st.integers(0, 2)), max_size=3)
outcomes = st.sampled_from([Outcome.COMPLETE, Outcome.COMPLETE, Outcome.DENIED])
scans = st.tuples(st.just("scan"), listings, st.tuples(outcomes, outcomes), st.sampled_from(LAGS))
judgements = st.tuples(st.just("rejudge"), names, st.sampled_from(["x", "y"]))
steps = st.lists(st.one_of(scans, scans, judgements), min_size=1, max_size=8)
picks = st.lists(
    st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(-1, 1)), min_size=3, max_size=8
)


def check(world: World, times: Times) -> None:
    """Assets, counts, findings about assets, and outcomes are those of the list."""
    reading = world.store.reading.at(times)
    page = reading.assets(ALL_SEEN, AssetQuery(), order_by="name", after=(), limit=100)
    expected = world.known.at("asset", times)
    stripped = {(row.record.asset.name,): row.record.SerializeToString() for row, _ in page}
    assert stripped == expected
    classes = Counter(_class(record) for record in expected.values())
    counted: Counter[str] = Counter()
    for row in reading.counts(ALL_SEEN, AssetQuery()):
        counted[row.location_class] += row.assets
    assert counted == classes
    for state in FindingState:
        rows = reading.findings(ALL_SEEN, AssetQuery(), states=frozenset({state}), after=(), limit=100)
        told = sorted(
            (row.subject.rpartition(":")[2], row.kind)
            for row, _ in rows
            if row.subject_kind is SubjectKind.ASSET
        )
        held = world.known.at("finding", times)
        assert told == sorted((name, kind) for (name, kind, _), what in held.items() if what is state)
    scopes = reading.coverage(ALL_SEEN, organisations=None, tenant=None, blind_only=False, after=(), limit=10)
    looked = {
        (row.location,): (row.outcome.outcome, row.outcome.asset_count) for row, _ in scopes if row.outcome
    }
    assert looked == world.known.at("scope", times)


def check_differences(world: World, before: Times, since: Times) -> None:
    """What appeared, vanished, moved and changed its class is what the list says of both times."""
    rows = world.store.reading.differences(
        ALL_SEEN, organisations=None, tenant=None, before=before, since=since, after=(), limit=100
    )
    told = {(row.asset_id.rpartition(":")[2],): set(row.kinds) for row, _ in rows if row.asset_id}
    first, second = (world.known.at("asset", each) for each in (before, since))
    expected: dict[Key, set[str]] = {}
    for key in first.keys() | second.keys():
        kinds = {"appeared"} if key not in first else {"vanished"} if key not in second else set()
        if not kinds and _class(first[key]) != _class(second[key]):
            kinds.add("changed_class")
        expected[key] = kinds
    assert {key: kinds - {"moved"} for key, kinds in told.items() if kinds != {"moved"}} == {
        key: kinds for key, kinds in expected.items() if kinds
    }
    blind = {(row.location,) for row, _ in rows if not row.asset_id}
    complete, denied = (
        {key for key, said in world.known.at("scope", each).items() if outcome in repr(said)}
        for each, outcome in ((before, "COMPLETE"), (since, "DENIED"))
    )
    assert blind == complete & denied


def _class(record: object) -> str:
    assert isinstance(record, bytes)
    value = ClassifiedAsset.FromString(record).verdict.location_class
    return wire.LOCATION_CLASSES.decode(value, "location_class").value


@settings(max_examples=examples(15))
@given(steps=steps, picks=picks)
def test_what_was_so_is_what_was_said(
    postgresql: stores.Server, steps: list[tuple[object, ...]], picks: list[tuple[int, int, int]]
) -> None:
    """After any history, at any two times."""
    _lived("sqlite", postgresql, steps, picks)


@settings(max_examples=examples(5))
@given(steps=steps, picks=picks)
def test_what_was_so_is_what_was_said_in_postgresql(
    postgresql: stores.Server, steps: list[tuple[object, ...]], picks: list[tuple[int, int, int]]
) -> None:
    """The same; fewer histories, since each has a database of its own."""
    _lived("postgresql", postgresql, steps, picks)


def _lived(
    kind: str, server: stores.Server, steps: list[tuple[object, ...]], picks: list[tuple[int, int, int]]
) -> None:
    with world(kind, server) as found:
        for name, *values in steps:
            getattr(found, str(name))(*values)
        for first, second, offset in picks:
            moments = [found.moments[each % len(found.moments)] for each in (first, second)]
            known_at = max(moments) + timedelta(minutes=offset)
            as_of = min(*moments, known_at)
            check(found, Times(as_of, known_at))
            if as_of < known_at:
                check_differences(found, Times(as_of, known_at), Times(known_at, known_at))
        check(found, Times(found.now, found.now))
