"""CloudWatch log groups: name, place and protection, never a log line."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.tagging import TAGS_OF_MANY, Tags
from connectors.base import Gap
from wolkenzicht.model import Asset, Holds, Operation, Scope

_LIST = Call("DescribeLogGroups", "logs:DescribeLogGroups", items="logGroups", page_size=50)
_TAGS = Call("ListTagsForResource", "logs:ListTagsForResource", absent=("ResourceNotFoundException",))


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each log group with its tags."""
    del scope
    yield from _TAGGED.added(client, ({"logGroup": group} for group in client.items(_LIST)))


def _arn(group: Raw) -> str:
    """The group's ARN; the older property has ":*" behind it for use in policies."""
    return str(group.get("logGroupArn") or group["arn"]).removesuffix(":*")


_TAGGED = Tags(
    name=_TAGS.operation,
    arn=lambda raw: _arn(raw["logGroup"]),
    alone=lambda client, raw: client.detail(_TAGS, resourceArn=_arn(raw["logGroup"])),
    shaped=lambda pairs: {"tags": pairs},
)


def normalise(raw: Raw, context: Context) -> Asset:
    """The log group."""
    group, tagging = raw["logGroup"], raw["ListTagsForResource"]
    arn = _arn(group)
    return context.asset(
        asset_id=arn,
        name=group["logGroupName"],
        location=context.region,
        locations=facts.home(context.region, "logGroups[].logGroupArn", arn),
        tags=facts.tags(tagging.get("tags")) if isinstance(tagging, dict) else (),
        properties=facts.properties(
            encryption="KMS" if group.get("kmsKeyId") else "AES256",  # CloudWatch always encrypts
            kms_key=group.get("kmsKeyId"),
            log_class=group.get("logGroupClass"),
            retention_days=group.get("retentionInDays"),
            size_bytes=group.get("storedBytes"),
        ),
        created=facts.moment(group.get("creationTime")),
    )


LOG_GROUPS = ResourceKind(
    name="log-group",
    title="CloudWatch log group",
    service="logs",
    scope="regional",
    type="AWS::Logs::LogGroup",
    holds=Holds.CONTENT,
    states=(Operation.STORED,),
    calls=(_LIST, _TAGS, TAGS_OF_MANY),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html",
)
