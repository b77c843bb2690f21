"""SNS topics: names and tags; messages are passed on, not kept."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.tagging import TAGS_OF_MANY, Tags
from connectors.base import Gap
from wolkenzicht.model import Asset, Holds, Operation, Scope

_LIST = Call("ListTopics", "sns:ListTopics", items="Topics")
_TAGS = Call(
    "ListTagsForResource", "sns:ListTagsForResource", absent=("ResourceNotFound", "ResourceNotFoundException")
)


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each topic with its tags."""
    del scope
    yield from _TAGGED.added(client, ({"TopicArn": topic["TopicArn"]} for topic in client.items(_LIST)))


_TAGGED = Tags(
    name=_TAGS.operation,
    arn=lambda raw: raw["TopicArn"],
    alone=lambda client, raw: client.detail(_TAGS, ResourceArn=raw["TopicArn"]),
    shaped=lambda pairs: {"Tags": pairs},
)


def normalise(raw: Raw, context: Context) -> Asset:
    """The topic."""
    arn, tagging = raw["TopicArn"], raw["ListTagsForResource"]
    name = arn.rpartition(":")[2]
    return context.asset(
        asset_id=arn,
        name=name,
        location=context.region,
        locations=facts.home(context.region, "Topics[].TopicArn", arn),
        tags=facts.tags(tagging.get("Tags")) if isinstance(tagging, dict) else (),
        properties=facts.properties(fifo=name.endswith(".fifo")),
    )


TOPICS = ResourceKind(
    name="sns-topic",
    title="SNS topic",
    service="sns",
    scope="regional",
    type="AWS::SNS::Topic",
    holds=Holds.METADATA,
    states=(Operation.STORED,),
    calls=(_LIST, _TAGS, TAGS_OF_MANY),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html",
)
