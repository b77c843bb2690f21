"""What waited too long goes, scan by scan, and what it said is not taken to be known any more."""

from __future__ import annotations

import sqlite3

from agent import base, frames, told
from wolkenzicht.v1.collector_service_pb2 import ReportRequest
from wolkenzicht.v1.gap_pb2 import GapCause

_READ = 32
_YOUNG = """
    SELECT coalesce(min(q.sequence), 0) FROM queue AS q JOIN frame AS f ON f.number = q.frame
    WHERE f.spooled >= ?
"""


def expire(connection: sqlite3.Connection, before: float) -> int:
    """Let go of scans of which a frame was spooled before a moment (seconds); returns how many frames went.

    The latest scan stays, however old it is: it may be the one in hand.
    """
    keep_from = _start_of_what_stays(connection, before)
    going = [number for number in frames.numbers(connection) if number < keep_from]
    if not going:
        return 0
    kinds: set[str | None] = set()
    after = 0
    while stored := [each for each in frames.read(connection, after, _READ) if each.sequence < keep_from]:
        after = stored[-1].sequence
        for each in stored:
            if each.whole:
                message = ReportRequest.FromString(each.body)
                kinds.add(message.WhichOneof("frame"))
                base.forget(connection, [item.asset.asset_id for item in message.asset_batch.assets])
    if "scope_outcome" in kinds:
        told.forget_outcomes(connection)
    if kinds & {"scan_plan", "account_standings"}:
        told.put_plan(connection, b"")
    frames.lose(connection, going, GapCause.GAP_CAUSE_SPOOL_EXPIRED)
    return len(going)


def _start_of_what_stays(connection: sqlite3.Connection, before: float) -> int:
    """The number of the first scan's start of which every frame is young enough; else of the latest start."""
    [(young,)] = connection.execute(_YOUNG, (int(before),))
    latest, after = 0, 0
    [(old,)] = connection.execute("SELECT count(*) FROM frame WHERE spooled < ?", (int(before),))
    while old and (stored := frames.read(connection, after, _READ)):
        for each in stored:
            after = each.sequence
            if each.whole and ReportRequest.FromString(each.body).HasField("scan_start"):
                latest = after
                if young and after >= young:
                    return latest
    return latest
