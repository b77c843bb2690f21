"""A scan: every planned scope ends with exactly one outcome, whatever its source does."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agent.counters import Counters
from agent.rules import ScanRules
from agent.scan import Ended, Scan, ScanResult
from agent.spool import Spool
from connectors.base import Gap, ReadError, ReadItem, Rejected
from policy import ruleset
from tests.servers.scripted_source import ScriptedSource, asset, scope
from wolkenzicht import wire
from wolkenzicht.errors import StorageError
from wolkenzicht.model import DeniedBy, Outcome, Scope, ScopeOutcome
from wolkenzicht.transport import MAX_BATCH_ASSETS, MAX_FRAME_BYTES
from wolkenzicht.v1.collector_service_pb2 import ReportRequest

DENIED = Gap(Outcome.DENIED, "refused", "s3:ListAllMyBuckets", DeniedBy.IDENTITY_POLICY)


class Bench:
    """A spool in a folder, and scans over it."""

    def __init__(self, state: Path, max_bytes: int = 10**9, max_wait: float = 5.0) -> None:
        self.spool = Spool(state, max_bytes=max_bytes, max_wait=max_wait)
        self.stop = threading.Event()
        self.counters = Counters()

    def scan(self, *sources: ScriptedSource, workers: int = 4, interval: float = 3600) -> Scan:
        """A scan over the sources."""
        return Scan(
            sources,
            lambda: ScanRules(ruleset.load()),
            self.spool,
            self.counters,
            workers=workers,
            interval=interval,
            stop=self.stop,
        )

    def frames(self) -> list[ReportRequest]:
        """All that was spooled."""
        self.spool.flush()
        return [ReportRequest.FromString(body) for _, body in self.spool.read_after(0, 10**6)]

    def outcomes(self) -> dict[Scope, ScopeOutcome]:
        """The outcomes in the spool; fails where a scope has two."""
        found = [
            wire.decode_outcome(frame.scope_outcome)
            for frame in self.frames()
            if frame.HasField("scope_outcome")
        ]
        assert len(found) == len({each.scope for each in found})
        return {each.scope: each for each in found}

    def asset_ids(self) -> Counter[str]:
        """How often each asset was spooled."""
        return Counter(each.asset.asset_id for frame in self.frames() for each in frame.asset_batch.assets)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A bench that is cleared away."""
    made = Bench(tmp_path)
    yield made
    made.spool.close()


def raising(error: Exception, *before: ReadItem) -> Callable[[], Iterator[ReadItem]]:
    """Yields some items and then raises."""

    def items() -> Iterator[ReadItem]:
        yield from before
        raise error

    return items


def kinds(frames: list[ReportRequest]) -> list[str]:
    """What each frame is."""
    return [str(frame.WhichOneof("frame")) for frame in frames]


def test_a_scan_is_a_start_a_plan_batches_outcomes_and_an_end(bench: Bench) -> None:
    """The frames stand in the order of the contract, and each is observed at a time in one scan."""
    source = ScriptedSource({scope("a"): [asset("one"), asset("two")], scope("b"): []})

    result = bench.scan(source, workers=1).run()

    frames = bench.frames()
    assert kinds(frames) == [
        "scan_start",
        "scan_plan",
        "asset_batch",
        "scope_outcome",
        "scope_outcome",
        "scan_end",
    ]
    assert [wire.decode_scope(each) for each in frames[1].scan_plan.scopes] == [scope("a"), scope("b")]
    assert frames[1].scan_plan.last
    assert frames[2].asset_batch.attempt == 1
    assert frames[0].scan_start.policy_version == ruleset.load().version
    assert not frames[-1].scan_end.interrupted
    assert {frame.scan_id for frame in frames} == {result.scan_id}
    assert all(frame.HasField("observe_time") for frame in frames)
    assert result == ScanResult(result.scan_id, Ended.FINISHED, scopes=2, blind=0)
    assert bench.outcomes()[scope("a")] == ScopeOutcome(scope("a"), Outcome.COMPLETE, 2)
    assert sorted(source.finished) == ["a", "b"]


def test_a_classified_asset_comes_out_as_it_went_in(bench: Bench) -> None:
    """Facts, verdict and fingerprint travel together."""
    bench.scan(ScriptedSource({scope("a"): [asset("one")]})).run()
    [batch] = [frame.asset_batch for frame in bench.frames() if frame.HasField("asset_batch")]

    classified = wire.decode_classified(batch.assets[0])

    assert classified.asset == asset("one")
    assert classified.verdict == ruleset.load().classify(asset("one"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            [DENIED],
            ScopeOutcome(scope("a"), Outcome.DENIED, 0, DENIED.permission, DENIED.denied_by, "refused"),
        ),
        (
            [asset("one"), Gap(Outcome.THROTTLED, "slow"), DENIED],
            ScopeOutcome(
                scope("a"), Outcome.DENIED, 1, DENIED.permission, DENIED.denied_by, "refused (and 1 more)"
            ),
        ),
        (
            raising(ReadError(Gap(Outcome.THROTTLED, "slow down")), asset("one")),
            ScopeOutcome(scope("a"), Outcome.THROTTLED, 1, message="slow down"),
        ),
        (
            raising(ZeroDivisionError("division\nby zero"), asset("one")),
            ScopeOutcome(scope("a"), Outcome.FAILED, 1, message="ZeroDivisionError: division by zero"),
        ),
        (
            [asset("one"), Rejected("x", "i.csv:2:3", "name", "is empty")],
            ScopeOutcome(
                scope("a"), Outcome.FAILED, 1, message="1 of 2 items rejected: i.csv:2:3 name is empty"
            ),
        ),
        ([Gap(Outcome.NOT_ENABLED, "off")], ScopeOutcome(scope("a"), Outcome.NOT_ENABLED, message="off")),
    ],
)
def test_a_scope_ends_with_one_outcome_whatever_happens(
    bench: Bench, content: list[ReadItem], expected: ScopeOutcome
) -> None:
    """A refusal, a defect or a rejected item is an outcome of its scope, and the others go on."""
    result = bench.scan(ScriptedSource({scope("a"): content, scope("b"): [asset("two")]})).run()

    assert bench.outcomes() == {
        scope("a"): expected,
        scope("b"): ScopeOutcome(scope("b"), Outcome.COMPLETE, 1),
    }
    assert result.blind == (0 if expected.outcome is Outcome.NOT_ENABLED else 1)


@pytest.mark.parametrize(
    ("error", "outcome", "message"),
    [
        (ReadError(DENIED), Outcome.DENIED, "refused"),
        (RuntimeError("no\nplan"), Outcome.FAILED, "RuntimeError: no plan"),
    ],
)
def test_a_plan_that_fails_shows_as_a_scope(
    bench: Bench, error: Exception, outcome: Outcome, message: str
) -> None:
    """What was planned is read, the failure has a row of its own, and the plan is not called whole."""
    broken = ScriptedSource({scope("a"): [asset("one")]}, plan_error=error)
    whole = ScriptedSource({scope("b", "ODC::Server"): []}, connector="odc-csv")

    result = bench.scan(broken, whole).run()

    outcomes = bench.outcomes()
    failure = outcomes.pop(Scope("-", "-", "aws"))
    assert (failure.outcome, failure.message) == (outcome, message)
    assert {each.outcome for each in outcomes.values()} == {Outcome.COMPLETE}
    assert len(outcomes) == 2
    assert [frame.scan_plan.last for frame in bench.frames() if frame.HasField("scan_plan")] == [False]
    assert (result.ended, result.blind) == (Ended.FINISHED, 1)


def test_two_sources_may_not_share_a_scope(bench: Bench) -> None:
    """Each would remove what the other lists: the second one fails and says so."""
    first = ScriptedSource({scope("a"): [asset("one")]})
    second = ScriptedSource({scope("a"): [asset("two")]}, connector="other")

    bench.scan(first, second).run()

    assert bench.asset_ids() == {"arn:aws:s3:::one": 1}
    assert "is planned by another source too" in bench.outcomes()[Scope("-", "-", "other")].message


def test_a_long_plan_takes_several_frames(bench: Bench) -> None:
    """Each stays below the frame limit, only the last one says that it is the last."""
    contents = {scope(f"{number:05}", "T" * 300): () for number in range(4_500)}

    bench.scan(ScriptedSource(contents, groups=4)).run()

    plans = [frame for frame in bench.frames() if frame.HasField("scan_plan")]
    assert [frame.scan_plan.last for frame in plans] == [False] * (len(plans) - 1) + [True]
    assert max(frame.ByteSize() for frame in plans) < MAX_FRAME_BYTES
    assert sum(len(frame.scan_plan.scopes) for frame in plans) == 4_500
    assert len(bench.outcomes()) == 4_500


def test_batches_stay_within_both_limits(bench: Bench) -> None:
    """At most 500 assets and below 1 MiB, with nothing lost between batches."""
    small = [asset(f"s{number}") for number in range(1_201)]
    large = [asset(f"l{number}", filling="x" * 9_000) for number in range(400)]

    bench.scan(ScriptedSource({scope("small"): small, scope("large"): large})).run()

    batches = [frame for frame in bench.frames() if frame.HasField("asset_batch")]
    sizes = [len(frame.asset_batch.assets) for frame in batches]
    by_scope = {
        name: [
            size
            for frame, size in zip(batches, sizes, strict=True)
            if frame.asset_batch.scope.location == name
        ]
        for name in ("small", "large")
    }
    assert by_scope["small"] == [500, 500, 201]
    assert max(frame.ByteSize() for frame in batches) < MAX_FRAME_BYTES
    assert max(frame.ByteSize() for frame in batches) > MAX_FRAME_BYTES * 0.9
    assert sum(by_scope["large"]) == 400
    assert max(sizes) == MAX_BATCH_ASSETS


@pytest.mark.parametrize(
    ("bad", "field", "reason"),
    [
        (asset("a" * 3_000), "asset.asset_id", "at most 2048 are kept"),
        (asset("a\0b"), "asset.asset_id", "NUL byte"),
        (asset("a", filling="x" * 20_000), "asset.properties[filling]", "longer than"),
        (asset("a\udcff"), "asset", "cannot be encoded"),
        (asset("a", kind="AWS::SQS::Queue"), "asset.type", "in a scope of 'AWS::S3::Bucket'"),
    ],
)
def test_an_asset_that_cannot_be_sent_is_rejected_with_its_reason(
    bench: Bench, bad: ReadItem, field: str, reason: str
) -> None:
    """The rest of the scope is kept, and the scope is not complete."""
    bench.scan(ScriptedSource({scope("a"): [asset("one"), bad, asset("two")]})).run()

    [batch] = [frame.asset_batch for frame in bench.frames() if frame.HasField("asset_batch")]
    [rejected] = batch.rejected_items
    outcome = bench.outcomes()[scope("a")]
    assert [each.asset.name for each in batch.assets] == ["one", "two"]
    assert rejected.field == field
    assert reason in rejected.reason
    assert len(rejected.asset_id.encode()) <= 256
    assert (outcome.outcome, outcome.asset_count) == (Outcome.FAILED, 2)
    assert outcome.message.startswith("1 of 3 items rejected: ")


def test_an_asset_larger_than_a_frame_is_rejected(bench: Bench) -> None:
    """Many properties below the limit of one can still exceed that of a frame."""
    giant = asset("giant")
    giant = type(giant)(
        **{name: getattr(giant, name) for name in giant.__slots__}
        | {"properties": tuple((str(number), "x" * 16_000) for number in range(70))}
    )

    bench.scan(ScriptedSource({scope("a"): [giant, asset("two")]})).run()

    [batch] = [frame.asset_batch for frame in bench.frames() if frame.HasField("asset_batch")]
    assert [each.asset.name for each in batch.assets] == ["two"]
    assert "can be sent" in batch.rejected_items[0].reason


def test_a_flood_of_gaps_is_counted_not_kept(bench: Bench) -> None:
    """A scope may have as many gaps as assets; the worst one names the outcome."""
    gaps = [Gap(Outcome.FAILED, f"gap {number}") for number in range(5_000)]

    bench.scan(ScriptedSource({scope("a"): [*gaps, DENIED]})).run()

    outcome = bench.outcomes()[scope("a")]
    assert (outcome.outcome, outcome.permission) == (Outcome.DENIED, "s3:ListAllMyBuckets")
    assert outcome.message == "refused (and 5000 more)"


def test_a_flood_of_blind_spots_does_not_flood_the_log(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    """The first few are told one by one, the rest in one line; every one of them is reported."""
    bench.scan(ScriptedSource({scope(f"a{number}"): [DENIED] for number in range(50)})).run()

    told = [each.getMessage() for each in caplog.records if each.levelname == "WARNING"]
    assert told == ["scope.blind"] * 20 + ["scopes.blind"]
    assert len(bench.outcomes()) == 50


def test_groups_run_at_once_and_their_scopes_in_turn(bench: Bench) -> None:
    """As many groups at once as there are workers; a group is finished once, after its last scope."""

    def slow() -> Iterator[ReadItem]:
        time.sleep(0.02)
        yield asset("a")

    source = ScriptedSource({scope(str(number)): slow for number in range(12)}, groups=3)

    bench.scan(source, workers=2).run()

    assert source.most_at_once == 2
    assert sorted(source.finished) == ["0", "1", "2"]
    assert len(bench.outcomes()) == 12


def test_pages_are_handed_on_as_they_come(bench: Bench) -> None:
    """A source that waits halfway has its first batches in the spool already."""
    seen: list[int] = []

    def pages() -> Iterator[ReadItem]:
        for number in range(2_000):
            if number == 1_500:
                seen.append(bench.spool.backlog().frames)
            yield asset(str(number))

    bench.scan(ScriptedSource({scope("a"): pages})).run()

    assert seen == [2 + 3]  # the start, the plan and three full batches


def test_a_full_spool_ends_the_scan_as_interrupted(tmp_path: Path) -> None:
    """The collector takes nothing for too long: the scan is closed as broken off, without a gap."""
    bench = Bench(tmp_path, max_bytes=200_000, max_wait=0.2)
    flood = [asset(f"s{number}") for number in range(5_000)]

    result = bench.scan(ScriptedSource({scope("a"): flood, scope("b"): flood})).run()

    frames = bench.frames()
    assert result.ended is Ended.INTERRUPTED
    assert frames[-1].scan_end.interrupted
    assert bench.spool.scan.unfinished() is None
    assert [frame.sequence for frame in frames] == list(range(1, len(frames) + 1))
    bench.spool.close()


def test_a_broken_spool_ends_the_scan_with_its_error(bench: Bench) -> None:
    """An error of our own disk is not blamed on a scope."""

    def content() -> Iterator[ReadItem]:
        bench.spool.close()
        yield asset("one")

    with pytest.raises(StorageError, match="is closed"):
        bench.scan(ScriptedSource({scope("a"): content})).run()
