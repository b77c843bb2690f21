"""CloudTrail: the bucket that each trail delivers events to, and the stores of CloudTrail Lake.

Events name people and their addresses, so that they count as content.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.bucket_places import HEAD, LOCATION, BucketPlaces, in_bucket
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, about, detailed
from connectors.base import Gap
from wolkenzicht.model import Asset, Certainty, DataLocation, Evidence, Holds, Operation, Scope

_TRAILS = Call("DescribeTrails", "cloudtrail:DescribeTrails", items="trailList")
_STORES = Call(
    "ListEventDataStores",
    "cloudtrail:ListEventDataStores",
    items="EventDataStores",
    token=("NextToken", "NextToken"),
)
#: The listing's own description is being phased out in favour of this.
#: Source: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventDataStore.html
_STORE = Call(
    "GetEventDataStore", "cloudtrail:GetEventDataStore", absent=("EventDataStoreNotFoundException",)
)
_TAGS = Call("ListTags", "cloudtrail:ListTags", absent=("ResourceNotFoundException",))

_BUCKET = "trailList[].S3BucketName"
_LOG_GROUP = "trailList[].CloudWatchLogsLogGroupArn"

_TRAIL_TAGS = Detail(_TAGS, lambda each: {"ResourceIdList": [each["TrailARN"]]})


def fetch_trails(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the trails whose home is here, each with its bucket's place and tags.

    A trail of the organisation is listed in every member account; its ARN tells whose it is.
    """
    del scope
    places = BucketPlaces(client)
    for trail in client.items(_TRAILS, includeShadowTrails=False):
        raw = about(client, trail, _TRAIL_TAGS)
        if raw is not None:
            raw["place"] = places.of(trail["S3BucketName"])
            yield raw


def normalise_trail(raw: Raw, context: Context) -> Asset:
    """The trail: it holds nothing itself, its events are where it delivers them."""
    trail = raw[ITEM]
    return context.asset(
        asset_id=trail["TrailARN"],
        name=trail["Name"],
        location=trail.get("HomeRegion") or context.region,
        locations=_delivered(trail, raw["place"], context.partition),
        tags=_tags(raw["ListTags"]),
        properties=facts.properties(
            kms_key=trail.get("KmsKeyId"),
            multi_region=trail.get("IsMultiRegionTrail"),
            organisation=trail.get("IsOrganizationTrail"),
        ),
    )


def _delivered(trail: Raw, place: Raw | Gap, partition: str) -> Iterator[DataLocation]:
    yield in_bucket(Operation.STORED, _BUCKET, trail["S3BucketName"], place, partition)
    if trail.get("CloudWatchLogsLogGroupArn"):
        yield facts.by_arn(Operation.STORED, trail["CloudWatchLogsLogGroupArn"], _LOG_GROUP)


def _tags(answer: Raw | Gap | None) -> tuple[tuple[str, str], ...]:
    resources = answer.get("ResourceTagList") if isinstance(answer, dict) else None
    return facts.tags(resources[0].get("TagsList")) if resources else ()


def normalise_store(raw: Raw, context: Context) -> Asset:
    """The store: one that takes in all regions keeps their events in its own."""
    store, described = raw[ITEM], raw["GetEventDataStore"]
    known = described if isinstance(described, dict) else {}
    arn = store["EventDataStoreArn"]
    evidence = [Evidence("EventDataStores[].EventDataStoreArn", arn)]
    if known.get("MultiRegionEnabled"):
        evidence.append(Evidence("EventDataStores[].MultiRegionEnabled", "true"))
    return context.asset(
        asset_id=arn,
        name=store["Name"],
        location=context.region,
        locations=(DataLocation(Operation.STORED, context.region, Certainty.DECLARED, tuple(evidence)),),
        tags=_tags(raw["ListTags"]),
        properties=facts.properties(
            kms_key=known.get("KmsKeyId"),
            multi_region=known.get("MultiRegionEnabled"),
            organisation=known.get("OrganizationEnabled"),
            retention_days=known.get("RetentionPeriod"),
            state=known.get("Status"),
        ),
        created=known.get("CreatedTimestamp"),
    )


TRAILS = ResourceKind(
    name="cloudtrail-trail",
    title="CloudTrail trail",
    service="cloudtrail",
    scope="regional",
    type="AWS::CloudTrail::Trail",
    holds=Holds.CONTENT,
    states=(Operation.STORED,),
    calls=(_TRAILS, _TAGS, LOCATION, HEAD),
    fetch=fetch_trails,
    normalise=normalise_trail,
    docs_url="https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html",
)
STORES = ResourceKind(
    name="cloudtrail-event-data-store",
    title="Event data store of CloudTrail Lake",
    service="cloudtrail",
    scope="regional",
    type="AWS::CloudTrail::EventDataStore",
    holds=Holds.CONTENT,
    states=(Operation.STORED,),
    calls=(_STORES, _STORE, _TAGS),
    fetch=detailed(
        _STORES,
        Detail(_STORE, lambda each: {"EventDataStore": each["EventDataStoreArn"]}, vital=True),
        Detail(_TAGS, lambda each: {"ResourceIdList": [each["EventDataStoreArn"]]}),
    ),
    normalise=normalise_store,
    docs_url="https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html",
)
