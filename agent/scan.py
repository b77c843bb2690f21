"""One scan: plan, read, classify, spool; every planned scope ends with exactly one outcome.

A scan that was broken off goes on with the scopes that have no outcome yet.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from agent.counters import Counters, is_blind
from agent.memo import Memo
from agent.phases import Phases
from agent.planning import Plan, make_plan
from agent.rules import ScanRules
from agent.scan_state import ScanRecord
from agent.scan_writer import ScanWriter
from agent.scope_reader import ScopeReader
from agent.spool import Spool
from agent.spool_file import DiskFullError, SpoolFullError
from agent.standings import standing_frames
from connectors.base import Source
from wolkenzicht.logs import event
from wolkenzicht.model import Scope

_log = logging.getLogger(__name__)

#: How often one scan goes on after the disk was full, before the next one has its turn.
_MOST_RESUMED = 5


class Ended(StrEnum):
    """How a scan ended.

    `FINISHED`: every scope has its outcome. `INTERRUPTED`: given up for good, and the collector is
    told. `STOPPED`: the process was asked to stop; the next start goes on.
    """

    FINISHED = "finished"
    INTERRUPTED = "interrupted"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class ScanResult:
    """What became of a scan; `blind` counts scopes that were not seen whole."""

    scan_id: str
    ended: Ended
    scopes: int
    blind: int


class Scan:
    """Runs scans over the configured sources into one spool. `stop` asks a running scan to stop.

    `rules` is asked once for each scan, which has one version of them from its start to its end; `compare`
    before each scan that is begun, to mend what the collector is wrongly taken to hold. What waits for more
    than `max_age` seconds goes.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        rules: Callable[[], ScanRules],
        spool: Spool,
        counters: Counters,
        *,
        workers: int,
        interval: float,
        stop: threading.Event,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        compare: Callable[[], None] = lambda: None,
        max_age: float = 30 * 86_400,
    ) -> None:
        self._sources = sources
        self._rules = rules
        self._spool = spool
        self._counters = counters
        self._workers = workers
        self._interval = timedelta(seconds=interval)
        self._stop = stop
        self._clock = clock
        self._compare = compare
        self._max_age = max_age
        self._abandon = threading.Event()
        self._memo = Memo()

    def abandon(self) -> None:
        """Give the running scan up: the collector lost its beginning."""
        self._abandon.set()

    def run(self) -> ScanResult:
        """Run one scan, or the rest of the one that was broken off. Raises `StorageError`.

        Where the disk was full meanwhile it goes on as soon as there is room, a few times.
        """
        for _ in range(_MOST_RESUMED):
            result = self._run()
            if result.ended is not Ended.INTERRUPTED or not (result.scan_id and self._spool.disk_full):
                break
        return result

    def _run(self) -> ScanResult:
        self._abandon.clear()
        plan, rules = make_plan(self._sources), self._rules()
        try:
            self._spool.ready()
            record = self._begin(plan, rules)
        except SpoolFullError as error:
            event(_log, logging.ERROR, "spool.full", reason=str(error))
            ended = Ended.STOPPED if self._stop.is_set() else Ended.INTERRUPTED
            return ScanResult("", ended, plan.size, 0)
        done = self._spool.scan.done()
        self._counters.put(
            scanning=True,
            scopes_planned=plan.size,
            scopes_done=len(done),
            scopes_blind=sum(is_blind(each) for each in done),
            assets=sum(each.asset_count for each in done),
            rejected=0,
        )
        try:
            ended = self._read(plan, rules, record, {each.scope for each in done})
        finally:
            self._counters.put(scanning=False)
        numbers = self._counters.now()
        result = ScanResult(record.scan_id, ended, numbers.scopes_planned, numbers.scopes_blind)
        event(
            _log,
            logging.WARNING if ended is not Ended.FINISHED else logging.INFO,
            f"scan.{ended}",
            scan_id=record.scan_id,
            scopes=result.scopes,
            blind=result.blind,
            assets=numbers.assets,
            rejected=numbers.rejected,
        )
        return result

    def _begin(self, plan: Plan, rules: ScanRules) -> ScanRecord:
        earlier, digest = self._spool.scan.unfinished(), _digest(plan, rules)
        now = self._clock()
        if earlier is not None:
            young = timedelta(0) <= now - earlier.started < self._interval
            if young and earlier.plan is not None and earlier.plan == digest:
                self._spool.scan.resume()
                event(
                    _log, logging.INFO, "scan.resumed", scan_id=earlier.scan_id, attempt=earlier.attempt + 1
                )
                return replace(earlier, attempt=earlier.attempt + 1)
            self._writer(earlier).end(interrupted=True)
            event(_log, logging.WARNING, "scan.interrupted", scan_id=earlier.scan_id, reason="begun anew")
        self._compare()
        record = ScanRecord(f"{now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}", now, 1, digest)
        connectors = sorted({source.connector for source in self._sources})
        standings = list(standing_frames(self._sources, plan))
        self._writer(record).begin(plan, rules.policy.version, connectors, standings, rules.refusal)
        # Now that this scan has begun: it sends again what earlier ones no longer will.
        self._spool.expire(self._max_age)
        event(
            _log,
            logging.INFO,
            "scan.started",
            scan_id=record.scan_id,
            scopes=plan.size,
            policy=rules.policy.version,
        )
        return record

    def _read(self, plan: Plan, rules: ScanRules, record: ScanRecord, done: set[Scope]) -> Ended:
        writer = self._writer(record)
        try:
            for failure in plan.failures:
                writer.finish_scope(failure)
            self._phases(plan, rules, record, done, writer).run()
            if self._stop.is_set():
                self._spool.flush()
                return Ended.STOPPED
            interrupted = self._abandon.is_set()
            writer.end(interrupted=interrupted)
        except DiskFullError as error:
            # As after a kill: the scan is not over, and goes on with the scopes that have no outcome.
            event(_log, logging.ERROR, "spool.full", scan_id=record.scan_id, reason=str(error))
            return Ended.STOPPED if self._stop.is_set() else Ended.INTERRUPTED
        except SpoolFullError as error:
            if self._stop.is_set():
                return Ended.STOPPED
            event(_log, logging.ERROR, "spool.full", scan_id=record.scan_id, reason=str(error))
            interrupted = True
            writer.end(interrupted=True)
        if not interrupted:
            self._counters.add(scans_finished=1)
            self._counters.put(last_finished=self._clock().timestamp())
        return Ended.INTERRUPTED if interrupted else Ended.FINISHED

    def _writer(self, record: ScanRecord) -> ScanWriter:
        return ScanWriter(self._spool, record, self._counters, self._clock)

    def _phases(
        self, plan: Plan, rules: ScanRules, record: ScanRecord, done: set[Scope], writer: ScanWriter
    ) -> Phases:
        memo = self._memo.under(rules.policy)

        def make_reader(halted: Callable[[], bool]) -> ScopeReader:
            return ScopeReader(
                rules.policy,
                self._spool.base,
                attempt=record.attempt,
                hand_on=writer.batch,
                halted=halted,
                counters=self._counters,
                memo=memo,
            )

        return Phases(
            plan,
            done,
            writer,
            self._spool.scan,
            make_reader,
            workers=self._workers,
            halted=lambda: self._stop.is_set() or self._abandon.is_set(),
        )


def _digest(plan: Plan, rules: ScanRules) -> bytes | None:
    """What has to be the same for a scan to go on: its plan, where that is whole, and its rules' version."""
    if plan.digest is None:
        return None
    return hashlib.blake2b(plan.digest + rules.policy.version.encode(), digest_size=16).digest()
