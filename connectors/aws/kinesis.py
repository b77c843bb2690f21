"""Kinesis data streams: name, place and protection, never a record."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, Holds, Operation, Scope

_LIST = Call("ListStreams", "kinesis:ListStreams", items="StreamNames", page_size=1000)
_SUMMARY = Call(
    "DescribeStreamSummary", "kinesis:DescribeStreamSummary", absent=("ResourceNotFoundException",)
)
_TAGS = Call("ListTagsForStream", "kinesis:ListTagsForStream", absent=("ResourceNotFoundException",))
#: A stream has at most this many tags, so that one call answers them all.
_MAX_TAGS = 50


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each stream with its description and tags; one that vanished meanwhile is left out."""
    del scope
    yield from client.each(client.items(_LIST), lambda name: _about(client, name))


def _about(client: ServiceClient, name: str) -> Raw | None:
    summary = client.detail(_SUMMARY, StreamName=name)
    if summary is None:
        return None
    return {
        "StreamName": name,
        "DescribeStreamSummary": summary,
        "ListTagsForStream": client.detail(_TAGS, StreamName=name, Limit=_MAX_TAGS),
    }


def normalise(raw: Raw, context: Context) -> Asset:
    """The stream; its ARN is made from its name where it could not be described."""
    described, tagging = raw["DescribeStreamSummary"], raw["ListTagsForStream"]
    summary = described["StreamDescriptionSummary"] if isinstance(described, dict) else {}
    arn = summary.get("StreamARN") or context.arn(f"stream/{raw['StreamName']}")
    encryption = summary.get("EncryptionType")
    return context.asset(
        asset_id=arn,
        name=raw["StreamName"],
        location=context.region,
        locations=facts.home(
            context.region,
            "StreamDescriptionSummary.StreamARN" if summary else "StreamNames[]",
            arn,
        ),
        tags=facts.tags(tagging.get("Tags")) if isinstance(tagging, dict) else (),
        properties=facts.properties(
            encryption="none" if encryption == "NONE" else encryption,
            kms_key=summary.get("KeyId"),
            retention_hours=summary.get("RetentionPeriodHours"),
            state=summary.get("StreamStatus"),
        ),
        created=summary.get("StreamCreationTimestamp"),
    )


STREAMS = ResourceKind(
    name="kinesis-stream",
    title="Kinesis data stream",
    service="kinesis",
    scope="regional",
    type="AWS::Kinesis::Stream",
    holds=Holds.CONTENT,
    states=(Operation.STORED,),
    calls=(_LIST, _SUMMARY, _TAGS),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreams.html",
)
