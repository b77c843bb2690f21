"""Each frame counts once, in its order, or is refused with a reason; what is refused is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from collector.store.base import Committed, Store
from tests.contract.conftest import Rows
from tests.contract.reporting import (
    ALL_SEEN,
    FRANKFURT,
    IRELAND,
    Reporter,
    bucket,
    classified,
    coverage,
    names,
    present,
)
from wolkenzicht.model import Outcome
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.v1.collector_service_pb2 import ReportRequest

A, B = bucket("a"), bucket("b", "eu-west-2")


def test_frames_that_come_twice_count_once(agent: Reporter, rows: Rows) -> None:
    """After a cut the agent sends again what was committed: nothing changes, no event is made."""
    agent.scan("s1", {IRELAND: [A, B]})
    agent.scan("s2", {IRELAND: [replace(A, name="renamed")]})
    tables = (
        "asset",
        "asset_version",
        "finding",
        "finding_history",
        "outbox",
        "scope",
        "scope_version",
        "scan",
    )
    before = {table: rows(f"SELECT * FROM {table}") for table in tables}  # noqa: S608  # names from above
    agent.later(hours=1)

    answers = agent.store.ingest.commit(agent.sent, agent.now)

    assert answers == [Committed(each.frame.sequence, duplicate=True) for each in agent.sent]
    assert {table: rows(f"SELECT * FROM {table}") for table in tables} == before  # noqa: S608  # same


def test_positions_are_counted_by_spool(agent: Reporter, estate: Store) -> None:
    """The position is the last sequence committed of a tenant's spool."""
    agent.start("s1")
    agent.plan(IRELAND)

    assert estate.ingest.position("bzk-aws", "spool-1") == 2
    assert estate.ingest.position("bzk-aws", "spool-2") == 0
    assert estate.ingest.position("ezk-aws", "spool-1") == 0


def test_a_gap_is_refused(agent: Reporter) -> None:
    """A frame that does not follow changes nothing; sent again in its turn it counts."""
    agent.start("s1")
    agent.frame()
    skipped = agent.sent.pop()
    late = agent.batch(IRELAND, A)
    assert late == Committed(3, refused="sequence: 3 does not follow 1; send frame 2 first")
    assert (names(agent.store), agent.store.ingest.position("bzk-aws", "spool-1")) == ([], 1)

    skipped.frame.scan_plan.last = True
    answers = agent.store.ingest.commit([skipped, agent.sent[-1]], agent.now)
    assert answers == [Committed(2, scan_id="s1"), Committed(3, scan_id="s1")]
    assert names(agent.store) == ["a"]


def test_a_spool_may_have_begun_before_the_store(agent: Reporter) -> None:
    """An agent whose collector lost its store goes on where it was."""
    agent.sequence = 40
    agent.scan("s9", {IRELAND: [A]})

    assert names(agent.store) == ["a"]
    assert agent.store.ingest.position("bzk-aws", "spool-1") == agent.sequence


@pytest.mark.parametrize(
    ("send", "said"),
    [
        (
            lambda agent: agent.batch(IRELAND, A),
            "scan_id: scan 'unknown' never started here; start a new scan",
        ),
        (
            lambda agent: agent.outcome(IRELAND, Outcome.COMPLETE),
            "scan_id: scan 'unknown' never started here",
        ),
        (lambda agent: agent.plan(IRELAND), "scan_id: scan 'unknown' never started here"),
        (lambda agent: agent.end(), "scan_id: scan 'unknown' never started here"),
        (lambda agent: agent.send(), "frame: is not set or not known here; upgrade the collector"),
        (
            lambda agent: agent.send_stream_start(),
            "frame: is stream_start, which has no place inside a stream",
        ),
    ],
)
def test_a_frame_out_of_place_is_set_aside(
    agent: Reporter, rows: Rows, send: Callable[[Reporter], Committed], said: str
) -> None:
    """It is refused with its reason and kept with its bytes; the frames after it go on."""
    agent.scan("s1", {IRELAND: [A]})
    agent.scan_id = "unknown"
    refused = send(agent)
    kept = rows("SELECT sequence, field || ': ' || reason, record FROM rejected_item")
    agent.scan("s2", {IRELAND: [B]})

    assert refused.refused.startswith(said)
    assert kept == [(refused.sequence, refused.refused, agent.sent[5].frame.SerializeToString())]
    assert names(agent.store) == ["b"]


def test_nothing_comes_after_the_end_of_a_scan(agent: Reporter) -> None:
    """A scan that has ended takes no frames and does not start again."""
    agent.scan("s1", {IRELAND: [A]})

    assert agent.batch(IRELAND, B).refused == "scan_id: scan 's1' has ended; start a new scan"
    assert agent.start("s1").refused == "scan_id: scan 's1' has ended; a new scan needs its own identifier"
    assert names(agent.store) == ["a"]


def test_frames_without_time_or_scan_are_set_aside(agent: Reporter) -> None:
    """A frame says which scan it belongs to and when it was observed."""
    agent.start("s1")
    timeless = agent.frame()
    timeless.frame.ClearField("observe_time")
    timeless.frame.scan_plan.last = True
    scanless = agent.frame()
    scanless.frame.ClearField("scan_id")
    answers = agent.store.ingest.commit([timeless, scanless], agent.now)

    assert [each.refused for each in answers] == [
        "observe_time: is not set or no moment; send when the frame was observed",
        "scan_id: is empty; every frame but the first belongs to a scan",
    ]
    assert agent.end() == Committed(4, scan_id="s1")


def test_what_no_spool_holds_is_refused(agent: Reporter, estate: Store) -> None:
    """Sequences count from 1, and a tenant is registered before it reports."""
    for sequence in (0, 2**64 - 1):
        odd = replace(agent.frame(), frame=ReportRequest(sequence=sequence, scan_id="s1"))
        [answer] = estate.ingest.commit([odd], agent.now)
        assert answer.refused == f"sequence: {sequence} is no place in a spool; count from 1"
    stranger = Reporter(estate, tenant="stranger")

    assert stranger.start("s1").refused == "tenant 'stranger' is not registered; add it with 'tenants add'"
    assert estate.ingest.position("stranger", "spool-1") == 0


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"asset_id": ""}, "asset.asset_id", "is empty; every asset needs its provider's identifier"),
        ({"asset_id": "x" * 10_240}, "asset.asset_id", "is 10240 bytes; at most 2048 are kept"),
        ({"asset_id": "a\0b"}, "asset.asset_id", "holds a NUL byte; remove it at the source"),
        ({"type": "AWS::EC2::Volume"}, "asset.type", "is 'AWS::EC2::Volume' in a batch of 'AWS::S3::Bucket'"),
        ({"holds": 9}, "asset.holds", "value 9 is not set or not known"),
        ({"depth": 9}, "asset.depth", "value 9 is not set or not known"),
        ({"locations.operation": 9}, "asset.locations.operation", "value 9 is not set or not known"),
        ({"create_time.seconds": 2**60}, "asset.create_time", "is no moment"),
    ],
)
@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
def test_an_item_that_cannot_be_kept_is_set_aside(
    agent: Reporter, rows: Rows, region: str, change: dict[str, object], field: str, reason: str
) -> None:
    """The rest of its batch goes on, its scope stays complete, and the agent is told which and why."""
    wrong = classified(bucket("wrong", region))
    for name, value in change.items():
        _set(wrong, name, value)
    agent.start("s1")
    answer = agent.batch(IRELAND, A, wrong)
    agent.outcome(IRELAND, Outcome.COMPLETE, 2)

    [item] = answer.rejected
    assert (item.asset_id, item.field, answer.refused) == (wrong.asset.asset_id[:256], field, "")
    assert item.reason.startswith(reason)
    assert rows("SELECT asset_id, field, reason, record FROM rejected_item") == [
        (
            item.asset_id.replace("\0", "\N{REPLACEMENT CHARACTER}"),
            field,
            item.reason,
            wrong.SerializeToString(),
        )
    ]
    assert names(agent.store) == ["a"]
    outcome = coverage(agent.store, IRELAND).outcome
    assert outcome is not None
    assert outcome.outcome is Outcome.COMPLETE


def test_a_wrong_new_state_leaves_the_old_one(agent: Reporter) -> None:
    """An asset whose new state cannot be kept is neither changed nor removed."""
    agent.scan("s1", {IRELAND: [A]})
    wrong = classified(replace(A, name="renamed"))
    wrong.fingerprint = b"short"
    agent.start("s2")
    answer = agent.batch(IRELAND, wrong)
    agent.outcome(IRELAND, Outcome.COMPLETE, 1)

    assert [each.field for each in answer.rejected] == ["fingerprint"]
    assert present(agent.store)[A.asset_id].record == classified(A)
    assert agent.store.reading.versions(ALL_SEEN, A.asset_id) == []


def test_of_an_asset_listed_twice_in_a_batch_the_last_counts(agent: Reporter) -> None:
    """Two states in one batch make one row and no version."""
    agent.start("s1")
    agent.batch(IRELAND, A, replace(A, name="later"))

    assert names(agent.store) == ["later"]
    assert agent.store.reading.versions(ALL_SEEN, A.asset_id) == []


def test_a_batch_of_a_scope_that_no_plan_names_is_kept(agent: Reporter) -> None:
    """What was read shows, also where the plan is missing it."""
    agent.start("s1")
    agent.batch(FRANKFURT, A)

    assert names(agent.store) == ["a"]
    assert not coverage(agent.store, FRANKFURT).planned


def _set(message: ClassifiedAsset, name: str, value: object) -> None:
    """Set a field of the asset, or of its first location or moment of creation."""
    asset = message.asset
    part, _, field = name.rpartition(".")
    target = {"": asset, "locations": asset.locations[0], "create_time": asset.create_time}[part]
    setattr(target, field, value)
