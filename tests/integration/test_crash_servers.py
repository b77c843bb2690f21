"""PostgreSQL or the balancer end by kill -9 while agent or collector stand at a step of the protocol.

Who is at that step stops there (`WOLKENZICHT_CRASH_AT=…:stop`), something else is killed, and all go on:
nothing lost, nothing twice. `WOLKENZICHT_TEST_CRASH_ROUNDS=17`, with `--timeout 0`, has as many
rounds instead of one (`docs/reliability.md`).
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg
import pytest

from tests.integration.several import Estate, add_site, doubled, start_agent, tenant_of
from tests.integration.world import World, eventually
from tests.servers import haproxy
from tests.servers.postgresql import PostgresqlServer, running
from wolkenzicht import crash_points

SITE = "ODC-Noord"
TENANT = tenant_of(SITE)
ASSETS = 60
ROUNDS = int(os.environ.get("WOLKENZICHT_TEST_CRASH_ROUNDS", "1"))
#: Steps at which a stream may be open: while the agent fills its spool the balancer has nothing to lose.
ON_THE_STREAM = (*crash_points.AGENT[2:], *crash_points.COLLECTOR)

#: How something is killed, and how it comes back.
Fall = tuple[Callable[[], None], Callable[[], None]]


@pytest.fixture
def server() -> Iterator[PostgresqlServer]:
    """A server that syncs what it is to keep."""
    with running(durable=True) as started:
        yield started


@pytest.fixture
def matrix(server: PostgresqlServer, tmp_path: Path) -> Iterator[Matrix]:
    """A serving collector with one tenant."""
    database = server.empty()
    world = World(tmp_path, store=database)
    add_site(world, SITE)
    with world:
        made = Matrix(world, database)
        try:
            yield made
        finally:  # who stands still cannot be asked to stop
            made.kill_agent()
            world.kill()


class Matrix:
    """An agent that scans once a second, what stands in its inventory, and what must be so in the end."""

    def __init__(self, world: World, database: str) -> None:
        self.world = world
        self.database = database
        self.estate = Estate(world, [SITE], ASSETS)
        self.address = ""
        self._agent: subprocess.Popen[bytes] | None = None
        config = world.place / TENANT / "agent.toml"
        config.write_text(config.read_text().replace("[[source]]", '[scan]\ninterval = "1s"\n\n[[source]]'))

    def start_agent(self, **variables: str) -> None:
        """Start the agent, in the place of the one that runs; that ends at once."""
        self.kill_agent()
        self._agent = start_agent(self.world, TENANT, address=self.address, **variables)

    def kill_agent(self) -> None:
        """End the agent at once."""
        if self._agent is not None:
            self._agent.kill()
            self._agent.wait()

    def falls(self, point: str, falls: Iterable[Fall], *, anew: bool = False) -> None:
        """Have things fall, each while a process stands at this step; it must get there again afterwards.

        `anew` gives each an agent of its own, for one whose stream is cut again and again waits ever longer.
        """
        where = {crash_points.VARIABLE: f"{point}:stop"}
        of_agent = point in crash_points.AGENT
        self.kill_agent()
        if not of_agent:
            self.world.kill()
            self.world.start(**where)
        started = False
        for kill, restart in falls:
            self.estate.change()
            if anew or not started:
                self.start_agent(**(where if of_agent else {}))
                started = True
            process = self._agent if of_agent else self.world.process
            assert process is not None
            eventually(partial(is_stopped, process), f"{point} is reached", 90)
            kill()
            process.send_signal(signal.SIGCONT)
            restart()
            eventually(partial(is_stopped, process), f"{point} is reached again", 90)

    def is_whole(self) -> None:
        """Left alone, the overview comes to what stands in the inventory; nothing is there twice.

        The spool is the one that it was: an agent whose acknowledged frames the store lacks begins a new one.
        """
        self.kill_agent()
        self.world.kill()
        self.world.start()
        self.start_agent()
        try:
            self.estate.is_seen(self.world.port)
        finally:
            self.kill_agent()
        with psycopg.connect(self.database) as connection:
            assert doubled(lambda text: connection.execute(text).fetchall()) == []
            spools = connection.execute("SELECT tenant, spool_id FROM stream_position").fetchall()
        with closing(sqlite3.connect(self.world.place / TENANT / "state" / "spool.db", timeout=30)) as spool:
            assert spools == [
                (TENANT, spool_id) for (spool_id,) in spool.execute("SELECT spool_id FROM spool")
            ]


def is_stopped(process: subprocess.Popen[bytes]) -> bool:
    """Whether it stands still; fails where it ended instead."""
    assert process.poll() is None
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def test_postgresql_may_fall_at_any_step(server: PostgresqlServer, matrix: Matrix) -> None:
    """The whole, or what serves the collector: within a transaction, between commit and acknowledgement."""
    database = matrix.database.rpartition("/")[2]
    kills = (server.kill, lambda: server.kill_backends(database))
    for number, point in enumerate(crash_points.COLLECTOR):
        matrix.falls(point, [(kills[(number + round_) % 2], server.restart) for round_ in range(ROUNDS)])
    matrix.is_whole()


@pytest.mark.skipif(haproxy.PROGRAM is None, reason="HAProxy is not installed: apt-get install haproxy")
def test_the_balancer_may_fall_at_any_step(matrix: Matrix, tmp_path: Path) -> None:
    """With every connection through it, on either side of each frame and each acknowledgement."""
    collectors = [(matrix.world.port, matrix.world.http_port)] * 2
    with haproxy.balancing(tmp_path, collectors) as balancer:
        matrix.address = f"localhost:{balancer.grpc}"
        for point in ON_THE_STREAM:
            matrix.falls(point, [(balancer.kill, balancer.start)] * ROUNDS, anew=True)
        matrix.is_whole()
