"""Lines of frames: each tenant's order kept, tenants served in turn, bounded, none waits for the silent."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from itertools import groupby
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.server import fair_queue
from collector.server.fair_queue import Bounds, FairQueue
from collector.server.rounds import LEAST_BYTES, ROUND_BYTES

Item = tuple[str, int]
Result = TypeVar("Result")
WIDE = Bounds(frames=1_000, size=10**9, tenant_frames=1_000, tenant_size=10**9)


def run(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end; what never ends is a failure."""
    return asyncio.run(asyncio.wait_for(work, 60))


async def put(queue: FairQueue[Item], tenant: str, number: int, size: int = 1) -> None:
    """Ask for a turn and use it."""
    queue.put(await queue.turn(tenant), (tenant, number), size)


async def moment(holds: Callable[[], bool]) -> None:
    """Let other tasks go on until something holds."""
    for _ in range(10_000):
        if holds():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("waited in vain")


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 50)), max_size=60), st.integers(1, 7))
def test_all_come_out_once_in_their_tenants_order(frames: list[tuple[str, int]], group: int) -> None:
    """Whatever comes in, and however large groups are."""

    async def work() -> list[Item]:
        queue: FairQueue[Item] = FairQueue(WIDE)
        for number, (tenant, size) in enumerate(frames):
            await put(queue, tenant, number, size)
        queue.close()
        out = []
        while taken := await queue.take(group, 60):
            assert len(taken) <= group
            out += taken
        assert (len(queue), queue.size) == (0, 0)
        return out

    out = run(work())

    assert sorted(out, key=lambda each: each[1]) == [(tenant, n) for n, (tenant, _) in enumerate(frames)]
    for _, line in groupby(sorted(out, key=lambda each: each[0]), key=lambda each: each[0]):
        numbers = [number for _, number in line]
        assert numbers == sorted(numbers)


@given(st.integers(1, 100), st.integers(1, 5), st.integers(0, 20))
def test_who_sends_little_waits_for_a_round(backlog: int, others: int, before: int) -> None:
    """One frame of a tenant comes after at most one of each other, whatever the others have waiting."""

    async def work() -> list[Item]:
        queue: FairQueue[Item] = FairQueue(WIDE)
        for number in range(backlog):
            for other in range(others):
                await put(queue, f"large-{other}", number, ROUND_BYTES)
        await queue.take(min(before, backlog - 1) or 1, 10**9)
        await put(queue, "small", 0)
        return await queue.take(1_000, 10**9)

    out = run(work())

    assert out.index(("small", 0)) <= others


def test_who_sends_now_and_then_goes_first() -> None:
    """Small frames are the next, several in a round, however many others have large ones waiting."""

    async def work() -> list[Item]:
        queue: FairQueue[Item] = FairQueue(WIDE)
        for number in range(5):
            for other in range(50):
                await put(queue, f"large-{other}", number, ROUND_BYTES)
        await queue.take(50, 10**9)  # they too were new once
        out = []
        for number in range(10):
            await put(queue, "small", number)
            out += await queue.take(1, 10**9)
            await queue.take(4, 10**9)
        return out

    assert run(work()) == [("small", number) for number in range(10)]


def test_who_sends_little_is_before_all_that_begin_at_once() -> None:
    """First frames wait, each of a tenant with bytes left; the smallest comes next all the same."""

    async def work() -> list[Item]:
        queue: FairQueue[Item] = FairQueue(WIDE)
        for other in range(500):
            await put(queue, f"large-{other}", 0, ROUND_BYTES)
        await put(queue, "small", 0, LEAST_BYTES)
        await put(queue, "small", 1, ROUND_BYTES)
        return await queue.take(1_000, 10**9)

    out = run(work())

    assert out[0] == ("small", 0)
    assert out.index(("small", 1)) >= 500


def test_many_small_frames_are_no_way_past_others() -> None:
    """A flood of them has its bytes of each round too, by what a frame costs at least."""

    async def work() -> Counter[str]:
        queue: FairQueue[Item] = FairQueue(WIDE)
        for number in range(500):
            await put(queue, "flood", number)
        for number in range(20):
            await put(queue, "large", number, ROUND_BYTES)
        return Counter(tenant for tenant, _ in await queue.take(170, 10**9))

    counted = run(work())

    assert counted["large"] == pytest.approx(170 / (1 + ROUND_BYTES / LEAST_BYTES), abs=2)


def test_sending_one_by_one_gains_nothing() -> None:
    """A tenant whose line is always short gets its bytes of the round and no more."""

    async def work() -> Counter[str]:
        queue: FairQueue[Item] = FairQueue(WIDE)
        for number in range(30):
            for other in range(4):
                await put(queue, f"large-{other}", number, ROUND_BYTES)
        out: Counter[str] = Counter()
        waits = False
        for _ in range(100):
            if not waits:
                await put(queue, "eager", 0, ROUND_BYTES)
            [(tenant, _)] = await queue.take(1, 10**9)
            out[tenant] += 1
            waits = tenant != "eager"
        return out

    counted = run(work())

    assert counted["eager"] <= 100 / 5 + 1
    assert min(counted.values()) >= 100 / 5 - 1


def test_a_full_queue_asks_for_nothing_more() -> None:
    """Turns go out up to the bound in frames; what is taken makes room for as many."""

    async def work() -> list[str]:
        queue: FairQueue[Item] = FairQueue(Bounds(4, 10**9, 4, 10**9))
        asked: list[str] = []

        async def stream(tenant: str) -> None:
            for number in range(3):
                turn = await queue.turn(tenant)
                asked.append(tenant)
                queue.put(turn, (tenant, number), 1)

        tasks = [asyncio.create_task(stream(tenant)) for tenant in "abc"]
        await moment(lambda: len(asked) == 4)
        await asyncio.sleep(0.01)
        assert len(asked) == len(queue) == 4
        await queue.take(2, 10)
        await moment(lambda: len(asked) == 6)
        assert len(queue) == 4
        queue.close()
        for _ in range(4):
            await queue.take(2, 10)
            await asyncio.sleep(0.01)
        await asyncio.gather(*tasks)
        return asked

    assert sorted(run(work())) == sorted("abc" * 3)


def test_one_tenant_fills_its_own_share_only() -> None:
    """With its own line full, in frames or bytes, it waits, and another goes on."""

    async def work(bounds: Bounds) -> int:
        queue: FairQueue[Item] = FairQueue(bounds)

        async def greedy() -> None:
            for number in range(20):
                await put(queue, "large", number, 400_000)

        task = asyncio.create_task(greedy())
        await asyncio.sleep(0.02)
        filled = len(queue)
        await put(queue, "small", 0)
        task.cancel()
        return filled

    assert run(work(Bounds(100, 10**9, 5, 10**9))) == 5
    # The sixth would begin at 2,000,000 bytes and is expected to go beyond the bound.
    assert run(work(Bounds(100, 10**9, 100, 2_000_000))) == 5


def test_turns_are_given_over_tenants_not_over_streams() -> None:
    """A tenant with many streams that wait gets as many turns as one with a single stream."""

    async def work() -> list[str]:
        queue: FairQueue[Item] = FairQueue(Bounds(1, 10**9, 1, 10**9))
        await put(queue, "first", 0)
        came: list[str] = []

        async def stream(tenant: str, number: int) -> None:
            await put(queue, tenant, number)
            came.append(tenant)

        waiting = [stream("many", number) for number in range(6)] + [stream("one", 0), stream("other", 0)]
        tasks = [asyncio.create_task(each) for each in waiting]
        await asyncio.sleep(0.01)
        for _ in range(9):
            await queue.take(1, 10)
        await asyncio.gather(*tasks)
        return came

    assert run(work())[:3] == ["many", "one", "other"]


def test_who_sends_little_is_asked_first_where_all_is_full() -> None:
    """A hundred tenants ask for turns, for large frames: one with small frames gets the next that is free."""

    async def work() -> list[int]:
        queue: FairQueue[Item] = FairQueue(Bounds(4, 10**9, 4, 10**9))

        async def flood(tenant: str) -> None:
            for number in range(1_000):
                await put(queue, tenant, number, ROUND_BYTES)

        tasks = [asyncio.create_task(flood(f"large-{number}")) for number in range(100)]
        for _ in range(100):  # each had its first turn
            await asyncio.sleep(0)
            await queue.take(1, 10**9)
        waits = []
        for number in range(5):
            small = asyncio.create_task(put(queue, "small", number))
            waits.append(0)
            while ("small", number) not in await queue.take(1, 10**9):
                waits[-1] += 1
                await asyncio.sleep(0)
            await small
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return waits

    assert max(run(work())) <= 2


def test_the_silent_keep_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A turn that nobody uses lapses; its holder may still bring its frame later."""
    monkeypatch.setattr(fair_queue, "TURN_SECONDS", 0.02)

    async def work() -> list[Item]:
        queue: FairQueue[Item] = FairQueue(Bounds(1, 10**9, 1, 10**9))
        silent = await queue.turn("silent")
        await put(queue, "other", 0)
        queue.put(silent, ("silent", 0), 1)
        return await queue.take(5, 10)

    assert run(work()) == [("other", 0), ("silent", 0)]


def test_a_stream_that_is_cut_while_it_waits_leaves_nothing() -> None:
    """Its place goes to the next, also where the turn had just been given."""

    async def work() -> tuple[int, dict[str, Any]]:
        queue: FairQueue[Item] = FairQueue(Bounds(1, 10**9, 1, 10**9))
        await put(queue, "first", 0)
        cut = [asyncio.create_task(put(queue, tenant, 0)) for tenant in ("cut", "late")]
        last: Awaitable[None] = asyncio.create_task(put(queue, "last", 0))
        await asyncio.sleep(0)
        cut[0].cancel()
        await queue.take(1, 10)  # gives its turn to `late`, which is cut before it goes on
        cut[1].cancel()
        await asyncio.gather(*cut, return_exceptions=True)
        await last
        taken = await queue.take(5, 10)
        return len(taken), queue._lines

    assert run(work()) == (1, {})
