"""What is held of a tenant as a digest, kept in step with every write to its assets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from collector.store.sql import accounts as coverage
from collector.store.sql.database import Connection, chunks
from wolkenzicht.digests import Digest, asset_hash, from_bytes, place_of, to_bytes
from wolkenzicht.model import Scope

#: Rows that are read at once where all assets are counted anew.
_PAGE = 5_000

_LOAD = "SELECT assets, sum, outcomes, outcomes_sum, plan, looked, observed FROM tenant_sync WHERE tenant = ?"
_KEEP = """
    INSERT INTO tenant_sync (tenant, assets, sum, outcomes, outcomes_sum, plan, looked, observed)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (tenant) DO UPDATE SET assets = excluded.assets, sum = excluded.sum,
        outcomes = excluded.outcomes, outcomes_sum = excluded.outcomes_sum, plan = excluded.plan,
        looked = excluded.looked, observed = excluded.observed
"""
_ALL = """
    SELECT asset_no, account, scope_location, scope_type, asset_id, fingerprint FROM asset
    WHERE tenant = ? AND asset_no > ? ORDER BY asset_no LIMIT ?
"""
_THESE = """
    SELECT asset_no, account, scope_location, scope_type, asset_id, fingerprint FROM asset
    WHERE tenant = ? AND asset_no IN ({values})
"""
_SCOPE = "SELECT assets, sum FROM scope_digest WHERE tenant = ? AND account = ? AND location = ? AND type = ?"
_PUT_SCOPE = """
    INSERT INTO scope_digest (tenant, account, location, type, assets, sum) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (tenant, account, location, type) DO UPDATE SET assets = excluded.assets, sum = excluded.sum
"""
_ACCOUNT = "SELECT assets, sum FROM account_digest WHERE tenant = ? AND account = ?"
_PUT_ACCOUNT = """
    INSERT INTO account_digest (tenant, account, assets, sum) VALUES (?, ?, ?, ?)
    ON CONFLICT (tenant, account) DO UPDATE SET assets = excluded.assets, sum = excluded.sum
"""
_LOOKS = "SELECT account, looked FROM account_differs WHERE tenant = ?"

#: The account that stands for all of a tenant.
ALL = ""


@dataclass(frozen=True, slots=True)
class Held:
    """An asset as it is kept: where it was last seen, and its fingerprint."""

    scope: Scope
    asset_id: str
    fingerprint: bytes

    @property
    def hashed(self) -> int:
        """Its part of every digest."""
        return asset_hash(place_of(self.scope), self.asset_id, self.fingerprint)


@dataclass(slots=True)
class _State:
    """The tenant's row."""

    assets: Digest = field(default_factory=Digest)
    outcomes: Digest = field(default_factory=Digest)
    plan: bytes = b""
    looked: int = 0
    observed: int = 0


class Sync:
    """The digests of one tenant in one transaction: changes are gathered and written at its end."""

    def __init__(self, connection: Connection, tenant: str) -> None:
        self._connection = connection
        self._tenant = tenant
        self._changes: dict[Scope, Digest] = {}
        self._looks: dict[str, int] | None = None
        self._turned: set[str] = set()
        row = connection.execute(_LOAD, (tenant,)).fetchone()
        if row is None:
            # A store of an earlier version, or a tenant that never reported.
            self.state = _State()
            for held in _everything(connection, tenant):
                self._change(held.scope).add(held.hashed)
        else:
            assets, value, outcomes, outcomes_value, plan, looked, observed = row
            self.state = _State(
                Digest(assets, from_bytes(value)),
                Digest(outcomes, from_bytes(outcomes_value)),
                bytes(plan),
                looked,
                observed,
            )

    def add(self, scope: Scope, assets: Iterable[tuple[str, bytes]]) -> None:
        """Assets are kept in a scope from now on: identifiers with their fingerprints."""
        place = place_of(scope)
        self._change(scope).add_all([asset_hash(place, *each) for each in assets])

    def take(self, scope: Scope, assets: Iterable[tuple[str, bytes]]) -> None:
        """These, as they were kept in a scope, no longer are."""
        place = place_of(scope)
        self._change(scope).take_all([asset_hash(place, *each) for each in assets])

    def held(self, asset_nos: Sequence[int]) -> dict[int, Held]:
        """How assets are kept now, by number."""
        found: dict[int, Held] = {}
        for part in chunks(asset_nos):
            for number, *place, asset_id, fingerprint in self._connection.among(_THESE, self._tenant, part):
                found[number] = Held(Scope(*place), asset_id, bytes(fingerprint))
        return found

    def assets(self) -> Digest:
        """The digest of all assets, with what changed in this transaction."""
        self._write_changes()
        return self.state.assets

    def account(self, account: str) -> Digest:
        """The digest of an account, likewise."""
        self._write_changes()
        return _digest(self._connection.execute(_ACCOUNT, (self._tenant, account)).fetchone())

    def observed(self, moment: int) -> None:
        """Something observed at this moment is committed with the transaction."""
        self.state.observed = max(self.state.observed, moment)

    def look_of(self, account: str) -> int:
        """When scopes of an account were last looked at without a word about them; 0 where never."""
        if self._looks is None:
            self._looks = dict(self._connection.execute(_LOOKS, (self._tenant,)).fetchall())
        stopped = [self._looks[each] for each in (ALL, account) if each in self._looks]
        return min(stopped, default=self.state.looked)

    def forget_looks(self) -> None:
        """Ask again when accounts were looked at: that changed."""
        self._looks = None

    def scopes_changed(self, account: str) -> None:
        """What was seen of an account is counted anew at the end."""
        self._turned.add(account)

    def write(self) -> None:
        """Write all that was gathered, after everything else."""
        self._write_changes()
        coverage.keep(self._connection, self._tenant, self._turned)
        state = self.state
        self._connection.execute(
            _KEEP,
            (
                *(self._tenant, state.assets.count, to_bytes(state.assets.value)),
                *(state.outcomes.count, to_bytes(state.outcomes.value), state.plan),
                *(state.looked, state.observed),
            ),
        )

    def _change(self, scope: Scope) -> Digest:
        found = self._changes.get(scope)
        if found is None:
            found = self._changes[scope] = Digest()
        return found

    def _write_changes(self) -> None:
        accounts: dict[str, Digest] = {}
        for scope, change in self._changes.items():
            if not change:
                continue
            key = (self._tenant, scope.account, scope.location, scope.type)
            digest = _digest(self._connection.execute(_SCOPE, key).fetchone())
            held = digest.count
            digest.merge(change)
            if (held == 0) != (digest.count == 0):
                self.scopes_changed(scope.account)
            self._connection.execute(_PUT_SCOPE, (*key, digest.count, to_bytes(digest.value)))
            accounts.setdefault(scope.account, Digest()).merge(change)
        for account, change in accounts.items():
            digest = _digest(self._connection.execute(_ACCOUNT, (self._tenant, account)).fetchone())
            digest.merge(change)
            self._connection.execute(
                _PUT_ACCOUNT, (self._tenant, account, digest.count, to_bytes(digest.value))
            )
            self.state.assets.merge(change)
        self._changes.clear()


def is_counted(connection: Connection, tenant: str) -> bool:
    """Whether the tenant has digests; a store of an earlier version has assets without."""
    return connection.execute(_LOAD, (tenant,)).fetchone() is not None


def _digest(row: tuple[int, bytes] | None) -> Digest:
    return Digest() if row is None else Digest(row[0], from_bytes(row[1]))


def _everything(connection: Connection, tenant: str) -> Iterator[Held]:
    after = 0
    while rows := connection.execute(_ALL, (tenant, after, _PAGE)).fetchall():
        for _, *place, asset_id, fingerprint in rows:
            yield Held(Scope(*place), asset_id, bytes(fingerprint))
        after = rows[-1][0]
