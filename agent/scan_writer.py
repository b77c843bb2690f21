"""What a scan writes to the spool, frame by frame, with its own record in the same transaction."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime

from agent.counters import Counters, is_blind
from agent.planning import Plan, plan_frames
from agent.scan_state import ScanRecord, ScanState
from agent.spool import Also, Spool
from wolkenzicht.logs import event
from wolkenzicht.model import ScopeOutcome
from wolkenzicht.v1.collector_service_pb2 import AssetBatch, ReportRequest, ScanEnd, ScanStart
from wolkenzicht.wire import encode_outcome, timestamp

_log = logging.getLogger(__name__)


class ScanWriter:
    """Writes the frames of one scan; safe to use from any thread. Raises `StorageError`."""

    def __init__(
        self, spool: Spool, record: ScanRecord, counters: Counters, clock: Callable[[], datetime]
    ) -> None:
        self._spool = spool
        self._record = record
        self._counters = counters
        self._clock = clock

    def begin(self, plan: Plan, policy_version: str, connectors: Sequence[str]) -> None:
        """Open the scan and write its plan."""
        record = self._record

        def begun(connection: sqlite3.Connection) -> None:
            ScanState.begin(connection, record.scan_id, record.started)

        def planned(connection: sqlite3.Connection) -> None:
            if record.plan is not None:
                ScanState.planned(connection, record.plan)

        start = ScanStart(policy_version=policy_version, connectors=connectors)
        self._append(ReportRequest(scan_start=start), begun)
        for frame in plan_frames(plan):
            self._append(ReportRequest(scan_plan=frame), planned if frame.last else None)

    def assets(self, batch: AssetBatch) -> None:
        """Write a batch."""
        self._append(ReportRequest(asset_batch=batch))

    def finish_scope(self, outcome: ScopeOutcome) -> None:
        """Write what became of a scope; it counts as done from then on."""
        self._append(
            ReportRequest(scope_outcome=encode_outcome(outcome)),
            lambda connection: ScanState.scope_done(connection, outcome),
        )
        blind = is_blind(outcome.outcome)
        self._counters.add(scopes_done=1, scopes_blind=int(blind))
        if blind:
            scope = outcome.scope
            event(
                _log,
                logging.WARNING,
                "scope.blind",
                account=scope.account,
                location=scope.location,
                type=scope.type,
                outcome=outcome.outcome.value,
                permission=outcome.permission,
                reason=outcome.message,
            )

    def end(self, *, interrupted: bool) -> None:
        """Close the scan; durable on return."""
        frame = ReportRequest(scan_end=ScanEnd(interrupted=interrupted))
        self._append(frame, ScanState.end, urgent=True)
        self._spool.flush()

    def _append(self, frame: ReportRequest, also: Also | None = None, *, urgent: bool = False) -> None:
        frame.scan_id = self._record.scan_id
        frame.observe_time.CopyFrom(timestamp(self._clock()))
        self._spool.append(frame, also, urgent=urgent)
