"""A collector reduced to its contract: accepts, commits to a list, acknowledges, and fails when told to."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import grpc
import grpc.aio

from wolkenzicht.transport import Credentials, server_options
from wolkenzicht.v1.collector_service_pb2 import (
    Ack,
    Reject,
    ReportRequest,
    ReportResponse,
    Resync,
    StreamAccepted,
)
from wolkenzicht.v1.collector_service_pb2_grpc import (
    CollectorServiceServicer,
    add_CollectorServiceServicer_to_server,
)
from wolkenzicht.v1.compare_pb2 import CompareRequest, CompareResponse


@dataclass
class Behaviour:
    """What the collector does besides its work; tests change it while it runs.

    `cut_every` breaks the stream after so many frames, before the last of them is acknowledged. With
    `silent` it takes frames and acknowledges none. `reject` names what is wrong with a frame, if anything.
    """

    window: int = 8
    tenant: str = ""
    cut_every: int = 0
    silent: bool = False
    refuse: tuple[grpc.StatusCode, str] | None = None
    refuse_metadata: tuple[tuple[str, str | bytes], ...] = ()
    reject: Callable[[ReportRequest], Reject | None] = lambda _frame: None
    acknowledge_beyond: int = 0
    resyncs: int = 0


@dataclass
class Received:
    """What was committed: `frames` in order of arrival over all spools, and each spool's position."""

    frames: list[ReportRequest] = field(default_factory=list)
    positions: dict[str, int] = field(default_factory=dict)
    streams: int = 0
    most_unacknowledged: int = 0
    repeated: int = 0


class MinimalCollector(CollectorServiceServicer):
    """Serves on a port of its own in a thread of its own while entered."""

    def __init__(self, credentials: Credentials, port: int = 0, received: Received | None = None) -> None:
        self.behaviour = Behaviour()
        self.received = received or Received()
        self.port = port
        self._credentials = credentials
        self._ready = threading.Event()
        self._ending = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    @property
    def address(self) -> str:
        """Where agents find it."""
        return f"localhost:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(60)
        return self

    def __exit__(self, *_error: object) -> None:
        self._ending.set()
        self._thread.join(10)

    async def _serve(self) -> None:
        server = grpc.aio.server(options=server_options())
        add_CollectorServiceServicer_to_server(self, server)
        self.port = server.add_secure_port(f"127.0.0.1:{self.port}", self._credentials.server())
        await server.start()
        self._ready.set()
        await asyncio.to_thread(self._ending.wait)
        await server.stop(0)

    async def Compare(  # noqa: N802 - the name is gRPC's
        self, request: CompareRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> CompareResponse:
        """It cannot tell what it holds; an agent does without."""
        del request
        return await context.abort(grpc.StatusCode.UNIMPLEMENTED, "nothing is kept here to be compared")

    async def Report(  # noqa: N802 - the name is gRPC's; aio takes a generator
        self, requests: AsyncIterator[ReportRequest], context: grpc.aio.ServicerContext[Any, Any]
    ) -> AsyncIterator[ReportResponse]:
        """One stream."""
        behaviour, received = self.behaviour, self.received
        received.streams += 1
        if behaviour.refuse is not None:
            await context.abort(*behaviour.refuse, behaviour.refuse_metadata)
        first = await anext(aiter(requests))
        spool = first.stream_start.spool_id
        position = received.positions.get(spool, 0)
        yield ReportResponse(
            stream_accepted=StreamAccepted(
                committed_sequence=position,
                window=behaviour.window,
                tenant=behaviour.tenant or first.stream_start.tenant,
            )
        )
        taken = 0
        async for frame in requests:
            taken += 1
            received.most_unacknowledged = max(received.most_unacknowledged, taken)
            if frame.sequence <= position:
                received.repeated += 1
            elif frame.sequence == position + 1:
                position = received.positions[spool] = frame.sequence
                received.frames.append(frame)
            else:
                await context.abort(grpc.StatusCode.FAILED_PRECONDITION, f"gap after {position}")
            if behaviour.cut_every and taken >= behaviour.cut_every:
                await context.abort(grpc.StatusCode.UNAVAILABLE, "cut by the test")
            if behaviour.silent:
                continue
            reject = behaviour.reject(frame)
            if reject is not None:
                yield ReportResponse(reject=reject)
            if behaviour.resyncs and frame.HasField("scan_end"):
                behaviour.resyncs -= 1
                yield ReportResponse(resync=Resync(scan_id=frame.scan_id, reason="the test says so"))
            yield ReportResponse(ack=Ack(sequence=position + behaviour.acknowledge_beyond))


def scan_frames(frames: list[ReportRequest], kind: str) -> list[ReportRequest]:
    """The frames of one kind."""
    return [frame for frame in frames if frame.WhichOneof("frame") == kind]


def written(place: Path, ca: Any, *names: str) -> Credentials:
    """A certificate of a trustme CA for `names`, as files in `place`."""
    place.mkdir(parents=True, exist_ok=True)
    certificate = ca.issue_cert(*names)
    paths = Credentials(place / "ca.pem", place / "cert.pem", place / "key.pem")
    ca.cert_pem.write_to_path(str(paths.ca))
    certificate.private_key_pem.write_to_path(str(paths.key))
    paths.certificate.write_bytes(b"".join(pem.bytes() for pem in certificate.cert_chain_pems))
    return paths
