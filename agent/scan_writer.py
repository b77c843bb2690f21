"""What a scan writes to the spool, frame by frame, with its own record in the same transaction."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property

from agent import base, told
from agent.counters import Counters, is_blind
from agent.planning import Plan, plan_frames
from agent.reconciling import NEW, Marks
from agent.scan_state import ScanRecord, ScanState
from agent.scope_ids import Listed
from agent.spool import Also, Spool
from wolkenzicht.logs import event
from wolkenzicht.model import Outcome, ScopeOutcome
from wolkenzicht.v1.account_pb2 import AccountStandings
from wolkenzicht.v1.collector_service_pb2 import (
    AssetBatch,
    DiscrepancyBatch,
    ReportRequest,
    ScanEnd,
    ScanKind,
    ScanStart,
)
from wolkenzicht.v1.compare_pb2 import TenantDigest
from wolkenzicht.wire import decode_scope, encode_outcome, timestamp

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

    @cached_property
    def _tells_all(self) -> bool:
        """Whether nothing goes without saying: the plan has a hole, or an account was not told."""
        return not self._spool.told.plan()

    def begin(
        self,
        plan: Plan,
        policy_version: str,
        connectors: Sequence[str],
        standings: Sequence[AccountStandings] = (),
        policy_refusal: str = "",
    ) -> None:
        """Open the scan; how the accounts stand and its plan follow where the collector has not the same.

        A resumed scan has its plan then.
        """
        record = self._record
        digest = told.plan_digest(plan.digest, standings)
        same = bool(digest) and digest == self._spool.told.plan()

        def planned(connection: sqlite3.Connection) -> None:
            if record.plan is not None:
                ScanState.planned(connection, record.plan)

        def begun(connection: sqlite3.Connection) -> None:
            ScanState.begin(connection, record.scan_id, record.started)
            base.begin(connection)
            if same:
                planned(connection)
            else:
                told.put_plan(connection, b"")

        def all_told(connection: sqlite3.Connection) -> None:
            planned(connection)
            told.put_plan(connection, digest)
            told.keep_planned(connection, plan.scopes)

        start = ScanStart(
            policy_version=policy_version,
            connectors=connectors,
            policy_refusal=policy_refusal,
            kind=ScanKind.SCAN_KIND_CHANGES,
            plan_digest=digest,
        )
        self._append(ReportRequest(scan_start=start), begun)
        if same:
            return
        for each in standings:
            self._append(ReportRequest(account_standings=each))
        for frame in plan_frames(plan):
            self._append(ReportRequest(scan_plan=frame), all_told if frame.last else None)

    def batch(self, batch: AssetBatch | DiscrepancyBatch) -> None:
        """Write a batch; the collector holds its assets then."""
        if isinstance(batch, AssetBatch):
            scope = decode_scope(batch.scope)
            assets = {each.asset.asset_id: each.fingerprint for each in batch.assets}
            self._append(
                ReportRequest(asset_batch=batch), lambda connection: base.put(connection, scope, assets)
            )
        else:
            self._append(ReportRequest(discrepancy_batch=batch))

    def finish_scope(
        self, outcome: ScopeOutcome, listed: Listed | None = None, seen: Marks | None = None
    ) -> None:
        """Write what became of a scope, where that is news; it counts as done from then on.

        What it `listed` is kept, where given, until the scan ends. Where it was read whole, what stands in
        it and was not `seen` is named with its outcome: the collector gets both or neither.
        """
        tell = self._tells_all or self._spool.told.is_news(outcome)
        message = encode_outcome(outcome)
        whole = outcome.outcome is Outcome.COMPLETE

        def frames(connection: sqlite3.Connection) -> Iterator[ReportRequest]:
            if whole and seen is not None:
                for removals in base.take_removals(connection, outcome.scope, _in(seen)):
                    yield self._stamped(ReportRequest(removal_batch=removals))
            ScanState.scope_done(connection, outcome, listed)
            if tell:
                told.put_outcome(connection, outcome)
                yield self._stamped(ReportRequest(scope_outcome=message))

        self._spool.append_together(frames, size=message.ByteSize() if tell else 0)
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

        def frames(connection: sqlite3.Connection) -> Iterator[ReportRequest]:
            ScanState.end(connection)
            base.end(connection, interrupted=interrupted)
            end = ScanEnd(interrupted=interrupted)
            if not interrupted:
                end.digest.CopyFrom(_belief(connection))
                end.accounts.extend(base.changed_accounts(connection))
            yield self._stamped(ReportRequest(scan_end=end))

        self._spool.append_together(frames, urgent=True)
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

    def _append(self, frame: ReportRequest, also: Also | None = None) -> None:
        self._spool.append(self._stamped(frame), also)

    def _stamped(self, frame: ReportRequest) -> ReportRequest:
        frame.scan_id = self._record.scan_id
        frame.observe_time.CopyFrom(timestamp(self._clock()))
        return frame


def _belief(connection: sqlite3.Connection) -> TenantDigest:
    """What the collector is taken to hold once it has all that was written here."""
    return TenantDigest(
        assets=base.total(connection).message(),
        outcomes=told.outcomes_of(connection).message(),
        plan=told.plan_of(connection),
    )


def _in(seen: Marks) -> Callable[[str], bool]:
    return lambda asset_id: seen.get(asset_id) != NEW
