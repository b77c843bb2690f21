"""Rows of the base as its steps look them up, and how a change reaches the digests."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from wolkenzicht.digests import Digest, from_bytes, to_bytes
from wolkenzicht.model import Scope

#: Values that one statement asks for.
CHUNK = 500

_KNOWN = """
    SELECT b.asset_id, b.scope, s.account, s.location, s.type, b.fingerprint,
        EXISTS (SELECT 1 FROM base_gone AS g WHERE g.asset_id = b.asset_id)
    FROM base AS b JOIN base_scope AS s ON s.scope = b.scope WHERE b.asset_id IN ({values})
"""
_PUT_ACCOUNT = """
    INSERT INTO base_account (account, assets, sum, changed) VALUES (?, ?, ?, 1)
    ON CONFLICT (account) DO UPDATE SET assets = excluded.assets, sum = excluded.sum, changed = 1
"""


@dataclass(frozen=True, slots=True)
class Known:
    """An asset as the collector is taken to hold it; `gone` says that its scope no longer lists it."""

    number: int
    scope: Scope
    fingerprint: bytes
    gone: bool


@dataclass(slots=True)
class Change:
    """What a change does to the digests of scopes (by number) and accounts; written at once at its end."""

    scopes: dict[int, Digest] = field(default_factory=dict)
    accounts: dict[str, Digest] = field(default_factory=dict)

    def add(self, number: int, scope: Scope, hashed: int) -> None:
        """An asset is held from now on."""
        self.scopes.setdefault(number, Digest()).add(hashed)
        self.accounts.setdefault(scope.account, Digest()).add(hashed)

    def take(self, number: int, scope: Scope, hashed: int) -> None:
        """An asset is held no more."""
        self.scopes.setdefault(number, Digest()).take(hashed)
        self.accounts.setdefault(scope.account, Digest()).take(hashed)

    def write(self, connection: sqlite3.Connection) -> None:
        """Write what was gathered."""
        for number, change in self.scopes.items():
            digest = scope_digest(connection, number)
            digest.merge(change)
            connection.execute(
                "UPDATE base_scope SET assets = ?, sum = ? WHERE scope = ?",
                (digest.count, to_bytes(digest.value), number),
            )
        for account, change in self.accounts.items():
            digest = account_digest(connection, account)
            digest.merge(change)
            connection.execute(_PUT_ACCOUNT, (account, digest.count, to_bytes(digest.value)))


def known_assets(connection: sqlite3.Connection, asset_ids: Sequence[str]) -> dict[str, Known]:
    """Those of these assets that are known, by identifier."""
    found: dict[str, Known] = {}
    for start in range(0, len(asset_ids), CHUNK):
        part = asset_ids[start : start + CHUNK]
        statement = _KNOWN.replace("{values}", ", ".join("?" * len(part)))
        for asset_id, number, account, location, kind, fingerprint, gone in connection.execute(
            statement, part
        ):
            found[asset_id] = Known(number, Scope(account, location, kind), fingerprint, bool(gone))
    return found


def number_of(connection: sqlite3.Connection, scope: Scope) -> int | None:
    """The number of a scope; None where it never had an asset."""
    row = connection.execute(
        "SELECT scope FROM base_scope WHERE account = ? AND location = ? AND type = ?",
        (scope.account, scope.location, scope.type),
    ).fetchone()
    return row[0] if row else None


def number_or_new(connection: sqlite3.Connection, scope: Scope) -> int:
    """The number of a scope, which is given one where it has none."""
    number = number_of(connection, scope)
    if number is None:
        cursor = connection.execute(
            "INSERT INTO base_scope (account, location, type, assets, sum) VALUES (?, ?, ?, 0, x'')",
            (scope.account, scope.location, scope.type),
        )
        number = cursor.lastrowid or 0
    return number


def scope_digest(connection: sqlite3.Connection, number: int) -> Digest:
    """The digest of a scope."""
    row = connection.execute("SELECT assets, sum FROM base_scope WHERE scope = ?", (number,)).fetchone()
    return Digest(row[0], from_bytes(row[1])) if row else Digest()


def account_digest(connection: sqlite3.Connection, account: str) -> Digest:
    """The digest of an account."""
    row = connection.execute("SELECT assets, sum FROM base_account WHERE account = ?", (account,)).fetchone()
    return Digest(row[0], from_bytes(row[1])) if row else Digest()
