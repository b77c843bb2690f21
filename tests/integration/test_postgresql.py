"""Two collectors on one PostgreSQL, with real agents: whatever falls, nothing is lost or doubled."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.demo.processes import free_port
from tests.contract import stores
from tests.integration.receivers import Receivers
from tests.integration.world import World, eventually

SITES = ("ODC-Noord", "ODC-Zuid")
ROUNDS = 3
HEADER = "site;country;system;kind;name;owner;material;personal data;tags\n"


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


class Second(World):
    """A further collector over the store of the first: its data folder and authority, ports of its own."""

    def __init__(self, first: World) -> None:
        self.first, self.place = first, first.place
        self.port, self.http_port = free_port(), free_port()
        self.log = first.place / "second.log"
        self._process = None
        self.config = first.config.with_name("second.toml")
        text = first.config.read_text()
        for before, here in ((first.port, self.port), (first.http_port, self.http_port)):
            text = text.replace(f"127.0.0.1:{before}", f"127.0.0.1:{here}")
        self.config.write_text(text)


@pytest.fixture
def worlds(tmp_path: Path, server: stores.Server, receivers: Receivers) -> Iterator[tuple[World, World]]:
    """Two serving collectors, each with an agent of a datacentre's inventory."""
    url = server().empty()
    first = World(tmp_path, routes=receivers.routes, store=url)
    second = Second(first)
    for world, site in ((first, SITES[0]), (second, SITES[1])):
        inventory = tmp_path / f"{site}.csv"
        inventory.write_text(HEADER)
        source = f'[[source]]\nconnector = "odc-csv"\npath = "{inventory}"\nsite = "{site}"'
        world.add_tenant(f"rdv-{site[4:].lower()}", "rdv", "odc", source)
    with first, second:
        yield first, second


def write(world: World, site: str, names: set[str]) -> None:
    """Let an inventory hold these; every third stands in London."""
    rows = [f"{site};{'GB' if number % 3 == 0 else 'NL'};hr;database;{name};p;ja;ja;\n"
            for number, name in enumerate(sorted(names))]  # fmt: skip
    (world.place / f"{site}.csv").write_text(HEADER + "".join(rows))


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
            agents.append(start_agent(world, f"rdv-{site[4:].lower()}"))
        falling = threading.Timer(chance.uniform(0, 1.5), kill_a_backend, (server, round_))
        falling.start()
        if round_ % 3 == 2:
            second.kill()
            second.start()
        for agent in agents:
            assert agent.wait(120) in {0, 3}
        falling.join()

    seen = [
        Counter(asset["name"] for asset in world.assets().values()) for world in (first, asked_at(second))
    ]
    assert seen[0] == seen[1] == Counter(name for names in truth.values() for name in names)
    open_ = [each["asset_id"] for each in first.findings()]
    assert max(Counter(open_).values()) == 1
    announced(first, receivers)


def start_agent(world: World, tenant: str) -> subprocess.Popen[bytes]:
    """Start a scan in the background."""
    with (world.place / f"{tenant}.log").open("ab") as log:
        return subprocess.Popen(world.agent_command(tenant, "run", "--once"), stdout=log, stderr=log)


def kill_a_backend(server: stores.Server, round_: int) -> None:
    """Kill what serves one connection of a collector: PostgreSQL then starts all of them anew."""
    found = server().execute("SELECT pid FROM pg_stat_activity WHERE datname LIKE 'empty%' ORDER BY pid")
    if found:
        [pid] = found[round_ % len(found)]
        os.kill(pid, signal.SIGKILL)


def asked_at(world: World) -> World:
    """The world, whose asker now asks this collector."""
    settings = world.place / "asker-cio" / "wolkenzicht.toml"
    first = world.first.port  # type: ignore[attr-defined]  # it is the second
    settings.write_text(settings.read_text().replace(f"localhost:{first}", f"localhost:{world.port}"))
    return world


def announced(world: World, receivers: Receivers) -> None:
    """Every finding was told of, by one collector or the other."""
    findings = {each["finding_id"] for each in world.findings("--state", "open")}
    eventually(
        lambda: findings <= {each["subject"] for each in receivers.events if ".geopend." in each["type"]},
        "every finding is announced",
        180,
    )
