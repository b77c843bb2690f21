"""An inventory is read last and compared with what was read in depth, whatever became of each scope."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.counters import Counters
from agent.reconciling import IN_INVENTORY, NEW, READ, Marks, Reconciliation
from agent.rules import ScanRules
from agent.scan import Ended, Scan, ScanResult
from agent.scope_ids import PART_BYTES, Listed, assets_in
from agent.spool import Spool
from connectors.base import Covers, Gap, ReadError, ReadItem, Rejected
from policy import ruleset
from tests.servers.scripted_source import (
    INVENTORY_NAME,
    Content,
    ScriptedSource,
    asset,
    inventory_scope,
    listed,
    scope,
)
from wolkenzicht import wire
from wolkenzicht.model import Discrepancy, DiscrepancyKind, Outcome, Scope, ScopeOutcome
from wolkenzicht.v1.collector_service_pb2 import ReportRequest

ROOT = Path(__file__).resolve().parents[3]
BUCKET, TABLE = "AWS::S3::Bucket", "AWS::DynamoDB::Table"
INVENTORY = inventory_scope()
BUCKETS = scope("eu-west-1", BUCKET)
COVERED = Covers(INVENTORY_NAME, frozenset({BUCKET}))
RANDOM = random.Random(7)
DENIED = Gap(Outcome.DENIED, "refused", "s3:ListAllMyBuckets")


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    """A spool that is closed."""
    made = open_spool(tmp_path)
    yield made
    made.close()


def open_spool(state: Path) -> Spool:
    """The spool in a folder."""
    return Spool(state, max_bytes=10**9, max_wait=5)


def run(spool: Spool, *sources: ScriptedSource, stop: threading.Event | None = None) -> ScanResult:
    """One scan with an interval of an hour."""
    return Scan(
        sources,
        lambda: ScanRules(ruleset.load()),
        spool,
        Counters(),
        workers=2,
        interval=3600,
        stop=stop or threading.Event(),
    ).run()


def frames(spool: Spool) -> list[ReportRequest]:
    """All that was spooled."""
    spool.flush()
    return [ReportRequest.FromString(body) for _, body in spool.read_after(0, 10**6)]


def emitted(spool: Spool, where: Scope = INVENTORY) -> list[str]:
    """Names of the assets that were reported of a scope, in order."""
    return [
        each.asset.name
        for frame in frames(spool)
        for each in frame.asset_batch.assets
        if wire.decode_scope(frame.asset_batch.scope) == where
    ]


def discrepancies(spool: Spool) -> list[Discrepancy]:
    """All discrepancies that were reported, in order."""
    return [
        wire.decode_discrepancy(each)
        for frame in frames(spool)
        for each in frame.discrepancy_batch.discrepancies
    ]


def outcomes(spool: Spool) -> dict[Scope, Outcome]:
    """What became of each scope."""
    found = (
        wire.decode_outcome(each.scope_outcome) for each in frames(spool) if each.HasField("scope_outcome")
    )
    return {each.scope: each.outcome for each in found}


def not_read(name: str, kind: str = BUCKET) -> Discrepancy:
    """The inventory has it and the reading does not."""
    return Discrepancy(
        DiscrepancyKind.NOT_READ, asset(name, kind).asset_id, kind, "eu-west-1", INVENTORY_NAME
    )


def not_in_inventory(name: str) -> Discrepancy:
    """The reading has it and the inventory does not."""
    return Discrepancy(
        DiscrepancyKind.NOT_IN_INVENTORY, asset(name).asset_id, BUCKET, "eu-west-1", INVENTORY_NAME
    )


def test_both_directions(spool: Spool) -> None:
    """What only the inventory has is listed and told; what only the reading has is told."""
    source = ScriptedSource(
        {
            INVENTORY: [COVERED, listed("both"), listed("hidden"), listed("queue", "AWS::SQS::Queue")],
            BUCKETS: [asset("both"), asset("fresh")],
        }
    )

    result = run(spool, source)

    assert source.reads == [BUCKETS, INVENTORY]
    assert emitted(spool, BUCKETS) == ["both", "fresh"]
    assert emitted(spool) == ["hidden", "queue"]
    assert discrepancies(spool) == [not_read("hidden"), not_in_inventory("fresh")]
    assert (result.ended, result.blind) == (Ended.FINISHED, 0)


def test_discrepancies_come_before_the_outcome_of_the_inventory(spool: Spool) -> None:
    """The collector knows all of them when it hears that the inventory was read."""
    run(spool, ScriptedSource({INVENTORY: [COVERED, listed("hidden")], BUCKETS: [asset("fresh")]}))

    sent = [str(frame.WhichOneof("frame")) for frame in frames(spool)]
    [batch] = [frame.discrepancy_batch for frame in frames(spool) if frame.HasField("discrepancy_batch")]
    assert sent[-4:] == ["asset_batch", "discrepancy_batch", "scope_outcome", "scan_end"]
    assert (wire.decode_scope(batch.scope), batch.attempt) == (INVENTORY, 1)


@pytest.mark.parametrize(
    ("reading", "said"),
    [
        ([], [not_read("one")]),
        ([Gap(Outcome.NOT_ENABLED, "off")], [not_read("one")]),
        ([Gap(Outcome.UNSUPPORTED, "not here")], [not_read("one")]),
        ([DENIED], []),
        ([Gap(Outcome.THROTTLED, "slow")], []),
        ([Gap(Outcome.FAILED, "broken")], []),
        ([Rejected("arn:aws:s3:::one", "", "tags", "wrong")], []),
    ],
)
def test_a_blind_spot_is_no_discrepancy(
    spool: Spool, reading: list[ReadItem], said: list[Discrepancy]
) -> None:
    """What the inventory shows of a scope that was not seen is listed: the blind spot is told already."""
    run(spool, ScriptedSource({INVENTORY: [COVERED, listed("one")], BUCKETS: reading}))

    assert emitted(spool) == ["one"]
    assert discrepancies(spool) == said


def test_only_complete_readings_are_held_against_an_inventory(spool: Spool) -> None:
    """What a reading with a gap listed is known, and nothing more is concluded from it."""
    run(
        spool,
        ScriptedSource({INVENTORY: [COVERED, listed("one")], BUCKETS: [asset("one"), asset("two"), DENIED]}),
    )

    assert (emitted(spool), discrepancies(spool)) == ([], [])


@pytest.mark.parametrize(
    ("scopes", "location", "told"),
    [
        (["eu-west-1"], "eu-west-1", True),
        (["eu-west-1"], "eu-west-2", False),
        (["eu-west-1"], "global", True),
        (["global"], "eu-west-2", True),
        (["global"], "", True),
    ],
)
def test_a_reading_of_another_place_says_nothing(
    spool: Spool, scopes: list[str], location: str, told: bool
) -> None:
    """Only a reading that could have held the asset is a reason to wonder that it did not."""
    contents: dict[Scope, Iterable[ReadItem]] = {scope(each, BUCKET): [] for each in scopes}
    source = ScriptedSource({**contents, INVENTORY: [COVERED, listed("one", location=location)]})

    run(spool, source)

    assert emitted(spool) == ["one"]
    assert bool(discrepancies(spool)) == told


@pytest.mark.parametrize(
    "covers",
    [
        [],
        [Covers(INVENTORY_NAME, frozenset({TABLE}))],
        [Covers(INVENTORY_NAME, frozenset({BUCKET}), frozenset({"eu-central-1"}))],
    ],
)
def test_an_inventory_answers_for_what_it_covers(spool: Spool, covers: list[ReadItem]) -> None:
    """What is missing from an inventory that does not cover it is no discrepancy."""
    run(spool, ScriptedSource({INVENTORY: covers, BUCKETS: [asset("one")]}))

    assert discrepancies(spool) == []
    assert outcomes(spool)[INVENTORY] is Outcome.COMPLETE


def test_covers_may_come_at_any_time_and_by_location(spool: Spool) -> None:
    """The first that reaches an asset names the inventory; a location may have one of its own."""
    other = Covers("other", frozenset({BUCKET}), frozenset({"eu-west-1"}))
    run(spool, ScriptedSource({INVENTORY: [listed("x"), other, COVERED], BUCKETS: [asset("x"), asset("y")]}))

    assert [each.inventory for each in discrepancies(spool)] == ["other"]


def test_an_asset_listed_twice_counts_once(spool: Spool) -> None:
    """Pages of an inventory may overlap."""
    twice = [listed("one"), listed("hidden"), listed("hidden"), listed("one")]
    run(spool, ScriptedSource({INVENTORY: [COVERED, *twice], BUCKETS: [asset("one"), asset("one")]}))

    [outcome] = [
        frame.scope_outcome
        for frame in frames(spool)
        if frame.HasField("scope_outcome") and frame.scope_outcome.scope.type == "*"
    ]
    assert emitted(spool) == ["hidden"]
    assert outcome.asset_count == 1
    assert discrepancies(spool) == [not_read("hidden")]


@pytest.mark.parametrize(
    ("broken", "outcome"),
    [
        (ReadError(Gap(Outcome.FAILED, "page 2 broken")), Outcome.FAILED),
        (ZeroDivisionError("defect"), Outcome.FAILED),
    ],
)
def test_an_inventory_that_fails_halfway_concludes_nothing(
    spool: Spool, broken: Exception, outcome: Outcome
) -> None:
    """What it listed until then is kept; what it did not list is not held against the reading."""

    def halfway() -> Iterator[ReadItem]:
        yield COVERED
        yield listed("hidden")
        raise broken

    result = run(spool, ScriptedSource({INVENTORY: halfway, BUCKETS: [asset("fresh")]}))

    assert emitted(spool) == ["hidden"]
    assert discrepancies(spool) == [not_read("hidden")]
    assert (outcomes(spool)[INVENTORY], result.blind) == (outcome, 1)


def test_a_part_that_is_not_switched_on_says_nothing_of_the_rest(spool: Spool) -> None:
    """An inventory that answers for some regions only is held against the readings there."""
    part = Covers(INVENTORY_NAME, frozenset({BUCKET}), frozenset({"eu-west-1"}))
    off = Gap(Outcome.NOT_ENABLED, "no index in eu-west-3")
    abroad = replace(asset("abroad"), location="eu-west-3")
    source = ScriptedSource({INVENTORY: [part, off], scope("global"): [asset("fresh"), abroad]})

    result = run(spool, source)

    assert discrepancies(spool) == [not_in_inventory("fresh")]
    assert (outcomes(spool)[INVENTORY], result.blind) == (Outcome.NOT_ENABLED, 1)


@pytest.mark.parametrize("outcome", [Outcome.NOT_ENABLED, Outcome.UNSUPPORTED, Outcome.DENIED])
def test_no_inventory_is_a_blind_spot(spool: Spool, outcome: Outcome) -> None:
    """Without one nobody knows what else there is."""
    result = run(spool, ScriptedSource({INVENTORY: [Gap(outcome, "switch it on")], BUCKETS: []}))

    assert (result.blind, discrepancies(spool)) == (1, [])


def test_accounts_are_compared_each_with_its_own_inventory(spool: Spool) -> None:
    """What another account read says nothing; an account without inventory is remembered nowhere."""
    other = Scope("444455556666", "eu-west-1", BUCKET)
    source = ScriptedSource({INVENTORY: [COVERED, listed("theirs")], BUCKETS: [], other: [asset("theirs")]})

    run(spool, source)

    # What stands in the scope of its own type is known better there.
    assert emitted(spool) == []
    assert discrepancies(spool) == [not_read("theirs")]


def test_assets_without_type_of_their_own_are_rejected(spool: Spool) -> None:
    """An inventory says of each asset what it is."""
    run(spool, ScriptedSource({INVENTORY: [COVERED, listed("odd", "*"), listed("fine", "X")], BUCKETS: []}))

    assert emitted(spool) == ["fine"]
    assert outcomes(spool)[INVENTORY] is Outcome.FAILED


def test_a_group_may_hold_an_inventory_too(spool: Spool) -> None:
    """Its scopes are read in two turns, and it is finished after each."""
    source = ScriptedSource({INVENTORY: [COVERED], BUCKETS: [asset("fresh")]}, groups=1)

    run(spool, source)

    assert (source.reads, source.finished) == ([BUCKETS, INVENTORY], ["0", "0"])
    assert discrepancies(spool) == [not_in_inventory("fresh")]


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.unit.agent.test_reconciling import estate, open_spool, run

def killed():
    spool.flush()
    os.kill(os.getpid(), signal.SIGKILL)
    yield

spool = open_spool(Path(sys.argv[1]))
run(spool, estate(killed))
"""


IN_PART = (COVERED, listed("a1"), listed("hidden"))


def estate(inventory: Content = IN_PART) -> ScriptedSource:
    """Buckets that the inventory lacks in part; its reading may be something else."""
    return ScriptedSource({BUCKETS: [asset("a1"), asset("a2")], INVENTORY: inventory})


def test_a_scan_killed_between_the_phases_still_compares(tmp_path: Path) -> None:
    """What was read in depth before kill -9 is remembered; it is not read again."""
    finished = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path)],
        check=False,
        cwd=ROOT,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'proto'}"},
    )
    assert finished.returncode == -signal.SIGKILL, finished.stderr
    spool = open_spool(tmp_path)
    source = estate()

    result = run(spool, source)

    assert (result.ended, source.reads) == (Ended.FINISHED, [INVENTORY])
    assert emitted(spool) == ["hidden"]
    assert discrepancies(spool) == [not_read("hidden"), not_in_inventory("a2")]
    spool.close()


def test_an_inventory_that_was_stopped_is_read_again_as_another_attempt(spool: Spool) -> None:
    """The first attempt's frames stay in the spool; the collector goes by the last one."""
    stop = threading.Event()

    def stopping() -> Iterator[ReadItem]:
        yield COVERED
        yield from (listed(f"n{number}") for number in range(600))
        stop.set()
        yield listed("a1")

    first = run(spool, estate(stopping), stop=stop)
    second = run(spool, estate())

    attempts = [
        frame.discrepancy_batch.attempt for frame in frames(spool) if frame.HasField("discrepancy_batch")
    ]
    assert (first.ended, second.ended) == (Ended.STOPPED, Ended.FINISHED)
    assert attempts == [1, 2]
    assert discrepancies(spool)[500:] == [not_read("hidden"), not_in_inventory("a2")]


def test_what_was_listed_is_forgotten_with_the_scan(spool: Spool) -> None:
    """Nothing of it stays in the spool's file."""
    run(spool, estate())

    assert list(spool.scan.listed(BUCKETS)) == []


def test_memory_grows_by_bytes_not_by_identifiers(spool: Spool) -> None:
    """200,000 assets are remembered and compared in 20 bytes each; their identifiers take four times that."""
    count = 200_000
    identifiers = [f"arn:aws:s3:::bucket-{number:012d}" for number in range(count)]

    tracemalloc.start()
    remembered = Listed()
    for asset_id in identifiers:
        remembered.add(asset_id, "eu-west-1")
    _, taken_while_reading = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    with spool.scan._writer.group() as connection:
        spool.scan.scope_done(connection, ScopeOutcome(BUCKETS, Outcome.COMPLETE, count), remembered)
    tracemalloc.start()
    known = Reconciliation(spool.scan, BUCKETS.account)
    _, taken_while_comparing = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    known.covers(COVERED)
    news = sum(map(known.is_news, identifiers[1:]))

    assert (news, [each.asset_id for each in known.missing()]) == (0, identifiers[:1])
    assert taken_while_reading < 20 * count
    assert taken_while_comparing < 20 * count


def test_marks_are_kept_for_any_number_of_assets() -> None:
    """More assets than were expected find room; each has its own mark."""
    marks = Marks(expected=10)
    for number in range(5_000):
        assert marks.put(f"id-{number}", READ if number % 2 else IN_INVENTORY) == NEW

    assert len(marks) == 5_000
    assert [marks.get(f"id-{number}") for number in range(5_000)] == [IN_INVENTORY, READ] * 2_500
    assert marks.get("id-5000") == NEW
    assert marks.put("id-1", IN_INVENTORY) == READ


def test_a_million_marks_take_less_than_fifteen_megabytes() -> None:
    """14 bytes for each asset that is expected, and no copy on the way."""
    tracemalloc.start()
    marks = Marks(expected=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (len(marks), peak < 15_000_000) == (0, True)


def test_what_was_listed_comes_back_whatever_it_holds() -> None:
    """Tabs, line ends and other scripts are no separators; a long list comes in several parts."""
    assets = [("a\tb\n", ""), ("ü-資源", "eu-west-1"), ("", "x")]
    assets += [(f"{RANDOM.getrandbits(512):x}", "eu-west-1") for _ in range(6_000)]
    kept = Listed()
    for asset_id, location in assets:
        kept.add(asset_id, location)

    parts = list(kept.parts())

    assert len(parts) > 1
    assert {len(part) for part in parts[:-1]} == {PART_BYTES}
    assert list(assets_in(parts)) == assets
