"""Frames that are lost in the spool: set aside, told, and never in the way of those that follow."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.frames import Lost
from agent.rejections import DAMAGED
from agent.spool import Spool
from wolkenzicht.v1.collector_service_pb2 import ReportRequest, ScanPlan
from wolkenzicht.v1.gap_pb2 import GapCause
from wolkenzicht.v1.scope_pb2 import Scope

DAMAGE = GapCause.GAP_CAUSE_SPOOL_DAMAGED


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    """A spool with three frames, of which one byte of the second was changed in the file."""
    first = opened(tmp_path)
    for name in ("one", "two", "three"):
        first.append(frame(name))
    first.close()
    change_a_byte(tmp_path / "spool.db", b"account-two")
    made = opened(tmp_path)
    yield made
    made.close()


def opened(state: Path) -> Spool:
    """The spool in a folder."""
    return Spool(state, max_bytes=10**9, max_wait=1)


def frame(name: str) -> ReportRequest:
    """A frame that can be told from others."""
    plan = ScanPlan(scopes=[Scope(account=f"account-{name}", location="l", type="t")])
    return ReportRequest(scan_id="s", scan_plan=plan)


def change_a_byte(path: Path, text: bytes) -> None:
    """One byte of the file, where a text stands in it, is another one from now on."""
    content = path.read_bytes()
    place = content.index(text)
    path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])


def kept(spool: Spool) -> list[tuple[int, str]]:
    """Number and name of every frame that can be sent."""
    spool.flush()
    found = [ReportRequest.FromString(body) for _, body in spool.read_after(0, 100)]
    return [(each.sequence, each.scan_plan.scopes[0].account) for each in found]


def test_a_damaged_frame_is_set_aside(spool: Spool, caplog: pytest.LogCaptureFixture) -> None:
    """Those around it are read, an event and the table of rejections tell it, the numbers have a hole."""
    with caplog.at_level(logging.ERROR):
        read = kept(spool)

    [rejection] = spool.rejections.kept()
    assert read == [(1, "account-one"), (3, "account-three")]
    assert [each.message for each in caplog.records] == ["spool.frame_damaged"]
    assert (rejection.sequence, rejection.reason) == (2, DAMAGED)
    assert b"ccount-two" in (rejection.body or b"")
    assert (spool.lost(), spool.backlog().frames) == (Lost(2, 2, DAMAGE), 2)


def test_the_rest_is_numbered_without_a_hole(spool: Spool, tmp_path: Path) -> None:
    """Under a new identifier and with the cause, also where the agent was started again in between."""
    kept(spool)
    before = spool.spool_id
    spool.close()
    again = opened(tmp_path)
    assert again.lost() == Lost(2, 2, DAMAGE)

    assert again.renumber(DAMAGE) == 2

    assert kept(again) == [(1, "account-one"), (2, "account-three")]
    assert again.append(frame("four")) == 3
    assert again.spool_id != before
    assert (again.lost(), again.gap_cause) == (None, DAMAGE)
    again.close()


def test_what_the_collector_has_is_not_lost(spool: Spool) -> None:
    """A frame that was damaged after the collector committed it leaves no hole."""
    kept(spool)

    spool.acknowledge(2)

    assert (spool.lost(), kept(spool)) == (None, [(3, "account-three")])


def test_an_answer_under_an_earlier_number_deletes_nothing(spool: Spool) -> None:
    """An acknowledgement of what was sent before the frames were numbered anew says nothing of these."""
    kept(spool)
    before = spool.spool_id
    spool.renumber(DAMAGE)

    spool.acknowledge(2, before)

    assert spool.backlog().frames == 2


def test_a_lost_first_frame_is_not_taken_for_acknowledged(tmp_path: Path) -> None:
    """After a restart too the numbers kept begin with the hole."""
    spool = opened(tmp_path)
    spool.append(frame("one"))
    spool.append(frame("two"))
    spool.close()
    change_a_byte(tmp_path / "spool.db", b"account-one")
    spool = opened(tmp_path)
    read = kept(spool)
    spool.close()

    again = opened(tmp_path)
    first = again.backlog().first
    again.close()

    assert (read, first) == ([(2, "account-two")], 1)
