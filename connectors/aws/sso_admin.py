"""Instances of IAM Identity Center with the further regions that keep their identities."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("ListInstances", "sso:ListInstances", items="Instances", page_size=100)
_REGIONS = Call("ListRegions", "sso:ListRegions", items="Regions")
_TAGS = Call("ListTagsForResource", "sso:ListTagsForResource", absent=("ResourceNotFoundException",))

_REGION = "Regions[].RegionName"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the instances at home here: the further regions list an instance too."""
    del scope
    for instance in client.items(_LIST):
        if instance.get("PrimaryRegion") in {None, "", client.region}:
            arn = instance["InstanceArn"]
            yield {
                ITEM: instance,
                "ListRegions": client.side_listing(_REGIONS, InstanceArn=arn),
                "ListTagsForResource": client.detail(_TAGS, InstanceArn=arn, ResourceArn=arn),
            }


def normalise(raw: Raw, context: Context) -> Asset:
    """The instance; where its regions could not be read, they are unknown."""
    instance = raw[ITEM]
    arn = instance["InstanceArn"]
    return context.asset(
        asset_id=arn,
        name=instance.get("Name") or arn.rpartition("/")[2],
        location=context.region,
        locations=(
            *facts.home(context.region, "Instances[].InstanceArn", f"{arn} in {context.region}"),
            *_copies(raw["ListRegions"], context.region),
        ),
        tags=facts.tags_in(raw["ListTagsForResource"], "Tags"),
        properties=facts.properties(owner=instance.get("OwnerAccountId"), state=instance.get("Status")),
        created=instance.get("CreatedDate"),
    )


def _copies(regions: list[Raw] | Gap, home: str) -> Iterator[DataLocation]:
    if isinstance(regions, Gap):
        yield facts.unknown(Operation.REPLICATED, _REGION, "not told")
        return
    for each in regions:
        yield from facts.elsewhere(Operation.REPLICATED, each["RegionName"], home, _REGION)


INSTANCES = ResourceKind(
    name="identity-center-instance",
    title="Instance of IAM Identity Center",
    service="sso-admin",
    scope="regional",
    type="AWS::SSO::Instance",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_LIST, _REGIONS, _TAGS),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListRegions.html",
)
