"""When a decision ends by itself: what it was about is queued to be judged again, once the day has come."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from collector.store.base import People
from wolkenzicht import logs
from wolkenzicht.errors import StorageError

#: Seconds between two looks.
LOOK_SECONDS = 60.0

_log = logging.getLogger("collector.people")


class EndingDecisions:
    """Looks every minute which decisions ended before today; `clock` tells the day."""

    def __init__(
        self, people: People, clock: Callable[[], datetime], *, look_seconds: float = LOOK_SECONDS
    ) -> None:
        self._people = people
        self._clock = clock
        self._look_seconds = look_seconds
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look; needs a running event loop."""
        self._task = asyncio.create_task(self._run(), name="ending-decisions")

    async def stop(self) -> None:
        """End after the look in hand."""
        self._stopping.set()
        if self._task is not None:
            await self._task

    async def _run(self) -> None:
        while not self._stopping.is_set():
            moment = self._clock()
            try:
                count = await asyncio.to_thread(self._people.queue_ended, moment.date(), moment)
            except StorageError as error:
                logs.event(_log, logging.ERROR, "store.failed", during="ending decisions", reason=str(error))
            else:
                if count:
                    logs.event(_log, logging.INFO, "decisions.ended", count=count)
            try:
                await asyncio.wait_for(self._stopping.wait(), self._look_seconds)
            except TimeoutError:
                continue
