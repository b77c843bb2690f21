"""Where a bucket lies that another resource names, whoever owns it."""

from __future__ import annotations

from typing import Any

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call
from connectors.base import Gap
from wolkenzicht.model import Certainty, DataLocation, Evidence, Operation, Outcome

LOCATION = Call("GetBucketLocation", "s3:GetBucketLocation", absent=("NoSuchBucket",), service="s3")
#: Tells the region of anyone's bucket, in its refusal too, so it is used without a permission: the one
#: for success, s3:ListBucket, would let the agent see the names of objects.
HEAD = Call("HeadBucket", "", service="s3")

#: What told the place of a bucket: `LocationConstraint` or `BucketRegion`; the gap where nothing did.
Place = dict[str, Any] | Gap


class BucketPlaces:
    """The places of buckets that were asked for, each once."""

    def __init__(self, client: ServiceClient) -> None:
        self._client = client.of("s3", client.region)
        self._known: dict[str, Place] = {}

    def of(self, name: str) -> Place:
        """What tells the region of a bucket that may belong to another account, or the gap."""
        if name not in self._known:
            self._known[name] = self._ask(name)
        return self._known[name]

    def _ask(self, name: str) -> Place:
        answer = self._client.detail(LOCATION, Bucket=name)
        if isinstance(answer, dict):
            return {"LocationConstraint": answer.get("LocationConstraint")}
        header = self._client.header(HEAD, "x-amz-bucket-region", Bucket=name)
        if isinstance(header, str) and header:
            return {"BucketRegion": header}
        return answer if isinstance(answer, Gap) else _lost(name)


def bucket_name(arn: str) -> str:
    """The bucket's name in `arn:aws:s3:::name`, or the name itself."""
    return arn.rpartition(":")[2]


def bucket_of_uri(uri: str) -> str:
    """The bucket's name in `s3://name/prefix`; empty where the address is none of S3's."""
    scheme, _, rest = uri.partition("://")
    return rest.partition("/")[0] if scheme in {"s3", "s3a", "s3n"} else ""


def constraint(answer: dict[str, Any], partition: str) -> tuple[str, str, str]:
    """What a location constraint means: none is us-east-1, `EU` is the oldest European region.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
    """
    told = answer.get("LocationConstraint")
    if told:
        return ("eu-west-1" if told == "EU" else told), "LocationConstraint", told
    return ("us-east-1" if partition == "aws" else ""), "LocationConstraint", "null"


def in_bucket(
    operation: Operation, path: str, value: str, place: Place | None, partition: str
) -> DataLocation:
    """The place of the bucket that the property `path` names; unknown where nothing told it."""
    region, told_by, told = "", "", ""
    if isinstance(place, dict):
        header = place.get("BucketRegion")
        region, told_by, told = (
            (header, "HeadBucket.BucketRegion", header) if header else constraint(place, partition)
        )
    if not region:
        return facts.unknown(operation, path, value)
    return DataLocation(
        operation, region, Certainty.DECLARED, (Evidence(path, value), Evidence(told_by, told))
    )


def _lost(name: str) -> Gap:
    return Gap(Outcome.FAILED, f"s3: no region is told for the bucket {name}; check that it exists")
