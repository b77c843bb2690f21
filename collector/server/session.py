"""What happens between a stream's acceptance and its end: reading, acknowledging, watching the peer."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import grpc
import grpc.aio

from collector.identity.peer import Gate
from collector.server.admission import Admitted, Cut, Streams
from collector.server.distribution import Distribution
from collector.server.metrics import Metrics
from collector.server.received import Arrived, Received
from collector.server.writer import Writer
from collector.store.base import Committed
from wolkenzicht import crash_points, logs, reasons
from wolkenzicht.errors import StorageError
from wolkenzicht.v1.collector_service_pb2 import (
    Ack,
    Reject,
    ReportResponse,
    Resync,
    StreamStart,
)

#: Characters told of what an agent says.
_MAX_REASON = 500

_log = logging.getLogger("collector.report")
_Submitted = tuple[int, "asyncio.Future[Committed]"]


class Session:
    """One accepted stream; `committed` is the last sequence that is durable."""

    def __init__(
        self,
        writer: Writer,
        gate: Gate,
        streams: Streams,
        distribution: Distribution,
        metrics: Metrics,
        context: grpc.aio.ServicerContext[Any, Any],
        admitted: Admitted,
        start: StreamStart,
        *,
        position: int,
        window: int,
    ) -> None:
        self.committed = position
        self._writer = writer
        self._gate = gate
        self._distribution = distribution
        self._metrics = metrics
        self._context = context
        self._streams = streams
        self._cut = admitted.cut
        self._peer = admitted.peer
        self._start = start
        self._last = position
        self._window = asyncio.Semaphore(window)
        self._submitted: asyncio.Queue[_Submitted | None] = asyncio.Queue()
        self._writing = asyncio.Lock()

    async def run(self) -> Cut | None:
        """Serve the stream; None where the agent ended it, else why the collector must.

        Raises `asyncio.CancelledError` where the connection is lost.
        """
        reader = asyncio.create_task(self._read())
        answerer = asyncio.create_task(self._answer())
        tasks = {reader, answerer}
        handing = asyncio.create_task(self._hand_out())
        try:
            ends: set[asyncio.Future[Cut | None]] = {*tasks, self._cut}
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
            if answerer.done():
                return answerer.result()
            cut = self._cut.result() if self._cut.done() else reader.result()
            reader.cancel()
            await self._submitted.put(None)
            return await answerer or cut
        finally:
            for task in (handing, *tasks):
                task.cancel()
            await asyncio.gather(handing, *tasks, return_exceptions=True)

    async def _read(self) -> Cut | None:
        """Hand frames to the writer until the agent ends the stream or breaks the contract."""
        while True:
            await self._window.acquire()
            turn = await self._writer.turn(self._peer.tenant)
            frame = await self._context.read()
            if not isinstance(frame, Arrived):
                return None
            head = frame.head
            fault = self._fault(head)
            if fault is not None:
                return fault
            refusal = await self._refusal()
            if refusal is not None:
                return refusal
            start = self._start
            received = Received(
                self._peer.tenant, start.spool_id, start.agent_version, frame.body, start.gap_cause
            )
            self._last = max(self._last, head.sequence)
            self._submitted.put_nowait((head.sequence, self._writer.submit(turn, received)))
            self._tell_refusal(head)
            del frame, head, received  # while the next is waited for, the writer alone keeps this one

    def _tell_refusal(self, head: Any) -> None:
        """Say where an agent scans by other rules than it was sent; what it says is a stranger's text."""
        reason = head.scan_start.policy_refusal if head.HasField("scan_start") else ""
        if reason:
            tenant = self._peer.tenant
            self._metrics.policy_refusals.labels(tenant).inc()
            told = " ".join(reason.split())[:_MAX_REASON]
            logs.event(
                _log,
                logging.WARNING,
                "policy.refused_by_agent",
                tenant=tenant,
                scan_id=head.scan_id,
                policy=head.scan_start.policy_version,
                reason=told,
            )

    def _fault(self, head: Any) -> Cut | None:
        kind = head.WhichOneof("frame")
        if kind is None or kind == "stream_start" or head.sequence == 0:
            message = f"frame: {kind or 'empty'} with sequence {head.sequence} cannot follow a stream's start"
            return Cut(grpc.StatusCode.INVALID_ARGUMENT, reasons.FRAME_UNPROCESSABLE, message)
        if head.sequence > self._last + 1:
            message = f"sequence: {head.sequence} follows {self._last}; scan anew with a new spool"
            return Cut(grpc.StatusCode.FAILED_PRECONDITION, reasons.SEQUENCE_GAP, message)
        return None

    async def _answer(self) -> Cut | None:
        """Acknowledge what is durable, in order; one Ack stands for all that are durable by then."""
        submitted = await self._submitted.get()
        while submitted is not None:
            await asyncio.wait([submitted[1]])
            cut = await self._settle(*submitted)
            if cut is not None:
                return cut
            waiting = not self._submitted.empty()
            following = self._submitted.get_nowait() if waiting else None
            if following is None or not following[1].done():
                await self._write(ReportResponse(ack=Ack(sequence=self.committed)))
                crash_points.passed("collector.after_ack")
            submitted = following if waiting else await self._submitted.get()
        return None

    async def _settle(self, sequence: int, future: asyncio.Future[Committed]) -> Cut | None:
        error = future.exception()
        if isinstance(error, StorageError):
            return self._streams.store_failed(error)
        if error is not None:
            message = f"frame {sequence}: the collector cannot process it; its log says why"
            return Cut(grpc.StatusCode.INTERNAL, reasons.FRAME_UNPROCESSABLE, message)
        await self._reject(future.result())
        await self._resync(future.result())
        self.committed = max(self.committed, sequence)
        self._window.release()
        return None

    async def _reject(self, committed: Committed) -> None:
        if committed.rejected or committed.refused:
            items = () if committed.refused else committed.rejected
            reject = Reject(sequence=committed.sequence, items=items, reason=committed.refused)
            await self._write(ReportResponse(reject=reject))

    async def _resync(self, committed: Committed) -> None:
        """Tell the agent to compare, before it hears that its scan is committed and takes all to be well."""
        if committed.resync:
            tenant = self._peer.tenant
            self._metrics.digest_differences.labels(tenant).inc()
            logs.event(
                _log,
                logging.WARNING,
                "digest.differs",
                tenant=tenant,
                sequence=committed.sequence,
                reason=committed.resync,
            )
            resync = Resync(scan_id=committed.scan_id, reason=committed.resync)
            await self._write(ReportResponse(resync=resync))

    async def _hand_out(self) -> None:
        """Send the policy bundle in force where the agent has an older one, and each that follows."""
        serial = self._start.policy_serial
        while True:
            offer = await self._distribution.newer(serial)
            await self._write(offer.response)
            serial = offer.serial
            logs.event(_log, logging.INFO, "policy.sent", tenant=self._peer.tenant, serial=serial)

    async def _write(self, response: ReportResponse) -> None:
        # gRPC takes one message at a time.
        async with self._writing:
            await self._context.write(response)

    async def _refusal(self) -> Cut | None:
        """Why the peer may not go on; None where it may."""
        denial = await self._gate.denial(self._peer)
        return None if denial is None else self._streams.denied(denial)
