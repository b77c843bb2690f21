"""Virtual machines, disks, snapshots, and gallery images with the regions that they are copied to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Raw, ResourceKind, lists, lists_under
from wolkenzicht.model import DataLocation, Holds, Operation

_MACHINE = "Microsoft.Compute/virtualMachines"
_DISK = "Microsoft.Compute/disks"
_SNAPSHOT = "Microsoft.Compute/snapshots"
_GALLERY = "Microsoft.Compute/galleries"
_TARGETS = "properties.publishingProfile.targetRegions[].name"


def locate_machine(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the machine runs and keeps its temporary disk."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)


def locate_stored(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the disk or snapshot is: zone-redundant copies stay in the region."""
    yield from facts.home(raw, context)


def locate_version(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the image version is, and every region that it is copied to."""
    yield from facts.home(raw, context)
    profile = facts.held(raw).get("publishingProfile") or {}
    names = [str(each.get("name") or "") for each in profile.get("targetRegions") or ()]
    yield from facts.elsewhere(Operation.REPLICATED, names, _TARGETS, (raw.get("location") or "",), context)


def _machine_facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "size": (properties.get("hardwareProfile") or {}).get("vmSize"),
        "state": properties.get("provisioningState"),
    }


def _disk_facts(raw: Raw) -> Mapping[str, object]:
    """A snapshot may have been copied from another region; its source is an asset of its own."""
    properties = facts.held(raw)
    creation = properties.get("creationData") or {}
    encryption = properties.get("encryption") or {}
    return {
        "encryption": encryption.get("type"),
        "kms_key": encryption.get("diskEncryptionSetId"),
        "create_option": creation.get("createOption"),
        "source": creation.get("sourceResourceId"),
        "size_gib": properties.get("diskSizeGB"),
        "state": properties.get("diskState"),
    }


MACHINES = ResourceKind(
    name="virtual-machine",
    title="Virtual machine",
    type=_MACHINE,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    listing=(lists(_MACHINE, "2024-07-01"),),
    locate=locate_machine,
    facts=_machine_facts,
    docs_url="https://learn.microsoft.com/rest/api/compute/virtual-machines/list-all",
)
DISKS = ResourceKind(
    name="managed-disk",
    title="Managed disk",
    type=_DISK,
    holds=Holds.CONTENT,
    states=(Operation.STORED,),
    listing=(lists(_DISK, "2023-10-02"),),
    locate=locate_stored,
    facts=_disk_facts,
    docs_url="https://learn.microsoft.com/rest/api/compute/disks/list",
)
SNAPSHOTS = ResourceKind(
    name="disk-snapshot",
    title="Disk snapshot",
    type=_SNAPSHOT,
    holds=Holds.CONTENT,
    states=(Operation.STORED,),
    listing=(lists(_SNAPSHOT, "2023-10-02"),),
    locate=locate_stored,
    facts=_disk_facts,
    docs_url="https://learn.microsoft.com/rest/api/compute/snapshots/list",
)
IMAGE_VERSIONS = ResourceKind(
    name="gallery-image-version",
    title="Gallery image version",
    type=f"{_GALLERY}/images/versions",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    listing=(
        lists(_GALLERY, "2023-07-03"),
        lists_under(f"{_GALLERY}/images", "2023-07-03"),
        lists_under(f"{_GALLERY}/images/versions", "2023-07-03"),
    ),
    locate=locate_version,
    docs_url="https://learn.microsoft.com/rest/api/compute/gallery-image-versions/list-by-gallery-image",
)
