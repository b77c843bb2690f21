"""The spool: in order, without gaps, durable in groups, bounded, and never silently losing anything."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.rejections import MAX_KEPT
from agent.spool import Backlog, Spool
from agent.spool_file import SpoolFullError
from wolkenzicht.errors import StorageError
from wolkenzicht.v1.collector_service_pb2 import (
    Reject,
    RejectedItem,
    ReportRequest,
    ScanEnd,
    ScanPlan,
)
from wolkenzicht.v1.gap_pb2 import GapCause
from wolkenzicht.v1.scope_pb2 import Scope

Opener = Callable[..., Spool]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opener]:
    """Opens the spool of this test; closes what is left open."""
    spools: list[Spool] = []

    def make(max_bytes: int = 1_000_000, max_wait: float = 5.0) -> Spool:
        spools.append(Spool(tmp_path, max_bytes=max_bytes, max_wait=max_wait))
        return spools[-1]

    yield make
    for spool in spools:
        spool.close()


def frame(name: str = "a", size: int = 0) -> ReportRequest:
    """A frame that can be told from others, of about `size` bytes."""
    plan = ScanPlan(scopes=[Scope(account=name, location="x" * size, type="t")])
    return ReportRequest(scan_id="scan", scan_plan=plan)


def kept(spool: Spool, after: int = 0) -> list[tuple[int, int, str]]:
    """Sequence as kept, sequence as sent, and name of every committed frame."""
    spool.flush()
    found = []
    for sequence, body in spool.read_after(after, 100_000):
        message = ReportRequest.FromString(body)
        found.append((sequence, message.sequence, message.scan_plan.scopes[0].account))
    return found


def test_frames_are_numbered_from_one_over_the_life_of_the_file(opened: Opener) -> None:
    """Numbers go on after an acknowledgement and after a restart, under the same identifier."""
    first = opened()
    first.append(frame("a"))
    first.append(frame("b"))
    first.acknowledge(2)
    identifier = first.spool_id
    first.close()
    second = opened()

    assert second.append(frame("c")) == 3
    assert kept(second) == [(3, 3, "c")]
    assert second.spool_id == identifier
    assert second.backlog() == Backlog(1, second.backlog().size_bytes, 3, 3)


def test_large_sequences_are_written_as_the_contract_wants(opened: Opener, tmp_path: Path) -> None:
    """The number put before a frame's bytes is read back by protobuf, whatever its size."""
    opened().close()
    with sqlite3.connect(tmp_path / "spool.db") as connection:
        connection.execute("UPDATE spool SET last = ?", (2**40,))
    connection.close()
    spool = opened()
    spool.append(frame("a"))

    assert kept(spool, 2**40) == [(2**40 + 1, 2**40 + 1, "a")]


def test_the_sender_sees_committed_frames_only(opened: Opener) -> None:
    """A frame shows at its group's commit: at once where the group is full, else within its time."""
    spool = opened()
    for number in range(63):
        spool.append(frame(str(number)))
    before = len(spool.read_after(0, 1000))
    spool.append(frame("last"))
    after = len(spool.read_after(0, 1000))
    begun = time.monotonic()
    spool.append(frame("alone"))
    waited = spool.wait_for_frames(64, 60)

    assert (before, after, waited) == (0, 64, True)
    assert time.monotonic() - begun < 30
    assert kept(spool)[-1] == (65, 65, "alone")


def test_threads_append_without_gaps(opened: Opener) -> None:
    """Eight threads at once: every number once, and each thread's frames in its own order."""
    spool = opened()

    def work(name: str) -> None:
        for number in range(200):
            spool.append(frame(f"{name}:{number}"))

    threads = [threading.Thread(target=work, args=(str(name),)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = kept(spool)

    assert [sequence for sequence, _, _ in found] == list(range(1, 1601))
    for name in range(8):
        own = [entry[2] for entry in found if entry[2].startswith(f"{name}:")]
        assert own == [f"{name}:{number}" for number in range(200)]


def test_a_full_spool_holds_the_scan_until_there_is_room(opened: Opener) -> None:
    """An append waits for an acknowledgement; nothing is dropped."""
    spool = opened(max_bytes=10_000)
    for _ in range(9):
        spool.append(frame(size=1_000))
    appended = threading.Event()

    def append() -> None:
        spool.append(frame("waits", size=1_000))
        appended.set()

    thread = threading.Thread(target=append)
    thread.start()
    waited = not appended.wait(0.3)
    spool.acknowledge(1)
    thread.join(60)

    assert (waited, appended.is_set()) == (True, True)
    assert spool.backlog().first == 2
    assert kept(spool)[-1][2] == "waits"


def test_a_spool_that_stays_full_says_so(opened: Opener) -> None:
    """After the wait the append fails by name; an urgent frame still goes in, and a lone one of any size."""
    spool = opened(max_bytes=5_000, max_wait=0.1)
    spool.append(frame(size=9_000))

    with pytest.raises(SpoolFullError, match=r"is full .* raise `max_bytes`"):
        spool.append(frame(size=10))

    end = ReportRequest(scan_id="scan", scan_end=ScanEnd(interrupted=True))
    spool.append_together(lambda _: [end], urgent=True)
    assert spool.backlog().last == 2


def test_a_stop_ends_the_wait(opened: Opener) -> None:
    """A process that is asked to stop does not sit out the wait."""
    spool = opened(max_bytes=5_000, max_wait=60)
    spool.append(frame(size=4_900))
    threading.Timer(0.1, spool.stop_waiting).start()
    begun = time.monotonic()

    with pytest.raises(SpoolFullError):
        spool.append(frame(size=200))

    assert time.monotonic() - begun < 30


def test_renumbering_keeps_what_waits(opened: Opener) -> None:
    """Under a new identifier the waiting frames are numbered from 1, in their order, also after a restart."""
    spool = opened()
    for name in "abcde":
        spool.append(frame(name))
    spool.acknowledge(2)
    before = spool.spool_id

    assert spool.renumber(GapCause.GAP_CAUSE_COLLECTOR_BEHIND) == 3
    assert spool.spool_id != before
    assert spool.append(frame("f")) == 4
    expected = [(1, 1, "c"), (2, 2, "d"), (3, 3, "e"), (4, 4, "f")]
    assert kept(spool) == expected
    after = spool.spool_id
    spool.close()
    again = opened()
    assert (again.spool_id, kept(again)) == (after, expected)


def test_rejections_are_kept_with_their_reason(opened: Opener) -> None:
    """Items by name, a frame rejected as a whole with its bytes; the newest are kept."""
    spool = opened()
    spool.append(frame("bad"))
    spool.rejections.keep(Reject(sequence=1, items=[RejectedItem(asset_id="arn:x", field="f", reason="r")]))
    spool.rejections.keep(Reject(sequence=1, reason="breaks the contract"))
    spool.acknowledge(1)

    item, whole = spool.rejections.kept()

    assert (item.asset_id, item.field, item.reason, item.body) == ("arn:x", "f", "r", None)
    assert (whole.reason, ReportRequest.FromString(whole.body or b"").scan_plan.scopes[0].account) == (
        "breaks the contract",
        "bad",
    )
    many = [RejectedItem(asset_id=str(number)) for number in range(MAX_KEPT + 5)]
    spool.rejections.keep(Reject(sequence=2, items=many))
    assert [each.asset_id for each in spool.rejections.kept()] == [str(n) for n in range(5, MAX_KEPT + 5)]


def test_what_also_writes_fails_with_the_frame(opened: Opener) -> None:
    """Where the second half of a group's entry fails, the first is not kept, and nothing more is taken."""
    spool = opened()
    spool.append(frame("good"))
    spool.flush()

    def broken(connection: sqlite3.Connection) -> None:
        connection.execute("INSERT INTO nowhere VALUES (1)")

    with pytest.raises(StorageError, match="no such table"):
        spool.append(frame("half"), broken)
    with pytest.raises(StorageError, match="no such table"):
        spool.append(frame("after"))
    assert [
        ReportRequest.FromString(body).scan_plan.scopes[0].account for _, body in spool.read_after(0, 9)
    ] == ["good"]
