"""The stream as an agent meets it: acknowledged means committed, whatever happens in between."""

from __future__ import annotations

import queue
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import grpc
import httpx
import pytest

from collector.server.admission import STORE_SECONDS
from collector.store.base import AssetQuery, Sight
from collector.store.closing import closing
from collector.store.sqlite import open_store
from tests.contract.reporting import IRELAND, NOW, bucket, classified
from tests.integration.collector_process import Running, eventually, found, serving
from wolkenzicht import reasons, wire
from wolkenzicht.model import Outcome, ScopeOutcome
from wolkenzicht.retry import told_seconds
from wolkenzicht.transport import Credentials, client_options
from wolkenzicht.v1.collector_service_pb2 import (
    AssetBatch,
    ReportRequest,
    ReportResponse,
    ScanEnd,
    ScanPlan,
    ScanStart,
    StreamStart,
)
from wolkenzicht.v1.collector_service_pb2_grpc import CollectorServiceStub

TENANT = "mvz-aws"
TIMEOUT_SECONDS = 120.0
#: A sequence that no test reaches.
NEVER = 1_000_000


@pytest.fixture
def collector(tmp_path: Path) -> Iterator[Running]:
    """A serving collector."""
    with serving(found(tmp_path)) as running:
        yield running


@pytest.fixture
def credentials(collector: Running) -> Credentials:
    """An agent's certificate."""
    return collector.agent(TENANT, "agent")


class Stream:
    """One open stream; frames are sent one by one, answers read one by one."""

    def __init__(self, address: str, credentials: Credentials) -> None:
        self._frames: queue.SimpleQueue[ReportRequest | None] = queue.SimpleQueue()
        self._channel = grpc.secure_channel(address, credentials.client(), client_options())
        stub = CollectorServiceStub(self._channel)
        self.answers = stub.Report(iter(self._frames.get, None), timeout=TIMEOUT_SECONDS)
        self._frames.put(ReportRequest(stream_start=StreamStart(tenant=TENANT, spool_id="spool-1")))
        self.committed = self.next().stream_accepted.committed_sequence

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._frames.put(None)
        self._channel.close()

    def send(self, *frames: ReportRequest) -> None:
        """Send frames."""
        for frame in frames:
            self._frames.put(frame)

    def end(self) -> list[ReportResponse]:
        """End the stream; returns the answers that were left."""
        self._frames.put(None)
        return list(self.answers)

    def next(self) -> ReportResponse:
        """The next answer."""
        answer = next(self.answers)
        assert isinstance(answer, ReportResponse)
        return answer

    def acknowledged(self, sequence: int) -> None:
        """Read answers until this sequence is acknowledged."""
        while self.committed < sequence:
            self.committed = max(self.committed, self.next().ack.sequence)


def frame(sequence: int, **said: Any) -> ReportRequest:
    """A frame of the one scan."""
    return ReportRequest(sequence=sequence, scan_id="scan-1", observe_time=wire.timestamp(NOW), **said)


def batch(sequence: int, first: int, count: int = 500) -> ReportRequest:
    """A frame with as many buckets, numbered from `first`."""
    assets = [classified(bucket(f"bucket-{number}")) for number in range(first, first + count)]
    listed = AssetBatch(scope=wire.encode_scope(IRELAND), attempt=1, assets=assets)
    return frame(sequence, asset_batch=listed)


def scan(count: int = 3) -> list[ReportRequest]:
    """A whole scan of one scope."""
    outcome = wire.encode_outcome(ScopeOutcome(IRELAND, Outcome.COMPLETE, count))
    return [
        frame(1, scan_start=ScanStart(policy_version="test", connectors=["aws"])),
        frame(2, scan_plan=ScanPlan(scopes=[wire.encode_scope(IRELAND)], last=True)),
        batch(3, 0, count),
        frame(4, scope_outcome=outcome),
        frame(5, scan_end=ScanEnd()),
    ]


def assets(collector: Running) -> int:
    """How many assets the store holds."""
    with closing(open_store(collector.place / "data" / "wolkenzicht.db")) as store:
        return sum(row.assets for row in store.reading.counts(Sight(None), AssetQuery()))


def refusal(stream: Stream) -> tuple[grpc.StatusCode, dict[str, Any]]:
    """How the collector ended the stream, after the answers that came before."""
    with pytest.raises(grpc.RpcError) as raised:
        stream.acknowledged(NEVER)
    error = raised.value
    assert isinstance(error, grpc.Call)
    return error.code(), dict(error.trailing_metadata() or ())


def test_a_scan_is_committed_and_acknowledged(collector: Running, credentials: Credentials) -> None:
    """Every frame is acknowledged, the assets are in the store, and the metrics count them."""
    with Stream(collector.address("grpc"), credentials) as stream:
        stream.send(*scan())
        answers = stream.end()

    assert answers[-1].ack.sequence == 5
    assert assets(collector) == 3
    metrics = httpx.get(f"http://{collector.address('http')}/metrics", trust_env=False).text
    assert 'wolkenzicht_collector_frames_total{tenant="mvz-aws"} 5.0' in metrics
    assert 'wolkenzicht_collector_assets_total{tenant="mvz-aws"} 3.0' in metrics


def test_what_was_sent_before_counts_once(collector: Running, credentials: Credentials) -> None:
    """A second stream learns where the first ended; frames sent again are acknowledged and change nothing."""
    with Stream(collector.address("grpc"), credentials) as stream:
        stream.send(*scan())
        stream.end()

    with Stream(collector.address("grpc"), credentials) as stream:
        assert stream.committed == 5
        stream.send(*scan())
        assert stream.end()[-1].ack.sequence == 5

    assert assets(collector) == 3


def test_a_gap_ends_the_stream(collector: Running, credentials: Credentials) -> None:
    """A batch that went missing must not make a scope look complete: the agent has to begin anew."""
    first, *_, last = scan()

    with Stream(collector.address("grpc"), credentials) as stream:
        stream.send(first, last)
        code, told = refusal(stream)

    assert (code, told[reasons.REASON_KEY]) == (grpc.StatusCode.FAILED_PRECONDITION, "SEQUENCE_GAP")
    with Stream(collector.address("grpc"), credentials) as stream:
        assert stream.committed == 1


def test_a_stream_begins_with_its_start_once(collector: Running, credentials: Credentials) -> None:
    """Another start, and a frame that says nothing, end the stream."""
    for wrong in (ReportRequest(stream_start=StreamStart(tenant=TENANT)), ReportRequest(sequence=1)):
        with Stream(collector.address("grpc"), credentials) as stream:
            stream.send(wrong)
            code, told = refusal(stream)

        assert (code, told[reasons.REASON_KEY]) == (grpc.StatusCode.INVALID_ARGUMENT, "FRAME_UNPROCESSABLE")


def test_an_item_at_fault_is_rejected_and_the_rest_kept(collector: Running, credentials: Credentials) -> None:
    """The reject names the frame and the item; the frame is acknowledged."""
    first, plan, listed, *_ = scan()
    listed.asset_batch.assets[1].asset.asset_id = "x" * 10_000

    with Stream(collector.address("grpc"), credentials) as stream:
        stream.send(first, plan, listed)
        answers = stream.end()

    (reject,) = [answer.reject for answer in answers if answer.HasField("reject")]
    assert reject.sequence == 3
    assert len(reject.items) == 1
    assert answers[-1].ack.sequence == 3
    assert assets(collector) == 2


@contextmanager
def no_space(collector: Running, limit_bytes: int) -> Iterator[None]:
    """Let no file of the collector's process grow beyond a size, as a full disk would."""
    process = collector.process.pid
    before = resource.prlimit(process, resource.RLIMIT_FSIZE, (limit_bytes, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(process, resource.RLIMIT_FSIZE, before)


def test_a_full_disk_loses_nothing(collector: Running, credentials: Credentials) -> None:
    """The stream is cut with UNAVAILABLE and a time to come back; afterwards everything goes on."""
    frames = scan()[:2] + [batch(sequence, sequence * 500) for sequence in range(3, 23)]

    with no_space(collector, 512 * 1024), Stream(collector.address("grpc"), credentials) as stream:
        stream.send(*frames)
        code, told = refusal(stream)
        acknowledged = stream.committed

    assert (code, told[reasons.REASON_KEY]) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
    assert told_seconds(told.items()) == STORE_SECONDS
    assert collector.events("store.failed")[0]["during"] == "commit"
    assert collector.events("log.message") == []
    assert collector.process.poll() is None
    with Stream(collector.address("grpc"), credentials) as stream:
        assert acknowledged <= stream.committed < 22
        stream.send(*(each for each in frames if each.sequence > stream.committed))
        assert stream.end()[-1].ack.sequence == 22
    assert assets(collector) == 10_000


def test_a_collector_that_stops_acknowledges_what_it_took(
    collector: Running, credentials: Credentials
) -> None:
    """SIGTERM ends the stream with a word for the agent, after the frames in hand are committed."""
    with Stream(collector.address("grpc"), credentials) as stream:
        stream.send(*scan())
        stream.acknowledged(5)
        collector.process.send_signal(signal.SIGTERM)
        code, told = refusal(stream)

    assert (code, told[reasons.REASON_KEY]) == (grpc.StatusCode.UNAVAILABLE, "COLLECTOR_STOPPING")
    assert collector.process.wait(TIMEOUT_SECONDS) == 0
    assert len(collector.events("collector.stopped")) == 1
    assert collector.events("stream.closed")[0]["cause"] == "COLLECTOR_STOPPING"


def test_a_connection_that_breaks_is_noticed(collector: Running, credentials: Credentials) -> None:
    """The stream's end is logged, and the next one goes on where it ended."""
    with Stream(collector.address("grpc"), credentials) as stream:
        stream.send(*scan()[:2])
        stream.acknowledged(2)
        stream.answers.cancel()

    eventually(lambda: collector.events("stream.closed"), "the stream's end is logged")
    # gRPC shows a cancelled stream as its end or as its loss, whichever it noticed first.
    assert collector.events("stream.closed")[0]["cause"] in {"connection lost", "agent ended it"}
    assert [line for line in collector.lines() if not line.startswith("{")] == []
    with Stream(collector.address("grpc"), credentials) as stream:
        assert stream.committed == 2


def test_no_more_than_the_window_is_taken_at_once(collector: Running, credentials: Credentials) -> None:
    """A burst far beyond the window comes through, in order and whole."""
    first, plan, *_ = scan()
    many = [frame(sequence, scan_plan=plan.scan_plan) for sequence in range(2, 1002)]

    with Stream(collector.address("grpc"), credentials) as stream:
        stream.send(first, *many)
        answers = stream.end()

    acks = [answer.ack.sequence for answer in answers if answer.HasField("ack")]
    assert acks == sorted(acks)
    assert acks[-1] == 1001
