"""An agent on a disk that it fills while the collector is away, over mTLS: all that was accepted arrives."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from agent.addresses import Addresses
from agent.counters import Counters
from agent.reserve import FILE_NAME, Reserve
from agent.rules import ScanRules
from agent.scan import Ended, Scan
from agent.spool import Spool
from agent.stream import Backoff, Stream
from policy import ruleset
from tests.integration.collector_process import Running, eventually, found, serving
from tests.servers.scripted_source import ScriptedSource, asset, scope
from tests.servers.small_disk import small_disk
from wolkenzicht.transport import Credentials

TENANT = "mvz-aws"
DISK = "32m"
#: Bytes of an asset, assets of a scope, scopes: more than the disk has room for, a few scopes at a time.
FILLING, EACH, SCOPES = 16_000, 250, 12


def estate() -> ScriptedSource:
    """48 MB of assets."""
    return ScriptedSource(
        {
            scope(f"place-{place}"): [
                asset(f"{place}-{number}", filling="x" * FILLING) for number in range(EACH)
            ]
            for place in range(SCOPES)
        },
        groups=1,
    )


def scanning(spool: Spool) -> Scan:
    """The scans of an agent, an hour apart."""
    return Scan(
        [estate()],
        lambda: ScanRules(ruleset.load()),
        spool,
        Counters(),
        workers=1,
        interval=3600,
        stop=threading.Event(),
    )


def sending(spool: Spool, collector: Running, credentials: Credentials) -> Stream:
    """The agent's stream."""
    return Stream(
        spool,
        TENANT,
        Addresses([collector.address("grpc")]),
        credentials,
        Counters(),
        give_up=False,
        on_lost=lambda: None,
        backoff=Backoff(first=0.02, longest=0.2),
    )


def held(place: Path, statement: str) -> list[tuple[object, ...]]:
    """What the collector's store says."""
    with closing(sqlite3.connect(place / "data" / "wolkenzicht.db")) as connection:
        return connection.execute(statement).fetchall()


def test_all_that_was_accepted_arrives_and_the_agent_goes_on(tmp_path: Path) -> None:
    """The scan stops where the disk is full; the collector comes back, and the scan goes on to its end."""
    config = found(tmp_path)
    with small_disk(tmp_path, DISK) as disk:
        with closing(Spool(disk, max_bytes=10**9, max_wait=0.2)) as spool:
            alone = scanning(spool).run()
            stopped = (alone.ended, spool.disk_full, Reserve(disk).held)
            waiting = spool.backlog()
        with serving(config) as collector:
            credentials = collector.agent(TENANT, "agent")
            with closing(Spool(disk, max_bytes=10**9, max_wait=30)) as spool:
                stream = sending(spool, collector, credentials)
                stream.start()
                eventually(lambda: spool.backlog().frames == 0, "what waited is delivered")
                arrived = int(str(held(tmp_path, "SELECT count(*) FROM asset")[0][0]))
                whole = scanning(spool).run()
                stream.drain()
                delivered = stream.join(30)
                size = (disk / "spool.db").stat().st_size
        causes = held(tmp_path, "SELECT cause FROM stream_gap")
        total = held(tmp_path, "SELECT count(*) FROM asset")
        kept = (disk / FILE_NAME).stat().st_size

    assert stopped == (Ended.INTERRUPTED, True, False)
    assert waiting.size_bytes > 8 * 1024 * 1024
    assert arrived >= waiting.size_bytes // (2 * FILLING)
    assert (whole.ended, delivered) == (Ended.FINISHED, True)
    assert total == [(SCOPES * EACH,)]
    assert {cause for (cause,) in causes} == {"disk_full"}
    assert kept == 8 * 1024 * 1024
    assert size < 24 * 1024 * 1024
