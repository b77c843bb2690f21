"""S3 multi-Region access points: one name over buckets in several regions."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM
from connectors.base import Gap, ReadError
from wolkenzicht.model import Asset, Holds, Operation, Outcome, Scope

_LIST = Call(
    "ListMultiRegionAccessPoints",
    "s3:ListMultiRegionAccessPoints",
    items="AccessPoints",
    token=("NextToken", "NextToken"),
    account="AccountId",
)

_REGION = "AccessPoints[].Regions[].Region"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the access points of the account; only the partition `aws` has them.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointRestrictions.html
    """
    if client.partition != "aws":
        message = f"s3 has no multi-Region access points in partition {client.partition}"
        raise ReadError(Gap(Outcome.UNSUPPORTED, message))
    for point in client.items(_LIST, AccountId=scope.account):
        yield {ITEM: point}


def normalise(raw: Raw, context: Context) -> Asset:
    """The access point: its objects are in the buckets of its regions, each of which may serve any."""
    point = raw[ITEM]
    regions = [each["Region"] for each in point.get("Regions") or () if each.get("Region")]
    stored = [facts.located(Operation.STORED, each, _REGION, each) for each in regions]
    return context.asset(
        asset_id=f"arn:{context.partition}:s3::{context.account}:accesspoint/{point['Alias']}",
        name=point["Name"],
        location=context.region,
        locations=(*(stored or (facts.unknown(Operation.STORED, _REGION, "not told"),)),),
        properties=facts.properties(
            buckets=", ".join(each["Bucket"] for each in point.get("Regions") or () if each.get("Bucket")),
            state=point.get("Status"),
        ),
        created=point.get("CreatedAt"),
    )


ACCESS_POINTS = ResourceKind(
    name="s3-multi-region-access-point",
    title="S3 multi-Region access point",
    service="s3control",
    scope="global",
    type="AWS::S3::MultiRegionAccessPoint",
    holds=Holds.CONTENT,
    states=(Operation.STORED,),
    calls=(_LIST,),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_ListMultiRegionAccessPoints.html",
)
