"""Security Hub: in each region its findings, and the region that they are copied to."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

#: What it answers where the account does not use it in the region.
_NOT_USED = ("InvalidAccessException", "ResourceNotFoundException")
_HUB = Call("DescribeHub", "securityhub:DescribeHub", absent=_NOT_USED)
_LIST = Call("ListFindingAggregators", "securityhub:ListFindingAggregators", items="FindingAggregators")
_GET = Call("GetFindingAggregator", "securityhub:GetFindingAggregator", absent=_NOT_USED)
_TAGS = Call("ListTagsForResource", "securityhub:ListTagsForResource", absent=_NOT_USED)

_TO = "FindingAggregationRegion"
_FROM = "Regions[]"
#: The linking modes in which the regions are those that are linked, not those that are left out.
#: Source: https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindingAggregator.html
_NAMED = "SPECIFIED_REGIONS"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the hub of the region, if it is used, with the aggregator that concerns it."""
    del scope
    for hub in client.pages(_HUB):
        raw: Raw = {ITEM: hub, "GetFindingAggregator": None}
        aggregators = client.side_listing(_LIST)
        if isinstance(aggregators, Gap):
            raw["GetFindingAggregator"] = aggregators
        elif aggregators:
            arn = aggregators[0]["FindingAggregatorArn"]  # there is one at most
            raw["GetFindingAggregator"] = client.detail(_GET, FindingAggregatorArn=arn)
        raw["ListTagsForResource"] = client.detail(_TAGS, ResourceArn=hub["HubArn"])
        yield raw


def normalise(raw: Raw, context: Context) -> Asset:
    """The hub; where the aggregator could not be read, the place of the copies is unknown."""
    arn = raw[ITEM]["HubArn"]
    return context.asset(
        asset_id=arn,
        name=arn.rpartition(":")[2],
        location=context.region,
        locations=(
            *facts.home(context.region, "HubArn", arn),
            *_copies(raw["GetFindingAggregator"], context.region),
        ),
        tags=facts.tags_in(raw["ListTagsForResource"], "Tags"),
    )


def _copies(aggregator: Raw | Gap | None, region: str) -> Iterator[DataLocation]:
    if aggregator is None:
        return
    if isinstance(aggregator, Gap):
        yield facts.unknown(Operation.REPLICATED, _TO, "not told")
        return
    target, named = aggregator.get(_TO), aggregator.get("RegionLinkingMode") == _NAMED
    regions = aggregator.get("Regions") or []
    linked = (region in regions) == named
    if target == region:
        for source in regions if named else ():
            yield from facts.elsewhere(Operation.REPLICATED, source, region, _FROM)
    elif linked:
        yield from facts.elsewhere(Operation.REPLICATED, target, region, _TO)


HUBS = ResourceKind(
    name="securityhub-hub",
    title="Security Hub in a region",
    service="securityhub",
    scope="regional",
    type="AWS::SecurityHub::Hub",
    holds=Holds.METADATA,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_HUB, _LIST, _GET, _TAGS),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindingAggregator.html",
)
