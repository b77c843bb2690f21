"""S3 buckets: where each lies, where its objects are copied to, and how it is protected."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, Certainty, DataLocation, Evidence, Holds, Operation, Outcome, Scope

_LIST = Call("ListBuckets", "s3:ListAllMyBuckets", items="Buckets", page_size=1000)
_LOCATION = Call("GetBucketLocation", "s3:GetBucketLocation", absent=("NoSuchBucket",))
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
#: Tells the region of anyone's bucket, in its refusal too, so it is used without a permission: the one
#: for success, s3:ListBucket, would let the agent see the names of objects.
_HEAD = Call("HeadBucket", "")

_DETAILS = (_REPLICATION, _VERSIONING, _ENCRYPTION, _TAGGING)
_DESTINATION = "ReplicationConfiguration.Rules[].Destination.Bucket"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each bucket with its details, asked for in the bucket's own region.

    Within a page the buckets are taken region by region, so that one other client at a time is open.
    """
    del scope  # the listing is the account's
    destinations: dict[str, dict[str, Any] | Gap] = {}
    for page in client.pages(_LIST):
        buckets = [_with_region(client, bucket) for bucket in page.get("Buckets") or ()]
        buckets.sort(key=itemgetter("region"))
        for raw in buckets:
            region, name = raw.pop("region"), raw["Bucket"]["Name"]
            local = client.in_region(region) if region else client
            for call in _DETAILS:
                raw[call.operation] = local.detail(call, Bucket=name)
            raw["destinations"] = places = {}
            for destination in _destination_names(raw):
                if destination not in destinations:
                    destinations[destination] = _place(client, destination)
                places[destination] = destinations[destination]
            yield raw
            yield from (place for place in places.values() if isinstance(place, Gap))


def _with_region(client: ServiceClient, bucket: dict[str, Any]) -> Raw:
    raw: Raw = {"Bucket": bucket}
    if not bucket.get("BucketRegion"):
        raw["GetBucketLocation"] = client.detail(_LOCATION, Bucket=bucket["Name"])
    raw["region"] = _region(raw, "aws")[0]
    return raw


def _place(client: ServiceClient, name: str) -> dict[str, Any] | Gap:
    """What tells the region of a bucket that may belong to another account, or the gap."""
    answer = client.detail(_LOCATION, Bucket=name)
    if isinstance(answer, dict):
        return {"LocationConstraint": answer.get("LocationConstraint")}
    header = client.header(_HEAD, "x-amz-bucket-region", Bucket=name)
    if isinstance(header, str) and header:
        return {"BucketRegion": header}
    if isinstance(answer, Gap):
        return answer
    return header if isinstance(header, Gap) else _lost(name)


def _destination_names(raw: Raw) -> list[str]:
    return list(dict.fromkeys(_bucket_name(rule["Destination"]["Bucket"]) for rule in _enabled_rules(raw)))


def _bucket_name(arn: str) -> str:
    return arn.rpartition(":")[2]


def _enabled_rules(raw: Raw) -> list[dict[str, Any]]:
    answer = raw.get("GetBucketReplication")
    if not isinstance(answer, dict):
        return []
    rules = answer["ReplicationConfiguration"].get("Rules") or ()
    return [rule for rule in rules if rule.get("Status") == "Enabled"]


def _region(raw: Raw, partition: str) -> tuple[str, str, str]:
    """Region of a bucket (empty: not known), and the property and value that tell it."""
    told = raw["Bucket"].get("BucketRegion")
    if told:
        return told, "Buckets[].BucketRegion", told
    answer = raw.get("GetBucketLocation")
    if not isinstance(answer, dict):
        return "", "LocationConstraint", "not told"
    return _constraint(answer, partition)


def _constraint(answer: dict[str, Any], partition: str) -> tuple[str, str, str]:
    """What a location constraint means: none is us-east-1, `EU` is the oldest European region.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
    """
    constraint = answer.get("LocationConstraint")
    if constraint:
        return ("eu-west-1" if constraint == "EU" else constraint), "LocationConstraint", constraint
    return ("us-east-1" if partition == "aws" else ""), "LocationConstraint", "null"


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
    tagging = raw["GetBucketTagging"]
    return context.asset(
        asset_id=f"arn:{context.partition}:s3:::{bucket['Name']}",
        name=bucket["Name"],
        location=region,
        locations=(stored, *_replicas(raw, context.partition)),
        tags=facts.tags(tagging["TagSet"]) if isinstance(tagging, dict) else (),
        properties=facts.properties(
            encryption=algorithm,
            kms_key=key,
            versioning=versioning.get("Status", "Disabled").lower() if isinstance(versioning, dict) else None,
        ),
        created=bucket.get("CreationDate"),
    )


def _replicas(raw: Raw, partition: str) -> Iterator[DataLocation]:
    if isinstance(raw["GetBucketReplication"], Gap):
        yield facts.unknown(Operation.REPLICATED, _DESTINATION, "not told")
        return
    for rule in _enabled_rules(raw):
        arn = rule["Destination"]["Bucket"]
        place = raw["destinations"][_bucket_name(arn)]
        region, path, value = "", "", ""
        if isinstance(place, dict):
            told = place.get("BucketRegion")
            region, path, value = (
                (told, "HeadBucket.BucketRegion", told) if told else _constraint(place, partition)
            )
        if not region:
            yield facts.unknown(Operation.REPLICATED, _DESTINATION, arn)
            continue
        evidence = (Evidence(_DESTINATION, arn), Evidence(path, value))
        yield DataLocation(Operation.REPLICATED, region, Certainty.DECLARED, evidence)


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


def _lost(name: str) -> Gap:
    return Gap(
        Outcome.FAILED, f"s3: no region is told for the replication destination {name}; check that it exists"
    )


BUCKETS = ResourceKind(
    name="s3-bucket",
    title="S3 bucket",
    service="s3",
    scope="global",
    type="AWS::S3::Bucket",
    holds=Holds.CONTENT,
    calls=(_LIST, _LOCATION, *_DETAILS, _HEAD),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html",
)
