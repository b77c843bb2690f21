"""Whether SQLite finds what a statement names by an index that has it, in all that the store runs."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import pytest

from collector.store.sqlite import schema
from collector.store.sqlite.database import SqliteConnection

#: Of tables that grow: what a row, or few of them, are named by.
KEYS = {
    "asset": {"asset_id", "asset_no"},
    "asset_version": {"asset_id"},
    "asset_link": {"asset_id", "named"},
    "asset_count": {"group_no"},
    "account_coverage": {"account"},
    "account_standing": {"account"},
    "finding": {"finding_id", "subject", "group_no"},
    "finding_history": {"finding_id"},
    "scope": {"account"},
    "scope_version": {"account"},
    "scope_digest": {"account"},
    "scope_seen": {"scan_id"},
    "scan": {"scan_id"},
    "vanishing": {"asset_no"},
    "search_pending": {"asset_no"},
    "outbox": {"event_no", "finding_id"},
    "delivery": {"event_no"},
}
#: What SQLite calls a column that it numbers rows by.
_ROWID = {"asset": "asset_no", "outbox": "event_no"}

_STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+AS\s+(\w+))?", re.IGNORECASE)
_STEP = re.compile(r"(?:SCAN|SEARCH) (\w+)(?: USING (.*))?")
_ALIKE = re.compile(r"\d{6,}|(?:\?, )+\?|\s+")

_lock = Lock()
_looked_at: set[str] = set()


def wrong(statement: str, steps: Iterable[str]) -> list[str]:
    """The steps of a plan that find rows of a table by no key that the statement names them by."""
    tables: defaultdict[str, set[str]] = defaultdict(set)
    for table, alias in _NAMED.findall(statement):
        tables[alias or table].add(table)
    # A name may stand for several tables, in several places; then one step of it has to do.
    found: defaultdict[str, list[tuple[str, bool]]] = defaultdict(list)
    for step in steps:
        match = _STEP.match(step)
        if match is None:
            continue
        name, using = match.group(1), match.group(2) or ""
        used = set(re.findall(r"(\w+)=", using))
        for table in sorted(tables[name] & KEYS.keys()):
            have = {_ROWID.get(table, "") if each == "rowid" else each for each in used}
            named = _keys_named(statement, name, table, found.keys(), alone=len(tables) == 1)
            told = f"{step}: does not look for {', '.join(named)}" if named else ""
            found[name].append((told, not named or bool(have.intersection(named))))
    return [step for each in found.values() if not any(good for _, good in each) for step, _ in each]


def _keys_named(statement: str, name: str, table: str, before: Iterable[str], *, alone: bool) -> list[str]:
    """The keys that a statement gives values for, or takes from tables looked at before."""
    place = rf"(?:\b{name}\.|(?<![.\w]))" if alone else rf"\b{name}\."
    others = {
        key: re.findall(rf"{place}{key}\s*(?:=\s*(?:(\w+)\.)?|IN\s*\()", statement)
        for key in sorted(KEYS[table])
    }
    known = {"", *before}
    return [key for key, taken in others.items() if known.intersection(taken)]


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What is wrong with the plans of statements that the store has not run before."""
    bad: list[str] = []
    execute, executemany = SqliteConnection.execute, SqliteConnection.executemany

    def look(connection: SqliteConnection, statement: str, parameters: Any) -> None:
        caller = sys._getframe(2).f_code.co_filename
        alike = _ALIKE.sub(" ", statement)
        with _lock:
            if alike in _looked_at or "/collector/store/" not in caller or not _STATEMENT.match(statement):
                return
            _looked_at.add(alike)
        if any(statement.strip() in step for step in schema.steps().values()):
            return
        try:
            rows = execute(connection, f"EXPLAIN QUERY PLAN {statement}", parameters).fetchall()
        except sqlite3.Error:
            return  # the test is about a statement that fails, and it will
        bad.extend(f"{alike.strip()}\n    {each}" for each in wrong(statement, [row[3] for row in rows]))

    def one(self: SqliteConnection, statement: str, parameters: Any = (), /) -> sqlite3.Cursor:
        look(self, statement, parameters)
        return execute(self, statement, parameters)

    def many(self: SqliteConnection, statement: str, parameters: Iterable[Any], /) -> sqlite3.Cursor:
        rows = list(parameters)
        if rows:
            look(self, statement, rows[0])
        return executemany(self, statement, rows)

    with monkeypatch.context() as patched:
        patched.setattr(SqliteConnection, "execute", one)
        patched.setattr(SqliteConnection, "executemany", many)
        yield bad
