"""Frames lost in an agent's spool: the gap is on record, and the next scan makes up for them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.spool import Spool
from collector.store.base import Store
from tests.contract.conftest import Rows
from tests.contract.pairing import Pair, kinds, removed_ids, sent_ids
from tests.contract.reporting import names
from tests.servers.scripted_source import ScriptedSource, asset, scope
from wolkenzicht.v1.collector_service_pb2 import ReportRequest

A, B = scope("eu-west-1"), scope("eu-central-1")


@pytest.fixture
def pair(estate: Store, tmp_path: Path) -> Iterator[Pair]:
    """An agent of bzk-aws and an empty store."""
    state = tmp_path / "agent"
    state.mkdir()
    made = Pair(state, estate)
    yield made
    made.close()


def estate_of(*in_a: str, filling: str = "") -> ScriptedSource:
    """Assets in the one scope; the other has one that never changes."""
    return ScriptedSource({A: [asset(each, filling=filling) for each in in_a], B: [asset("still")]})


def damage(pair: Pair, kind: str) -> None:
    """Change a byte of the last frame of a kind that waits in the agent's spool, while it does not run."""
    pair.spool.close()
    with closing(sqlite3.connect(pair.state / "spool.db")) as connection, connection:
        rows = connection.execute("SELECT number, body FROM frame ORDER BY number DESC").fetchall()
        number, body = next(
            row for row in rows if ReportRequest.FromString(row[1]).WhichOneof("frame") == kind
        )
        changed = bytes([body[0] ^ 1]) + body[1:]
        connection.execute("UPDATE frame SET body = ? WHERE number = ?", (changed, number))
    pair.restart_anew()


def causes(rows: Rows) -> list[str]:
    """The causes of the gaps on record."""
    return [cause for (cause,) in rows("SELECT cause FROM stream_gap ORDER BY ended")]


@pytest.mark.parametrize("lost", ["asset_batch", "removal_batch", "scan_end", "scan_start"])
def test_a_damaged_frame_costs_one_scan(pair: Pair, rows: Rows, lost: str) -> None:
    """Whichever frame it is, the others arrive, and after the next scan the two hold the same."""
    pair.round(estate_of("one", "two", "gone"))
    pair.scan(estate_of("one", "two", "three", filling="more"))
    damage(pair, lost)

    pair.deliver()
    before = names(pair.store)
    again = pair.round(estate_of("one", "two", "three", filling="more"))

    assert causes(rows) == ["spool_damaged"]
    assert ("three" in before) == (lost in ("removal_batch", "scan_end"))
    assert names(pair.store) == ["one", "still", "three", "two"]
    assert "still" not in sent_ids(again)
    pair.resyncs.clear()
    pair.round(estate_of("one", "two", "three", filling="more"))
    assert (pair.resyncs, causes(rows)) == ([], ["spool_damaged"])


def test_scans_that_wait_are_made_into_one(pair: Pair, rows: Rows) -> None:
    """Where the spool is full: the newest of each asset arrives, and nothing differs afterwards."""
    pair.round(estate_of("one", "two", "gone", "back"))
    for number in range(6):
        names_now = ["one", "two", *(["back"] if number in (0, 3, 4, 5) else []), f"new-{number}"]
        pair.scan(estate_of(*names_now, filling=str(number % 4)))
    before = pair.spool.backlog()
    fill(pair)
    pair.scan(estate_of("one", "two", "back", "late", filling="1"))
    merged = pair.spool.backlog()
    earlier = len(pair.delivered)
    pair.deliver()
    arrived = pair.delivered[earlier:]

    assert merged.size_bytes < before.size_bytes / 2
    assert causes(rows) == ["spool_full"]
    assert (pair.resyncs, pair.refused) == ([], [])
    assert kinds(arrived)["scan_start"] == kinds(arrived)["scan_end"] == 2
    assert names(pair.store) == ["back", "late", "one", "still", "two"]
    assert removed_ids(arrived).count("arn:aws:s3:::gone") == 1
    again = pair.round(estate_of("one", "two", "back", "late", filling="1"))
    assert (kinds(again), pair.resyncs) == ({"scan_start": 1, "scan_end": 1}, [])


@pytest.mark.parametrize("went", [False, True])
def test_what_waited_too_long_goes(pair: Pair, rows: Rows, went: bool) -> None:
    """The scan that follows sends it again; that an asset went shows in the digest, and one more mends it."""
    pair.round(estate_of("one", "two", "gone"))
    pair.scan(estate_of("one", "two", "three", *(() if went else ("gone",)), filling="old"))
    pair.spool.flush()
    with closing(sqlite3.connect(pair.state / "spool.db")) as connection, connection:
        connection.execute("UPDATE frame SET spooled = spooled - 31 * 86400")
    now = estate_of("one", "two", "three", *(() if went else ("gone",)), filling="old")
    pair.reachable = False
    pair.scan(now)
    pair.reachable = True
    pair.deliver()
    differs = bool(pair.resyncs)
    pair.resyncs.clear()
    if went:
        pair.round(now)
    again = pair.round(now)

    assert (causes(rows), pair.refused, differs) == (["spool_expired"], [], went)
    assert names(pair.store) == sorted(["one", "two", "three", "still", *([] if went else ["gone"])])
    assert (kinds(again), pair.resyncs) == ({"scan_start": 1, "scan_end": 1}, [])


def fill(pair: Pair) -> None:
    """From now on the spool takes nothing more, and waits no time at all."""
    size = pair.spool.backlog().size_bytes
    pair.spool.close()
    pair.spool = Spool(pair.state, max_bytes=size, max_wait=0)
