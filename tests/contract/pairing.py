"""An agent and a store that meet without a network: real scans, a real spool, a real store, real answers."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from agent.comparing import Adopted, Comparison
from agent.counters import Counters
from agent.rules import ScanRules
from agent.scan import Scan, ScanResult
from agent.spool import Spool
from collector.server.comparing import Answers
from collector.store.base import Incoming, Store
from connectors.base import Source
from policy import ruleset
from policy.ruleset import Policy
from tests.contract.completeness import accounts_in_step
from tests.contract.reporting import NOW
from wolkenzicht.v1 import collector_service_pb2 as pb
from wolkenzicht.v1 import gap_pb2
from wolkenzicht.v1.compare_pb2 import CompareRequest, CompareResponse

TENANT = "bzk-aws"


@dataclass
class Pair:
    """One agent with its folder, and the store that it reports to; `alter` changes frames on their way."""

    state: Path
    store: Store
    tenant: str = TENANT
    now: datetime = NOW
    reachable: bool = True
    max_wait: float = 5
    resyncs: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    rejects: int = 0
    adopted: list[Adopted] = field(default_factory=list)
    delivered: list[pb.ReportRequest] = field(default_factory=list)
    questions: list[CompareRequest] = field(default_factory=list)
    alter: Callable[[pb.ReportRequest], None] = lambda _frame: None

    def __post_init__(self) -> None:
        self.stop = threading.Event()
        self.spool = self._open()

    def _open(self) -> Spool:
        return Spool(self.state, max_bytes=10**9, max_wait=self.max_wait)

    def restart(self) -> None:
        """The agent's process ends and begins again."""
        self.spool.close()
        self.spool = self._open()

    def restart_anew(self) -> None:
        """The agent begins with what is in its folder now; its spool was closed before."""
        self.spool = self._open()

    def scan(self, *sources: Source, policy: Policy | None = None, workers: int = 1) -> ScanResult:
        """One scan, an hour after the one before; what it spools is not delivered yet."""
        self.now += timedelta(hours=1)
        self.stop.clear()
        return Scan(
            sources,
            lambda: ScanRules(policy or ruleset.load()),
            self.spool,
            Counters(),
            workers=workers,
            interval=3 * 3600,
            stop=self.stop,
            clock=lambda: self.now,
            compare=self.compare,
        ).run()

    def compare(self) -> None:
        """What an agent does before a scan."""
        if self.reachable and not self.spool.backlog().frames:
            self.adopted.append(Comparison(self.spool.base, self.spool.told, self.tenant, self.ask).run())

    def ask(self, question: CompareRequest) -> CompareResponse:
        """One question, over the wire form."""
        sent = CompareRequest.FromString(question.SerializeToString())
        self.questions.append(sent)
        return CompareResponse.FromString(
            Answers(self.store.comparing).answer(self.tenant, sent).SerializeToString()
        )

    def deliver(self, most: int = 10**6, *, acknowledge: bool = True, group: int = 7) -> None:
        """Open a stream, send what waits, up to so many frames, and take what is acknowledged."""
        self._commit()
        self.reconcile()
        waiting = self.spool.read_after(self.spool.backlog().first - 1, most)
        if self.spool.lost():
            self.reconcile()
            waiting = self.spool.read_after(0, most)
        cause = self.spool.gap_cause
        spool_id = self.spool.spool_id
        for start in range(0, len(waiting), group):
            frames = [pb.ReportRequest.FromString(body) for _, body in waiting[start : start + group]]
            for each in frames:
                self.alter(each)
            incoming = [Incoming(self.tenant, spool_id, "0.1.0", each, cause) for each in frames]
            for frame, committed in zip(frames, self.store.ingest.commit(incoming, self.now), strict=True):
                if committed.refused:
                    self.refused.append(committed.refused)
                self.rejects += len(committed.rejected)
                if committed.resync:
                    self.resyncs.append(committed.resync)
                self.delivered.append(frame)
                if acknowledge:
                    self.spool.acknowledge(frame.sequence)
        self._commit()
        accounts_in_step(self.store)

    def _commit(self) -> None:
        """What an agent does in time; on a full disk nothing of a scan waits for it."""
        if not self.spool.disk_full:
            self.spool.flush()

    def reconcile(self) -> None:
        """What an agent does when a stream is accepted."""
        committed = self.store.ingest.position(self.tenant, self.spool.spool_id)
        backlog = self.spool.backlog()
        if committed > backlog.last:
            self.spool.renumber(gap_pb2.GAP_CAUSE_SPOOL_BEHIND)
        elif committed < backlog.first - 1:
            self.spool.renumber(gap_pb2.GAP_CAUSE_COLLECTOR_BEHIND)
        else:
            self.spool.acknowledge(committed)
            lost = self.spool.lost()
            if lost is not None:
                self.spool.renumber(lost.cause)

    def round(self, *sources: Source, policy: Policy | None = None) -> list[pb.ReportRequest]:
        """A scan and its delivery; returns the frames that travelled."""
        before = len(self.delivered)
        self.scan(*sources, policy=policy)
        self.deliver()
        return self.delivered[before:]

    def close(self) -> None:
        """Let go of the spool."""
        self.spool.close()


def kinds(frames: Iterable[pb.ReportRequest]) -> Counter[str]:
    """How many frames there are of each kind."""
    return Counter(str(frame.WhichOneof("frame")) for frame in frames)


def sent_ids(frames: Iterable[pb.ReportRequest]) -> list[str]:
    """Names of the assets that travelled, sorted."""
    return sorted(each.asset.name for frame in frames for each in frame.asset_batch.assets)


def removed_ids(frames: Iterable[pb.ReportRequest]) -> list[str]:
    """Identifiers of the assets that were named as gone, sorted."""
    return sorted(each for frame in frames for each in frame.removal_batch.asset_ids)
