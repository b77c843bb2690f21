"""What a scan writes to the spool, frame by frame, with its own record in the same transaction."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from agent.counters import Counters, is_blind
from agent.planning import Plan, plan_frames
from agent.scan_state import ScanRecord, ScanState
from agent.scope_ids import Listed
from agent.spool import Also, Spool
from wolkenzicht.logs import event
from wolkenzicht.model import ScopeOutcome
from wolkenzicht.v1.account_pb2 import AccountStandings
from wolkenzicht.v1.collector_service_pb2 import (
    AssetBatch,
    DiscrepancyBatch,
    ReportRequest,
    ScanEnd,
    ScanStart,
)
from wolkenzicht.wire import encode_outcome, timestamp

_log = logging.getLogger(__name__)

#: Blind spots of one scan that are logged one by one.
_MOST_TOLD = 20


class ScanWriter:
    """Writes the frames of one scan; safe to use from any thread. Raises `StorageError`."""

    def __init__(
        self, spool: Spool, record: ScanRecord, counters: Counters, clock: Callable[[], datetime]
    ) -> None:
        self._spool = spool
        self._record = record
        self._counters = counters
        self._clock = clock
        self._lock = threading.Lock()
        self._blind = 0

    def begin(
        self,
        plan: Plan,
        policy_version: str,
        connectors: Sequence[str],
        standings: Iterable[AccountStandings] = (),
        policy_refusal: str = "",
    ) -> None:
        """Open the scan and write how the accounts stand and its plan, which a resumed scan has then."""
        record = self._record

        def begun(connection: sqlite3.Connection) -> None:
            ScanState.begin(connection, record.scan_id, record.started)

        def planned(connection: sqlite3.Connection) -> None:
            if record.plan is not None:
                ScanState.planned(connection, record.plan)

        start = ScanStart(policy_version=policy_version, connectors=connectors, policy_refusal=policy_refusal)
        self._append(ReportRequest(scan_start=start), begun)
        for each in standings:
            self._append(ReportRequest(account_standings=each))
        for frame in plan_frames(plan):
            self._append(ReportRequest(scan_plan=frame), planned if frame.last else None)

    def batch(self, batch: AssetBatch | DiscrepancyBatch) -> None:
        """Write a batch."""
        if isinstance(batch, AssetBatch):
            self._append(ReportRequest(asset_batch=batch))
        else:
            self._append(ReportRequest(discrepancy_batch=batch))

    def finish_scope(self, outcome: ScopeOutcome, listed: Listed | None = None) -> None:
        """Write what became of a scope; it counts as done from then on.

        What it `listed` is kept, where given, until the scan ends.
        """
        self._append(
            ReportRequest(scope_outcome=encode_outcome(outcome)),
            lambda connection: ScanState.scope_done(connection, outcome, listed),
        )
        blind = is_blind(outcome)
        self._counters.add(scopes_done=1, scopes_blind=int(blind))
        if blind:
            self._tell_blind(outcome)

    def end(self, *, interrupted: bool) -> None:
        """Close the scan; durable on return."""
        if self._blind > _MOST_TOLD:
            event(
                _log,
                logging.WARNING,
                "scopes.blind",
                scan_id=self._record.scan_id,
                not_logged=self._blind - _MOST_TOLD,
                reason="'wolkenzicht coverage --blind' shows them all",
            )
        frame = ReportRequest(scan_end=ScanEnd(interrupted=interrupted))
        self._append(frame, ScanState.end, urgent=True)
        self._spool.flush()

    def _tell_blind(self, outcome: ScopeOutcome) -> None:
        """Log a blind spot, of the first few of a scan: a role that is missing makes thousands."""
        with self._lock:
            self._blind += 1
            told = self._blind <= _MOST_TOLD
        if told:
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

    def _append(self, frame: ReportRequest, also: Also | None = None, *, urgent: bool = False) -> None:
        frame.scan_id = self._record.scan_id
        frame.observe_time.CopyFrom(timestamp(self._clock()))
        self._spool.append(frame, also, urgent=urgent)
