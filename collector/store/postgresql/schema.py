"""Which steps the schema consists of, when a database may be used as a store, and its partitions."""

from __future__ import annotations

import re
from importlib.metadata import version
from importlib.resources import files
from typing import Any

import psycopg

from collector.store.sql.database import MOVED
from wolkenzicht.errors import StorageError

_Raw = psycopg.Connection[tuple[Any, ...]]

#: Two collectors that start together make the schema once.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('wolkenzicht schema'))"
_IS_STORE = "SELECT to_regclass('made_by') IS NOT NULL"
_OTHERS = """
    SELECT count(*) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind IN ('r', 'p')
"""
_UNPARTITIONED = """
    SELECT c.relname FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'p'
        AND NOT EXISTS (SELECT 1 FROM pg_inherits AS i WHERE i.inhparent = c.oid)
    ORDER BY c.relname
"""
_TEXT = re.compile(r"\bTEXT\b")


def steps() -> dict[str, str]:
    """SQL of every migration by its name, in the order in which they are applied."""
    folder = files("collector.store.postgresql").joinpath("migrations")
    found = {
        each.name.removesuffix(".sql"): each.read_text("utf-8")
        for each in folder.iterdir()
        if each.name.endswith(".sql")
    }
    return dict(sorted(found.items()))


def recognise(raw: _Raw, name: str, *, create: bool) -> None:
    """Look at a database before anything in it is touched; an empty one will do where `create` says so.

    Raises `StorageError` where it holds no store, or one of a newer version.
    """
    raw.execute(_ONE_AT_A_TIME)
    ((is_store,),) = raw.execute(_IS_STORE)
    if not is_store:
        ((others,),) = raw.execute(_OTHERS)
        if others:
            raise StorageError(
                f"store '{name}' holds tables of another program: give a database, or a schema, of its own"
            )
        if not create:
            raise StorageError(f"store '{name}' is empty: run 'wolkenzicht-collector init' to make it")
        return
    made: dict[str, str] = dict(
        raw.execute("SELECT migration, version FROM made_by ORDER BY migration").fetchall()
    )
    if MOVED in made:
        raise StorageError(f"store '{name}' was moved to {made[MOVED]}: set [store] url to that")
    unknown = [each for each in made if each not in steps()]
    if unknown:
        raise StorageError(
            f"store '{name}' was made by wolkenzicht {made[unknown[-1]]} (step {unknown[-1]}) and this is "
            f"{version('wolkenzicht')}: upgrade the collector"
        )


def migrate(raw: _Raw, name: str, partitions: int) -> None:
    """Bring the schema of a recognised database up to date, in the transaction that is open."""
    ((is_store,),) = raw.execute(_IS_STORE)
    applied = {step for (step,) in raw.execute("SELECT migration FROM made_by")} if is_store else set()
    for step, script in steps().items():
        if step not in applied:
            _apply(raw, name, step, script)
            _partition(raw, partitions)


def _apply(raw: _Raw, name: str, step: str, script: str) -> None:
    try:
        # Texts compare byte by byte, as they do in SQLite, whatever the language of the database.
        raw.execute(_TEXT.sub('TEXT COLLATE "C"', script))
        raw.execute("INSERT INTO made_by VALUES (%s, %s)", (step, version("wolkenzicht")))
    except psycopg.errors.InsufficientPrivilege as error:
        raise StorageError(
            f"store '{name}': step {step} of the schema may not be made ({error.diag.message_primary}): "
            "run this once as the owner of the schema"
        ) from error


def _partition(raw: _Raw, partitions: int) -> None:
    """Divide the tables that grow with what tenants have; how many parts there are is settled once."""
    for (table,) in raw.execute(_UNPARTITIONED).fetchall():
        for number in range(partitions):
            raw.execute(
                f"CREATE TABLE {table}_{number} PARTITION OF {table} "
                f"FOR VALUES WITH (MODULUS {partitions}, REMAINDER {number})"
            )
