"""An agent whose disk is full while the collector is away: what it kept arrives, the gap is on record."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.scan import Ended
from collector.store.base import Store
from tests.contract.conftest import Rows
from tests.contract.pairing import Pair, kinds
from tests.contract.reporting import names
from tests.servers.scripted_source import ScriptedSource, asset, scope
from tests.servers.small_disk import filled_up, small_disk

DISK = "32m"
#: Bytes of an asset, and assets of a scan: some of them fill the disk.
FILLING, ASSETS = 16_000, 120
PLACES = ("eu-west-1", "eu-west-3", "eu-north-1", "eu-central-1")


@pytest.fixture
def pair(estate: Store, tmp_path: Path) -> Iterator[Pair]:
    """An agent of bzk-aws on a small disk, and an empty store."""
    with small_disk(tmp_path, DISK) as disk:
        made = Pair(disk, estate, max_wait=0.2)
        yield made
        made.close()


def estate_at(hour: int) -> ScriptedSource:
    """All assets are others each hour than in the hour before; one comes, and one goes."""
    letter = "abcdefgh"[hour % 8]
    found = {
        scope(place): [
            asset(f"{place}-{number}", filling=letter * FILLING) for number in range(hour, hour + ASSETS // 4)
        ]
        for place in PLACES
    }
    return ScriptedSource(found)


def wanted(hour: int) -> list[str]:
    """What there is then."""
    return sorted(f"{place}-{number}" for place in PLACES for number in range(hour, hour + ASSETS // 4))


def causes(rows: Rows) -> set[str]:
    """The causes of the gaps on record."""
    return {cause for (cause,) in rows("SELECT cause FROM stream_gap")}


def test_scans_that_wait_on_a_full_disk_are_made_into_one(pair: Pair, rows: Rows) -> None:
    """A day of scans of which a fifth has room; the collector ends up with the last, and nothing differs."""
    pair.round(estate_at(0))
    pair.reachable = False
    ended = [pair.scan(estate_at(hour)).ended for hour in range(1, 41)]
    most = pair.spool.backlog().size_bytes
    pair.deliver()
    pair.reachable = True

    assert set(ended) == {Ended.FINISHED}
    assert most < 24 * 1024 * 1024 < 40 * ASSETS * FILLING
    assert causes(rows) <= {"disk_full", "spool_full"}
    assert causes(rows)
    assert names(pair.store) == wanted(40)
    assert (pair.resyncs, pair.refused) == ([], [])
    again = pair.round(estate_at(40))
    assert (kinds(again), pair.resyncs) == ({"scan_start": 1, "scan_end": 1}, [])


def test_a_disk_that_others_fill_stops_scans_until_there_is_room(pair: Pair, rows: Rows) -> None:
    """What was accepted arrives meanwhile; then the scan goes on, and the time between is a gap."""
    pair.round(estate_at(0))
    pair.scan(estate_at(1))
    filled_up(pair.state / "hog")
    ended = [pair.scan(estate_at(hour)).ended for hour in (2, 3, 4)]
    full, last = pair.spool.disk_full, 1 + ended.count(Ended.FINISHED)
    pair.deliver()
    before = (names(pair.store), pair.spool.backlog().frames, causes(rows))
    (pair.state / "hog").unlink()
    pair.now += timedelta(hours=3)  # else it goes on with the scopes that it had not read
    after = pair.scan(estate_at(5)).ended
    pair.deliver()

    # The first may find room within the spool's own file.
    assert (ended[1:], full) == ([Ended.INTERRUPTED, Ended.INTERRUPTED], True)
    assert before[1] == 0
    assert before[2] <= {"spool_full"}
    # What a scan that was broken off had read of its later hour counts, removals too; all else stands.
    assert set(wanted(last)) & set(wanted(4)) <= set(before[0])
    assert (after, names(pair.store)) == (Ended.FINISHED, wanted(5))
    assert causes(rows) - before[2] == {"disk_full"}
    assert (pair.resyncs, pair.refused) == ([], [])
    again = pair.round(estate_at(5))
    assert (kinds(again), pair.resyncs) == ({"scan_start": 1, "scan_end": 1}, [])
