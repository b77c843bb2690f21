"""The databases that the contract suite runs on; a further one joins by its name in `KINDS`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from collector.store.base import Store
from collector.store.sql.database import Database
from collector.store.sqlite.database import SqliteDatabase

if TYPE_CHECKING:
    from tests.servers.postgresql import PostgresqlServer

#: Gives the running PostgreSQL server, started when it is first asked for.
Server = Callable[[], "PostgresqlServer"]


@contextmanager
def sqlite(server: Server) -> Iterator[Database]:
    """A new store in one SQLite file."""
    del server
    with TemporaryDirectory() as directory:
        database = SqliteDatabase(Path(directory) / "wolkenzicht.db", create=True)
        try:
            yield database
        finally:
            database.close()


@contextmanager
def postgresql(server: Server) -> Iterator[Database]:
    """A new store in a PostgreSQL database of its own."""
    from collector.store.postgresql.database import PostgresqlDatabase  # noqa: PLC0415 - where it is asked for

    url = server().clone()
    database = PostgresqlDatabase(url)
    try:
        yield database
    finally:
        database.close()
        server().drop(url)


KINDS = {"sqlite": sqlite, "postgresql": postgresql}


def database_of(store: Store) -> Database:
    """What an open store is kept in."""
    [database] = store.closers
    return database  # type: ignore[return-value]  # the interface does not say what closes


@contextmanager
def server() -> Iterator[Server]:
    """A PostgreSQL server that starts when it is asked for, and stops at the end."""
    with ExitStack() as stack:

        @cache
        def started() -> PostgresqlServer:
            from tests.servers.postgresql import running  # noqa: PLC0415 - psycopg is imported where it is used

            return stack.enter_context(running())

        yield started
