"""Which streams are open: how many there may be, whose they are, and when those sent away come back."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

import grpc

from collector.identity.peer import CACHE_SECONDS, Denial, Gate, Peer
from collector.server.metrics import Metrics
from wolkenzicht import logs, reasons
from wolkenzicht.errors import StorageError

#: Streams of one tenant at once: an agent has one, and a little more while a cut one is not noticed.
TENANT_STREAMS = 8
#: Agents asked back per second: a handshake with certificates costs a few milliseconds of processor.
BACK_PER_SECOND = 50.0
#: Seconds after which the first comes back: where there is no room, and where the store fails.
FULL_SECONDS, STORE_SECONDS = 5.0, 15.0
#: The longest that anybody is sent away for.
LONGEST_SECONDS = 300.0

_log = logging.getLogger("collector.report")


@dataclass(frozen=True, slots=True)
class Cut:
    """Why the collector ends a stream; `denial` is set where the peer itself is refused.

    `retry_after` is the number of seconds after which the agent may come back, where that may help.
    """

    code: grpc.StatusCode
    reason: str
    message: str
    denial: Denial | None = None
    retry_after: float | None = None


class Appointments:
    """When agents that are sent away come back: one after the other, not all at once."""

    def __init__(
        self, per_second: float = BACK_PER_SECOND, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._between = 1.0 / per_second
        self._clock = clock
        self._next = float("-inf")

    def after(self, shortest: float = 0.0) -> float:
        """Seconds for the next agent to stay away: at least so many, and more while others come first."""
        now = self._clock()
        mine = max(self._next, now)
        self._next = mine + self._between
        return min(shortest + (mine - now), LONGEST_SECONDS)


@dataclass(eq=False, slots=True)
class Admitted:
    """One open stream; `cut` is done where the collector wants it to end."""

    peer: Peer
    cut: asyncio.Future[Cut | None]
    spool: str = ""

    def end(self, cut: Cut) -> None:
        """Have the stream ended; the first reason counts."""
        if not self.cut.done():
            self.cut.set_result(cut)


@dataclass(slots=True)
class Streams:
    """The open streams. Looks after all of them together: a task for each would ask the registry each."""

    gate: Gate
    metrics: Metrics
    most: int
    appointments: Appointments = field(default_factory=Appointments)
    _open: set[Admitted] = field(default_factory=set)
    _tenants: Counter[str] = field(default_factory=Counter)
    _stopping: bool = False
    _task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Begin to look whether peers were evicted."""
        self._task = asyncio.create_task(self._watch(), name="streams")
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Send all agents away, for the collector stops; each is told when to come back.

        Streams end once what they sent is committed and acknowledged.
        """
        self._stopping = True
        for admitted in self._open:
            admitted.end(self._stop())
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def refusal(self, tenant: str) -> Cut | None:
        """Why no further stream of this tenant can be opened now; None where it can."""
        if self._stopping:
            return self._stop()
        if len(self._open) >= self.most:
            message = f"{len(self._open)} streams are open here, which is all that [limits] streams allows"
        elif self._tenants[tenant] >= TENANT_STREAMS:
            message = f"{TENANT_STREAMS} streams of tenant {tenant} are open; one agent reports for a tenant"
        else:
            return None
        code = grpc.StatusCode.RESOURCE_EXHAUSTED
        after = self.appointments.after(FULL_SECONDS)
        return Cut(code, reasons.COLLECTOR_FULL, message, retry_after=after)

    @contextmanager
    def admitted(self, peer: Peer) -> Iterator[Admitted]:
        """Count a stream as open while the block runs."""
        admitted = Admitted(peer, asyncio.get_running_loop().create_future())
        self._open.add(admitted)
        self._tenants[peer.tenant] += 1
        self.metrics.streams.inc()
        try:
            yield admitted
        finally:
            self._open.remove(admitted)
            self._tenants[peer.tenant] -= 1
            self._tenants += Counter()  # keeps what is above 0
            self.metrics.streams.dec()

    def supersede(self, admitted: Admitted, spool: str) -> None:
        """Name the spool of a stream; an older stream of the same spool, left behind by a cut, ends."""
        admitted.spool = spool
        for other in self._open:
            if other is not admitted and (other.peer.tenant, other.spool) == (admitted.peer.tenant, spool):
                message = "the agent opened another stream for this spool"
                other.end(Cut(grpc.StatusCode.ABORTED, reasons.SUPERSEDED, message))

    def denied(self, denial: Denial) -> Cut:
        """The end of a stream whose peer may not go on, or of which the store cannot tell."""
        if denial.code is grpc.StatusCode.UNAVAILABLE:
            after = self.appointments.after(STORE_SECONDS)
            return Cut(denial.code, denial.reason, denial.message, retry_after=after)
        return Cut(denial.code, denial.reason, denial.message, denial)

    def store_failed(self, error: StorageError) -> Cut:
        """The stream cannot go on now; the agent keeps what is not acknowledged and comes back."""
        after = self.appointments.after(STORE_SECONDS)
        code = grpc.StatusCode.UNAVAILABLE
        return Cut(code, reasons.STORE_UNAVAILABLE, f"store: {error}", retry_after=after)

    def _stop(self) -> Cut:
        message = "the collector stops; it will be back"
        after = self.appointments.after()
        return Cut(grpc.StatusCode.UNAVAILABLE, reasons.COLLECTOR_STOPPING, message, retry_after=after)

    async def _watch(self) -> None:
        """End the streams of peers that were evicted, also where they send nothing."""
        while True:
            await asyncio.sleep(CACHE_SECONDS)
            streams = list(self._open)
            denials = await self.gate.denials([each.peer for each in streams])
            for admitted, denial in zip(streams, denials, strict=True):
                if denial is not None:
                    admitted.end(self.denied(denial))

    def tell_refused(self, peer: Peer, cut: Cut) -> None:
        """Log and count a stream that was not opened."""
        self.metrics.refusals.labels(cut.reason).inc()
        logs.event(
            _log,
            logging.WARNING,
            "stream.refused",
            tenant=peer.tenant,
            address=peer.address,
            reason=cut.message,
            retry_seconds=round(cut.retry_after or 0.0, 1),
        )
