"""What an agent is told of what is held of its tenant; a large scope is read a page at a time."""

from __future__ import annotations

from collector.store.base import TenantState
from collector.store.sql.database import Database, repeatable
from collector.store.sql.ingest.sync import Sync, is_counted
from wolkenzicht.digests import MODULUS, Digest, asset_hash, bucket_of, from_bytes, place_of
from wolkenzicht.model import Scope

#: Assets of a scope that are read at once.
_PAGE = 5_000

_ACCOUNTS = """
    SELECT account, assets, sum FROM account_digest
    WHERE tenant = ? AND account > ? AND assets > 0 ORDER BY account LIMIT ?
"""
_SCOPES = """
    SELECT account, location, type, assets, sum FROM scope_digest
    WHERE tenant = ? AND account = ? AND (location, type) > (?, ?) AND assets > 0
    ORDER BY location, type LIMIT ?
"""
_ENTRIES = """
    SELECT asset_no, asset_id, fingerprint FROM asset
    WHERE tenant = ? AND account = ? AND scope_location = ? AND scope_type = ? AND asset_no > ?
    ORDER BY asset_no LIMIT ?
"""


class SqlComparing:
    """Digests and assets of one tenant; see `Comparing`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeatable
    def tenant(self, tenant: str) -> TenantState:
        """The tenant as a whole."""
        with self._database.reader() as connection:
            if is_counted(connection, tenant):
                return _state(Sync(connection, tenant))
        with self._database.writer(tenants=[tenant]) as connection:
            sync = Sync(connection, tenant)
            sync.write()
            return _state(sync)

    @repeatable
    def accounts(self, tenant: str, after: str, limit: int) -> list[tuple[str, Digest]]:
        """Its accounts that hold assets, in order of name."""
        with self._database.reader() as connection:
            rows = connection.execute(_ACCOUNTS, (tenant, after, limit)).fetchall()
        return [(account, Digest(count, from_bytes(value))) for account, count, value in rows]

    @repeatable
    def scopes(
        self, tenant: str, account: str, after: tuple[str, str], limit: int
    ) -> list[tuple[Scope, Digest]]:
        """The scopes of an account that hold assets, in order of location and type."""
        with self._database.reader() as connection:
            rows = connection.execute(_SCOPES, (tenant, account, *after, limit)).fetchall()
        return [(Scope(*place), Digest(count, from_bytes(value))) for *place, count, value in rows]

    @repeatable
    def bucket_sums(self, tenant: str, scope: Scope, bits: int) -> list[int]:
        """The sum of every bucket of a scope, in order."""
        sums = [0] * (1 << bits)
        place, after = place_of(scope), 0
        key = (tenant, scope.account, scope.location, scope.type)
        with self._database.reader() as connection:
            while rows := connection.execute(_ENTRIES, (*key, after, _PAGE)).fetchall():
                for _, asset_id, fingerprint in rows:
                    bucket = bucket_of(asset_id, bits)
                    sums[bucket] = (sums[bucket] + asset_hash(place, asset_id, bytes(fingerprint))) % MODULUS
                after = rows[-1][0]
        return sums

    @repeatable
    def entries(self, tenant: str, scope: Scope, after: int, limit: int) -> list[tuple[int, str, bytes]]:
        """The next assets of a scope after a number: number, identifier and fingerprint."""
        key = (tenant, scope.account, scope.location, scope.type)
        with self._database.reader() as connection:
            rows = connection.execute(_ENTRIES, (*key, after, limit)).fetchall()
        return [(number, asset_id, bytes(fingerprint)) for number, asset_id, fingerprint in rows]


def _state(sync: Sync) -> TenantState:
    return TenantState(sync.assets(), sync.state.outcomes, sync.state.plan)
