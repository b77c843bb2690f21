"""How frames wait for the writer: a line for each tenant, served in turn, bounded in frames and bytes.

A stream asks for a turn before it reads a frame, so what cannot be kept is not read: the transport's own
flow control then slows the agent down. Turns go round over the tenants that ask, as places in a group do
over the tenants that wait. A tenant that sends again after a round in which it sent nothing goes first, once.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import Generic, TypeVar

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
    listed: bool = False  # has its place in the round, though perhaps nothing waits any more
    size: int = 0
    turns: int = 0
    asking: deque[asyncio.Future[Turn]] = field(default_factory=deque)


class FairQueue(Generic[_Item]):
    """Lines of frames; for one event loop."""

    def __init__(self, bounds: Bounds) -> None:
        self._bounds = bounds
        self._lines: dict[str, _Line[_Item]] = {}
        self._fresh: deque[str] = deque()  # tenants that had no place in the round: they go before it
        self._serving: deque[str] = deque()  # the round, the next one first
        self._asking: deque[str] = deque()  # tenants that ask for a turn, the next one first
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
        if not self._asking and self._open(line):
            return self._give(tenant, line)
        asked: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        if not line.asking:
            self._asking.append(tenant)
        line.asking.append(asked)
        self._hand_out()
        return await asked

    def put(self, turn: Turn, item: _Item, size: int) -> None:
        """Put a frame at the end of its tenant's line; a turn that lapsed is good for it all the same."""
        line = self._lines.setdefault(turn.tenant, _Line())
        if not line.listed:
            self._fresh.append(turn.tenant)
            line.listed = True
        line.items.append((item, size))
        line.size += size
        self._frames += 1
        self._size += size
        self._end(turn)
        self._filled.set()
        self._hand_out()

    async def take(self, frames: int, size: int) -> list[_Item]:
        """Wait for frames, then take one of each tenant in turn until there are so many, or so many bytes.

        Empty where the queue is closed and nothing waits.
        """
        while not self._frames and not self._closed:
            self._filled.clear()
            await self._filled.wait()
        group: list[_Item] = []
        taken = 0
        while len(group) < frames and taken < size and (line := self._next()) is not None:
            item, weight = line.items.popleft()
            group.append(item)
            taken += weight
            line.size -= weight
        self._frames -= len(group)
        self._size -= taken
        self._hand_out()
        return group

    def _next(self) -> _Line[_Item] | None:
        """The line whose turn it is, moved to the end of the round; who sent nothing in one leaves it."""
        while self._fresh or self._serving:
            tenant = (self._fresh or self._serving).popleft()
            line = self._lines[tenant]
            if line.items:
                self._serving.append(tenant)
                return line
            line.listed = False
            self._forget(tenant, line)
        return None

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

    def _hand_out(self) -> None:
        """Give turns to those who ask, one for each tenant in turn, while there is room."""
        full = 0  # tenants in a row that have no room of their own
        while self._asking and full < len(self._asking) and self._has_room():
            tenant = self._asking.popleft()
            line = self._lines[tenant]
            while line.asking and line.asking[0].done():  # its stream was cut meanwhile
                line.asking.popleft()
            if not line.asking:
                self._forget(tenant, line)
                continue
            if self._open(line):
                line.asking.popleft().set_result(self._give(tenant, line))
                full = 0
            else:
                full += 1
            if line.asking:
                self._asking.append(tenant)

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
        self._forget(turn.tenant, line)

    def _forget(self, tenant: str, line: _Line[_Item]) -> None:
        """Keep nothing of a tenant of which nothing is here."""
        if not line.listed and not line.turns and not line.asking:
            self._lines.pop(tenant, None)
