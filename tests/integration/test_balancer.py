"""Two collectors over one PostgreSQL, reached through HAProxy or by a list: streams move without loss."""

from __future__ import annotations

import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from textwrap import dedent

import psycopg
import pytest

from tests.contract import stores
from tests.integration.several import Estate, Second, add_site, doubled, running
from tests.integration.world import World
from tests.servers import haproxy

SITES = ("ODC-Noord", "ODC-Zuid")

needs_haproxy = pytest.mark.skipif(
    haproxy.PROGRAM is None, reason="HAProxy is not installed: apt-get install haproxy"
)


@pytest.fixture
def database() -> Iterator[str]:
    """The URL of an empty database in PostgreSQL."""
    with stores.server() as started:
        yield started().empty()


@pytest.fixture
def worlds(tmp_path: Path, database: str) -> Iterator[tuple[World, World]]:
    """Two serving collectors and a tenant for each site."""
    first = World(tmp_path, store=database)
    second = Second(first)
    for site in SITES:
        add_site(first, site)
    with first, second:
        yield first, second


@pytest.fixture
def agents(worlds: tuple[World, World]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """What is put in here is stopped at the end, and must then end as asked."""
    del worlds
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for agent in started:
        agent.send_signal(signal.SIGTERM)
    codes = [agent.wait(60) for agent in started]
    assert codes == [0] * len(started)


@needs_haproxy
def test_streams_move_to_the_other_collector_and_back(
    worlds: tuple[World, World], database: str, agents: list[subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    """Either collector is killed with -9, and the balancer too: nothing is lost, nothing twice."""
    first, second = worlds
    estate = Estate(first, SITES)
    estate.change()
    ports = [(each.port, each.http_port) for each in worlds]
    with haproxy.balancing(tmp_path, ports) as balancer:
        agents += running(first, SITES, f"localhost:{balancer.grpc}")
        estate.is_seen(first.port, second.port)
        for killed, left in ((first, second), (second, first)):
            killed.kill()
            estate.change()
            estate.is_seen(left.port, balancer.grpc)
            killed.start()
        balancer.kill()
        estate.change()
        balancer.start()
        estate.is_seen(first.port, second.port)
        pages_are_served(balancer.http)
    nothing_is_doubled(database)


def test_agents_with_a_list_move_on(
    worlds: tuple[World, World], database: str, agents: list[subprocess.Popen[bytes]]
) -> None:
    """Without a balancer an agent that loses its collector goes on at another of its list."""
    first, second = worlds
    estate = Estate(first, SITES)
    estate.change()
    agents += running(first, SITES, f"localhost:{first.port}, localhost:{second.port}")
    estate.is_seen(first.port, second.port)
    for killed, left in ((first, second), (second, first)):
        killed.kill()
        estate.change()
        estate.is_seen(left.port)
        killed.start()
    nothing_is_doubled(database)


@needs_haproxy
def test_the_shipped_configuration_is_sound(tmp_path: Path) -> None:
    """HAProxy itself takes it without a warning, with nothing replaced but names that do not exist."""
    config = tmp_path / "haproxy.cfg"
    config.write_text(haproxy.configured([(1, 2), (3, 4)], 8443, 8080))

    assert "WARNING" not in haproxy.checked(config)


@needs_haproxy
def test_the_balancer_before_postgresql_is_sound(tmp_path: Path) -> None:
    """What the README of Patroni has to copy is taken too."""
    readme = (haproxy.SHIPPED.parents[1] / "patroni" / "README.md").read_text()
    block = readme[readme.index("    listen postgresql\n") :].partition("\n\n")[0]
    config = tmp_path / "haproxy.cfg"
    limits = "defaults\n    timeout connect 5s\n    timeout client 30m\n    timeout server 30m\n\n"
    config.write_text(limits + re.sub(r"db-\d\.example\.nl", "127.0.0.1", dedent(block)) + "\n")

    assert "WARNING" not in haproxy.checked(config)


def pages_are_served(port: int) -> None:
    """The balancer passes the pages on, but not what is each collector's own."""
    with ExitStack() as stack:
        ready = stack.enter_context(urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5))
        assert ready.read() == b"ready\n"
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5)


def nothing_is_doubled(database: str) -> None:
    """There are earlier versions, for inventories changed; none, and no finding, is there twice."""
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM asset_version").fetchone() != (0,)
        assert doubled(lambda text: connection.execute(text).fetchall()) == []
