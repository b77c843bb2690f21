"""Distribution configurations of EC2 Image Builder: the regions that images are handed out to."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts, timestamps
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, detailed
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_LIST = Call(
    "ListDistributionConfigurations",
    "imagebuilder:ListDistributionConfigurations",
    items="distributionConfigurationSummaryList",
    page_size=25,
)
_GET = Call(
    "GetDistributionConfiguration",
    "imagebuilder:GetDistributionConfiguration",
    absent=("ResourceNotFoundException",),
)

_REGION = "distributionConfiguration.distributions[].region"


def normalise(raw: Raw, context: Context) -> Asset:
    """The configuration; images that it hands out are content, so that it counts as such."""
    summary, described = raw[ITEM], raw["GetDistributionConfiguration"]
    made = summary.get("dateCreated")
    return context.asset(
        asset_id=summary["arn"],
        name=summary["name"],
        location=context.region,
        locations=(
            *facts.home(context.region, "distributionConfigurationSummaryList[].arn", summary["arn"]),
            *_copies(described, context.region),
        ),
        tags=facts.tags(summary.get("tags")),
        created=timestamps.parse(made) if made else None,
    )


def _copies(described: Raw | Gap, region: str) -> Iterator[DataLocation]:
    if isinstance(described, Gap):
        yield facts.unknown(Operation.REPLICATED, _REGION, "not told")
        return
    for each in described["distributionConfiguration"].get("distributions") or ():
        yield from facts.elsewhere(Operation.REPLICATED, each["region"], region, _REGION)


DISTRIBUTIONS = ResourceKind(
    name="imagebuilder-distribution",
    title="Distribution configuration of EC2 Image Builder",
    service="imagebuilder",
    scope="regional",
    type="AWS::ImageBuilder::DistributionConfiguration",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_LIST, _GET),
    fetch=detailed(
        _LIST, Detail(_GET, lambda each: {"distributionConfigurationArn": each["arn"]}, vital=True)
    ),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/imagebuilder/latest/APIReference/API_GetDistributionConfiguration.html",
)
