"""A disk that fails at any statement of a commit: nothing is half applied, and it goes through later."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from collector.store.base import Committed, Incoming, Organisation, Tenant
from collector.store.moving import TABLES
from collector.store.sql import store_over
from collector.store.sqlite.database import SqliteConnection, SqliteDatabase
from tests.contract.reporting import FRANKFURT, IRELAND, NOW, Reporter, bucket, names
from wolkenzicht.errors import StorageError

FAULTS = {"the disk is full": sqlite3.SQLITE_FULL, "the disk does not read or write": sqlite3.SQLITE_IOERR}


class Faults:
    """Counts the statements of connections, and lets one of them fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        self.at = 0
        self.code = 0
        execute, executemany = SqliteConnection.execute, SqliteConnection.executemany

        def one(connection: SqliteConnection, statement: str, parameters: Any = (), /) -> sqlite3.Cursor:
            self._step(statement)
            return execute(connection, statement, parameters)

        def many(connection: SqliteConnection, statement: str, rows: Iterable[Any], /) -> sqlite3.Cursor:
            self._step(statement)
            return executemany(connection, statement, rows)

        monkeypatch.setattr(SqliteConnection, "execute", one)
        monkeypatch.setattr(SqliteConnection, "executemany", many)

    def _step(self, statement: str) -> None:
        if statement == "ROLLBACK":
            return
        self.count += 1
        if self.count == self.at:
            error = sqlite3.OperationalError(f"injected at {statement[:40]!r}")
            error.sqlite_errorcode = self.code
            raise error


@pytest.fixture
def database(tmp_path: Path) -> Iterator[SqliteDatabase]:
    """A store in a file with one tenant, which has reported once."""
    made = SqliteDatabase(tmp_path / "s.db", create=True)
    store = store_over(made)
    store.registry.put_organisations([Organisation("bzk", "BZK")])
    store.registry.add_tenant(Tenant("bzk-aws", "bzk", "aws", created=NOW))
    yield made
    made.close()


def frames(agent: Reporter) -> list[Incoming]:
    """A scan in which assets are new, changed, moved and gone, one outside the EER."""
    agent.scan("s1", {IRELAND: [bucket("gone", "us-east-1"), bucket("a"), bucket("moves")], FRANKFURT: []})
    sent: list[Incoming] = []
    agent.later(hours=1)
    with pytest.MonkeyPatch.context() as patched:

        def keep(_self: object, given: Iterable[Incoming], _now: object) -> list[Committed]:
            sent.extend(given)
            return []

        patched.setattr(type(agent.store.ingest), "commit", keep)
        with pytest.raises(AssertionError):  # it looks at answers that nobody gave
            agent.scan(
                "s2",
                {IRELAND: [bucket("a", "us-east-1"), bucket("b")], FRANKFURT: [bucket("moves"), bucket("c")]},
            )
    return sent


def contents(database: SqliteDatabase) -> dict[str, list[Any]]:
    """Every row of every table."""
    with database.reader() as connection:
        return {table: sorted(map(repr, connection.execute(f"SELECT * FROM {table}"))) for table in TABLES}  # noqa: S608  # our own names


def test_a_disk_that_fails_at_any_statement_leaves_nothing_half_applied(
    database: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each statement in turn, and in between at the commit itself; the last time nothing fails."""
    agent = Reporter(store_over(database))
    sent = frames(agent)
    before = contents(database)
    tried = 0
    with monkeypatch.context() as patched:
        faults = Faults(patched)
        while True:
            said, faults.code = list(FAULTS.items())[tried % 2]
            tried += 1
            faults.count, faults.at = 0, tried
            try:
                answers = agent.store.ingest.commit(sent, agent.now)
            except StorageError as error:
                assert said in str(error)  # noqa: PT017  # the last time none is raised
            else:
                break
            faults.at = 0
            assert contents(database) == before
    assert tried > 40
    assert [each.refused for each in answers] == [""] * len(sent)
    assert not any(each.duplicate for each in answers)
    assert names(agent.store) == ["a", "b", "c", "moves"]
