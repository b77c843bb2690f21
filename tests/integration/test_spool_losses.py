"""A stream over a spool that lost frames: those around them arrive."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest
import trustme

from agent.addresses import Addresses
from agent.counters import Counters
from agent.spool import Spool
from agent.stream import Backoff, Stream
from tests.servers.minimal_collector import MinimalCollector, written
from wolkenzicht.v1.collector_service_pb2 import ReportRequest, ScanPlan


@pytest.mark.parametrize("damaged", [1, 3, 5])
def test_a_damaged_frame_is_never_in_the_way(tmp_path: Path, damaged: int) -> None:
    """First, in the middle or last: the others arrive once, in order, under a new identifier."""
    ca = trustme.CA()
    credentials = written(tmp_path / "identity", ca, "agent.example.nl")
    resync = threading.Event()
    spool = Spool(tmp_path, max_bytes=10**9, max_wait=5)
    for number in range(5):
        spool.append(ReportRequest(scan_id=f"plan{number}", scan_plan=ScanPlan()))
    spool.flush()
    before = spool.spool_id
    with closing(sqlite3.connect(tmp_path / "spool.db")) as connection, connection:
        connection.execute("UPDATE frame SET body = x'00' || body WHERE number = ?", (damaged,))

    with closing(spool), MinimalCollector(written(tmp_path / "server", ca, "localhost")) as collector:
        stream = Stream(
            spool,
            "bzk-odc",
            Addresses([collector.address]),
            credentials,
            Counters(),
            give_up=True,
            on_lost=lambda: None,
            on_resync=resync.set,
            backoff=Backoff(first=0.02, longest=0.2),
        )
        stream.start()
        stream.drain()
        ended = stream.join(60)
        stream.stop(2)
        state = (spool.spool_id != before, spool.lost(), spool.backlog().frames)

    sent = [frame.scan_id for frame in collector.received.frames]
    assert sent == [f"plan{number}" for number in range(5) if number != damaged - 1]
    assert (ended, state, resync.is_set()) == (True, (True, None, 0), True)
