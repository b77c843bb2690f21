"""Compute Engine's copies of disks: snapshots, images, and the schedules that make snapshots."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_STORAGE = "storageLocations[]"
_SCHEDULE = "snapshotSchedulePolicy.snapshotProperties.storageLocations[]"


def copy(raw: Raw, kind: ResourceKind) -> Asset:
    """The snapshot or image: the inventory calls it `global`, its data is where it says itself.

    Source: https://docs.cloud.google.com/compute/docs/disks/snapshots
    """
    data = raw.data
    return kind.asset(
        raw,
        facts.each_of(Operation.STORED, kind.service, data.get("storageLocations"), _STORAGE),
        properties=facts.properties(
            kms_key=facts.mapping(
                data.get("snapshotEncryptionKey")
                or data.get("imageEncryptionKey")
                or data.get("machineImageEncryptionKey")
            ).get("kmsKeyName"),
            source=data.get("sourceDisk") or data.get("sourceInstance") or data.get("sourceImage"),
            state=data.get("status"),
        ),
    )


def resource_policy(raw: Raw, kind: ResourceKind) -> Asset:
    """The policy; a snapshot schedule without a place leaves that to Google."""
    return kind.asset(
        raw, (*facts.home(raw.location, raw.name, kind.service, *kind.operations), *_scheduled(raw, kind))
    )


def _scheduled(raw: Raw, kind: ResourceKind) -> Iterator[DataLocation]:
    schedule = raw.data.get("snapshotSchedulePolicy")
    if isinstance(schedule, dict):
        places = facts.mapping(schedule.get("snapshotProperties")).get("storageLocations")
        yield from facts.each_of(Operation.BACKED_UP, kind.service, places, _SCHEDULE)


SNAPSHOTS = ResourceKind(
    name="compute-snapshot",
    title="Compute Engine snapshot",
    service="compute",
    type="compute.googleapis.com/Snapshot",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=copy,
    located=False,
    docs_url="https://docs.cloud.google.com/compute/docs/reference/rest/v1/snapshots",
)

IMAGES = ResourceKind(
    name="compute-image",
    title="Compute Engine image",
    service="compute",
    type="compute.googleapis.com/Image",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=copy,
    located=False,
    docs_url="https://docs.cloud.google.com/compute/docs/reference/rest/v1/images",
)

MACHINE_IMAGES = ResourceKind(
    name="compute-machine-image",
    title="Compute Engine machine image",
    service="compute",
    type="compute.googleapis.com/MachineImage",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=copy,
    located=False,
    docs_url="https://docs.cloud.google.com/compute/docs/reference/rest/v1/machineImages",
)

RESOURCE_POLICIES = ResourceKind(
    name="compute-resource-policy",
    title="Compute Engine resource policy",
    service="compute",
    type="compute.googleapis.com/ResourcePolicy",
    holds=Holds.METADATA,
    fetch=listing.entries,
    normalise=resource_policy,
    unseen=(Unseen(Operation.BACKED_UP, _SCHEDULE),),
    docs_url="https://docs.cloud.google.com/compute/docs/reference/rest/v1/resourcePolicies",
)
