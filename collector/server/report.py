"""How an agent's stream is received: admitted, read within its window, committed, acknowledged."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NoReturn

import grpc
import grpc.aio

from collector.identity.peer import Denial, Gate, Peer
from collector.identity.spiffe import AGENT
from collector.rulebook.in_force import InForce
from collector.server.admission import Admitted, Cut, Streams
from collector.server.comparing import Answers
from collector.server.distribution import Distribution
from collector.server.metrics import Metrics
from collector.server.received import Arrived
from collector.server.session import Session
from collector.server.writer import Writer
from collector.store.base import Comparing, Ingest, Registry
from wolkenzicht import logs, reasons
from wolkenzicht.errors import ContractError, StorageError
from wolkenzicht.retry import retry_details
from wolkenzicht.v1.collector_service_pb2 import ReportResponse, StreamAccepted, StreamStart
from wolkenzicht.v1.collector_service_pb2_grpc import CollectorServiceServicer
from wolkenzicht.v1.compare_pb2 import CompareRequest, CompareResponse

#: Frames of one stream that may be unacknowledged.
WINDOW = 64
#: Seconds that an agent has to say the first word of a stream.
START_SECONDS = 30.0
#: Streams that ask at once how far their spool has come.
_BEGINNING = 4

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
        streams: Streams,
        metrics: Metrics,
        in_force: InForce,
        distribution: Distribution,
    ) -> None:
        self._ingest = ingest
        self._answers = Answers(comparing)
        self._registry = registry
        self._writer = writer
        self._gate = gate
        self._streams = streams
        self._metrics = metrics
        self._in_force = in_force
        self._distribution = distribution
        # They wait as commits do, for a second server too where there should be one: nobody else shall.
        self._threads = ThreadPoolExecutor(_BEGINNING, thread_name_prefix="standing")

    def close(self) -> None:
        """End the threads in which streams begin, once no stream is served any more."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    async def Report(  # type: ignore[override] # noqa: N802 - the name is gRPC's; aio takes a coroutine as well
        self, _requests: object, context: grpc.aio.ServicerContext[Any, Any]
    ) -> None:
        """One agent's stream, from admission to its end."""
        peer = await self._gate.authenticate(context, AGENT)
        refusal = self._streams.refusal(peer.tenant)
        if refusal is not None:
            self._streams.tell_refused(peer, refusal)
            await self._abort(context, peer, refusal)
        with self._streams.admitted(peer) as admitted:
            cut = await self._serve(context, admitted)
        if cut is not None:
            await self._abort(context, peer, cut)

    async def _serve(self, context: grpc.aio.ServicerContext[Any, Any], admitted: Admitted) -> Cut | None:
        """Serve an admitted stream; None where the agent ended it, else why the collector must."""
        peer = admitted.peer
        start = await self._start(context, peer)
        if start is None:
            return None
        self._streams.supersede(admitted, start.spool_id)
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
            self._streams,
            self._distribution,
            self._metrics,
            context,
            admitted,
            start,
            position=position,
            window=WINDOW,
        )
        cut, cause = None, "connection lost"
        try:
            cut = await session.run()
            cause = cut.reason if cut else "agent ended it"
        finally:
            self._closed(peer, session, cause)
        return cut

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
            cut = self._streams.store_failed(error)
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
        try:
            first = await asyncio.wait_for(context.read(), START_SECONDS)
        except TimeoutError:
            message = f"stream_start: did not come within {START_SECONDS:.0f} s"
            cut = Cut(grpc.StatusCode.DEADLINE_EXCEEDED, reasons.STREAM_START_MISSING, message)
            await self._abort(context, peer, cut)
        if first is grpc.aio.EOF:
            return None
        if not isinstance(first, Arrived) or first.head.WhichOneof("frame") != "stream_start":
            message = "stream_start: must be the first frame of a stream"
            denial = Denial(grpc.StatusCode.INVALID_ARGUMENT, reasons.STREAM_START_MISSING, message)
            await self._gate.refuse_peer(context, peer, denial)
        start: StreamStart = first.head.stream_start
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
            return await asyncio.get_running_loop().run_in_executor(self._threads, read)
        except StorageError as error:
            await self._abort(context, peer, self._streams.store_failed(error))

    async def _abort(self, context: grpc.aio.ServicerContext[Any, Any], peer: Peer, cut: Cut) -> NoReturn:
        if cut.denial is not None:
            await self._gate.refuse_peer(context, peer, cut.denial)
        metadata: list[tuple[str, str | bytes]] = [(reasons.REASON_KEY, cut.reason)]
        if cut.retry_after is not None:
            metadata.append(retry_details(cut.code, cut.message, cut.retry_after))
        await context.abort(cut.code, cut.message, tuple(metadata))
