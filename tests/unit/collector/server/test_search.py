"""The index of words follows between commits: at once where nothing waits, slowly where frames do."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest

from collector.server import search
from collector.server.search import SHORT_STEP, STEP, Following
from wolkenzicht.errors import StorageError

_Result = TypeVar("_Result")


class Turns:
    """A writer that is busy or not, and works at once."""

    def __init__(self, *, waiting: bool) -> None:
        self.waiting = waiting

    async def between(self, work: Callable[[], _Result]) -> _Result:
        """Do it."""
        return work()


class Index:
    """An index that is so many steps behind, and fails at the first where it is told to."""

    def __init__(self, steps: int, error: Exception | None = None) -> None:
        self.steps = steps
        self.error = error
        self.asked: list[int] = []

    def follow(self, limit: int) -> int:
        """A step."""
        self.asked.append(limit)
        if self.error is not None:
            error, self.error = self.error, None
            raise error
        self.steps -= 1
        return limit if self.steps >= 0 else 0


def follow(index: Index, turns: Turns, seconds: float) -> None:
    """Let it follow for a while."""

    async def run() -> None:
        following = Following(index, turns)
        following.start()
        await asyncio.sleep(seconds)
        await following.stop()

    asyncio.run(run())


def test_it_follows_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Step after step while there is something, then it looks now and then; a failure ends nothing."""
    monkeypatch.setattr(search, "LOOK_SECONDS", 0.01)
    index = Index(3, StorageError("the disk is full"))
    follow(index, Turns(waiting=False), 0.3)
    assert index.steps < -1
    assert set(index.asked) == {STEP}


def test_it_steps_aside_while_frames_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """It never stands still, but takes a short step at a time."""
    monkeypatch.setattr(search, "LOOK_SECONDS", 0.05)
    index = Index(1000)
    follow(index, Turns(waiting=True), 0.5)
    assert set(index.asked) == {SHORT_STEP}
    assert 1 <= len(index.asked) <= 11
