"""Two collectors on one PostgreSQL, with real agents: whatever falls, nothing is lost or doubled."""

from __future__ import annotations

import os
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract import stores
from tests.integration.receivers import Receivers
from tests.integration.several import Second, add_site, ask_at, start_agent, write
from tests.integration.world import World, eventually

SITES = ("ODC-Noord", "ODC-Zuid")
ROUNDS = 3


@pytest.fixture
def server() -> Iterator[stores.Server]:
    """A PostgreSQL server."""
    with stores.server() as started:
        yield started


@pytest.fixture
def receivers() -> Iterator[Receivers]:
    """A webhook receiver and an SMTP server."""
    with Receivers() as listening:
        yield listening


@pytest.fixture
def worlds(tmp_path: Path, server: stores.Server, receivers: Receivers) -> Iterator[tuple[World, World]]:
    """Two serving collectors, each with an agent of a datacentre's inventory."""
    url = server().empty()
    first = World(tmp_path, routes=receivers.routes, store=url)
    second = Second(first)
    for world, site in ((first, SITES[0]), (second, SITES[1])):
        add_site(world, site)
    with first, second:
        yield first, second


def test_two_collectors_and_a_server_that_falls(
    worlds: tuple[World, World], server: stores.Server, receivers: Receivers
) -> None:
    """Backends are killed with -9 and a collector too while both agents report; every answer is whole."""
    first, second = worlds
    chance = random.Random(20261130)
    truth: dict[str, set[str]] = {site: set() for site in SITES}
    for round_ in range(ROUNDS):
        agents = []
        for world, site in zip(worlds, SITES, strict=True):
            truth[site] = {f"db-{round_}-{chance.randint(0, 9)}" for _ in range(40)} | set(
                sorted(truth[site])[: chance.randint(0, 200)]
            )
            write(world, site, truth[site])
            agents.append(start_agent(world, f"rdv-{site[4:].lower()}", "--once"))
        falling = threading.Timer(chance.uniform(0, 1.5), kill_a_backend, (server, round_))
        falling.start()
        if round_ % 3 == 2:
            second.kill()
            second.start()
        for agent in agents:
            assert agent.wait(120) in {0, 3}
        falling.join()

    seen = []
    for world in worlds:
        ask_at(world, world.port)
        seen.append(Counter(asset["name"] for asset in world.assets().values()))
    assert seen[0] == seen[1] == Counter(name for names in truth.values() for name in names)
    open_ = [each["asset_id"] for each in first.findings()]
    assert max(Counter(open_).values()) == 1
    announced(first, receivers)


def kill_a_backend(server: stores.Server, round_: int) -> None:
    """Kill what serves one connection of a collector: PostgreSQL then starts all of them anew."""
    statement = "SELECT pid FROM pg_stat_activity WHERE datname LIKE 'empty%' ORDER BY pid"
    while found := server().execute(statement):
        [pid] = found[round_ % len(found)]
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:  # it ended by itself meanwhile: take another
            continue
        return


def announced(world: World, receivers: Receivers) -> None:
    """Every finding was told of, by one collector or the other."""
    findings = {each["finding_id"] for each in world.findings("--state", "open")}
    eventually(
        lambda: findings <= {each["finding_id"] for each in receivers.told() if ".geopend." in each["type"]},
        "every finding is announced",
        180,
    )
