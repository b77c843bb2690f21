"""When the index of words follows what is kept: between the commits of frames, so that none waits for it."""

from __future__ import annotations

import asyncio
import logging
import time
from functools import partial

from collector.rulebook.evaluation import Turns
from collector.store.base import Search
from wolkenzicht import logs
from wolkenzicht.errors import StorageError

#: Assets taken in at once: while nothing waits, and now and then while frames do.
STEP, SHORT_STEP = 500, 100
#: What is new is looked for this often, and while frames wait a short step is taken this often.
LOOK_SECONDS = 1.0

_log = logging.getLogger("collector.search")


class Following:
    """Brings the index of words up to what is kept; goes on where a stopped collector was."""

    def __init__(self, search: Search, turns: Turns) -> None:
        self._search = search
        self._turns = turns
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin; needs a running event loop."""
        self._task = asyncio.create_task(self._run(), name="search")

    async def stop(self) -> None:
        """Stop after the step in hand."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        stepped = 0.0
        while True:
            waiting = self._turns.waiting
            done = 0
            if not waiting or time.monotonic() - stepped >= LOOK_SECONDS:
                stepped = time.monotonic()
                done = await self._step(SHORT_STEP if waiting else STEP)
            if waiting or not done:
                await asyncio.sleep(LOOK_SECONDS)

    async def _step(self, limit: int) -> int:
        """One step in the writer's thread; where it fails the log says so, and the next look tries again."""
        try:
            return await self._turns.between(partial(self._search.follow, limit))
        except StorageError as error:
            logs.event(_log, logging.ERROR, "store.failed", during="search", reason=str(error))
            return 0
