"""S3 buckets: where each lies, where its objects and lists go, and how it is protected."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from connectors.aws import facts
from connectors.aws.bucket_places import HEAD, LOCATION, BucketPlaces, bucket_name, constraint, in_bucket
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.tagging import TAGS_OF_MANY, Tags
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("ListBuckets", "s3:ListAllMyBuckets", items="Buckets", page_size=1000)
_REPLICATION = Call(
    "GetBucketReplication",
    "s3:GetReplicationConfiguration",
    absent=("ReplicationConfigurationNotFoundError", "NoSuchBucket"),
)
_VERSIONING = Call("GetBucketVersioning", "s3:GetBucketVersioning", absent=("NoSuchBucket",))
_ENCRYPTION = Call(
    "GetBucketEncryption",
    "s3:GetEncryptionConfiguration",
    absent=("ServerSideEncryptionConfigurationNotFoundError", "NoSuchBucket"),
)
_TAGGING = Call("GetBucketTagging", "s3:GetBucketTagging", absent=("NoSuchTagSet", "NoSuchBucket"))
_LOGGING = Call("GetBucketLogging", "s3:GetBucketLogging", absent=("NoSuchBucket",))
#: One page of a hundred configurations of a thousand at most: enough to know where lists go.
_INVENTORY = Call(
    "ListBucketInventoryConfigurations", "s3:GetInventoryConfiguration", absent=("NoSuchBucket",)
)

_DETAILS = (_VERSIONING, _ENCRYPTION, _LOGGING, _INVENTORY)
_DESTINATION = "ReplicationConfiguration.Rules[].Destination.Bucket"
_LOGS = "LoggingEnabled.TargetBucket"
_LISTS = "InventoryConfigurationList[].Destination.S3BucketDestination.Bucket"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each bucket with its details, asked for in the bucket's own region.

    Within a page the buckets are taken region by region, so that one other client at a time is open.
    """
    del scope  # the listing is the account's
    known = BucketPlaces(client)
    for page in client.pages(_LIST):
        listed = client.each(page.get("Buckets") or (), lambda bucket: _with_region(client, bucket))
        buckets = sorted(listed, key=itemgetter("region"))
        for region, together in groupby(buckets, itemgetter("region")):
            local = client.in_region(region) if region else client
            for raw in _tags(client.partition).added(local, local.each(together, partial(_detailed, local))):
                del raw["region"]
                named = dict.fromkeys(bucket_name(value) for _, value in _destinations(raw))
                raw["destinations"] = places = {each: known.of(each) for each in named}
                yield raw
                yield from (place for place in places.values() if isinstance(place, Gap))


def _detailed(client: ServiceClient, raw: Raw) -> Raw:
    name = raw["Bucket"]["Name"]
    for call in _DETAILS:
        raw[call.operation] = client.detail(call, Bucket=name)
    raw[_REPLICATION.operation] = (
        client.detail(_REPLICATION, Bucket=name) if _may_replicate(raw[_VERSIONING.operation]) else None
    )
    return raw


def _may_replicate(versioning: Raw | Gap | None) -> bool:
    """Whether the bucket has versions, or had them: replication needs them, and keeps them from ending.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-requirements.html
    """
    return not isinstance(versioning, dict) or "Status" in versioning


def _tags(partition: str) -> Tags:
    return Tags(
        name=_TAGGING.operation,
        arn=lambda raw: _arn(raw, partition),
        alone=lambda client, raw: client.detail(_TAGGING, Bucket=raw["Bucket"]["Name"]),
        shaped=lambda pairs: {"TagSet": pairs},
    )


def _arn(raw: Raw, partition: str) -> str:
    return f"arn:{partition}:s3:::{raw['Bucket']['Name']}"


def _with_region(client: ServiceClient, bucket: dict[str, Any]) -> Raw:
    raw: Raw = {"Bucket": bucket}
    if not bucket.get("BucketRegion"):
        raw["GetBucketLocation"] = client.detail(LOCATION, Bucket=bucket["Name"])
    raw["region"] = _region(raw, "aws")[0]
    return raw


def _destinations(raw: Raw) -> Iterator[tuple[str, str]]:
    """Property and value of every other bucket that the bucket's objects, logs or lists go to."""
    replication, logging, inventory = (
        answer if isinstance(answer, dict) else {}
        for answer in (raw.get(call.operation) for call in (_REPLICATION, _LOGGING, _INVENTORY))
    )
    for rule in replication.get("ReplicationConfiguration", {}).get("Rules") or ():
        if rule.get("Status") == "Enabled":
            yield _DESTINATION, rule["Destination"]["Bucket"]
    if logging.get("LoggingEnabled"):
        yield _LOGS, logging["LoggingEnabled"]["TargetBucket"]
    for each in inventory.get("InventoryConfigurationList") or ():
        if each.get("IsEnabled"):
            yield _LISTS, each["Destination"]["S3BucketDestination"]["Bucket"]


def _region(raw: Raw, partition: str) -> tuple[str, str, str]:
    """Region of a bucket (empty: not known), and the property and value that tell it."""
    told = raw["Bucket"].get("BucketRegion")
    if told:
        return told, "Buckets[].BucketRegion", told
    answer = raw.get("GetBucketLocation")
    if not isinstance(answer, dict):
        return "", "LocationConstraint", "not told"
    return constraint(answer, partition)


def normalise(raw: Raw, context: Context) -> Asset:
    """The bucket with its own place and those of its replicas."""
    bucket = raw["Bucket"]
    region, path, value = _region(raw, context.partition)
    stored = (
        facts.located(Operation.STORED, region, path, value)
        if region
        else facts.unknown(Operation.STORED, path, value)
    )
    algorithm, key = _encryption(raw)
    versioning = raw["GetBucketVersioning"]
    return context.asset(
        asset_id=_arn(raw, context.partition),
        name=bucket["Name"],
        location=region,
        locations=(stored, *_copies(raw, context.partition)),
        tags=facts.tags_in(raw["GetBucketTagging"], "TagSet"),
        properties=facts.properties(
            encryption=algorithm,
            kms_key=key,
            versioning=versioning.get("Status", "Disabled").lower() if isinstance(versioning, dict) else None,
        ),
        created=bucket.get("CreationDate"),
    )


def _copies(raw: Raw, partition: str) -> Iterator[DataLocation]:
    """Where objects, logs and lists go.

    Only replication crosses regions: the targets of logs and of inventories must lie in the bucket's
    own, so that not being told them leaves no place unknown.
    Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html, …/storage-inventory.html
    """
    if isinstance(raw["GetBucketReplication"], Gap):
        yield facts.unknown(Operation.REPLICATED, _DESTINATION, "not told")
    for path, value in _destinations(raw):
        place = raw["destinations"][bucket_name(value)]
        yield in_bucket(Operation.REPLICATED, path, value, place, partition)


def _encryption(raw: Raw) -> tuple[str | None, str | None]:
    answer = raw["GetBucketEncryption"]
    if isinstance(answer, Gap):
        return None, None
    rules = answer["ServerSideEncryptionConfiguration"]["Rules"] if answer else ()
    for rule in rules:
        default = rule.get("ApplyServerSideEncryptionByDefault")
        if default:
            return default.get("SSEAlgorithm"), default.get("KMSMasterKeyID")
    return "none", None


BUCKETS = ResourceKind(
    name="s3-bucket",
    title="S3 bucket",
    service="s3",
    scope="global",
    type="AWS::S3::Bucket",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_LIST, LOCATION, *_DETAILS, _REPLICATION, _TAGGING, HEAD, TAGS_OF_MANY),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html",
)
