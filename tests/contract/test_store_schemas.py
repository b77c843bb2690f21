"""Both databases hold the same tables, and a store that was upgraded is what a new one is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from collector.store.postgresql import schema as postgresql_schema
from collector.store.postgresql.database import PostgresqlDatabase
from collector.store.sqlite import schema as sqlite_schema
from collector.store.sqlite.database import SqliteDatabase
from tests.contract.stores import Server

#: PostgreSQL's first step stands for all of SQLite's up to this one.
FIRST = "0009_evaluation"
#: Keys that PostgreSQL has not: who writes sees to it, since two identifiers may be too long for a key.
WITHOUT_KEY = {"asset_link"}
#: The tables that keep the words of assets: each database has its own way.
WORDS = "search_index"
TYPES = {"BIGINT": "INTEGER", "BYTEA": "BLOB", "TEXT": "TEXT"}

#: Of a table: whether each column must have a value, and what kind it holds; then the keys, sets of columns.
Tables = dict[str, tuple[dict[str, tuple[str, bool]], set[frozenset[str]]]]

_COLUMNS = """
    SELECT table_name, column_name, upper(data_type), is_nullable = 'NO', collation_name
    FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
    WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
"""
_KEYS = """
    SELECT c.relname, i.indisprimary, array_agg(a.attname ORDER BY a.attname)
    FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = ANY(i.indkey)
    WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique
    GROUP BY c.relname, i.indisprimary, i.indexrelid
"""
_PARTITIONS = "SELECT inhrelid::regclass::text FROM pg_inherits"


def of_sqlite(path: Path) -> Tables:
    """The tables of a file."""
    found: Tables = {}
    with closing(sqlite3.connect(path)) as connection:
        names = [
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
            if not name.startswith(("sqlite_", "_", WORDS))
        ]
        for table in names:
            info = connection.execute(f"PRAGMA table_info({table})").fetchall()
            # A column of a primary key may be empty in SQLite; no statement leaves one so.
            columns = {name: (kind, bool(must or key)) for _, name, kind, must, _, key in info}
            keys = {frozenset(name for _, name, _, _, _, key in info if key)}
            for _, index, unique, *_ in connection.execute(f"PRAGMA index_list({table})").fetchall():
                if unique:
                    named = connection.execute(f"PRAGMA index_info({index})").fetchall()
                    keys.add(frozenset(name for _, _, name in named))
            found[table] = (columns, keys)
    return found


def of_postgresql(server: Server, url: str) -> Tables:
    """The tables of a database, its partitions left out; every text compares byte by byte."""
    database = url.rpartition("/")[2]
    partitions = {name for (name,) in server().execute(_PARTITIONS, database)}
    found: Tables = {}
    for table, column, kind, must, collation in server().execute(_COLUMNS, database):
        if table not in partitions and not table.startswith(WORDS):
            assert collation == ("C" if kind == "TEXT" else None), (table, column)
            found.setdefault(table, ({}, set()))[0][column] = (TYPES[kind], must)
    for table, _, names in server().execute(_KEYS, database):
        if table in found:
            found[table][1].add(frozenset(names))
    return found


def by_tenant(tables: Tables) -> dict[str, Any]:
    """The same with the tenant taken out of keys: in a file numbers are told apart without it."""
    return {
        table: (columns, {key - {"tenant"} for key in keys if table not in WITHOUT_KEY} - {frozenset()})
        for table, (columns, keys) in tables.items()
    }


def test_both_have_the_same_tables(tmp_path: Path, postgresql: Server) -> None:
    """Tables, columns, what may be empty, and keys; in PostgreSQL keys of what tenants have name them."""
    SqliteDatabase(tmp_path / "new.db", create=True).close()
    url = postgresql().empty()
    PostgresqlDatabase(url, create=True, partitions=2).close()

    ours, theirs = of_sqlite(tmp_path / "new.db"), of_postgresql(postgresql, url)

    assert by_tenant(ours) == by_tenant(theirs)
    assert {
        table
        for table, (columns, keys) in theirs.items()
        if "tenant" in columns and any("tenant" not in key for key in keys)
    } == {"certificate", "judge_again", "outbox"}
    postgresql().drop(url)


def test_every_later_step_exists_for_both() -> None:
    """From its first step on PostgreSQL goes along with SQLite."""
    assert [name for name in sqlite_schema.steps() if name >= FIRST] == list(postgresql_schema.steps())


@pytest.mark.parametrize("last", list(sqlite_schema.steps()))
def test_an_upgraded_file_is_what_a_new_one_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last: str
) -> None:
    """From each step on."""
    every = sqlite_schema.steps()
    SqliteDatabase(tmp_path / "new.db", create=True).close()
    with monkeypatch.context() as before:
        before.setattr(sqlite_schema, "steps", lambda: {name: every[name] for name in every if name <= last})
        SqliteDatabase(tmp_path / "old.db", create=True).close()

    SqliteDatabase(tmp_path / "old.db").close()

    assert of_sqlite(tmp_path / "old.db") == of_sqlite(tmp_path / "new.db")


@pytest.mark.parametrize("last", list(postgresql_schema.steps()))
def test_an_upgraded_database_is_what_a_new_one_is(
    monkeypatch: pytest.MonkeyPatch, last: str, postgresql: Server
) -> None:
    """From each step on; the partitions of what is there stay as they are."""
    every = postgresql_schema.steps()
    new, old = postgresql().empty(), postgresql().empty()
    PostgresqlDatabase(new, create=True, partitions=2).close()
    with monkeypatch.context() as before:
        before.setattr(
            postgresql_schema, "steps", lambda: {name: every[name] for name in every if name <= last}
        )
        PostgresqlDatabase(old, create=True, partitions=3).close()

    PostgresqlDatabase(old).close()

    assert of_postgresql(postgresql, old) == of_postgresql(postgresql, new)
    partitions = postgresql().execute(
        "SELECT count(*) FROM pg_inherits WHERE inhparent = 'asset'::regclass", old.rpartition("/")[2]
    )
    assert partitions == [(3,)]
    for url in (new, old):
        postgresql().drop(url)


def test_counts_outlive_that_they_are_no_longer_divided(
    monkeypatch: pytest.MonkeyPatch, postgresql: Server
) -> None:
    """A database whose roll-up had partitions holds the same rows in a table without any, and counts on."""
    every = postgresql_schema.steps()
    before_it = {name: step for name, step in every.items() if name < "0026"}
    url = postgresql().empty()
    name = url.rpartition("/")[2]
    with monkeypatch.context() as before:
        before.setattr(postgresql_schema, "steps", lambda: before_it)
        PostgresqlDatabase(url, create=True, partitions=2).close()
    postgresql().execute(
        "INSERT INTO asset_count SELECT 't' || n % 3, n % 5, n, 'aws', ',IE,', 'c', 'm', 'h', 'k', 'u', 'r', "
        "'', n + 1, n FROM generate_series(1, 40) AS n",
        name,
    )
    postgresql().execute(
        "INSERT INTO account_coverage SELECT 't' || n % 3, 'a' || n, n, n, n, 0, n, NULL, n, NULL "
        "FROM generate_series(1, 9) AS n",
        name,
    )
    tables = {"asset_count": "tenant, part, group_no", "account_coverage": "tenant, account"}
    kept = {
        table: postgresql().execute(f"SELECT * FROM {table} ORDER BY {key}", name)  # noqa: S608  # ours
        for table, key in tables.items()
    }

    PostgresqlDatabase(url).close()

    for table, key in tables.items():
        assert postgresql().execute(f"SELECT * FROM {table} ORDER BY {key}", name) == kept[table]  # noqa: S608  # ours
        [(kind,)] = postgresql().execute(
            f"SELECT relkind::text FROM pg_class WHERE oid = '{table}'::regclass",  # noqa: S608  # ours
            name,
        )
        assert kind == "r"
    postgresql().drop(url)
