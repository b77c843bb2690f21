"""How an agent's stream is received: admitted, read within its window, committed, acknowledged."""

from __future__ import annotations

import asyncio
import logging
from typing import Any, NoReturn

import grpc
import grpc.aio

from collector.identity.peer import Denial, Gate, Peer
from collector.identity.spiffe import AGENT
from collector.rulebook.in_force import InForce
from collector.server.comparing import Answers
from collector.server.distribution import Distribution
from collector.server.metrics import Metrics
from collector.server.session import Cut, Session, store_failed
from collector.server.writer import Writer
from collector.store.base import Comparing, Ingest, Registry
from wolkenzicht import logs, reasons
from wolkenzicht.errors import ContractError, StorageError
from wolkenzicht.v1.collector_service_pb2 import ReportRequest, ReportResponse, StreamAccepted, StreamStart
from wolkenzicht.v1.collector_service_pb2_grpc import CollectorServiceServicer
from wolkenzicht.v1.compare_pb2 import CompareRequest, CompareResponse

#: Frames of one stream that may be unacknowledged.
WINDOW = 64
#: Seconds after which an agent that was cut for want of storage may come back.
RETRY_AFTER_SECONDS = 15

_log = logging.getLogger("collector.report")
_MAX_SPOOL_ID = 128


class ReportService(CollectorServiceServicer):
    """Receives what agents report, and answers what they ask about their own tenant."""

    def __init__(
        self,
        ingest: Ingest,
        comparing: Comparing,
        registry: Registry,
        writer: Writer,
        gate: Gate,
        metrics: Metrics,
        in_force: InForce,
        distribution: Distribution,
    ) -> None:
        self._ingest = ingest
        self._answers = Answers(comparing)
        self._registry = registry
        self._writer = writer
        self._gate = gate
        self._metrics = metrics
        self._in_force = in_force
        self._distribution = distribution
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Take no further frames; streams end once what they sent is committed and acknowledged."""
        self._stopping.set()

    async def Report(  # type: ignore[override] # noqa: N802 - the name is gRPC's; aio takes a coroutine as well
        self, _requests: object, context: grpc.aio.ServicerContext[Any, Any]
    ) -> None:
        """One agent's stream, from admission to its end."""
        peer = await self._gate.authenticate(context, AGENT)
        start = await self._start(context, peer)
        if start is None:
            return
        position, organisation = await self._standing(context, peer, start)
        accepted = StreamAccepted(
            committed_sequence=position,
            window=WINDOW,
            tenant=peer.tenant,
            organisations=self._in_force.chain(organisation) if organisation else (),
        )
        await context.write(ReportResponse(stream_accepted=accepted))
        logs.event(
            _log,
            logging.INFO,
            "stream.opened",
            tenant=peer.tenant,
            address=peer.address,
            spool=start.spool_id,
            committed=position,
            agent_version=start.agent_version,
            policy_serial=start.policy_serial,
        )
        session = Session(
            self._writer,
            self._gate,
            self._distribution,
            self._metrics,
            context,
            peer,
            start,
            position=position,
            window=WINDOW,
        )
        cut, cause = None, "connection lost"
        try:
            with self._metrics.streams.track_inprogress():
                cut = await session.run(self._stopping)
            cause = cut.reason if cut else "agent ended it"
        finally:
            self._closed(peer, session, cause)
        if cut is not None:
            await self._abort(context, peer, cut)

    async def Compare(  # noqa: N802 - as above
        self, request: CompareRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> CompareResponse:
        """One step of a comparison."""
        peer = await self._gate.authenticate(context, AGENT)
        await self._refuse_other_tenant(context, peer, "compare", request.tenant)
        try:
            return await asyncio.to_thread(self._answers.answer, peer.tenant, request)
        except ContractError as error:
            cut = Cut(grpc.StatusCode.INVALID_ARGUMENT, reasons.QUESTION_UNANSWERABLE, str(error))
        except StorageError as error:
            cut = store_failed(error)
        return await self._abort(context, peer, cut)

    async def _refuse_other_tenant(
        self, context: grpc.aio.ServicerContext[Any, Any], peer: Peer, where: str, tenant: str
    ) -> None:
        if tenant != peer.tenant:
            message = (
                f"{where}.tenant: says {tenant[:64]!r}, the certificate {peer.tenant!r}; "
                "configure the tenant that the certificate was issued for"
            )
            denial = Denial(grpc.StatusCode.PERMISSION_DENIED, reasons.TENANT_MISMATCH, message)
            await self._gate.refuse_peer(context, peer, denial)

    @staticmethod
    def _closed(peer: Peer, session: Session, cause: str) -> None:
        logs.event(
            _log,
            logging.INFO,
            "stream.closed",
            tenant=peer.tenant,
            address=peer.address,
            committed=session.committed,
            cause=cause,
        )

    async def _start(self, context: grpc.aio.ServicerContext[Any, Any], peer: Peer) -> StreamStart | None:
        """The stream's opening; None where the agent ended the stream before it said anything."""
        first = await context.read()
        if first is grpc.aio.EOF:
            return None
        if not isinstance(first, ReportRequest) or first.WhichOneof("frame") != "stream_start":
            message = "stream_start: must be the first frame of a stream"
            denial = Denial(grpc.StatusCode.INVALID_ARGUMENT, reasons.STREAM_START_MISSING, message)
            await self._gate.refuse_peer(context, peer, denial)
        start = first.stream_start
        await self._refuse_other_tenant(context, peer, "stream_start", start.tenant)
        if not 0 < len(start.spool_id) <= _MAX_SPOOL_ID:
            message = f"stream_start.spool_id: must have 1 to {_MAX_SPOOL_ID} characters"
            denial = Denial(grpc.StatusCode.INVALID_ARGUMENT, reasons.STREAM_START_MISSING, message)
            await self._gate.refuse_peer(context, peer, denial)
        return start

    async def _standing(
        self, context: grpc.aio.ServicerContext[Any, Any], peer: Peer, start: StreamStart
    ) -> tuple[int, str]:
        """How far the agent's spool has come, and the organisation of its tenant."""

        def read() -> tuple[int, str]:
            position = self._ingest.position(peer.tenant, start.spool_id)
            return position, self._registry.organisation_of(peer.tenant)

        try:
            return await asyncio.to_thread(read)
        except StorageError as error:
            await self._abort(context, peer, store_failed(error))

    async def _abort(self, context: grpc.aio.ServicerContext[Any, Any], peer: Peer, cut: Cut) -> NoReturn:
        if cut.denial is not None:
            await self._gate.refuse_peer(context, peer, cut.denial)
        metadata = [(reasons.REASON_KEY, cut.reason)]
        if cut.code is grpc.StatusCode.UNAVAILABLE:
            metadata.append((reasons.RETRY_AFTER_KEY, str(RETRY_AFTER_SECONDS)))
        await context.abort(cut.code, cut.message, tuple(metadata))
