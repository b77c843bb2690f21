"""What the collector was told of plan, accounts and scopes, so that the same is not told again."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Sequence

from agent.group_commit import GroupCommit
from wolkenzicht.digests import HASH_BYTES, Digest, from_bytes, outcome_hash, to_bytes
from wolkenzicht.model import INVENTORY_TYPE, Scope, ScopeOutcome
from wolkenzicht.v1.account_pb2 import AccountStandings

_ONE = "FROM told WHERE account = ? AND location = ? AND type = ?"


class Told:
    """What the collector was told last; safe to use from any thread. Raises `StorageError`.

    Functions of this module that take a connection write in the transaction of a frame.
    """

    def __init__(self, writer: GroupCommit) -> None:
        self._writer = writer

    def is_news(self, outcome: ScopeOutcome) -> bool:
        """Whether an outcome has to be told.

        That of an inventory always is: it ends the discrepancies that the inventory no longer shows.
        """
        if outcome.scope.type == INVENTORY_TYPE:
            return True
        with self._writer.group() as connection:
            return _hash_of(connection, outcome.scope) != outcome_hash(outcome)

    def plan(self) -> bytes:
        """The digest of the plan and the standings that were told last; empty where none were, as a whole."""
        with self._writer.group() as connection:
            return plan_of(connection)

    def outcomes(self) -> Digest:
        """The digest of the outcomes told."""
        with self._writer.group() as connection:
            return outcomes_of(connection)

    def forget_outcomes(self) -> None:
        """Tell every outcome again."""
        with self._writer.group() as connection:
            forget_outcomes(connection)

    def forget_plan(self) -> None:
        """Tell plan and standings again."""
        with self._writer.group() as connection:
            put_plan(connection, b"")


def plan_digest(plan: bytes | None, standings: Sequence[AccountStandings]) -> bytes:
    """The digest of a plan together with how the accounts stand; empty where either is not whole."""
    if plan is None or not all(each.last for each in standings[-1:]):
        return b""
    found = hashlib.blake2b(plan, digest_size=HASH_BYTES)
    for each in standings:
        found.update(each.SerializeToString(deterministic=True))
    return found.digest()


def put_plan(connection: sqlite3.Connection, digest: bytes) -> None:
    """Plan and standings were told under this digest; empty where they were not told as a whole."""
    connection.execute("UPDATE told_sum SET plan = ?", (digest,))


def forget_outcomes(connection: sqlite3.Connection) -> None:
    """Every outcome is told again."""
    connection.execute("DELETE FROM told")
    _write(connection, Digest())


def put_outcome(connection: sqlite3.Connection, outcome: ScopeOutcome) -> None:
    """An outcome was told."""
    scope, digest = outcome.scope, outcomes_of(connection)
    before, now = _hash_of(connection, scope), outcome_hash(outcome)
    if before is not None:
        digest.take(before)
    digest.add(now)
    connection.execute(
        "INSERT INTO told VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET hash = excluded.hash",
        (scope.account, scope.location, scope.type, to_bytes(now)),
    )
    _write(connection, digest)


def keep_planned(connection: sqlite3.Connection, planned: Iterable[Scope]) -> None:
    """Forget the outcomes of scopes that a whole plan does not name: one that does tells them anew."""
    wanted, digest = set(planned), outcomes_of(connection)
    rows = connection.execute("SELECT account, location, type, hash FROM told")
    going = [row for row in rows if Scope(*row[:3]) not in wanted]
    for row in going:
        digest.take(from_bytes(row[3]))
    connection.executemany(f"DELETE {_ONE}", [row[:3] for row in going])
    _write(connection, digest)


def plan_of(connection: sqlite3.Connection) -> bytes:
    """As `Told.plan`."""
    [(plan,)] = connection.execute("SELECT plan FROM told_sum")
    return bytes(plan)


def outcomes_of(connection: sqlite3.Connection) -> Digest:
    """As `Told.outcomes`."""
    [(count, value)] = connection.execute("SELECT outcomes, sum FROM told_sum")
    return Digest(count, from_bytes(value))


def _write(connection: sqlite3.Connection, digest: Digest) -> None:
    connection.execute("UPDATE told_sum SET outcomes = ?, sum = ?", (digest.count, to_bytes(digest.value)))


def _hash_of(connection: sqlite3.Connection, scope: Scope) -> int | None:
    row = connection.execute(
        f"SELECT hash {_ONE}",
        (scope.account, scope.location, scope.type),
    ).fetchone()
    return from_bytes(row[0]) if row else None
