"""Cloud Storage buckets and the transfer jobs that copy them: where each lies and is copied to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors.base import Gap
from connectors.gcp import destinations, facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_PLACEMENT = "customPlacementConfig.dataLocations[]"
_SINKS = ("transferSpec", "replicationSpec")


def bucket(raw: Raw, kind: ResourceKind) -> Asset:
    """The bucket; a configurable dual-region says only `EU` and names its two regions elsewhere.

    Source: https://docs.cloud.google.com/storage/docs/locations
    """
    data = raw.data
    custom = facts.mapping(data.get("customPlacementConfig")).get("dataLocations")
    return kind.asset(
        raw,
        facts.each_of(Operation.STORED, kind.service, custom, _PLACEMENT)
        if custom
        else (facts.located(Operation.STORED, kind.service, data.get("location"), "location"),),
        properties=facts.properties(
            kms_key=facts.mapping(data.get("encryption")).get("defaultKmsKeyName"),
            location_type=data.get("locationType"),
            storage_class=data.get("storageClass"),
            versioning=facts.mapping(data.get("versioning")).get("enabled"),
        ),
    )


def _jobs_sinks(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Property path and bucket of each place that an enabled job writes to."""
    if data.get("status", "ENABLED") != "ENABLED":
        return
    for spec in _SINKS:
        name = facts.mapping(facts.mapping(data.get(spec)).get("gcsDataSink")).get("bucketName")
        if name:
            yield f"{spec}.gcsDataSink.bucketName", str(name)


def _jobs_buckets(data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    return [(destinations.bucket_name(name), destinations.BUCKET) for _, name in _jobs_sinks(data)]


def transfer_job(raw: Raw, kind: ResourceKind) -> Asset:
    """The job; what it copies is content, at the place of the bucket that it writes to."""
    copies = tuple(_copies(raw))
    return kind.asset(
        raw,
        (*facts.inventory(raw.location, kind.service, Operation.MANAGED), *copies),
        holds=Holds.CONTENT if copies else None,
        properties=facts.properties(status=raw.data.get("status")),
        location=facts.code(kind.service, raw.location),
    )


def _copies(raw: Raw) -> Iterator[DataLocation]:
    for path, name in _jobs_sinks(raw.data):
        place: str | Gap | None = raw.places.get(destinations.bucket_name(name))
        yield destinations.at(place, "storage", path, name)


BUCKETS = ResourceKind(
    name="storage-bucket",
    title="Cloud Storage bucket",
    service="storage",
    type="storage.googleapis.com/Bucket",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=bucket,
    unseen=(Unseen(Operation.STORED, _PLACEMENT, in_regions=False),),
    docs_url="https://docs.cloud.google.com/storage/docs/json_api/v1/buckets",
)

TRANSFER_JOBS = ResourceKind(
    name="storagetransfer-job",
    title="Storage Transfer Service job",
    service="storagetransfer",
    type="storagetransfer.googleapis.com/TransferJob",
    holds=Holds.METADATA,
    fetch=listing.looking_up(_jobs_buckets),
    normalise=transfer_job,
    operations=(Operation.MANAGED,),
    unseen=(Unseen(Operation.REPLICATED, "replicationSpec.gcsDataSink.bucketName"),),
    looks_up=True,
    docs_url="https://docs.cloud.google.com/storage-transfer/docs/reference/rest/v1/transferJobs",
)
