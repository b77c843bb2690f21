"""What each kind of frame does, in the order of a scan: start, plan, batches, outcomes, end."""

from __future__ import annotations

import json

from collector.store.sql.ingest import (
    assets,
    discrepancies,
    readings,
    regions,
    scopes,
    sight,
    standings,
    vanishing,
)
from collector.store.sql.ingest.frame import Frame
from wolkenzicht.errors import ContractError
from wolkenzicht.v1.collector_service_pb2 import ReportRequest, ScanEnd, ScanStart
from wolkenzicht.v1.scope_pb2 import ScopeOutcome

#: Characters kept of why an agent does not use a bundle.
_MAX_REFUSAL = 500


def apply(frame: Frame, message: ReportRequest) -> None:
    """Apply one frame; raises `ContractError`, before anything is written, where it cannot be used."""
    if not frame.scan_id:
        raise ContractError("scan_id", "is empty; every frame but the first belongs to a scan")
    match message.WhichOneof("frame"):
        case "scan_start":
            _start(frame, message.scan_start)
        case "scan_plan":
            _require_open(frame)
            scopes.take_plan(frame, message.scan_plan)
        case "account_standings":
            _require_open(frame)
            standings.take(frame, message.account_standings)
        case "asset_batch":
            _require_open(frame)
            assets.take_batch(frame, message.asset_batch)
        case "discrepancy_batch":
            _require_open(frame)
            discrepancies.take_batch(frame, message.discrepancy_batch)
        case "scope_outcome":
            _require_open(frame)
            _finish_scope(frame, message.scope_outcome)
        case "scan_end":
            _require_open(frame)
            _end(frame, message.scan_end)
        case None:
            raise ContractError("frame", "is not set or not known here; upgrade the collector")
        case other:
            raise ContractError("frame", f"is {other}, which has no place inside a stream")


def _ended(frame: Frame) -> bool | None:
    """Whether the frame's scan has ended, None where it never started; the frame is told its number."""
    row = frame.connection.execute(
        "SELECT ended, scan_no FROM scan WHERE tenant = ? AND scan_id = ?", (frame.tenant, frame.scan_id)
    ).fetchone()
    if row is None:
        return None
    frame.scan_no = row[1]
    return row[0] is not None


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
    readings.drop_abandoned(frame)
    vanishing.forget_earlier_scans(frame)
    sight.end_earlier_scans(frame)
    frame.connection.execute(
        "INSERT INTO scan (tenant, scan_id, scan_no, started, recorded, policy_version, agent_version, "
        "connectors, policy_refusal) VALUES (?, ?, "
        "(SELECT coalesce(max(scan_no), 0) + 1 FROM scan WHERE tenant = ?), ?, ?, ?, ?, ?, ?)",
        (
            *(frame.tenant, frame.scan_id, frame.tenant, frame.moment, frame.received),
            *(start.policy_version, frame.agent_version),
            *(json.dumps(list(start.connectors)), start.policy_refusal[:_MAX_REFUSAL]),
        ),
    )


def _finish_scope(frame: Frame, message: ScopeOutcome) -> None:
    outcome = scopes.read_outcome(message)
    reading = readings.take(frame, outcome.scope)
    complete = scopes.keep_outcome(frame, outcome, reading.why_not_whole(outcome.asset_count))
    if complete:
        standing = reading.assets | reading.held
        unlisted = [each for each in scopes.assets_of(frame, outcome.scope) if each not in standing]
        vanishing.suspect(frame, unlisted)
    discrepancies.end_others(frame, outcome.scope, reading.attempt, complete=complete)


def _end(frame: Frame, end: ScanEnd) -> None:
    readings.drop_scan(frame)
    vanishing.end_scan(frame, interrupted=end.interrupted)
    sight.end_scan(frame)
    regions.judge(frame)
    if frame.trust is not None:
        frame.trust.end_scan(frame, interrupted=end.interrupted)
    frame.connection.execute(
        "UPDATE scan SET ended = ?, end_recorded = ?, interrupted = ? WHERE tenant = ? AND scan_id = ?",
        (frame.moment, frame.received, int(end.interrupted), frame.tenant, frame.scan_id),
    )
