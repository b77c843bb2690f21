"""One stream to the collector, from its opening to its end: in order, within the window."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import grpc

from agent import VERSION
from agent.counters import Counters
from agent.spool import Spool
from wolkenzicht import crash_points
from wolkenzicht.errors import StorageError, TransportError, WolkenzichtError
from wolkenzicht.logs import event
from wolkenzicht.v1 import collector_service_pb2 as pb
from wolkenzicht.v1 import gap_pb2
from wolkenzicht.v1.policy_pb2 import PolicyBundle

#: Full name of the method, taken from the contract itself.
METHOD = f"/{pb.DESCRIPTOR.services_by_name['CollectorService'].full_name}/Report"

#: Frames taken from the spool at once: each may be 1 MiB.
_READ_AHEAD = 8
#: Seconds between looks at whether the stream is to end, while the spool is empty.
_LOOK_SECONDS = 0.2
#: Seconds that the collector has to answer the opening.
ACCEPT_SECONDS = 30.0

_log = logging.getLogger(__name__)


class ReopenError(Exception):
    """The spool was numbered anew: the stream has to be opened again, at once."""


class Receiver(Protocol):
    """Who takes the rules that the collector hands out; neither call raises."""

    @property
    def serial(self) -> int:
        """The number of the policy bundle in use; 0 where it is none."""

    def take(self, message: PolicyBundle, /) -> None:
        """A policy bundle came."""

    def know(self, organisations: Sequence[str], /) -> None:
        """The organisation of the tenant and those above it, nearest first."""


class Session:
    """One stream.

    `on_lost` is called where the collector no longer has what it acknowledged, `on_resync` where it holds
    something else than the agent takes it to.
    """

    def __init__(
        self,
        spool: Spool,
        tenant: str,
        counters: Counters,
        on_lost: Callable[[], None],
        rules: Receiver | None = None,
        on_resync: Callable[[], None] = lambda: None,
    ) -> None:
        self._spool = spool
        self._tenant = tenant
        self._counters = counters
        self._on_lost = on_lost
        self._rules = rules
        self._on_resync = on_resync
        self._changed = threading.Condition()
        self._call: grpc.Call | None = None
        self._failure: WolkenzichtError | None = None
        self._accepted = False
        self._ending = False  # send nothing more
        self._draining = False  # end when all that waits is acknowledged
        self._ended = False  # our side of the stream is closed
        self._spool_id = spool.spool_id
        self._reopen = False
        self._window = 1
        self._sent = 0
        self._acknowledged = 0

    def run(self, channel: grpc.Channel) -> None:
        """Send and take acknowledgements until `drain`, `end` or `cut` had its effect; then return.

        Raises `grpc.RpcError` where the stream breaks, `TransportError` where the collector does not
        keep to the contract, `StorageError` of the spool, `ReopenError`.
        """
        report = channel.stream_stream(METHOD, _as_it_is, pb.ReportResponse.FromString)
        call = report(self._requests())
        self._call = call
        opening = threading.Timer(ACCEPT_SECONDS, self._end_unless_accepted)
        opening.daemon = True
        opening.start()
        try:
            for response in call:
                self._take(response)
            ended = self._ended
        except grpc.RpcError:
            ended = self._ending
            if not ended and self._failure is None:
                raise
        finally:
            opening.cancel()
            self.end()
            call.cancel()
            self._counters.put(connected=False)
        if self._failure is not None:
            raise self._failure
        if self._reopen:
            raise ReopenError("frames were lost or numbered anew in the spool")
        if not ended:
            raise TransportError("the collector ended the stream", retryable=True)

    def drain(self) -> None:
        """End the stream when all that waits is acknowledged."""
        with self._changed:
            self._draining = True
            self._changed.notify_all()

    def end(self) -> None:
        """Send nothing more; the stream ends when the collector has answered what was sent."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()

    def cut(self) -> None:
        """End the stream at once."""
        self.end()
        if self._call is not None:
            self._call.cancel()

    def _requests(self) -> Iterator[bytes]:
        """What is sent; runs in a thread of gRPC, which asks for a frame when there is room for it."""
        start = pb.StreamStart(
            tenant=self._tenant,
            spool_id=self._spool_id,
            agent_version=VERSION,
            policy_serial=self._rules.serial if self._rules else 0,
            gap_cause=gap_pb2.GapCause.Name(self._spool.gap_cause),
        )
        yield pb.ReportRequest(stream_start=start).SerializeToString()
        with self._changed:
            self._changed.wait_for(lambda: self._accepted or self._ending)
        try:
            while self._may_send():
                frames = self._spool.read_after(self._sent, min(self._room(), _READ_AHEAD))
                if not self._follow(frames):
                    # What was sent is answered first; the next opening says what the numbers are then.
                    self._reopen = True
                    break
                for sequence, frame in frames:
                    self._sent = sequence
                    self._counters.add(frames_sent=1)
                    crash_points.passed("agent.before_send")
                    yield frame
                    crash_points.passed("agent.after_send")
        except StorageError as error:
            self._fail(error)
        self._ended = True

    def _follow(self, frames: Sequence[tuple[int, bytes]]) -> bool:
        """Whether these are the frames after those that were sent, under the numbers of this stream."""
        numbers = [number for number, _ in frames]
        following = list(range(self._sent + 1, self._sent + 1 + len(numbers)))
        return bool(numbers) and numbers == following and self._spool.spool_id == self._spool_id

    def _may_send(self) -> bool:
        """Wait until there is a frame and room for it; False where the stream is to end."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._room() > 0 or self._ending)
                if self._ending:
                    return False
            if self._spool.wait_for_frames(self._sent, _LOOK_SECONDS):
                return True
            if self._spool.spool_id != self._spool_id:
                return True  # which the frames then show
            with self._changed:
                if self._draining and self._acknowledged >= self._spool.backlog().last:
                    return False

    def _room(self) -> int:
        return self._window - (self._sent - self._acknowledged)

    def _take(self, response: pb.ReportResponse) -> None:
        kind = response.WhichOneof("frame")
        if kind == "stream_accepted":
            self._take_accepted(response.stream_accepted)
        elif kind == "ack":
            self._take_ack(response.ack.sequence)
        elif kind == "reject":
            self._take_reject(response.reject)
        elif kind == "policy_bundle" and self._rules is not None:
            self._rules.take(response.policy_bundle)
        elif kind == "resync":
            self._take_resync(response.resync)
        # An answer of a newer contract says nothing that this one depends on.

    def _take_accepted(self, accepted: pb.StreamAccepted) -> None:
        if self._rules is not None:
            self._rules.know(accepted.organisations)
        self._reconcile(accepted.committed_sequence)
        with self._changed:
            self._sent = self._acknowledged = accepted.committed_sequence
            self._window = max(1, accepted.window)
            self._accepted = True
            self._changed.notify_all()
        self._counters.put(connected=True)
        event(
            _log,
            logging.INFO,
            "stream.opened",
            tenant=accepted.tenant,
            committed=accepted.committed_sequence,
            window=accepted.window,
        )

    def _reconcile(self, committed: int) -> None:
        """Bring the spool in line with what the collector has of it, and the other way round."""
        if self._spool.spool_id != self._spool_id:
            raise ReopenError("the spool was numbered anew")
        backlog = self._spool.backlog()
        if committed > backlog.last:
            reason = f"the collector has {committed} frames of this spool, which has only {backlog.last}"
            remedy = "the state folder seems to be an old copy; what waits is sent again"
            cause: int = gap_pb2.GAP_CAUSE_SPOOL_BEHIND
        elif committed < backlog.first - 1:
            reason = (
                f"the collector has {committed} frames of this spool and acknowledged {backlog.first - 1}"
            )
            remedy = "the collector seems to be restored from an old copy; a scan sends what it lacks"
            cause = gap_pb2.GAP_CAUSE_COLLECTOR_BEHIND
            if not self._whole_scan_waits(backlog.first):
                self._on_lost()
        else:
            self._spool.acknowledge(committed)
            lost = self._spool.lost()
            if lost is None:
                return
            reason = (
                f"frames from {lost.first} to {lost.last} are no longer in the spool as they were written"
            )
            remedy = "the rest is sent; then the agent compares with the collector and scans again"
            cause = lost.cause
            self._on_resync()
        frames = self._spool.renumber(cause)
        event(_log, logging.WARNING, "spool.renumbered", frames=frames, reason=reason, remedy=remedy)
        raise ReopenError(reason)

    def _whole_scan_waits(self, first: int) -> bool:
        """Whether what waits begins with the start of a scan."""
        waiting = self._spool.read_after(first - 1, 1)
        return bool(waiting) and pb.ReportRequest.FromString(waiting[0][1]).HasField("scan_start")

    def _take_ack(self, sequence: int) -> None:
        if sequence > self._sent:
            raise TransportError(
                f"the collector acknowledges frame {sequence}, but {self._sent} was the last one sent; "
                "see that agent and collector are of versions that fit",
                retryable=False,
            )
        if sequence > self._acknowledged:
            self._counters.add(frames_acknowledged=sequence - self._acknowledged)
        crash_points.passed("agent.before_delete")
        self._spool.acknowledge(sequence, self._spool_id)
        crash_points.passed("agent.after_delete")
        with self._changed:
            self._acknowledged = max(self._acknowledged, sequence)
            self._changed.notify_all()

    def _take_reject(self, reject: pb.Reject) -> None:
        self._spool.rejections.keep(reject)
        first = reject.items[0] if reject.items else pb.RejectedItem()
        event(
            _log,
            logging.WARNING,
            "collector.rejected",
            frame=reject.sequence,
            items=len(reject.items),
            reason=reject.reason or f"{first.field} {first.reason}",
            asset_id=first.asset_id,
            remedy="kept in the table `rejected` of the spool",
        )
        if reject.reason:
            # All that the frame said is not there: what is held is not what was believed.
            self._on_resync()

    def _take_resync(self, resync: pb.Resync) -> None:
        event(
            _log,
            logging.WARNING,
            "collector.differs",
            scan_id=resync.scan_id,
            reason=resync.reason,
            remedy="compared with the collector, and scanned again at once",
        )
        self._on_resync()

    def _end_unless_accepted(self) -> None:
        if not self._accepted:
            self._fail(TransportError(f"no answer within {ACCEPT_SECONDS:.0f} s", retryable=True))
            self.cut()

    def _fail(self, error: WolkenzichtError) -> None:
        self._failure = self._failure or error


def _as_it_is(frame: bytes) -> bytes:
    """Frames stand in the spool as they are sent."""
    return frame
