"""Frames as they arrive: the head tells what a stream must know, the rest stays as it came."""

from __future__ import annotations

import pytest
from google.protobuf.message import DecodeError

from collector.server.received import Arrived, Received
from wolkenzicht.v1 import collector_service_pb2 as pb

KINDS = [field.name for field in pb.ReportRequest.DESCRIPTOR.oneofs_by_name["frame"].fields]


@pytest.mark.parametrize("kind", KINDS)
def test_the_head_names_each_kind_of_frame_of_the_contract(kind: str) -> None:
    """Sequence, scan and kind are the contract's, also of an empty frame."""
    frame = pb.ReportRequest(sequence=7, scan_id="scan-1")
    getattr(frame, kind).SetInParent()
    head = Arrived.of(frame.SerializeToString()).head
    assert (head.sequence, head.scan_id, head.WhichOneof("frame")) == (7, "scan-1", kind)


def test_what_a_stream_answers_to_is_read_at_once() -> None:
    """How a stream and a scan begin."""
    opening = pb.ReportRequest(stream_start=pb.StreamStart(tenant="mvz-aws", policy_serial=3))
    assert Arrived.of(opening.SerializeToString()).head.stream_start == opening.stream_start
    begun = pb.ReportRequest(scan_start=pb.ScanStart(policy_refusal="too old"))
    assert Arrived.of(begun.SerializeToString()).head.scan_start.policy_refusal == "too old"


def test_a_frame_is_whole_when_it_is_taken() -> None:
    """Nothing is lost between arrival and the store."""
    frame = pb.ReportRequest(sequence=1, asset_batch=pb.AssetBatch(attempt=2))
    frame.asset_batch.assets.add().asset.name = "archive"
    arrived = Arrived.of(frame.SerializeToString())
    taken = Received("mvz-aws", "spool", "0.1.0", arrived.body, gap_cause=1).parsed()
    assert taken.frame == frame
    assert (taken.tenant, taken.spool_id, taken.agent_version, taken.gap_cause) == (
        "mvz-aws",
        "spool",
        "0.1.0",
        1,
    )


def test_a_broken_batch_shows_when_it_is_taken() -> None:
    """The head of such a frame is well; who parses it hears so."""
    body = pb.ReportRequest(sequence=1).SerializeToString() + b"\x3a\x02\xff\xff"
    assert Arrived.of(body).head.WhichOneof("frame") == "asset_batch"
    with pytest.raises(DecodeError):
        Received("mvz-aws", "spool", "0.1.0", body).parsed()


def test_a_broken_head_shows_on_arrival() -> None:
    """What is no message ends the stream."""
    with pytest.raises(DecodeError):
        Arrived.of(b"\xff\xff")
