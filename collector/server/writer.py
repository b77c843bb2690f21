"""How frames reach the store: one writer, groups of frames in one transaction, each told when durable."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar

from collector.server.fair_queue import Bounds, FairQueue, Turn
from collector.server.metrics import Metrics
from collector.server.received import Arrived, Received
from collector.store.base import Committed, Ingest
from wolkenzicht import crash_points, logs
from wolkenzicht.errors import StorageError

#: Frames of so many bytes may wait, over all tenants, where nothing else is configured.
WAITING_BYTES = 16 * 1024 * 1024
#: One transaction takes at most this many frames, and stops growing at this many bytes.
GROUP_FRAMES = 32
GROUP_BYTES = 4 * 1024 * 1024
#: Seconds that a transaction shall take at most, going by those before it: a frame waits for up to two.
GROUP_SECONDS = 0.3
#: A transaction has room for so many bytes however slow the store is.
_LEAST_GROUP_BYTES = 256 * 1024


def bounds_of(size: int) -> Bounds:
    """What may wait for the writer where so many bytes may; more is not read from the streams.

    A tenant may fill half of it: two full transactions with the default.
    """
    return Bounds(frames=8 * GROUP_FRAMES, size=size, tenant_frames=2 * GROUP_FRAMES, tenant_size=size // 2)


_log = logging.getLogger("collector.writer")
_Result = TypeVar("_Result")
_Waiting = tuple[Received, "asyncio.Future[Committed]"]


class Writer:
    """Commits the frames of each tenant in their order, the tenants in turn.

    `on_events` is called after findings opened or resolved.
    """

    def __init__(
        self,
        ingest: Ingest,
        clock: Callable[[], datetime],
        metrics: Metrics,
        on_events: Callable[[], None] = lambda: None,
        bounds: Bounds | None = None,
    ) -> None:
        self._ingest = ingest
        self._clock = clock
        self._metrics = metrics
        self._on_events = on_events
        self._queue: FairQueue[_Waiting] = FairQueue(bounds or bounds_of(WAITING_BYTES))
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        self._task: asyncio.Task[None] | None = None
        self._committing = False
        self._group_bytes = GROUP_BYTES

    def start(self) -> None:
        """Begin to commit; needs a running event loop."""
        self._task = asyncio.create_task(self._run(), name="writer")

    async def turn(self, tenant: str) -> Turn:
        """Wait until a frame of this tenant may be read: to be asked for before each."""
        return await self._queue.turn(tenant)

    def submit(self, turn: Turn, received: Received) -> asyncio.Future[Committed]:
        """Hand over the frame that a turn was for.

        The future has the result once the frame is durable. It raises `StorageError` where nothing
        of its group was applied, or whatever else a frame made the store raise.
        """
        future: asyncio.Future[Committed] = asyncio.get_running_loop().create_future()
        self._queue.put(turn, (received, future), len(received.body))
        self._show()
        return future

    async def between(self, work: Callable[[], _Result]) -> _Result:
        """Do other work in the writer's thread; frames that wait by then go before whatever comes next.

        Work on its own thread would be no quicker, for one of them runs Python at a time, and would make
        every statement of a commit wait for its turn.
        """
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    @property
    def waiting(self) -> bool:
        """Whether frames wait for the writer."""
        return len(self._queue) > 0 or self._committing

    async def stop(self) -> None:
        """Commit what was submitted, then stop."""
        if self._task is not None:
            self._queue.close()
            await self._task
        self._thread.shutdown(wait=True)

    async def _run(self) -> None:
        while group := await self._queue.take(GROUP_FRAMES, self._group_bytes):
            self._show()
            await self._commit(group)

    def _show(self) -> None:
        self._metrics.waiting_frames.set(len(self._queue))
        self._metrics.waiting_bytes.set(self._queue.size)

    async def _commit(self, group: Sequence[_Waiting]) -> None:
        started = time.perf_counter()
        frames = [received for received, _ in group]
        loop = asyncio.get_running_loop()
        crash_points.passed("collector.before_commit")
        call = loop.run_in_executor(self._thread, self._apply, frames, self._clock())
        self._committing = True
        await asyncio.wait([call])
        self._committing = False
        error = call.exception()
        if error is None:
            crash_points.passed("collector.after_commit")
            seconds = time.perf_counter() - started
            self._fit(sum(len(each.body) for each in frames), seconds)
            self._metrics.commit_seconds.observe(seconds)
            self._metrics.commit_frames.observe(len(group))
            self._tell(group, call.result())
        elif len(group) > 1 and not isinstance(error, StorageError):
            # One frame that the store cannot digest must not take down those that came with it.
            for one in group:
                await self._commit([one])
        else:
            self._fail(group, error)

    def _apply(self, received: Sequence[Received], now: datetime) -> list[tuple[Committed, int]]:
        """Commit frames, in the writer's thread: what became of each, and how many assets it has."""
        frames = [each.parsed() for each in received]
        results = self._ingest.commit(frames, now)
        return [
            (committed, len(each.frame.asset_batch.assets))
            for each, committed in zip(frames, results, strict=True)
        ]

    def _fit(self, size: int, seconds: float) -> None:
        """Make groups as large as fits the time that they shall take, in steps of a half at most."""
        fitting = size * GROUP_SECONDS / max(seconds, 1e-6)
        low, high = self._group_bytes / 2, self._group_bytes * 2
        if seconds > GROUP_SECONDS or size >= self._group_bytes:  # a small group tells nothing of a large one
            room = min(max(fitting, low), high)
            self._group_bytes = round(min(max(room, _LEAST_GROUP_BYTES), GROUP_BYTES))

    def _tell(self, group: Sequence[_Waiting], results: Sequence[tuple[Committed, int]]) -> None:
        events = 0
        for (received, future), (committed, assets) in zip(group, results, strict=True):
            self._count(received.tenant, committed, assets)
            events += committed.events
            if not future.done():  # done where the stream was cut meanwhile
                future.set_result(committed)
        if events:
            self._on_events()

    def _count(self, tenant: str, committed: Committed, assets: int) -> None:
        self._metrics.frames.labels(tenant).inc()
        if committed.rejected:
            self._metrics.rejected.labels(tenant).inc(len(committed.rejected))
        if committed.events:
            self._metrics.finding_events.labels(tenant).inc(committed.events)
        if assets and not committed.duplicate and not committed.refused:
            self._metrics.assets.labels(tenant).inc(assets)

    def _fail(self, group: Sequence[_Waiting], error: BaseException) -> None:
        self._metrics.commit_failures.inc()
        tenants = ",".join(sorted({received.tenant for received, _ in group}))
        if isinstance(error, StorageError):
            logs.event(
                _log, logging.ERROR, "store.failed", during="commit", tenants=tenants, reason=str(error)
            )
        else:
            sequence = Arrived.of(group[0][0].body).head.sequence
            _log.error(
                "a frame cannot be committed: tenant %s, sequence %d", tenants, sequence, exc_info=error
            )
        for _, future in group:
            if not future.done():
                future.set_exception(error)
                future.exception()  # seen: a stream that was cut meanwhile asks for it no more
