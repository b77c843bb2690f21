"""The writer: groups share a transaction, and a frame that cannot be committed harms no other."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from google.protobuf.message import DecodeError

from collector.server.metrics import Metrics
from collector.server.received import Received
from collector.server.writer import GROUP_FRAMES, GROUP_SECONDS, Writer
from collector.store.base import Committed, Incoming, Ingest, Judge, Organisation, Store, Tenant
from collector.store.closing import closing
from collector.store.sqlite import open_store
from wolkenzicht import wire
from wolkenzicht.errors import StorageError
from wolkenzicht.v1.collector_service_pb2 import ReportRequest, ScanStart

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)


class Failing:
    """The real ingest of a store, which fails where a frame of the scan `fails` is among those given.

    Each commit takes `pause` seconds longer.
    """

    def __init__(self, store: Store, error: Exception, pause: float = 0.0) -> None:
        self._ingest = store.ingest
        self._pause = pause
        self._error = error
        self.groups: list[int] = []

    def position(self, tenant: str, spool_id: str) -> int:
        """As the store says."""
        return self._ingest.position(tenant, spool_id)

    def judge_with(self, judge: Judge) -> None:
        """As the store does."""
        self._ingest.judge_with(judge)

    def commit(self, frames: Sequence[Incoming], now: datetime) -> list[Committed]:
        """As the store does, unless a frame says otherwise."""
        self.groups.append(len(frames))
        time.sleep(self._pause)
        if any(each.frame.scan_id == "fails" for each in frames):
            raise self._error
        return self._ingest.commit(frames, now)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store with two tenants."""
    with closing(open_store(tmp_path / "s.db", create=True)) as opened:
        opened.registry.put_organisations([Organisation("mvz", "Ministerie van Voorbeeldzaken")])
        for tenant in ("mvz-aws", "mvz-odc"):
            opened.registry.add_tenant(Tenant(tenant, "mvz", tenant[-3:], created=NOW))
        yield opened


def incoming(spool: str, scan: str, tenant: str = "mvz-aws", refusal: str = "") -> Received:
    """The first frame of a spool."""
    frame = ReportRequest(
        sequence=1,
        scan_id=scan,
        observe_time=wire.timestamp(NOW),
        scan_start=ScanStart(policy_version="1", policy_refusal=refusal),
    )
    return Received(tenant, spool, "0.1.0", frame.SerializeToString())


def submitted(ingest: Ingest, *frames: Received) -> list[Committed | BaseException]:
    """What becomes of frames that are submitted at once."""

    async def run() -> list[Committed | BaseException]:
        writer = Writer(ingest, lambda: NOW, Metrics())
        futures = [writer.submit(await writer.turn(each.tenant), each) for each in frames]
        writer.start()
        await writer.stop()
        return await asyncio.gather(*futures, return_exceptions=True)

    return asyncio.run(run())


def test_what_waits_is_committed_together(store: Store) -> None:
    """Up to a bound, in order; stopping commits what was submitted."""
    ingest = Failing(store, StorageError("unused"))

    results = submitted(ingest, *(incoming(f"spool-{n}", "scan") for n in range(GROUP_FRAMES + 3)))

    assert results == [Committed(1, scan_id="scan")] * (GROUP_FRAMES + 3)
    assert ingest.groups == [GROUP_FRAMES, 3]


def test_a_store_that_fails_fails_the_whole_group(store: Store) -> None:
    """Nothing of it is committed, and every stream learns why."""
    error = StorageError("store 's.db': the disk is full")

    results = submitted(Failing(store, error), incoming("a", "scan"), incoming("b", "fails"))

    assert results == [error, error]
    assert store.ingest.position("mvz-aws", "a") == 0


def test_a_frame_that_cannot_be_digested_fails_alone(store: Store) -> None:
    """Those that came with it are committed, and so are those after it."""
    error = KeyError("a defect")

    results = submitted(
        Failing(store, error), incoming("a", "scan"), incoming("b", "fails"), incoming("c", "scan")
    )

    assert results == [Committed(1, scan_id="scan"), error, Committed(1, scan_id="scan")]
    assert [store.ingest.position("mvz-aws", spool) for spool in "abc"] == [1, 0, 1]


def test_a_frame_that_cannot_be_parsed_fails_alone(store: Store) -> None:
    """Its head was well, or it had not come so far."""
    whole = incoming("b", "scan")
    broken = replace(whole, body=whole.body + b"\x3a\x02\xff\xff")

    results = submitted(store.ingest, incoming("a", "scan"), broken, incoming("c", "scan"))

    assert isinstance(results[1], DecodeError)
    assert [store.ingest.position("mvz-aws", spool) for spool in "abc"] == [1, 0, 1]


def test_other_work_never_makes_frames_wait_for_more_than_one_turn(store: Store) -> None:
    """Work that comes again and again takes turns with the frames, on the same thread."""
    order: list[str] = []
    ingest = Failing(store, StorageError("unused"))

    def work() -> str:
        order.append(threading.current_thread().name.split("_")[0])
        return f"turn after {len(ingest.groups)}"

    async def run() -> list[str]:
        writer = Writer(ingest, lambda: NOW, Metrics())
        writer.start()
        said = []
        for number in range(3):
            future = writer.submit(await writer.turn("mvz-aws"), incoming(f"spool-{number}", "scan"))
            while not future.done():
                said.append(await writer.between(work))
            assert not writer.waiting
        await writer.stop()
        return said

    said = asyncio.run(run())

    assert ingest.groups == [1, 1, 1]
    assert set(order) == {"writer"}
    # While a frame waits, work gets one turn before it and at most one before its result is told.
    assert len(said) <= 3 * 3


def test_a_backlog_delays_nobody_else(store: Store) -> None:
    """Who sends now and then waits for the commit under way and its own, not for another's backlog."""
    ingest = Failing(store, StorageError("unused"), pause=0.03)

    async def flood(writer: Writer) -> None:
        for number in range(10_000):
            writer.submit(await writer.turn("mvz-aws"), incoming(f"large-{number}", "scan"))

    async def run() -> tuple[list[int], int]:
        writer = Writer(ingest, lambda: NOW, Metrics())
        writer.start()
        flooding = asyncio.create_task(flood(writer))
        waits = []
        for number in range(8):
            await asyncio.sleep(0.02)
            before = len(ingest.groups)
            turn = await writer.turn("mvz-odc")
            await writer.submit(turn, incoming(f"small-{number}", "scan", "mvz-odc"))
            waits.append(len(ingest.groups) - before)
        flooding.cancel()
        await asyncio.gather(flooding, return_exceptions=True)
        committed = sum(ingest.groups)
        await writer.stop()
        return waits, committed

    waits, committed = asyncio.run(run())

    assert max(waits) <= 2  # that in which it was, and the next may have begun before the count
    assert committed > 4 * GROUP_FRAMES  # the other had a backlog all the while


def test_transactions_of_a_slow_store_become_short(store: Store) -> None:
    """Groups shrink until one takes no longer than it shall, and grow again where the store is quick."""
    ingest = Slow(store)

    async def run() -> tuple[list[int], list[int]]:
        writer = Writer(ingest, lambda: NOW, Metrics())
        writer.start()

        async def all_committed(number: int) -> list[int]:
            before = len(ingest.groups)
            futures = [
                writer.submit(await writer.turn("mvz-aws"), large(f"spool-{number}-{each}"))
                for each in range(48)
            ]
            await asyncio.gather(*futures)
            return ingest.groups[before:]

        ingest.seconds_per_frame = 0.05
        slow = await all_committed(1)
        ingest.seconds_per_frame = 0.0
        quick = await all_committed(2)
        await writer.stop()
        return slow, quick

    slow, quick = asyncio.run(run())

    assert max(slow[4:]) * 0.05 <= GROUP_SECONDS * 1.5
    assert max(quick[-3:]) > max(slow[4:])


class Slow(Failing):
    """The real ingest, slower by a time for each frame."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, StorageError("unused"))
        self.seconds_per_frame = 0.0

    def commit(self, frames: Sequence[Incoming], now: datetime) -> list[Committed]:
        """As the store does, later."""
        time.sleep(self.seconds_per_frame * len(frames))
        return super().commit(frames, now)


def large(spool: str) -> Received:
    """The first frame of a spool, of 256 KiB."""
    return incoming(spool, "scan", refusal="x" * 256 * 1024)
