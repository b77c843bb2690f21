"""An agent that knows several collectors, over mTLS."""

from __future__ import annotations

import time
from pathlib import Path

import grpc
import trustme

from agent.addresses import Addresses
from agent.counters import Counters
from agent.spool import Spool
from agent.stream import Backoff, Stream
from tests.servers.minimal_collector import MinimalCollector, written
from wolkenzicht.retry import retry_details
from wolkenzicht.v1.collector_service_pb2 import ReportRequest, ScanPlan


def test_what_one_collector_asks_for_does_not_hold_for_the_next(tmp_path: Path) -> None:
    """A full one says to stay away for a minute: the agent delivers at the other at once."""
    ca, code = trustme.CA(), grpc.StatusCode.RESOURCE_EXHAUSTED
    spool = Spool(tmp_path, max_bytes=10**9, max_wait=5)
    for number in range(20):
        spool.append(ReportRequest(scan_id=f"scan-{number}", scan_plan=ScanPlan()))
    server = written(tmp_path / "server", ca, "localhost")
    with MinimalCollector(server) as full, MinimalCollector(server) as other:
        full.behaviour.refuse = (code, "full")
        full.behaviour.refuse_metadata = (retry_details(code, "full", 60.0),)
        addresses = Addresses([full.address, other.address])
        if addresses.current != full.address:
            addresses.failed(other.address, final=False)
        stream = Stream(
            spool,
            "bzk-odc",
            addresses,
            written(tmp_path / "agent", ca, "agent.example.nl"),
            Counters(),
            give_up=False,
            on_lost=lambda: None,
            backoff=Backoff(first=0.02, longest=0.2),
        )
        begun = time.monotonic()
        stream.start()
        stream.drain()
        delivered = stream.join(20)
        took = time.monotonic() - begun

    assert delivered
    assert took < 10
    assert "full" in str(stream.trouble)
    assert (len(full.received.frames), len(other.received.frames)) == (0, 20)
    assert spool.backlog().frames == 0
    spool.close()
