"""Which steps the schema consists of, and when a file may be opened as a store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import sqlite_utils
from sqlite_utils.migrations import Migrations

from collector.store.sql.database import MOVED
from collector.store.sql.groups import COLUMNS, group_no
from wolkenzicht.errors import StorageError

#: SQLite's application_id of a store: "WOLK".
APPLICATION_ID = 0x574F4C4B
#: Name of the migration set in the table of sqlite-utils.
MIGRATION_SET = "wolkenzicht"


def steps() -> dict[str, str]:
    """SQL of every migration by its name, in the order in which they are applied."""
    folder = files("collector.store.sqlite").joinpath("migrations")
    found = {
        each.name.removesuffix(".sql"): each.read_text("utf-8")
        for each in folder.iterdir()
        if each.name.endswith(".sql")
    }
    return dict(sorted(found.items()))


def recognise(connection: sqlite3.Connection, path: Path, *, create: bool) -> None:
    """Look at a file before anything in it is touched; an empty one will do where `create` says so.

    Raises `StorageError` where the file is no store, or one of a newer version.
    """
    (application_id,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables == 0 and not create:
        raise StorageError(f"store '{path}' is empty: run 'wolkenzicht-collector init' to make it")
    if tables and application_id != APPLICATION_ID:
        raise StorageError(f"'{path}' is a database of another program: give the path of a wolkenzicht store")
    _refuse_moved(connection, path)
    _refuse_newer(sqlite_utils.Database(connection), path)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema of a recognised file up to date."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    # What a step needs that SQL has not: it is here while the steps run only.
    connection.create_function("group_no_of", len(COLUMNS), group_no, deterministic=True)
    _migrations().apply(sqlite_utils.Database(connection))


def _migrations() -> Migrations:
    """The steps as sqlite-utils wants them: each in a transaction of its own, recorded once applied."""
    migrations = Migrations(MIGRATION_SET)
    for name, script in steps().items():
        migrations(name=name)(_step(name, script))
    return migrations


def _step(name: str, script: str) -> _Step:
    return _Step(name, script)


class _Step:
    """One migration; `__name__` is what sqlite-utils asks of a function."""

    def __init__(self, name: str, script: str) -> None:
        self.__name__ = name
        self._script = script

    def __call__(self, db: sqlite_utils.Database, /) -> None:
        """Run the statements inside the transaction that is open, and say which version did."""
        for statement in _statements(self._script):
            db.conn.execute(statement)
        db.conn.execute("INSERT INTO made_by VALUES (?, ?)", (self.__name__, version("wolkenzicht")))


def _statements(script: str) -> Iterator[str]:
    """Split a script; `executescript` will not do, for it commits the transaction that is open."""
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""
    if pending.strip():
        raise StorageError(f"a migration ends in the middle of a statement: {pending.strip()[:60]}")


def _refuse_moved(connection: sqlite3.Connection, path: Path) -> None:
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'made_by'").fetchone() is None:
        return
    row = connection.execute("SELECT version FROM made_by WHERE migration = ?", (MOVED,)).fetchone()
    if row:
        raise StorageError(f"store '{path}' was moved to {row[0]}: set [store] url to that")


def _refuse_newer(database: sqlite_utils.Database, path: Path) -> None:
    known = set(steps())
    unknown = [each.name for each in _migrations().applied(database) if each.name not in known]
    if not unknown:
        return
    row = database.conn.execute("SELECT version FROM made_by WHERE migration = ?", (unknown[-1],)).fetchone()
    maker = f"wolkenzicht {row[0]}" if row else "a newer wolkenzicht"
    raise StorageError(
        f"store '{path}' was made by {maker} (step {unknown[-1]}) and this is {version('wolkenzicht')}: "
        "upgrade the collector"
    )
