"""A spool whose disk is full: what was accepted stays, what was acknowledged goes, and it goes on."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.reserve import FILE_NAME, Reserve
from agent.spool import Spool
from agent.spool_file import DiskFullError
from tests.servers.small_disk import filled_up, small_disk
from wolkenzicht.v1.collector_service_pb2 import Reject, ReportRequest, ScanPlan
from wolkenzicht.v1.gap_pb2 import GapCause
from wolkenzicht.v1.scope_pb2 import Scope

DISK_MIB = 48
RESERVE_BYTES = DISK_MIB // 4 * 1024 * 1024
FRAME_BYTES = 100_000
ROOM_BYTES = 2 * 1024 * 1024


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own."""
    with small_disk(tmp_path, f"{DISK_MIB}m") as made:
        yield made


def opened(state: Path) -> Spool:
    """The spool in a folder; who waits for room waits for half a second."""
    return Spool(state, max_bytes=10**9, max_wait=0.5)


def frame(number: int) -> ReportRequest:
    """A frame that can be told from others."""
    plan = ScanPlan(scopes=[Scope(account=str(number), location="x" * FRAME_BYTES, type="t")])
    return ReportRequest(scan_id="s", scan_plan=plan)


def fill(spool: Spool, number: int = 0) -> int:
    """Append until the disk is full; how many frames were accepted for certain."""
    accepted = 0
    try:
        while True:
            number += 1
            spool.append(frame(number))
            if number % 16 == 0:
                spool.flush()
                accepted = number
    except DiskFullError as error:
        assert "the disk is full" in str(error)  # noqa: PT017 - it is the loop's end
    return accepted


def names(spool: Spool) -> list[int]:
    """Which frames wait, by their content, and that their numbers have no hole."""
    found = [ReportRequest.FromString(body) for _, body in spool.read_after(spool.backlog().first - 1, 10**6)]
    first = spool.backlog().first
    assert [each.sequence for each in found] == list(range(first, first + len(found)))
    return [int(each.scan_plan.scopes[0].account) for each in found]


@pytest.mark.parametrize("others_take_the_rest", [False, True])
def test_what_is_acknowledged_goes_and_the_spool_goes_on(
    disk: Path, caplog: pytest.LogCaptureFixture, others_take_the_rest: bool
) -> None:
    """Also where somebody else takes the space that was given up, to the last byte."""
    caplog.set_level(logging.INFO)
    spool = opened(disk)
    accepted = fill(spool)
    waiting = names(spool)
    if others_take_the_rest:
        filled_up(disk / "hog")
    with pytest.raises(DiskFullError):
        spool.append(frame(0))

    half = len(waiting) // 2
    for upto in range(1, half + 1):
        spool.acknowledge(upto)
    left = names(spool)
    (disk / "hog").unlink(missing_ok=True)
    spool.acknowledge(len(waiting))
    spool.ready()
    following = spool.append(frame(7))
    spool.flush()
    spool.close()

    again = opened(disk)
    assert waiting == list(range(1, len(waiting) + 1))
    assert len(waiting) >= accepted >= 100
    assert left == waiting[half:]
    assert (following, names(again)) == (1, [7])
    assert again.gap_cause == GapCause.GAP_CAUSE_DISK_FULL
    assert (disk / FILE_NAME).stat().st_size == RESERVE_BYTES
    assert (disk / "spool.db").stat().st_size < RESERVE_BYTES
    again.close()
    told = [record.message for record in caplog.records]
    assert told == ["spool.disk_full", "spool.disk_has_room"]


def test_an_acknowledgement_that_was_taken_back_with_its_group_is_written_again(disk: Path) -> None:
    """It stood in the transaction for which there was no room."""
    spool = opened(disk)
    for number in range(1, 201):
        spool.append(frame(number))
    spool.flush()
    filled_up(disk / "hog")
    spool.acknowledge(100)

    fill(spool, 200)

    assert spool.backlog().first == 101
    assert names(spool)[:100] == list(range(101, 201))
    spool.close()


def test_a_spool_that_was_full_knows_it_after_a_restart(disk: Path) -> None:
    """It opens, delivers, and takes nothing before there is room."""
    spool = opened(disk)
    fill(spool)
    waiting = names(spool)
    spool.close()
    filled_up(disk / "hog")
    again = opened(disk)

    with pytest.raises(DiskFullError):
        again.ready()
    with pytest.raises(DiskFullError):
        again.append(frame(0))
    read = names(again)
    again.acknowledge(len(read))
    (disk / "hog").unlink()
    again.ready()

    assert read == waiting
    assert (again.append(frame(1)), again.gap_cause) == (1, GapCause.GAP_CAUSE_DISK_FULL)
    again.close()


def test_it_opens_on_a_disk_that_others_filled(disk: Path) -> None:
    """The space that was kept is given up for that."""
    spool = opened(disk)
    spool.append(frame(1))
    spool.close()
    filled_up(disk / "hog")

    again = opened(disk)

    assert names(again) == [1]
    again.acknowledge(1)
    assert again.backlog().frames == 0
    again.close()


def test_a_rejection_is_kept_on_a_full_disk(disk: Path) -> None:
    """With the frame that it names."""
    spool = opened(disk)
    fill(spool)

    spool.rejections.keep(Reject(sequence=3, reason="not understood"))

    [kept] = spool.rejections.kept()
    assert kept.reason == "not understood"
    assert ReportRequest.FromString(kept.body or b"").scan_plan.scopes[0].account == "3"
    spool.close()


def test_no_more_than_a_part_of_a_small_disk_is_kept(disk: Path) -> None:
    """And none where there is no room for half as much more: the next frame would take it at once."""
    reserve = Reserve(disk)
    (disk / "other").write_bytes(b"x" * (DISK_MIB * 1024 * 1024 - RESERVE_BYTES - 2 * 1024 * 1024))

    assert reserve.size == RESERVE_BYTES
    assert (reserve.take(), reserve.held, reserve.given_up) == (False, False, False)
    (disk / "other").unlink()
    assert (reserve.take(), reserve.held, Reserve(disk).held) == (True, True, True)
    assert (reserve.give_up(), reserve.give_up(), Reserve(disk).given_up) == (True, False, True)


def test_little_room_is_no_dead_end(disk: Path) -> None:
    """What is kept for the next process is taken to give back what the file no longer needs."""
    spool = opened(disk)
    fill(spool)
    spool.close()
    # Room for the acknowledgement, not for giving back what the frames took.
    os.truncate(disk / "other", filled_up(disk / "other") - ROOM_BYTES)
    again = opened(disk)
    again.acknowledge(again.backlog().last)

    again.ready()
    assert (again.disk_full, Reserve(disk).held) == (False, True)
    again.close()


#: What an agent of these layouts of the file did not have yet.
_BACK_TO = {
    4: "DROP TABLE queue; ALTER TABLE frame RENAME COLUMN number TO sequence; PRAGMA user_version = 4",
    3: "DROP TABLE lost; ALTER TABLE frame DROP COLUMN checksum; ALTER TABLE frame DROP COLUMN spooled; "
    "DROP TABLE queue; ALTER TABLE frame RENAME COLUMN number TO sequence; PRAGMA user_version = 3",
}


@pytest.mark.parametrize("layout", list(_BACK_TO))
def test_an_older_agents_spool_waits_for_room(disk: Path, layout: int) -> None:
    """Where its file cannot be made anew it is left as it was; with room again all that waited is read."""
    spool = opened(disk)
    for number in range(1, 41):
        spool.append(frame(number))
    spool.close()
    with closing(sqlite3.connect(disk / "spool.db", isolation_level=None)) as connection:
        connection.executescript(_BACK_TO[layout])
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (disk / FILE_NAME).unlink()
    before = (disk / "spool.db").read_bytes()
    filled_up(disk / "other")

    with pytest.raises(DiskFullError, match="the disk is full; free space"):
        opened(disk)
    assert (disk / "spool.db").read_bytes() == before
    (disk / "other").unlink()
    again = opened(disk)
    assert names(again) == list(range(1, 41))
    again.close()
