"""SQS queues: name, place and protection, never a message; a queue keeps content, for up to fourteen days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, Holds, Operation, Scope

#: Without a size SQS answers at most 1000 queues and no token for the rest.
_LIST = Call("ListQueues", "sqs:ListQueues", items="QueueUrls", page_size=1000)
_GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
_ATTRIBUTES = Call("GetQueueAttributes", "sqs:GetQueueAttributes", absent=_GONE)
_TAGS = Call("ListQueueTags", "sqs:ListQueueTags", absent=_GONE)


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each queue with its attributes and tags; one that vanished meanwhile is left out."""
    del scope
    yield from client.each(client.items(_LIST), lambda url: _about(client, url))


def _about(client: ServiceClient, url: str) -> Raw | None:
    attributes = client.detail(_ATTRIBUTES, QueueUrl=url, AttributeNames=["All"])
    if attributes is None:
        return None
    return {
        "QueueUrl": url,
        "GetQueueAttributes": attributes,
        "ListQueueTags": client.detail(_TAGS, QueueUrl=url),
    }


def normalise(raw: Raw, context: Context) -> Asset:
    """The queue; its ARN is made from its name where its attributes could not be read."""
    answer, tagging = raw["GetQueueAttributes"], raw["ListQueueTags"]
    attributes = answer.get("Attributes", {}) if isinstance(answer, dict) else {}
    name = raw["QueueUrl"].rpartition("/")[2]
    arn = attributes.get("QueueArn") or context.arn(name)
    created = attributes.get("CreatedTimestamp")
    return context.asset(
        asset_id=arn,
        name=name,
        location=context.region,
        locations=facts.home(context.region, "Attributes.QueueArn" if attributes else "QueueUrls[]", arn),
        tags=facts.tags(tagging.get("Tags")) if isinstance(tagging, dict) else (),
        properties=facts.properties(
            encryption=_encryption(attributes),
            kms_key=attributes.get("KmsMasterKeyId"),
            retention_seconds=attributes.get("MessageRetentionPeriod"),
        ),
        created=datetime.fromtimestamp(int(float(created)), UTC) if created else None,
    )


def _encryption(attributes: dict[str, str]) -> str | None:
    if not attributes:
        return None
    if attributes.get("KmsMasterKeyId"):
        return "KMS"
    return "SQS" if attributes.get("SqsManagedSseEnabled") == "true" else "none"


QUEUES = ResourceKind(
    name="sqs-queue",
    title="SQS queue",
    service="sqs",
    scope="regional",
    type="AWS::SQS::Queue",
    holds=Holds.CONTENT,
    states=(Operation.STORED,),
    calls=(_LIST, _ATTRIBUTES, _TAGS),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html",
)
