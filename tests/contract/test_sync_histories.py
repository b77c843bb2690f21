"""Whatever happened to agent, disk, collector or store: after one whole scan both are the same."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from collector.store.base import AssetRow, Organisation, Store, Tenant
from collector.store.sql.ingest.sync import Sync
from collector.store.sqlite import open_store
from connectors.base import Gap, ReadItem
from tests.contract.conftest import close
from tests.contract.pairing import TENANT, Pair, kinds
from tests.contract.reporting import NOW, present
from tests.contract.stores import database_of
from tests.examples import examples
from tests.servers.scripted_source import ScriptedSource, asset, inventory_scope, listed, scope
from wolkenzicht.model import DeniedBy, Outcome
from wolkenzicht.v1.collector_service_pb2 import ReportRequest

DENIED = Gap(Outcome.DENIED, "refused", "s3:ListAllMyBuckets", DeniedBy.IDENTITY_POLICY)
PLACES = ("a", "b", "c")
EXAMPLES = examples(8)
NAMES = tuple(f"n{number}" for number in range(12))

_name, _place = st.sampled_from(NAMES), st.sampled_from(PLACES)
#: What may happen; assets come and go more often than disks.
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), _name, _place, st.integers(0, 3)),
        st.tuples(st.just("put"), _name, _place, st.integers(0, 3)),
        st.tuples(st.just("drop"), _name),
        st.tuples(st.just("deny"), _place),
        st.tuples(st.just("allow"), _place),
        st.tuples(st.just("hide"), _name),
        st.tuples(st.just("plan"), st.sets(_place, min_size=1)),
        st.tuples(st.just("scan"), st.booleans()),
        st.tuples(st.just("scan"), st.just(value=True)),
        st.tuples(st.just("stop"), _place),
        st.tuples(st.just("deliver"), st.integers(1, 9), st.booleans()),
        st.tuples(st.just("deliver"), st.just(10**6), st.just(value=True)),
        st.tuples(st.just("merge")),
        st.tuples(st.just("age")),
        st.tuples(st.just("damage"), st.integers(0, 9)),
        st.tuples(st.just("kill agent")),
        st.tuples(st.just("lose agent")),
        st.tuples(st.just("copy agent")),
        st.tuples(st.just("restore agent")),
        st.tuples(st.just("copy collector")),
        st.tuples(st.just("restore collector")),
        st.tuples(st.just("lose collector")),
    ),
    max_size=40,
)


class World:
    """An estate, an agent and a collector, each with a copy from earlier on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.serial = 0
        self.assets: dict[str, tuple[str, int]] = {}
        self.hidden: set[str] = set()
        self.denied: set[str] = set()
        self.planned = set(PLACES)
        self.pair = Pair(self.fresh("agent"), self.store_at(self.fresh("store")))
        self.agent_copy: Path | None = None
        self.store_copy: Path | None = None

    def fresh(self, what: str) -> Path:
        """A new folder."""
        self.serial += 1
        made = self.folder / f"{what}{self.serial}"
        made.mkdir()
        return made

    def store_at(self, folder: Path) -> Store:
        """The store in a folder."""
        self.store_path = folder / "wolkenzicht.db"
        if self.store_path.exists():
            return open_store(self.store_path)
        store = open_store(self.store_path, create=True)
        store.registry.put_organisations([Organisation("bzk", "BZK", "ministry")])
        store.registry.add_tenant(Tenant(TENANT, "bzk", "aws", created=NOW))
        return store

    def source(self, stop_at: str = "") -> ScriptedSource:
        """What the APIs say now; at `stop_at` the agent is asked to stop halfway."""

        def halfway(items: list[ReadItem]) -> Iterator[ReadItem]:
            yield from items[: len(items) // 2]
            self.pair.stop.set()
            yield from items[len(items) // 2 :]

        contents: dict[object, object] = {}
        for place in sorted(self.planned):
            items: list[ReadItem] = [
                asset(name, filling=str(filling))
                for name, (where, filling) in sorted(self.assets.items())
                if where == place and name not in self.hidden
            ]
            if place in self.denied:
                items = [*items[: len(items) // 2], DENIED]
            contents[scope(place)] = (lambda these=items: halfway(these)) if place == stop_at else items
        contents[inventory_scope()] = [listed(name) for name in sorted(self.assets)]
        return ScriptedSource(contents, groups=1)  # type: ignore[arg-type]  # scopes and their contents

    def step(self, kind: str, *values: object) -> None:
        """Let something happen."""
        getattr(self, "do_" + kind.replace(" ", "_"))(*values)

    def do_put(self, name: str, place: str, filling: int) -> None:
        """An asset appears, changes or moves."""
        self.assets[name] = (place, filling)

    def do_drop(self, name: str) -> None:
        """An asset goes."""
        self.assets.pop(name, None)

    def do_deny(self, place: str) -> None:
        """A scope is refused."""
        self.denied.add(place)

    def do_allow(self, place: str) -> None:
        """It is not any more."""
        self.denied.discard(place)

    def do_hide(self, name: str) -> None:
        """From now on only the inventory lists an asset, or no longer so."""
        self.hidden ^= {name}

    def do_plan(self, places: set[str]) -> None:
        """Other scopes are planned."""
        self.planned = set(places)

    def do_scan(self, reachable: bool) -> None:
        """A scan."""
        self.pair.reachable = reachable
        self.pair.scan(self.source())
        self.pair.reachable = True

    def do_stop(self, place: str) -> None:
        """A scan that is stopped halfway through a scope."""
        self.pair.scan(self.source(place))

    def do_deliver(self, most: int, acknowledge: bool) -> None:
        """A stream, cut after so many frames; its answers may be lost."""
        self.pair.deliver(most, acknowledge=acknowledge)

    def do_merge(self) -> None:
        """The spool is full: the scans that wait are made into one."""
        self.pair.spool.merge()

    def do_age(self) -> None:
        """What waits has done so for a month."""
        self.pair.spool.flush()
        with closing(sqlite3.connect(self.pair.state / "spool.db")) as connection, connection:
            connection.execute("UPDATE frame SET spooled = spooled - 31 * 86400")

    def do_damage(self, number: int) -> None:
        """A frame that waits changes on disk."""
        self.pair.spool.flush()
        with closing(sqlite3.connect(self.pair.state / "spool.db")) as connection, connection:
            waiting = connection.execute("SELECT frame FROM queue ORDER BY sequence").fetchall()
            if waiting:
                connection.execute(
                    "UPDATE frame SET body = x'00' || body WHERE number = ?",
                    waiting[number % len(waiting)],
                )

    def do_kill_agent(self) -> None:
        """Its process ends."""
        self.pair.restart()

    def do_lose_agent(self) -> None:
        """Its disk is lost."""
        self.pair.close()
        self.pair.state = self.fresh("agent")
        self.pair.restart_anew()

    def do_copy_agent(self) -> None:
        """Its disk is copied."""
        self.pair.spool.flush()
        self.pair.close()
        self.agent_copy = self.fresh("copy")
        shutil.copytree(self.pair.state, self.agent_copy, dirs_exist_ok=True)
        self.pair.restart_anew()

    def do_restore_agent(self) -> None:
        """The copy takes the place of its disk."""
        if self.agent_copy is not None:
            self.pair.close()
            self.pair.state = self.fresh("agent")
            shutil.copytree(self.agent_copy, self.pair.state, dirs_exist_ok=True)
            self.pair.restart_anew()

    def do_copy_collector(self) -> None:
        """Its store is backed up."""
        self.store_copy = self.fresh("backup") / "wolkenzicht.db"
        with (
            closing(sqlite3.connect(self.store_path)) as source,
            closing(sqlite3.connect(self.store_copy)) as target,
        ):
            source.backup(target)

    def do_restore_collector(self) -> None:
        """The backup takes the place of its store."""
        if self.store_copy is not None:
            close(self.pair.store)
            folder = self.fresh("store")
            shutil.copy(self.store_copy, folder / "wolkenzicht.db")
            self.pair.store = self.store_at(folder)

    def do_lose_collector(self) -> None:
        """Its store is lost."""
        close(self.pair.store)
        self.pair.store = self.store_at(self.fresh("store"))

    def is_seen(self) -> bool:
        """Whether the store has the estate as the APIs give it."""
        held = {name: str(dict(row.record.asset.properties).get("filling", "")) for name, row in self.rows()}
        return held == {
            name: "" if name in self.hidden else str(filling) for name, (_, filling) in self.assets.items()
        }

    def rows(self) -> Iterator[tuple[str, AssetRow]]:
        """The assets of the store by name."""
        for row in present(self.pair.store).values():
            yield row.record.asset.name, row

    def close(self) -> None:
        """Let go of everything."""
        self.pair.close()
        close(self.pair.store)


def counted_anew(store: Store) -> object:
    """The digest of a tenant's assets, from the assets themselves."""
    with database_of(store).writer() as connection:
        kept = Sync(connection, TENANT).assets()
        for table in ("tenant_sync", "scope_digest", "account_digest"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
        assert Sync(connection, TENANT).assets() == kept
    return kept


@given(STEPS)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[phase for phase in Phase if phase is not Phase.explain],
)
def test_one_whole_scan_and_both_are_the_same(steps: list[tuple[object, ...]]) -> None:
    """And two more without change move no asset."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            for kind, *values in steps:
                world.step(str(kind), *values)
            whole_again(world)
        finally:
            world.close()


_NO_LOSS = ("put", "drop", "deny", "allow", "hide", "plan", "stop")


@given(STEPS, st.integers(0, 3))
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
def test_merged_scans_leave_what_the_scans_would(steps: list[tuple[object, ...]], sent: int) -> None:
    """Whatever was scanned while the collector was away, nothing differs after the merged scan."""
    with TemporaryDirectory() as folder:
        world = World(Path(folder))
        try:
            world.step("put", "n1", "a", 0)
            world.do_scan(reachable=False)
            world.do_deliver(sent, acknowledge=True)
            for kind, *values in steps:
                if kind == "scan":
                    world.do_scan(reachable=False)
                elif kind in _NO_LOSS:
                    world.step(str(kind), *values)
                elif kind == "merge":
                    world.pair.spool.merge()
            world.do_scan(reachable=False)
            world.pair.spool.merge()
            world.pair.deliver()
            assert (world.pair.resyncs, world.pair.refused) == ([], [])
            whole_again(world)
        finally:
            world.close()


def whole_again(world: World) -> None:
    """Everything works again: all that waits is delivered, and the next whole scan mends all."""
    pair = world.pair
    world.denied.clear()
    world.planned = set(PLACES)
    pair.deliver()
    # Scans that were stopped and go on, or that began before something was lost, may come first.
    for _ in range(3):
        pair.resyncs.clear()
        pair.refused.clear()
        frames = pair.round(world.source())
        if kinds(frames)["scan_start"] and not pair.resyncs and not pair.refused:
            break
    assert (pair.resyncs, pair.refused) == ([], [])
    assert world.is_seen()
    for _ in range(2):
        assert not moved(pair.round(world.source()))
    assert (pair.resyncs, pair.refused) == ([], [])
    assert world.is_seen()
    counted_anew(pair.store)


def moved(frames: list[ReportRequest]) -> int:
    """Frames that carry assets or name those that are gone."""
    found = kinds(frames)
    return found["asset_batch"] + found["removal_batch"]
