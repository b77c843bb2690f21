"""What the collector holds of this tenant, or will hold once it committed what waits in the spool.

A scan is compared with it, so that only what is other than it travels. It is a belief: where it is wrong,
the digest at the scan's end shows that, and a comparison with the collector (`agent.comparing`) mends it.
Everything is written in the transaction of the frame that makes it so.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence

from agent import base_rows
from agent.base_rows import CHUNK, Change, Known, known_assets, number_of, number_or_new
from agent.group_commit import GroupCommit
from wolkenzicht.digests import MODULUS, Digest, asset_hash, bucket_of, from_bytes, place_of
from wolkenzicht.model import INVENTORY_TYPE, Scope
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.v1.collector_service_pb2 import RemovalBatch
from wolkenzicht.v1.compare_pb2 import AccountDigest, HeldAsset
from wolkenzicht.wire import encode_scope

#: Assets that are read at once.
_PAGE_ROWS = 5_000
#: Bytes of a frame of removals.
_REMOVAL_BYTES = 512 * 1024
_ITEM_BYTES = 5
#: Accounts that one end of a scan names; more than these it leaves out.
MOST_ACCOUNTS = 2_000

_PUT = """
    INSERT INTO base (asset_id, scope, fingerprint) VALUES (?, ?, ?)
    ON CONFLICT (asset_id) DO UPDATE SET scope = excluded.scope, fingerprint = excluded.fingerprint
"""
_PAGE = """
    SELECT asset_id, fingerprint FROM base WHERE scope = ? AND asset_id > ? ORDER BY asset_id LIMIT ?
"""


class Base:
    """The assets that the collector is taken to hold; safe to use from any thread. Raises `StorageError`."""

    def __init__(self, writer: GroupCommit) -> None:
        self._writer = writer

    def news(self, scope: Scope, assets: Sequence[ClassifiedAsset]) -> list[ClassifiedAsset]:
        """Which of these, listed by a scope, are other than the collector is taken to hold them.

        An inventory tells nothing of what stands in the scope of its own type, unless that no longer
        lists it.
        """
        with self._writer.group() as connection:
            known = known_assets(connection, [each.asset.asset_id for each in assets])
        return [each for each in assets if _is_news(scope, each, known.get(each.asset.asset_id))]

    def held(self, scope: Scope, asset_ids: Sequence[str]) -> dict[str, bytes]:
        """The fingerprints of those of these assets that stand in a scope and are not about to go."""
        with self._writer.group() as connection:
            known = known_assets(connection, asset_ids)
        return {
            asset_id: each.fingerprint
            for asset_id, each in known.items()
            if each.scope == scope and not each.gone
        }

    def count(self, scope: Scope) -> int:
        """How many assets stand in a scope."""
        return self.scope_digest(scope).count

    def scope_digest(self, scope: Scope) -> Digest:
        """The digest of a scope."""
        with self._writer.group() as connection:
            number = number_of(connection, scope)
            return Digest() if number is None else base_rows.scope_digest(connection, number)

    def account_digest(self, account: str) -> Digest:
        """The digest of an account."""
        with self._writer.group() as connection:
            return base_rows.account_digest(connection, account)

    def digest(self) -> Digest:
        """The digest of all assets."""
        with self._writer.group() as connection:
            return total(connection)

    def accounts(self) -> list[str]:
        """The accounts that hold assets."""
        with self._writer.group() as connection:
            return [
                name for (name,) in connection.execute("SELECT account FROM base_account WHERE assets > 0")
            ]

    def scopes(self, account: str) -> list[Scope]:
        """The scopes of an account that hold assets."""
        with self._writer.group() as connection:
            rows = connection.execute(
                "SELECT account, location, type FROM base_scope WHERE account = ? AND assets > 0", (account,)
            )
            return [Scope(*row) for row in rows]

    def bucket_sums(self, scope: Scope, bits: int) -> list[int]:
        """The sum of every bucket of a scope."""
        sums = [0] * (1 << bits)
        place = place_of(scope)
        for page in self._pages(scope):
            for asset_id, fingerprint in page:
                bucket = bucket_of(asset_id, bits)
                sums[bucket] = (sums[bucket] + asset_hash(place, asset_id, fingerprint)) % MODULUS
        return sums

    def drop(self, scope: Scope, bits: int = 0, buckets: frozenset[int] | None = None) -> None:
        """Forget the assets in buckets of a scope, or all of it."""
        place = place_of(scope)
        for page in self._pages(scope):
            going = [row for row in page if buckets is None or bucket_of(row[0], bits) in buckets]
            with self._writer.group() as connection:
                number = number_or_new(connection, scope)
                change = Change()
                for asset_id, fingerprint in going:
                    change.take(number, scope, asset_hash(place, asset_id, fingerprint))
                connection.executemany("DELETE FROM base WHERE asset_id = ?", [(row[0],) for row in going])
                change.write(connection)
            self._writer.commit_if_large()

    def adopt(self, scope: Scope, held: Sequence[HeldAsset]) -> None:
        """Take over what the collector says it holds in a scope."""
        with self._writer.group(sum(each.ByteSize() for each in held)) as connection:
            put(connection, scope, {each.asset_id: each.fingerprint for each in held})
        self._writer.commit_if_large()

    def _pages(self, scope: Scope) -> Iterator[list[tuple[str, bytes]]]:
        """The assets of a scope with their fingerprints, in order, never all at once."""
        after = ""
        while True:
            with self._writer.group() as connection:
                page = connection.execute(_PAGE, (number_of(connection, scope), after, _PAGE_ROWS)).fetchall()
            if not page:
                return
            yield page
            after = page[-1][0]


def put(connection: sqlite3.Connection, scope: Scope, assets: Mapping[str, bytes]) -> None:
    """The collector holds these assets, by fingerprint, in this scope, once it has the frame at hand."""
    number = number_or_new(connection, scope)
    known = known_assets(connection, list(assets))
    change, place = Change(), place_of(scope)
    for asset_id, before in known.items():
        hashed = asset_hash(place_of(before.scope), asset_id, before.fingerprint)
        change.take(before.number, before.scope, hashed)
    for asset_id, fingerprint in assets.items():
        change.add(number, scope, asset_hash(place, asset_id, fingerprint))
    connection.executemany(_PUT, [(each, number, fingerprint) for each, fingerprint in assets.items()])
    gone = [(each,) for each, before in known.items() if before.gone]
    connection.executemany("DELETE FROM base_gone WHERE asset_id = ?", gone)
    change.write(connection)


def forget(connection: sqlite3.Connection, asset_ids: Sequence[str]) -> None:
    """What the collector holds of these assets is not known any more: a scan that lists them sends them."""
    change = Change()
    for asset_id, each in known_assets(connection, asset_ids).items():
        change.take(each.number, each.scope, asset_hash(place_of(each.scope), asset_id, each.fingerprint))
    connection.executemany("DELETE FROM base WHERE asset_id = ?", [(each,) for each in asset_ids])
    change.write(connection)


def take_removals(
    connection: sqlite3.Connection, scope: Scope, is_listed: Callable[[str], bool]
) -> Iterator[RemovalBatch]:
    """Frames that name what stands in a scope and was not listed; it goes when the scan ends."""
    place = encode_scope(scope)
    batch, size = RemovalBatch(scope=place), 0
    # Identifiers alone: the index has them.
    rows = connection.execute("SELECT asset_id FROM base WHERE scope = ?", (number_of(connection, scope),))
    for (asset_id,) in rows:
        if is_listed(asset_id):
            continue
        connection.execute("INSERT INTO base_gone VALUES (?) ON CONFLICT DO NOTHING", (asset_id,))
        batch.asset_ids.append(asset_id)
        size += len(asset_id.encode()) + _ITEM_BYTES
        if size > _REMOVAL_BYTES:
            yield batch
            batch, size = RemovalBatch(scope=place), 0
    if batch.asset_ids:
        yield batch


def begin(connection: sqlite3.Connection) -> None:
    """A scan begins: nothing changed in it yet, and what an earlier one missed is looked for again."""
    connection.execute("DELETE FROM base_gone")
    connection.execute("UPDATE base_account SET changed = 0 WHERE changed <> 0")


def end(connection: sqlite3.Connection, *, interrupted: bool) -> None:
    """A scan ends: what no scope of it listed goes, as it does at the collector."""
    if not interrupted:
        change = Change()
        cursor = connection.execute("SELECT asset_id FROM base_gone")
        while part := [asset_id for (asset_id,) in cursor.fetchmany(CHUNK)]:
            for asset_id, each in known_assets(connection, part).items():
                hashed = asset_hash(place_of(each.scope), asset_id, each.fingerprint)
                change.take(each.number, each.scope, hashed)
            connection.executemany("DELETE FROM base WHERE asset_id = ?", [(each,) for each in part])
        change.write(connection)
    connection.execute("DELETE FROM base_gone")


def total(connection: sqlite3.Connection) -> Digest:
    """The digest of all assets."""
    found = Digest()
    for count, value in connection.execute("SELECT assets, sum FROM base_account"):
        found.merge(Digest(count, from_bytes(value)))
    return found


def changed_accounts(connection: sqlite3.Connection) -> list[AccountDigest]:
    """The digests of the accounts in which the scan changed something; none where they are too many."""
    rows = connection.execute(
        "SELECT account, assets, sum FROM base_account WHERE changed = 1 ORDER BY account LIMIT ?",
        (MOST_ACCOUNTS + 1,),
    ).fetchall()
    if len(rows) > MOST_ACCOUNTS:
        return []
    return [
        AccountDigest(account=account, assets=Digest(count, from_bytes(value)).message())
        for account, count, value in rows
    ]


def _is_news(scope: Scope, message: ClassifiedAsset, known: Known | None) -> bool:
    if known is None or known.gone:
        return True
    if scope.type == INVENTORY_TYPE != known.scope.type:
        return False
    return known.scope != scope or known.fingerprint != message.fingerprint
