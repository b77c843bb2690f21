"""What the collector set aside, kept on disk with its reason until a person has looked at it."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.frames import Stored
from agent.group_commit import GroupCommit
from wolkenzicht.v1.collector_service_pb2 import Reject

#: The newest that are kept: rejected items, and frames that were rejected as a whole.
MAX_KEPT = 10_000
MAX_KEPT_FRAMES = 64

#: Why a frame was set aside here and not by the collector.
DAMAGED = "damaged on disk: its checksum is not that of what was written"

_INSERT = """
INSERT INTO rejected (moment, sequence, asset_id, origin, field, reason, body)
VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_FRAME = "SELECT f.body FROM queue AS q JOIN frame AS f ON f.number = q.frame WHERE q.sequence = ?"
_FORGET_BODIES = """
UPDATE rejected SET body = NULL
WHERE body IS NOT NULL AND number NOT IN (
    SELECT number FROM rejected WHERE body IS NOT NULL ORDER BY number DESC LIMIT ?
)
"""
_FORGET = "DELETE FROM rejected WHERE number <= (SELECT max(number) FROM rejected) - ?"


@dataclass(frozen=True, slots=True)
class Rejection:
    """One item, or with an empty `asset_id` and a body a whole frame, that the collector set aside."""

    moment: datetime
    sequence: int
    asset_id: str
    origin: str
    field: str
    reason: str
    body: bytes | None


class Rejections:
    """The table of what was set aside; it keeps the newest."""

    def __init__(self, writer: GroupCommit) -> None:
        self._writer = writer

    def keep(self, reject: Reject) -> None:
        """Keep what a `Reject` names, the frame itself too where it was rejected as a whole."""
        moment = datetime.now(UTC).isoformat()
        rows: list[tuple[object, ...]] = [
            (moment, reject.sequence, item.asset_id, item.origin, item.field, item.reason, None)
            for item in reject.items
        ]

        def write(connection: sqlite3.Connection) -> None:
            more = []
            if reject.reason or not rows:
                found = connection.execute(_FRAME, (reject.sequence,)).fetchone()
                body = found[0] if found else None
                more.append((moment, reject.sequence, "", "", "", reject.reason, body))
            _keep(connection, [*rows, *more])

        self._writer.urgently(write)

    @staticmethod
    def keep_damaged(connection: sqlite3.Connection, frames: Sequence[Stored]) -> None:
        """Keep frames that are not what was written, in the transaction that takes them out of the spool."""
        moment = datetime.now(UTC).isoformat()
        _keep(connection, [(moment, each.sequence, "", "", "", DAMAGED, each.body) for each in frames])

    def kept(self) -> list[Rejection]:
        """What is kept, oldest first."""
        with self._writer.group() as connection:
            rows = connection.execute(
                "SELECT moment, sequence, asset_id, origin, field, reason, body FROM rejected ORDER BY number"
            ).fetchall()
        return [Rejection(datetime.fromisoformat(row[0]), *row[1:]) for row in rows]


def _keep(connection: sqlite3.Connection, rows: Sequence[tuple[object, ...]]) -> None:
    connection.executemany(_INSERT, rows)
    connection.execute(_FORGET_BODIES, (MAX_KEPT_FRAMES,))
    connection.execute(_FORGET, (MAX_KEPT,))
