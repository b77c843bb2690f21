"""PostgreSQL's leader is killed while agents report: streams go on at the next, nothing acknowledged is lost.

`WOLKENZICHT_TEST_PATRONI_ROUNDS=5` kills five leaders instead of one, `WOLKENZICHT_TEST_PATRONI_SHIPPED=1`
leaves Patroni's times as `deploy/` has them; `--log-cli-level=INFO` shows what was measured.
"""

from __future__ import annotations

import logging
import os
import signal
import sqlite3
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Self

import pytest
from prometheus_client.parser import text_string_to_metric_families

from collector.server.metrics import FRAMES
from tests.integration.several import Estate, add_site, doubled, running, tenant_of
from tests.integration.world import World, eventually
from tests.servers import patroni

SITES = ("ODC-Noord", "ODC-Zuid")
TENANTS = [tenant_of(site) for site in SITES]
ROUNDS = int(os.environ.get("WOLKENZICHT_TEST_PATRONI_ROUNDS", "1"))
TIMES = {} if os.environ.get("WOLKENZICHT_TEST_PATRONI_SHIPPED") else patroni.QUICK

pytestmark = pytest.mark.skipif(
    bool(patroni.MISSING),
    reason=f"not installed: {', '.join(patroni.MISSING)} (apt-get install patroni etcd-server)",
)
_log = logging.getLogger(__name__)


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[patroni.Cluster]:
    """Three servers; the password for them is where libpq looks for it."""
    with patroni.running(TIMES) as started:
        monkeypatch.setenv("PGPASSFILE", str(started.place / "pgpass"))
        yield started


@pytest.fixture
def world(tmp_path: Path, cluster: patroni.Cluster) -> Iterator[World]:
    """A collector that serves over all of them, and a tenant for each site."""
    founded = World(tmp_path, store=cluster.url())
    for site in SITES:
        add_site(founded, site)
    with founded:
        yield founded


@dataclass
class Load:
    """Inventories that change all the time, and what the collector counts meanwhile."""

    world: World
    estate: Estate
    #: When a frame was counted last, and all that were.
    counted: list[tuple[float, float]] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Self:
        """Begin."""
        self._threads = [threading.Thread(target=each) for each in (self._change, self._watch)]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        """Let everything come to rest."""
        self._over.set()
        for thread in self._threads:
            thread.join()

    def longest_gap(self, since: float) -> float:
        """The longest time without a frame that ended after a moment."""
        moments = [moment for moment, _ in self.counted]
        return max(later - sooner for sooner, later in pairwise(moments) if later > since)

    def _change(self) -> None:
        while not self._over.wait(0.3):
            self.estate.change()

    def _watch(self) -> None:
        while not self._over.wait(0.05):
            frames = sum(frames_of(self.world).values())
            if not self.counted or frames > self.counted[-1][1]:
                self.counted.append((time.monotonic(), frames))


def frames_of(world: World) -> dict[str, float]:
    """How many frames of each tenant this collector committed and acknowledged."""
    with urllib.request.urlopen(f"http://127.0.0.1:{world.http_port}/metrics", timeout=30) as answer:
        families = text_string_to_metric_families(answer.read().decode())
    return {
        sample.labels["tenant"]: sample.value
        for family in families
        for sample in family.samples
        if sample.name == FRAMES
    }


def acknowledged(world: World) -> dict[tuple[str, str], int]:
    """The last frame of each agent's spool that it was told to be durable."""
    found = {}
    for tenant in TENANTS:
        with closing(sqlite3.connect(world.place / tenant / "state" / "spool.db", timeout=30)) as spool:
            statement = "SELECT spool_id, coalesce((SELECT min(sequence) - 1 FROM queue), last) FROM spool"
            spool_id, sequence = spool.execute(statement).fetchone()
        found[tenant, spool_id] = sequence
    return found


def positions(cluster: patroni.Cluster) -> dict[tuple[str, str], int]:
    """The last frame of each spool that the store has."""
    rows = cluster.execute("SELECT tenant, spool_id, sequence FROM stream_position")
    return {(tenant, spool_id): sequence for tenant, spool_id, sequence in rows}


def test_the_leader_falls_under_load(world: World, cluster: patroni.Cluster) -> None:
    """Patroni and server of the leader end by kill -9: every frame that was acknowledged is there, once."""
    estate = Estate(world, SITES)
    estate.change()
    agents = running(world, SITES)
    try:
        with Load(world, estate) as load:
            all_go_on(world, dict.fromkeys(TENANTS, 4.0))
            begun = cluster.execute("SELECT * FROM stream_gap ORDER BY tenant, spool_id")
            for _ in range(ROUNDS):
                one_falls(world, cluster, load)
        estate.is_seen(world.port)
        assert [agent.poll() for agent in agents] == [None] * len(SITES)
    finally:
        codes = stopped(agents)
    assert codes == [0] * len(SITES)

    told = acknowledged(world)
    _log.info("%d frames acknowledged in all", sum(told.values()))
    # A spool whose acknowledged frames the store lacks would begin anew, with a gap on record.
    assert positions(cluster) == told
    assert cluster.execute("SELECT * FROM stream_gap ORDER BY tenant, spool_id") == begun
    assert cluster.execute("SELECT count(*) FROM asset_version") != [(0,)]
    assert doubled(cluster.execute) == []


def one_falls(world: World, cluster: patroni.Cluster, load: Load) -> None:
    """The leader falls; every stream goes on at another, and the fallen one comes back to follow that."""
    fallen, before = cluster.leader(), acknowledged(world)
    moment, frames = time.monotonic(), frames_of(world)
    assert positions(cluster).keys() == before.keys()
    fallen.kill()
    leader = cluster.leader()
    assert leader is not fallen
    all_go_on(world, frames_of(world))
    assert positions(cluster).keys() == before.keys()
    fallen.start()
    cluster.is_whole(f"{fallen.name} follows {leader.name}")
    _log.info(
        "%s fell with %d frames acknowledged, %s followed: %.1f s without any",
        fallen.name,
        sum(frames.values()),
        leader.name,
        load.longest_gap(moment),
    )


def all_go_on(world: World, beyond: dict[str, float]) -> None:
    """Wait until more frames than these are acknowledged, of each tenant."""
    eventually(
        lambda: all(frames_of(world).get(tenant, 0) > beyond[tenant] for tenant in TENANTS),
        "all streams go on",
        90,
    )


def stopped(agents: list[subprocess.Popen[bytes]]) -> list[int]:
    """Ask agents to end; with which codes they do."""
    for agent in agents:
        agent.send_signal(signal.SIGTERM)
    return [agent.wait(60) for agent in agents]
