"""Thins out the past while agents report: a small step at a time, frames that wait go first."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime
from functools import partial

from collector.retention.rule import OFF, whole_since
from collector.server.metrics import Metrics
from collector.server.writer import Writer
from collector.store.base import Retention, Thinned
from wolkenzicht import logs
from wolkenzicht.errors import StorageError

#: Versions looked at in one transaction: some milliseconds.
STEP = 500
#: Seconds between two looks whether anything is due.
LOOK_SECONDS = 3600.0
#: Seconds between two steps, so that a long past does not take every gap.
PAUSE_SECONDS = 0.02

_log = logging.getLogger("collector.retention")


class Thinning:
    """Looks every hour what is due by the rule; goes on where it was after a restart."""

    def __init__(
        self,
        retention: Retention,
        writer: Writer,
        metrics: Metrics,
        clock: Callable[[], datetime],
        full: str,
        *,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._retention = retention
        self._writer = writer
        self._metrics = metrics
        self._clock = clock
        self._full = full
        self._look_seconds = look_seconds
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look, unless all is kept; needs a running event loop."""
        if self._full != OFF:
            self._task = asyncio.create_task(self._run(), name="thinning")

    async def stop(self) -> None:
        """End after the step in hand."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                await self._thin_all()
            except StorageError as error:
                logs.event(_log, logging.ERROR, "store.failed", during="retention", reason=str(error))
            await self._pause(self._look_seconds)

    async def _thin_all(self) -> None:
        before = whole_since(self._full, self._clock())
        while due := await asyncio.to_thread(self._retention.due, before):
            for each in due:
                await self._thin(each)
                if self._stopping.is_set():
                    return

    async def _thin(self, due: Thinned) -> None:
        gone = due.versions
        while not self._stopping.is_set():
            step = partial(self._retention.thin, due.tenant, due.month, self._clock(), STEP)
            found = await self._writer.between(step)
            self._metrics.thinned.labels(due.tenant).inc(found.versions - gone)
            gone = found.versions
            if found.finished is not None:
                logs.event(
                    _log,
                    logging.INFO,
                    "history.thinned",
                    tenant=due.tenant,
                    month=due.month,
                    versions=found.versions,
                    digest=found.digest.hex(),
                )
                return
            await self._pause(PAUSE_SECONDS)

    async def _pause(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return
