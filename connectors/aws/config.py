"""AWS Config: the bucket that it delivers to, and aggregators with the regions that they copy from."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.bucket_places import HEAD, LOCATION, BucketPlaces, in_bucket
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, detailed
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_CHANNELS = Call("DescribeDeliveryChannels", "config:DescribeDeliveryChannels", items="DeliveryChannels")
_AGGREGATORS = Call(
    "DescribeConfigurationAggregators",
    "config:DescribeConfigurationAggregators",
    items="ConfigurationAggregators",
)
_TAGS = Call("ListTagsForResource", "config:ListTagsForResource", absent=("ResourceNotFoundException",))

_BUCKET = "DeliveryChannels[].s3BucketName"
_ACCOUNTS = "ConfigurationAggregators[].AccountAggregationSources[].AwsRegions[]"
_ORGANISATION = "ConfigurationAggregators[].OrganizationAggregationSource.AwsRegions[]"


def fetch_channels(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the delivery channel, with its bucket's place."""
    del scope
    places = BucketPlaces(client)
    for channel in client.items(_CHANNELS):
        yield {ITEM: channel, "place": places.of(channel["s3BucketName"])}


def normalise_channel(raw: Raw, context: Context) -> Asset:
    """The channel, which has no ARN: it is named after its region, where there is one at most."""
    channel = raw[ITEM]
    return context.asset(
        asset_id=context.arn(f"delivery-channel/{channel['name']}"),
        name=channel["name"],
        location=context.region,
        locations=(
            in_bucket(Operation.STORED, _BUCKET, channel["s3BucketName"], raw["place"], context.partition),
        ),
        properties=facts.properties(kms_key=channel.get("s3KmsKeyArn"), topic=channel.get("snsTopicARN")),
    )


def normalise_aggregator(raw: Raw, context: Context) -> Asset:
    """The aggregator: what it copies from those regions is here too."""
    aggregator = raw[ITEM]
    arn = aggregator["ConfigurationAggregatorArn"]
    accounts = aggregator.get("AccountAggregationSources") or ()
    organisation = aggregator.get("OrganizationAggregationSource") or {}
    return context.asset(
        asset_id=arn,
        name=aggregator["ConfigurationAggregatorName"],
        location=context.region,
        locations=(
            *facts.home(context.region, "ConfigurationAggregators[].ConfigurationAggregatorArn", arn),
            *_copied(accounts, context.region, _ACCOUNTS),
            *_copied((organisation,), context.region, _ORGANISATION),
        ),
        tags=facts.tags_in(raw["ListTagsForResource"], "Tags"),
        properties=facts.properties(
            all_regions=any(each.get("AllAwsRegions") for each in (*accounts, organisation)),
            organisation=bool(organisation),
        ),
        created=aggregator.get("CreationTime"),
    )


def _copied(sources: tuple[Raw, ...] | list[Raw], home: str, path: str) -> Iterator[DataLocation]:
    for source in sources:
        for region in source.get("AwsRegions") or ():
            yield from facts.elsewhere(Operation.REPLICATED, region, home, path)


CHANNELS = ResourceKind(
    name="config-delivery-channel",
    title="Delivery channel of AWS Config",
    service="config",
    scope="regional",
    type="AWS::Config::DeliveryChannel",
    holds=Holds.METADATA,
    states=(Operation.STORED,),
    calls=(_CHANNELS, LOCATION, HEAD),
    fetch=fetch_channels,
    normalise=normalise_channel,
    docs_url="https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeDeliveryChannels.html",
)
AGGREGATORS = ResourceKind(
    name="config-aggregator",
    title="Aggregator of AWS Config",
    service="config",
    scope="regional",
    type="AWS::Config::ConfigurationAggregator",
    holds=Holds.METADATA,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_AGGREGATORS, _TAGS),
    fetch=detailed(
        _AGGREGATORS, Detail(_TAGS, lambda each: {"ResourceArn": each["ConfigurationAggregatorArn"]})
    ),
    normalise=normalise_aggregator,
    docs_url="https://docs.aws.amazon.com/config/latest/APIReference/API_DescribeConfigurationAggregators.html",
)
