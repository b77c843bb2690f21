"""What each kind of frame does, in the order of a scan: start, plan, batches, outcomes, end."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from collector.store.sql.ingest import (
    agreement,
    assets,
    discrepancies,
    lost,
    readings,
    regions,
    scopes,
    sight,
    standings,
    unverified,
    vanishing,
)
from collector.store.sql.ingest.frame import Frame, ScanRow
from wolkenzicht.digests import HASH_BYTES
from wolkenzicht.errors import ContractError
from wolkenzicht.v1.collector_service_pb2 import SCAN_KIND_CHANGES, ReportRequest, ScanEnd, ScanStart
from wolkenzicht.v1.scope_pb2 import ScopeOutcome

#: Characters kept of why an agent does not use a bundle.
_MAX_REFUSAL = 500
#: What a scan sends, as it is kept.
_WHOLE, _CHANGES = "whole", "changes"


def apply(frame: Frame, message: ReportRequest) -> None:
    """Apply one frame; raises `ContractError`, before anything is written, where it cannot be used."""
    if not frame.scan_id:
        raise ContractError("scan_id", "is empty; every frame but the first belongs to a scan")
    kind = message.WhichOneof("frame")
    if kind is None:
        raise ContractError("frame", "is not set or not known here; upgrade the collector")
    if kind == "scan_start":
        _start(frame, message.scan_start)
    elif kind in _INSIDE:
        _require_open(frame)
        _INSIDE[kind](frame, getattr(message, kind))
    else:
        raise ContractError("frame", f"is {kind}, which has no place inside a stream")


def _ended(frame: Frame) -> bool | None:
    """Whether the frame's scan has ended; None where it never started. What it is goes with the frame."""
    row = frame.connection.execute(
        "SELECT ended, scan_no, started, kind, plan_digest FROM scan WHERE tenant = ? AND scan_id = ?",
        (frame.tenant, frame.scan_id),
    ).fetchone()
    if row is None:
        return None
    ended, frame.scan_no, started, kind, plan_digest = row
    frame.scan = ScanRow(started, kind == _CHANGES, bytes(plan_digest))
    return ended is not None


def _require_open(frame: Frame) -> None:
    ended = _ended(frame)
    if ended is None:
        raise ContractError("scan_id", f"scan '{frame.scan_id}' never started here; start a new scan")
    if ended:
        raise ContractError("scan_id", f"scan '{frame.scan_id}' has ended; start a new scan")


def _start(frame: Frame, start: ScanStart) -> None:
    ended = _ended(frame)
    if ended:
        raise ContractError(
            "scan_id", f"scan '{frame.scan_id}' has ended; a new scan needs its own identifier"
        )
    if ended is not None:
        return  # an agent that was restarted goes on with its scan
    if len(start.plan_digest) not in (0, HASH_BYTES):
        raise ContractError(
            "scan_start.plan_digest", f"must be {HASH_BYTES} bytes or none, is {len(start.plan_digest)}"
        )
    kind = _CHANGES if start.kind == SCAN_KIND_CHANGES else _WHOLE
    readings.drop_abandoned(frame)
    agreement.forget(frame)
    vanishing.forget_earlier_scans(frame)
    sight.end_earlier_scans(frame)
    frame.connection.execute(
        "INSERT INTO scan (tenant, scan_id, scan_no, started, recorded, policy_version, agent_version, "
        "connectors, policy_refusal, kind, plan_digest) VALUES (?, ?, "
        "(SELECT coalesce(max(scan_no), 0) + 1 FROM scan WHERE tenant = ?), ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(frame.tenant, frame.scan_id, frame.tenant, frame.moment, frame.received),
            *(start.policy_version, frame.agent_version),
            *(json.dumps(list(start.connectors)), start.policy_refusal[:_MAX_REFUSAL]),
            *(kind, start.plan_digest if kind == _CHANGES else b""),
        ),
    )


def _finish_scope(frame: Frame, message: ScopeOutcome) -> None:
    outcome = scopes.read_outcome(message)
    was_unseen = unverified.unseen(frame, outcome.scope)
    if frame.scan.changes:
        # What it no longer lists came by name, and how much of it arrived shows in the digest at the end.
        complete = scopes.keep_outcome(frame, outcome, "")
        unverified.follow(frame, outcome, was_unseen=was_unseen, seen=None)
        discrepancies.end_others(frame, outcome.scope, 0, complete=complete)
        return
    reading = readings.take(frame, outcome.scope)
    complete = scopes.keep_outcome(frame, outcome, reading.why_not_whole(outcome.asset_count))
    unverified.follow(frame, outcome, was_unseen=was_unseen, seen=reading.assets | reading.held)
    if complete:
        standing = reading.assets | reading.held
        unlisted = [each for each in scopes.assets_of(frame, outcome.scope) if each not in standing]
        vanishing.suspect(frame, unlisted)
    discrepancies.end_others(frame, outcome.scope, reading.attempt, complete=complete)


def _end(frame: Frame, end: ScanEnd) -> None:
    readings.drop_scan(frame)
    vanishing.end_scan(frame, interrupted=end.interrupted)
    agreed = frame.scan.changes and not end.interrupted
    if agreed:
        frame.resync = agreement.end_scan(frame, end)
        agreed = not frame.resync
    sight.end_scan(frame)
    lost.end_scan(frame)
    regions.judge(frame)
    if frame.trust is not None:
        frame.trust.end_scan(frame, interrupted=end.interrupted, agreed=agreed)
    frame.connection.execute(
        "UPDATE scan SET ended = ?, end_recorded = ?, interrupted = ? WHERE tenant = ? AND scan_id = ?",
        (frame.moment, frame.received, int(end.interrupted), frame.tenant, frame.scan_id),
    )


#: What is done with the frames of a scan that is open.
_INSIDE: dict[str, Callable[[Frame, Any], None]] = {
    "scan_plan": scopes.take_plan,
    "account_standings": standings.take,
    "asset_batch": assets.take_batch,
    "removal_batch": assets.take_removals,
    "discrepancy_batch": discrepancies.take_batch,
    "scope_outcome": _finish_scope,
    "scan_end": _end,
}
