"""What a reading of a scope listed, kept from its first batch until its outcome."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from collector.store.sql.ingest.frame import Frame
from wolkenzicht.model import Scope

#: A reading whose scan started this long ago and never ended gets no outcome any more (microseconds).
ABANDONED_AFTER = 30 * 24 * 3600 * 1_000_000

_NUMBER_BYTES = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """The sum of a reading's batches; `assets` and `held` are asset numbers.

    `listed` counts every asset of every batch, `rejected` those among them that were set aside;
    `unnamed` counts items of the source of which nobody knows which asset they are. `attempt` is the
    number of the reading, 0 where it had no batches.
    """

    attempt: int
    listed: int
    rejected: int
    unnamed: int
    assets: frozenset[int]
    held: frozenset[int]

    def why_not_whole(self, asset_count: int) -> str:
        """Why nothing may be concluded from what it lacks, empty where something may.

        A source may list an asset twice: the agent may have counted it once or twice.
        """
        distinct = len(self.assets) + self.rejected
        if asset_count not in (self.listed, distinct):
            return (
                f"{asset_count} assets were read and {distinct} arrived: nothing was removed; "
                "the next scan reads the scope again"
            )
        if self.unnamed:
            return (
                f"items of the source that name no asset could not be read ({self.unnamed}): "
                "nothing was removed; correct them at the source"
            )
        return ""


def keep_batch(
    frame: Frame,
    scope: Scope,
    attempt: int,
    *,
    listed: int,
    unnamed: int,
    assets: Sequence[int],
    held: Sequence[int],
) -> None:
    """Remember what one batch listed."""
    frame.connection.execute(
        "INSERT INTO scope_seen (tenant, scan_id, account, location, type, attempt, spool_id, sequence, "
        "listed, rejected, unnamed, assets, held) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(frame.tenant, frame.scan_id, scope.account, scope.location, scope.type, attempt),
            *(frame.spool_id, frame.sequence, listed, len(frame.rejected), unnamed),
            *(_pack(assets), _pack(held)),
        ),
    )


def take(frame: Frame, scope: Scope) -> Reading:
    """The last reading of a scope in this scan, which is forgotten with the earlier ones."""
    key = (frame.tenant, frame.scan_id, scope.account, scope.location, scope.type)
    rows = frame.connection.execute(
        "SELECT attempt, listed, rejected, unnamed, assets, held FROM scope_seen "
        "WHERE tenant = ? AND scan_id = ? AND account = ? AND location = ? AND type = ? "
        "ORDER BY attempt DESC",
        key,
    ).fetchall()
    if rows:
        frame.connection.execute(
            "DELETE FROM scope_seen "
            "WHERE tenant = ? AND scan_id = ? AND account = ? AND location = ? AND type = ?",
            key,
        )
    attempt = rows[0][0] if rows else 0
    last = [row for row in rows if row[0] == attempt]
    return Reading(
        attempt=attempt,
        listed=sum(row[1] for row in last),
        rejected=sum(row[2] for row in last),
        unnamed=sum(row[3] for row in last),
        assets=_unpack(row[4] for row in last),
        held=_unpack(row[5] for row in last),
    )


def drop_scan(frame: Frame) -> None:
    """Forget what is left of the scan that ends."""
    frame.connection.execute(
        "DELETE FROM scope_seen WHERE tenant = ? AND scan_id = ?", (frame.tenant, frame.scan_id)
    )


def drop_abandoned(frame: Frame) -> None:
    """Forget what is left of earlier scans when a new one starts.

    A spool holds one scan after the other, so its earlier ones get no outcome any more; those of a spool
    that was lost are let go after a while.
    """
    frame.connection.execute(
        "DELETE FROM scope_seen WHERE tenant = ? AND (spool_id = ? OR scan_id IN "
        "(SELECT scan_id FROM scan WHERE tenant = ? AND started < ?))",
        (frame.tenant, frame.spool_id, frame.tenant, frame.moment - ABANDONED_AFTER),
    )


def _pack(numbers: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(numbers)}q", *numbers)


def _unpack(blobs: Iterable[bytes]) -> frozenset[int]:
    return frozenset(
        number for blob in blobs for number in struct.unpack(f"<{len(blob) // _NUMBER_BYTES}q", blob)
    )
