"""A store moves from one database to another whole, wherever it is broken off."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.store.base import AssetQuery
from collector.store.moving import MADE_ANEW, TABLES, Moved, move
from collector.store.opening import open_store
from collector.store.postgresql.database import PostgresqlDatabase
from collector.store.sql import store_over
from collector.store.sql.database import Database
from collector.store.sqlite.database import SqliteDatabase
from tests.askers import estate
from tests.contract.conftest import close
from tests.contract.reporting import ALL_SEEN, IRELAND, Reporter, bucket, names
from tests.contract.stores import Server, database_of
from tests.contract.test_store_reading import QUESTIONS
from wolkenzicht.errors import StorageError
from wolkenzicht.model import Severity


@pytest.fixture
def file(tmp_path: Path) -> Iterator[SqliteDatabase]:
    """The estate in a file, with events on their way."""
    database = SqliteDatabase(tmp_path / "s.db", create=True)
    store = estate.built(database)
    store.outbox.fan_out({"log": Severity.LOW}, estate.SECOND)
    agent = Reporter(store)
    for number in range(3):
        listed = [bucket(f"{number}-{each}", "us-east-1") for each in range(40)]
        agent.scan(f"s{number}", {IRELAND: [*listed, bucket("stays")]})
    yield database
    database.close()


@pytest.fixture
def empty(postgresql: Server) -> Iterator[str]:
    """A database without a store."""
    url = postgresql().empty()
    yield url
    postgresql().drop(url)


def silent(what: str, found: list[Moved]) -> None:
    """Say nothing of how far it is."""


def answers(database: Database) -> dict[str, object]:
    """Every answer of the read side; counts stand in no order."""
    reading = store_over(database).reading
    found = {name: question(reading, ALL_SEEN) for name, question in QUESTIONS.items()}
    counts = sorted(map(repr, reading.counts(ALL_SEEN, AssetQuery())))
    # How far the search is behind is the business of each collector.
    return found | {"counts": counts, "search_behind": None}


def test_every_table_is_moved(file: SqliteDatabase) -> None:
    """A table that a migration adds must be added to what is moved."""
    with file.reader() as connection:
        tables = {
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not name.startswith(("sqlite_", "_", "search_index_"))
        }
    assert tables - {"made_by"} == {*TABLES, *MADE_ANEW}


def test_there_and_back_again(file: SqliteDatabase, empty: str, tmp_path: Path) -> None:
    """Answers are the same in all three; the first two are left, and say where the store is."""
    before = answers(file)
    there = PostgresqlDatabase(empty, create=True, partitions=2)
    found = move(file, there, silent, finish=True)
    assert answers(there) == before
    back = SqliteDatabase(tmp_path / "back.db", create=True)
    again = move(there, back, silent, finish=True)
    assert answers(back) == before
    assert [(each.table, each.rows, each.checksum) for each in found] == [
        (each.table, each.rows, each.checksum) for each in again
    ]

    for left in (file, there):
        with pytest.raises(StorageError, match="the store was moved: set"):
            Reporter(store_over(left)).start("later")
        left.close()
    with pytest.raises(StorageError, match=r"was moved to postgresql://.*: set \[store\] url to that"):
        open_store(file.path)
    with pytest.raises(StorageError, match=r"was moved to .*back.db"):
        open_store(empty)
    back.close()


def test_numbers_go_on_where_they_were(file: SqliteDatabase, empty: str) -> None:
    """What is new after the move gets no number that something had before."""
    with file.writer() as connection:
        connection.execute("UPDATE sqlite_sequence SET seq = 7777 WHERE name = 'asset'")
    there = PostgresqlDatabase(empty, create=True, partitions=2)
    move(file, there, silent, finish=True)

    agent = Reporter(store_over(there), spool_id="new")
    agent.scan("later", {IRELAND: [bucket("new", "us-east-1")]})

    with there.reader() as connection:
        assert connection.execute("SELECT max(asset_no) > 7777 FROM asset").fetchall() == [(True,)]
        events = "SELECT max(event_no) - min(event_no) + 1 = count(*) FROM outbox"
        assert connection.execute(events).fetchall() == [(True,)]
    there.close()


def test_the_collector_may_write_meanwhile(file: SqliteDatabase, empty: str) -> None:
    """What came after it was copied is there in the end; nothing that was removed comes back."""
    there = PostgresqlDatabase(empty, create=True, partitions=2)
    store = store_over(file)
    agent = Reporter(store, spool_id="meanwhile")

    def report(what: str, found: list[Moved]) -> None:
        if what != "compared at rest":
            agent.scan(f"after {what}", {IRELAND: [bucket(what), bucket("stays", "us-east-1")]})

    found = move(file, there, report, finish=True)

    assert names(store_over(there)) == names(store)
    assert "caught up" in names(store)
    assert answers(there) == answers(file)
    assert not any(each.differed for each in found)
    there.close()


def test_killed_in_the_middle_it_goes_on(file: SqliteDatabase, empty: str) -> None:
    """Kill -9 at random moments; the same command then brings it to its end."""
    before = answers(file)
    chance = random.Random(20261130)
    command = [str(Path(sys.executable).with_name("wolkenzicht-collector")), "migrate-store"]
    arguments = ["--from", f"sqlite:///{file.path}", "--to", empty]
    for _ in range(4):
        running = subprocess.Popen([*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(chance.uniform(0.5, 2.0))
        running.send_signal(signal.SIGKILL)
        running.communicate()
        if running.returncode == 0:
            break

    finished = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False)
    done = finished.returncode == 0 or "was moved to" in finished.stderr
    assert done, finished.stderr
    store = open_store(empty)
    assert answers(database_of(store)) == before
    close(store)


def test_a_target_that_others_write_to_is_no_store_yet(
    file: SqliteDatabase, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it does not come to rest nothing is left, and the source goes on."""
    there = PostgresqlDatabase(empty, create=True, partitions=2)

    def disturb(what: str, found: list[Moved]) -> None:
        with there.writer() as connection:
            connection.execute("INSERT INTO refusal (moment, peer, subject, reason) VALUES (0, '', '', '')")

    with pytest.raises(StorageError, match="changes while it is filled"):
        move(file, there, disturb, finish=True)
    Reporter(store_over(file), spool_id="goes on").start("later")
    there.close()
