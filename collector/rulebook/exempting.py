"""When an exemption ends by itself: findings follow, and its end is told of ahead."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from collector.store.base import Exemptions
from wolkenzicht import logs
from wolkenzicht.errors import StorageError

#: Seconds between two looks.
LOOK_SECONDS = 60.0

_log = logging.getLogger("collector.exemptions")


class EndingExemptions:
    """Looks every minute what findings have to follow; `clock` tells the day, `wake` that events came."""

    def __init__(
        self,
        exemptions: Exemptions,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
        *,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._exemptions = exemptions
        self._clock = clock
        self._wake = wake
        self._look_seconds = look_seconds
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look; needs a running event loop."""
        self._task = asyncio.create_task(self._run(), name="ending-exemptions")

    async def stop(self) -> None:
        """End after the look in hand."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                events = await asyncio.to_thread(self._exemptions.follow, self._clock())
            except StorageError as error:
                logs.event(_log, logging.ERROR, "store.failed", during="exemptions", reason=str(error))
            else:
                if events:
                    logs.event(_log, logging.INFO, "exemptions.followed", events=events)
                    self._wake()
            try:
                await asyncio.wait_for(self._stopping.wait(), self._look_seconds)
            except TimeoutError:
                continue
