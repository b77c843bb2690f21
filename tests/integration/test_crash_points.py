"""Agent and collector end as by kill -9 at each step of the protocol: nothing lost, nothing twice.

`WOLKENZICHT_TEST_CRASH_ROUNDS=20` has twenty rounds at every step instead of one (`docs/reliability.md`).
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.integration.several import add_site, doubled, start_agent, write
from tests.integration.world import World
from wolkenzicht import crash_points

SITE = "ODC-Noord"
ASSETS = 60
ROUNDS = int(os.environ.get("WOLKENZICHT_TEST_CRASH_ROUNDS", "1"))


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A serving collector with one tenant."""
    founded = World(tmp_path)
    add_site(founded, SITE)
    with founded:
        yield founded


def test_a_process_may_end_at_any_step(world: World) -> None:
    """After each crash, the agent's next run brings the overview to what stands in the inventory."""
    chance = random.Random(20261130)
    names: set[str] = set()
    for round_ in range(ROUNDS):
        for number, point in enumerate((*crash_points.AGENT, *crash_points.COLLECTOR)):
            names |= {f"db-{round_}-{number}-{new}" for new in range(ASSETS if not names else 10)}
            names -= set(chance.sample(sorted(names), max(0, len(names) - ASSETS)))
            write(world, SITE, names)
            crash(world, point)
            assert start_agent(world, "rdv-noord", "--once").wait(240) in {0, 3}, point
            with closing(sqlite3.connect(world.place / "collector" / "wolkenzicht.db")) as connection:
                told = connection.execute("SELECT name FROM asset WHERE type = 'ODC::Database'").fetchall()
                assert Counter(name for (name,) in told) == Counter(names), point
                assert doubled(partial(rows, connection)) == [], point
    listed = world.ask("assets", "list", "--all", "--type", "ODC::Database")["items"]
    assert Counter(each["name"] for each in listed) == Counter(names)


def rows(connection: sqlite3.Connection, statement: str) -> list[Any]:
    """What a statement gives."""
    return connection.execute(statement).fetchall()


def crash(world: World, point: str) -> None:
    """Let an agent report while it, or the collector, is to end at this place; it must have ended there."""
    if point in crash_points.AGENT:
        agent = start_agent(world, "rdv-noord", "--once", **{crash_points.VARIABLE: point})
        assert agent.wait(240) == -signal.SIGKILL, point
        return
    world.stop()
    world.start(**{crash_points.VARIABLE: point})
    agent = start_agent(world, "rdv-noord", "--once")
    try:
        assert world.wait() == -signal.SIGKILL, point
        world.start()
    finally:
        agent.kill()
        agent.wait()
