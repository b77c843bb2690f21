"""A store over a server and another that follows it: what is acknowledged is on both, whoever leads."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner
from psycopg.conninfo import conninfo_to_dict

from collector.cli import cli
from collector.store.base import Organisation, Store, Tenant
from collector.store.opening import has_password
from collector.store.postgresql import database as implementation
from collector.store.postgresql import open_store
from collector.store.postgresql.database import PostgresqlDatabase, masked, with_usual
from collector.store.sql import store_over
from collector.store.sqlite.database import SqliteDatabase
from tests.contract.conftest import close
from tests.contract.reporting import IRELAND, NOW, Reporter, bucket, names
from tests.contract.stores import database_of
from tests.servers.postgresql import PostgresqlServer, following, running
from wolkenzicht.errors import StorageError

#: Waiting backends, as PostgreSQL names what they wait for.
WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' ORDER BY pid"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresqlServer]:
    """A server that others may follow."""
    with running(wal_level="replica", max_wal_senders="4") as started:
        yield started


@pytest.fixture
def url(server: PostgresqlServer) -> Iterator[str]:
    """A database with an empty store in it."""
    made = server.clone()
    yield made
    server.drop(made)


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """A store with one tenant."""
    opened = with_tenant(open_store(url))
    yield opened
    close(opened)


@pytest.fixture
def waits_for_a_second(server: PostgresqlServer, store: Store) -> Iterator[None]:
    """The server waits for another that is not there, until the end or `is_there`."""
    del store
    server.execute("ALTER SYSTEM SET synchronous_standby_names = 'second'")
    server.execute("SELECT pg_reload_conf()")
    until_it_says(server, "synchronous_standby_names", "second")
    yield
    is_there(server)


def with_tenant(opened: Store) -> Store:
    """The same store, with what a reporter needs."""
    opened.registry.put_organisations([Organisation("bzk", "BZK")])
    opened.registry.add_tenant(Tenant("bzk-aws", "bzk", "aws", created=NOW))
    return opened


def until_it_says(server: PostgresqlServer, name: str, value: str) -> None:
    """Wait until new connections find this setting."""
    while server.execute(f"SHOW {name}") != [(value,)]:
        time.sleep(0.02)


def is_there(server: PostgresqlServer) -> None:
    """Let the server wait for nobody any more, as when the second one has all."""
    server.execute("ALTER SYSTEM RESET synchronous_standby_names")
    server.execute("SELECT pg_reload_conf()")


def waiting(server: PostgresqlServer, *others: int) -> int:
    """The process of the server that waits for a second one, once there is one beside those named."""
    for _ in range(500):
        found = [pid for (pid,) in server.execute(WAITING) if pid not in others]
        if found:
            return int(found[0])
        time.sleep(0.02)
    raise AssertionError("nobody waits")


@pytest.mark.parametrize("how", ["pg_cancel_backend", "pg_terminate_backend"])
def test_what_is_on_one_server_only_is_not_acknowledged(
    server: PostgresqlServer, store: Store, waits_for_a_second: None, how: str
) -> None:
    """A wait that somebody breaks off leaves a frame that can be seen; it and its position are not told."""
    del waits_for_a_second
    agent = Reporter(store)
    agent.scan_id = "s1"
    frame = agent.frame(scan_start={"policy_version": "test"})
    with ThreadPoolExecutor(2) as pool:
        committing = pool.submit(store.ingest.commit, [frame], NOW)
        broken_off = waiting(server)
        server.execute(f"SELECT {how}({broken_off})")
        # Done again it is seen to be there already, and waits all the same.
        waiting(server, *(() if how == "pg_cancel_backend" else (broken_off,)))
        position: Future[int] = pool.submit(store.ingest.position, "bzk-aws", "spool-1")
        time.sleep(0.5)
        with database_of(store).reader() as connection:
            assert connection.execute("SELECT sequence FROM stream_position").fetchall() == [(1,)]
        assert not committing.done()
        assert not position.done()
        is_there(server)
        assert [each.duplicate for each in committing.result(10)] == [True]
        assert position.result(10) == 1


@pytest.mark.parametrize("usual", ["off", "local", "remote_write"])
def test_a_weaker_default_is_raised(server: PostgresqlServer, url: str, usual: str) -> None:
    """Whatever a server's commits usually wait for, ours wait for a second server's disk."""
    name = url.rpartition("/")[2]
    server.execute(f"ALTER DATABASE {name} SET synchronous_commit = {usual}")
    database = PostgresqlDatabase(url)
    with database.writer() as connection:
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)
    database.close()


def test_a_store_of_several_servers_is_where_it_can_be_written(
    server: PostgresqlServer, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one that leads is taken, also after another has taken over; one that follows is refused alone."""
    name = url.rpartition("/")[2]
    with following(server) as second:
        second_url = second.url(name)
        both = f"postgresql://{server.owner}@127.0.0.1:{second.port},127.0.0.1:{server.port}/{name}"
        monkeypatch.setattr(implementation, "PATIENCE", 0.2)
        with pytest.raises(StorageError, match="may only be read, as during a failover: name the primary"):
            open_store(second_url)
        whichever = open_store(f"{second_url}?target_session_attrs=any")
        with pytest.raises(StorageError, match="may only be read, as during a failover: name the primary"):
            with_tenant(whichever)
        close(whichever)
        monkeypatch.undo()

        store = with_tenant(open_store(both))
        agent = Reporter(store)
        agent.scan("s1", {IRELAND: [bucket("a")]})
        caught_up(server)
        second.execute("SELECT pg_promote()")
        forbid_writing(server, name)
        agent.scan("s2", {IRELAND: [bucket("a"), bucket("b")]})
        assert second.execute("SELECT count(*) FROM asset", name) == [(2,)]
        assert names(store) == ["a", "b"]
        close(store)


def test_a_store_is_moved_to_several_servers(server: PostgresqlServer, tmp_path: Path) -> None:
    """The command takes the URL of all of them; one is away."""
    file = tmp_path / "wolkenzicht.db"
    store = with_tenant(store_over(SqliteDatabase(file, create=True)))
    close(store)
    name = server.empty().rpartition("/")[2]
    both = f"postgresql://{server.owner}@127.0.0.1:1,127.0.0.1:{server.port}/{name}"

    done = CliRunner().invoke(cli, ["migrate-store", "--from", f"sqlite:///{file}", "--to", both])

    assert done.exit_code == 0, done.output
    assert f"The store is in {both} now" in done.output
    assert server.execute("SELECT tenant FROM tenant", name) == [("bzk-aws",)]


def caught_up(server: PostgresqlServer) -> None:
    """Wait until who follows has all."""
    behind = "SELECT 1 FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()"
    while not server.execute(behind):
        time.sleep(0.02)


def forbid_writing(server: PostgresqlServer, database: str) -> None:
    """As a leader that was put back but kept its connections: each may only read from now on."""
    server.execute(f"ALTER DATABASE {database} SET default_transaction_read_only = on")
    server.execute(
        f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{database}'"  # noqa: S608
    )


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@a,b,c/db?target_session_attrs=read-write", "postgresql://me@a,b,c/db"),
        ("postgresql://me:secret@a:1,b:2/db", "postgresql://me@a:1,b:2/db"),
        ("postgresql:///db?host=a,b&port=6432&password=secret", "postgresql://a:6432,b:6432/db"),
    ],
)
def test_several_servers_are_named_without_a_password(url: str, shown: str) -> None:
    """Each with its port; that there is a password is known all the same."""
    assert masked(url) == shown
    assert has_password(url)


@pytest.mark.parametrize(
    ("url", "seconds", "attributes"),
    [
        ("postgresql://a/db", "10", "read-write"),
        ("postgresql://a,b/db", "3", "read-write"),
        ("postgresql://a,b/db?connect_timeout=7&target_session_attrs=any", "7", "any"),
    ],
)
def test_a_url_may_say_how_servers_are_asked(url: str, seconds: str, attributes: str) -> None:
    """How long each is waited for, and which will do; what it leaves out is ours."""
    said = conninfo_to_dict(with_usual(url))

    assert (said["connect_timeout"], said["target_session_attrs"]) == (seconds, attributes)
    assert said["tcp_user_timeout"] == "25000"


def test_what_each_server_says_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where none can be reached the message has a reason for each."""
    monkeypatch.setattr(implementation, "PATIENCE", 0.0)

    with pytest.raises(StorageError) as refused:
        open_store("postgresql://me:secret@127.0.0.1:1,127.0.0.1:2/db")

    said = str(refused.value)
    assert said.startswith("store 'postgresql://me@127.0.0.1:1,127.0.0.1:2/db': it cannot be reached")
    assert (said.count("port 1 failed"), said.count("port 2 failed")) == (1, 1)
    assert "secret" not in said
