"""Compute Engine instances and disks, with the disks' replicas in other zones and regions."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_ASYNC = "asyncSecondaryDisks"


def instance(raw: Raw, kind: ResourceKind) -> Asset:
    """The instance, in its zone."""
    return kind.asset(
        raw,
        facts.home(raw.location, raw.name, kind.service, *kind.operations),
        properties=facts.properties(
            machine_type=facts.last(raw.data.get("machineType")), state=raw.data.get("status")
        ),
    )


def disk(raw: Raw, kind: ResourceKind) -> Asset:
    """The disk, in its zone or its region's zones, with the disks elsewhere that it is copied to."""
    return kind.asset(
        raw,
        (*facts.home(raw.location, raw.name, kind.service), *_copies(raw, kind)),
        properties=facts.properties(
            disk_type=facts.last(raw.data.get("type")),
            kms_key=facts.mapping(raw.data.get("diskEncryptionKey")).get("kmsKeyName"),
        ),
    )


def _copies(raw: Raw, kind: ResourceKind) -> Iterator[DataLocation]:
    for address in facts.mapping(raw.data.get(_ASYNC)):
        yield facts.by_name(Operation.REPLICATED, kind.service, str(address), _ASYNC)
    primary = facts.mapping(raw.data.get("asyncPrimaryDisk")).get("disk")
    if primary:
        yield facts.by_name(Operation.REPLICATED, kind.service, str(primary), "asyncPrimaryDisk.disk")


INSTANCES = ResourceKind(
    name="compute-instance",
    title="Compute Engine instance",
    service="compute",
    type="compute.googleapis.com/Instance",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=instance,
    operations=(Operation.STORED, Operation.PROCESSED),
    docs_url="https://docs.cloud.google.com/compute/docs/reference/rest/v1/instances",
)

DISKS = ResourceKind(
    name="compute-disk",
    title="Compute Engine disk",
    service="compute",
    type="compute.googleapis.com/Disk",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=disk,
    unseen=(Unseen(Operation.REPLICATED, _ASYNC),),
    docs_url="https://docs.cloud.google.com/compute/docs/reference/rest/v1/disks",
)

REGIONAL_DISKS = ResourceKind(
    name="compute-region-disk",
    title="Compute Engine regional disk",
    service="compute",
    type="compute.googleapis.com/RegionDisk",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=disk,
    unseen=(Unseen(Operation.REPLICATED, _ASYNC),),
    docs_url="https://docs.cloud.google.com/compute/docs/reference/rest/v1/regionDisks",
)
