"""A scan that was broken off goes on where it was, as long as it is young and its plan still holds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from agent.counters import Counters
from agent.rules import ScanRules
from agent.scan import Ended, Scan, ScanResult
from agent.spool import Spool
from connectors.base import Gap, ReadItem
from policy import ruleset
from policy.ruleset import Policy
from tests.servers.scripted_source import ScriptedSource, asset, scope
from wolkenzicht.model import Outcome
from wolkenzicht.v1.collector_service_pb2 import ReportRequest

ROOT = Path(__file__).resolve().parents[3]
NAMES = "abcdef"

KILLED = """
import os, signal, sys
from pathlib import Path
from tests.unit.agent.test_scan_resume import run, source_of
from agent.spool import Spool

def killed():
    spool.flush()
    os.kill(os.getpid(), signal.SIGKILL)
    yield

spool = Spool(Path(sys.argv[1]), max_bytes=10**9, max_wait=5)
run(spool, source_of(sys.argv[2], killed))
"""


def source_of(stops_at: str = "", stopping: object = None) -> ScriptedSource:
    """Six scopes with 700 assets each; at one of them something happens halfway."""

    def content(name: str) -> Iterator[ReadItem]:
        for number in range(700):
            if name == stops_at and number == 600 and callable(stopping):
                yield from stopping()
            yield asset(f"{name}{number}")

    return ScriptedSource({scope(name): partial(content, name) for name in NAMES}, groups=1)


def run(
    spool: Spool,
    source: ScriptedSource,
    *,
    stop: threading.Event | None = None,
    at: datetime | None = None,
    policy: Policy | None = None,
) -> ScanResult:
    """One scan with an interval of an hour."""
    moment = at or datetime.now(UTC)
    return Scan(
        [source],
        lambda: ScanRules(policy or ruleset.load()),
        spool,
        Counters(),
        workers=1,
        interval=3600,
        stop=stop or threading.Event(),
        clock=lambda: moment,
    ).run()


def frames(spool: Spool) -> list[ReportRequest]:
    """All that was spooled."""
    spool.flush()
    return [ReportRequest.FromString(body) for _, body in spool.read_after(0, 10**6)]


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    """A spool that is closed."""
    made = Spool(tmp_path, max_bytes=10**9, max_wait=5)
    yield made
    made.close()


def stopped(spool: Spool, at: datetime | None = None) -> ScanResult:
    """Run a scan that is asked to stop in the middle of its third scope."""
    stop = threading.Event()

    def stopping() -> Iterator[ReadItem]:
        stop.set()
        return iter(())

    return run(spool, source_of("c", stopping), stop=stop, at=at)


def test_a_stopped_scan_is_resumed(spool: Spool) -> None:
    """Scopes with an outcome are not read again; the one in hand is read as another attempt."""
    before = stopped(spool)
    source = source_of()

    after = run(spool, source)

    outcomes = [each.scope_outcome.scope.location for each in frames(spool) if each.HasField("scope_outcome")]
    attempts = {
        (each.asset_batch.scope.location, each.asset_batch.attempt)
        for each in frames(spool)
        if each.HasField("asset_batch")
    }
    assert (before.ended, after.ended) == (Ended.STOPPED, Ended.FINISHED)
    assert before.scan_id == after.scan_id
    assert [each.location for each in source.reads] == list("cdef")
    assert outcomes == list(NAMES)
    assert attempts == {("a", 1), ("b", 1), ("c", 1), ("c", 2), ("d", 2), ("e", 2), ("f", 2)}
    assert [each.WhichOneof("frame") for each in frames(spool)].count("scan_end") == 1


def test_a_killed_scan_is_resumed(tmp_path: Path) -> None:
    """After kill -9 in the middle of a scope every scope still gets one outcome, and all its assets."""
    for name in "bd":
        finished = subprocess.run(
            [sys.executable, "-c", KILLED, str(tmp_path), name],
            check=False,
            cwd=ROOT,
            capture_output=True,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'proto'}"},
        )
        assert finished.returncode == -signal.SIGKILL, finished.stderr
    spool = Spool(tmp_path, max_bytes=10**9, max_wait=5)
    source = source_of()

    result = run(spool, source)

    found = frames(spool)
    spool.close()
    outcomes = Counter(each.scope_outcome.scope.location for each in found if each.HasField("scope_outcome"))
    # What an earlier attempt spooled is not spooled again.
    kept = Counter(asset.asset.name for each in found for asset in each.asset_batch.assets)
    assert [each.sequence for each in found] == list(range(1, len(found) + 1))
    assert result == ScanResult(result.scan_id, Ended.FINISHED, scopes=6, blind=0)
    assert [each.location for each in source.reads] == list("def")
    assert outcomes == dict.fromkeys(NAMES, 1)
    assert kept == {f"{name}{number}": 1 for name in NAMES for number in range(700)}


def test_an_old_scan_is_closed_and_a_new_one_begun(spool: Spool) -> None:
    """What was begun more than an interval ago is given up, and the collector is told."""
    begun = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
    before = stopped(spool, at=begun)
    source = source_of()

    after = run(spool, source, at=begun + timedelta(hours=1))

    ends = [(each.scan_id, each.scan_end.interrupted) for each in frames(spool) if each.HasField("scan_end")]
    assert ends == [(before.scan_id, True), (after.scan_id, False)]
    assert len(source.reads) == 6


def test_a_scan_has_one_version_of_the_rules(spool: Spool) -> None:
    """Where other rules came into force meanwhile it is given up, and begun anew under them."""
    before = stopped(spool)
    earlier = ruleset.load(date(2026, 7, 2))

    after = run(spool, source_of(), policy=earlier)

    starts = [
        (each.scan_id, each.scan_start.policy_version)
        for each in frames(spool)
        if each.HasField("scan_start")
    ]
    ends = [(each.scan_id, each.scan_end.interrupted) for each in frames(spool) if each.HasField("scan_end")]
    assert starts == [(before.scan_id, ruleset.load().version), (after.scan_id, earlier.version)]
    assert ends == [(before.scan_id, True), (after.scan_id, False)]


def test_a_changed_plan_is_not_resumed(spool: Spool) -> None:
    """A scope that was not planned would get an outcome nobody waits for: the scan is begun anew."""
    before = stopped(spool)
    source = source_of()
    source.contents[scope("g")] = [asset("new")]

    after = run(spool, source)

    assert before.scan_id != after.scan_id
    assert len(source.reads) == 7


def test_blind_spots_before_the_break_count_after_it(spool: Spool) -> None:
    """The exit code of the resumed run speaks for the whole scan."""
    stop = threading.Event()

    def stopping() -> Iterator[ReadItem]:
        stop.set()
        return iter(())

    source = source_of("c", stopping)
    source.contents[scope("a")] = [Gap(Outcome.THROTTLED, "slow")]
    run(spool, source, stop=stop)

    assert run(spool, source_of()).blind == 1


def test_finished_scans_leave_nothing_to_resume(spool: Spool) -> None:
    """The next scan is a new one, and reads everything."""
    first = run(spool, source_of())
    source = source_of()
    second = run(spool, source)

    assert first.scan_id != second.scan_id
    assert len(source.reads) == 6
