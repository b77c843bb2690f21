"""The look at every tenant, again and again: whether sight of it was lost, or is back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from collector.store.base import LimitsOf, SightLost
from wolkenzicht import logs
from wolkenzicht.errors import StorageError

#: Seconds between two looks.
LOOK_SECONDS = 60.0

_log = logging.getLogger("collector.watching")


class SightWatch:
    """Looks every minute; `on_news` is called where a finding opened, changed or was resolved."""

    def __init__(
        self,
        sight_lost: SightLost,
        limits_of: LimitsOf,
        clock: Callable[[], datetime],
        on_news: Callable[[], None],
        *,
        look_seconds: float = LOOK_SECONDS,
    ) -> None:
        self._sight_lost = sight_lost
        self._limits_of = limits_of
        self._clock = clock
        self._on_news = on_news
        self._look_seconds = look_seconds
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look; needs a running event loop."""
        self._task = asyncio.create_task(self._run(), name="sight-watch")

    async def stop(self) -> None:
        """End after the look in hand."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        up_since = self._clock()
        while not self._stopping.is_set():
            try:
                count = await asyncio.to_thread(
                    self._sight_lost.look, self._limits_of, self._clock(), up_since
                )
            except StorageError as error:
                logs.event(_log, logging.ERROR, "store.failed", during="sight", reason=str(error))
            else:
                if count:
                    logs.event(_log, logging.INFO, "sight.told", events=count)
                    self._on_news()
            try:
                await asyncio.wait_for(self._stopping.wait(), self._look_seconds)
            except TimeoutError:
                continue
