"""What is kept about the scan in hand, so that it goes on where it was after any kind of end."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from agent import scope_ids
from agent.group_commit import GroupCommit
from wolkenzicht.model import Outcome, Scope, ScopeOutcome


@dataclass(frozen=True, slots=True)
class ScanRecord:
    """An unfinished scan.

    `attempt` counts from 1 how often the scan was begun or resumed. `plan` is the digest of its plan and of
    the version of its rules, None until the plan was spooled as a whole.
    """

    scan_id: str
    started: datetime
    attempt: int
    plan: bytes | None


class ScanState:
    """The record of the scan in hand.

    Methods that take a connection write in the transaction of a frame (`Spool.append(also=…)`): so a
    scope counts as done exactly when its outcome is in the spool.
    """

    def __init__(self, writer: GroupCommit) -> None:
        self._writer = writer

    def unfinished(self) -> ScanRecord | None:
        """The scan that was begun and not ended, if any."""
        with self._writer.group() as connection:
            row = connection.execute("SELECT scan_id, started, attempt, plan FROM scan").fetchone()
        if row is None:
            return None
        return ScanRecord(row[0], datetime.fromisoformat(row[1]), row[2], row[3])

    def resume(self) -> None:
        """Count another attempt at the scan in hand."""
        with self._writer.group() as connection:
            connection.execute("UPDATE scan SET attempt = attempt + 1")

    def done(self) -> list[ScopeOutcome]:
        """The scopes that have their outcome already."""
        with self._writer.group() as connection:
            rows = connection.execute(
                "SELECT account, location, type, outcome, assets FROM scope_done"
            ).fetchall()
        return [ScopeOutcome(Scope(*row[:3]), Outcome(row[3]), row[4]) for row in rows]

    def done_in(self, account: str) -> list[ScopeOutcome]:
        """The scopes of one account that have their outcome already."""
        with self._writer.group() as connection:
            rows = connection.execute(
                "SELECT account, location, type, outcome, assets FROM scope_done WHERE account = ?",
                (account,),
            ).fetchall()
        return [ScopeOutcome(Scope(*row[:3]), Outcome(row[3]), row[4]) for row in rows]

    def listed(self, scope: Scope) -> Iterator[tuple[str, str]]:
        """Identifier and home location of what a scope listed, where that was kept; part by part."""
        return scope_ids.assets_in(self._parts(scope))

    def _parts(self, scope: Scope) -> Iterator[bytes]:
        number = 0
        while True:
            with self._writer.group() as connection:
                part = scope_ids.part_of(connection, scope, number)
            if part is None:
                return
            yield part
            number += 1

    @staticmethod
    def begin(connection: sqlite3.Connection, scan_id: str, started: datetime) -> None:
        """Record that a scan begins."""
        connection.execute("DELETE FROM scope_done")
        scope_ids.forget(connection)
        connection.execute(
            "INSERT OR REPLACE INTO scan VALUES (1, ?, ?, 1, NULL)", (scan_id, started.isoformat())
        )

    @staticmethod
    def planned(connection: sqlite3.Connection, digest: bytes) -> None:
        """Record that the plan is in the spool as a whole."""
        connection.execute("UPDATE scan SET plan = ?", (digest,))

    @staticmethod
    def scope_done(
        connection: sqlite3.Connection, outcome: ScopeOutcome, listed: scope_ids.Listed | None
    ) -> None:
        """Record that a scope has its outcome, and what it listed where that is needed later."""
        scope = outcome.scope
        connection.execute(
            "INSERT OR REPLACE INTO scope_done VALUES (?, ?, ?, ?, ?)",
            (scope.account, scope.location, scope.type, outcome.outcome.value, outcome.asset_count),
        )
        if listed is not None:
            scope_ids.keep(connection, scope, listed)

    @staticmethod
    def end(connection: sqlite3.Connection) -> None:
        """Record that the scan is over."""
        connection.execute("DELETE FROM scan")
        connection.execute("DELETE FROM scope_done")
        scope_ids.forget(connection)
