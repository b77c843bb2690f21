"""How frames wait for the writer: a line for each tenant, served in turn, bounded in frames and bytes.

A stream asks for a turn before it reads a frame, so what cannot be kept is not read: the transport's own
flow control then slows the agent down. Turns, and the taking of frames, go round over the tenants.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from collector.server.rounds import Rounds

#: What a turn counts for until the frame is there: about a full batch.
EXPECTED_BYTES = 512 * 1024
#: Seconds in which the holder of a turn has to bring a frame; who is silent keeps nobody waiting for longer.
TURN_SECONDS = 0.05

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may wait: over all tenants, and of one of them."""

    frames: int
    size: int
    tenant_frames: int
    tenant_size: int


@dataclass(eq=False, slots=True)
class Turn:
    """Leave to bring one frame; `lapse` ends it where none comes."""

    tenant: str
    lapse: asyncio.TimerHandle | None = None


@dataclass(slots=True)
class _Line(Generic[_Item]):
    """One tenant: what waits with its size, the turns that are out, and who asks for one."""

    items: deque[tuple[_Item, int]] = field(default_factory=deque)
    size: int = 0
    turns: int = 0
    asking: deque[asyncio.Future[Turn]] = field(default_factory=deque)


class FairQueue(Generic[_Item]):
    """Lines of frames; for one event loop."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._lines: dict[str, _Line[_Item]] = {}
        self._serving = Rounds(self._waits, self._is_here)
        self._asking = Rounds(self._may_ask, self._is_here)
        self._asked = 0  # streams that ask for a turn
        self._turns = 0
        self._frames = 0
        self._size = 0
        self._closed = False
        self._filled = asyncio.Event()

    def __len__(self) -> int:
        return self._frames

    @property
    def size(self) -> int:
        """Bytes that wait."""
        return self._size

    async def turn(self, tenant: str) -> Turn:
        """Wait until a frame of this tenant may come."""
        line = self._lines.setdefault(tenant, _Line())
        if not self._asked and self._open(line):
            return self._give(tenant, line)
        asked: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        line.asking.append(asked)
        self._asking.enter(tenant)
        self._asked += 1
        self._hand_out()
        try:
            return await asked
        finally:
            self._asked -= 1
            if asked.cancelled():  # its stream was cut meanwhile
                with contextlib.suppress(ValueError):
                    line.asking.remove(asked)
                self._forget(tenant, line)

    def put(self, turn: Turn, item: _Item, size: int) -> None:
        """Put a frame at the end of its tenant's line; a turn that lapsed is good for it all the same."""
        line = self._lines.setdefault(turn.tenant, _Line())
        line.items.append((item, size))
        line.size += size
        self._frames += 1
        self._size += size
        self._end(turn)
        self._asking.spend(turn.tenant, size)
        self._serving.enter(turn.tenant, line.items[0][1])
        self._filled.set()
        self._hand_out()

    async def take(self, frames: int, size: int) -> list[_Item]:
        """Wait for frames, then take those of the tenants in turn until there are so many, or so many bytes.

        Empty where the queue is closed and nothing waits.
        """
        while not self._frames and not self._closed:
            self._filled.clear()
            await self._filled.wait()
        group: list[_Item] = []
        taken = 0
        while len(group) < frames and taken < size and (tenant := self._serving.next()) is not None:
            line = self._lines[tenant]
            item, weight = line.items.popleft()
            group.append(item)
            taken += weight
            line.size -= weight
            self._serving.spend(tenant, weight)
            if line.items:
                self._serving.enter(tenant, line.items[0][1])
            if line.asking:  # its own line may have been full
                self._asking.enter(tenant)
            self._forget(tenant, line)
        self._frames -= len(group)
        self._size -= taken
        self._hand_out()
        return group

    def close(self) -> None:
        """Let `take` end once nothing waits any more."""
        self._closed = True
        self._filled.set()

    def _open(self, line: _Line[_Item]) -> bool:
        """Whether there is room for one more frame of a tenant."""
        bounds = self._bounds
        return (
            self._has_room()
            and len(line.items) + line.turns < bounds.tenant_frames
            and line.size + line.turns * EXPECTED_BYTES < bounds.tenant_size
        )

    def _has_room(self) -> bool:
        bounds = self._bounds
        return (
            self._frames + self._turns < bounds.frames
            and self._size + self._turns * EXPECTED_BYTES < bounds.size
        )

    def _is_here(self, tenant: str) -> bool:
        return tenant in self._lines

    def _waits(self, tenant: str) -> bool:
        return tenant in self._lines and bool(self._lines[tenant].items)

    def _may_ask(self, tenant: str) -> bool:
        """Whether a stream of this tenant asks for a turn and its line has room."""
        line = self._lines.get(tenant)
        if line is None:
            return False
        while line.asking and line.asking[0].done():  # its stream is being cut
            line.asking.popleft()
        return bool(line.asking) and self._open(line)

    def _hand_out(self) -> None:
        """Give turns to those who ask while there is room."""
        while self._has_room() and (tenant := self._asking.next()) is not None:
            line = self._lines[tenant]
            line.asking.popleft().set_result(self._give(tenant, line))
            if line.asking:
                self._asking.enter(tenant)

    def _give(self, tenant: str, line: _Line[_Item]) -> Turn:
        turn = Turn(tenant)
        line.turns += 1
        self._turns += 1
        turn.lapse = asyncio.get_running_loop().call_later(TURN_SECONDS, self._lapsed, turn)
        return turn

    def _lapsed(self, turn: Turn) -> None:
        self._end(turn)
        self._hand_out()

    def _end(self, turn: Turn) -> None:
        if turn.lapse is None:
            return
        turn.lapse.cancel()
        turn.lapse = None
        line = self._lines[turn.tenant]
        line.turns -= 1
        self._turns -= 1
        if line.asking:
            self._asking.enter(turn.tenant)
        self._forget(turn.tenant, line)

    def _forget(self, tenant: str, line: _Line[_Item]) -> None:
        """Keep nothing of a tenant of which nothing is here."""
        if not line.items and not line.turns and not line.asking and self._lines.get(tenant) is line:
            del self._lines[tenant]
