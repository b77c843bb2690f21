"""EC2 instances, EBS volumes and EBS snapshots: each in its region, local zone or Outpost."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

#: Without a size EC2 answers everything at once, and the regions are read at the same time. An instance is
#: described by 60 members, nested, of which these tell what we ask.
_INSTANCES = Call(
    "DescribeInstances",
    "ec2:DescribeInstances",
    items="Reservations",
    page_size=250,
    only=(
        "Instance",
        (
            "ImageId",
            "InstanceId",
            "InstanceType",
            "LaunchTime",
            "OutpostArn",
            "Placement",
            "PlatformDetails",
            "State",
            "Tags",
        ),
    ),
)
_VOLUMES = Call("DescribeVolumes", "ec2:DescribeVolumes", items="Volumes", page_size=500)
_SNAPSHOTS = Call("DescribeSnapshots", "ec2:DescribeSnapshots", items="Snapshots", page_size=500)

#: What CopySnapshot writes into the description; there is no field for it.
_COPIED = re.compile(r"\[Copied (?P<snapshot>snap-[0-9a-f]+) from (?P<region>[a-z0-9-]+)\]")


def fetch_instances(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the instances; a terminated one is listed for an hour but no longer exists."""
    del scope
    for reservation in client.items(_INSTANCES):
        for instance in reservation.get("Instances") or ():
            if instance.get("State", {}).get("Name") != "terminated":
                yield instance


def fetch_volumes(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the volumes."""
    del scope
    yield from client.items(_VOLUMES)


def fetch_snapshots(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the account's own snapshots, not the public ones."""
    del scope
    yield from client.items(_SNAPSHOTS, OwnerIds=["self"])


def _places(
    outpost: str | None, zone: str, zone_path: str, prefix: str, context: Context, *operations: Operation
) -> tuple[DataLocation, ...]:
    if outpost:
        # The data is at the customer's own site; only the Outpost's address, read elsewhere, tells where.
        return (
            *(facts.unknown(operation, f"{prefix}.OutpostArn", outpost) for operation in operations),
            facts.located(Operation.MANAGED, context.region, f"{prefix}.OutpostArn", outpost),
        )
    code = facts.zone_location(zone, context.region)
    return facts.home(code, f"{prefix}.{zone_path}", zone, *operations)


def normalise_instance(raw: Raw, context: Context) -> Asset:
    """The instance, where it runs and where its instance store is."""
    zone = raw["Placement"]["AvailabilityZone"]
    tags = facts.tags(raw.get("Tags"))
    return context.asset(
        asset_id=context.arn(f"instance/{raw['InstanceId']}"),
        name=facts.tag_of(tags, "Name", raw["InstanceId"]),
        location=facts.zone_location(zone, context.region),
        locations=_places(
            raw.get("OutpostArn"),
            zone,
            "Placement.AvailabilityZone",
            "Reservations[].Instances[]",
            context,
            Operation.STORED,
            Operation.PROCESSED,
        ),
        tags=tags,
        properties=facts.properties(
            image=raw.get("ImageId"),
            instance_type=raw.get("InstanceType"),
            outpost=raw.get("OutpostArn"),
            platform=raw.get("PlatformDetails"),
            state=raw.get("State", {}).get("Name"),
            zone=zone,
        ),
        created=raw.get("LaunchTime"),
    )


def normalise_volume(raw: Raw, context: Context) -> Asset:
    """The volume and its zone."""
    zone = raw["AvailabilityZone"]
    tags = facts.tags(raw.get("Tags"))
    return context.asset(
        asset_id=context.arn(f"volume/{raw['VolumeId']}"),
        name=facts.tag_of(tags, "Name", raw["VolumeId"]),
        location=facts.zone_location(zone, context.region),
        locations=_places(
            raw.get("OutpostArn"), zone, "AvailabilityZone", "Volumes[]", context, Operation.STORED
        ),
        tags=tags,
        properties=facts.properties(
            encryption=facts.encryption(encrypted=raw.get("Encrypted")),
            kms_key=raw.get("KmsKeyId"),
            outpost=raw.get("OutpostArn"),
            size_gib=raw.get("Size"),
            state=raw.get("State"),
            zone=zone,
        ),
        created=raw.get("CreateTime"),
    )


def normalise_snapshot(raw: Raw, context: Context) -> Asset:
    """The snapshot, in its region unless it is kept in a local zone or on an Outpost."""
    identifier = raw["SnapshotId"]
    zone = raw.get("AvailabilityZone") or ""
    tags = facts.tags(raw.get("Tags"))
    copied = _COPIED.search(raw.get("Description") or "")
    return context.asset(
        asset_id=context.arn(f"snapshot/{identifier}"),
        name=facts.tag_of(tags, "Name", identifier),
        location=facts.zone_location(zone, context.region),
        locations=(*_snapshot_places(raw, zone, context), *_origin(raw, context.region)),
        tags=tags,
        properties=facts.properties(
            copied_from=f"{copied['snapshot']} in {copied['region']}" if copied else None,
            encryption=facts.encryption(encrypted=raw.get("Encrypted")),
            kms_key=raw.get("KmsKeyId"),
            outpost=raw.get("OutpostArn"),
            size_gib=raw.get("VolumeSize"),
            state=raw.get("State"),
            volume=raw.get("VolumeId"),
        ),
        created=raw.get("StartTime"),
    )


def _snapshot_places(raw: dict[str, Any], zone: str, context: Context) -> tuple[DataLocation, ...]:
    outpost = raw.get("OutpostArn")
    if outpost or zone:
        return _places(outpost, zone, "AvailabilityZone", "Snapshots[]", context, Operation.STORED)
    return facts.home(context.region, "Snapshots[].SnapshotId", f"{raw['SnapshotId']} in {context.region}")


def _origin(raw: dict[str, Any], region: str) -> Iterator[DataLocation]:
    """Where the snapshot was copied from.

    Anyone who makes a snapshot may write its description; a false one can only add a place.
    """
    found = _COPIED.search(raw.get("Description") or "")
    if found and found["region"] != region:
        path = "Snapshots[].Description"
        yield facts.derived(Operation.REPLICATED, found["region"], path, found[0])


INSTANCES = ResourceKind(
    name="ec2-instance",
    title="EC2 instance",
    service="ec2",
    scope="regional",
    type="AWS::EC2::Instance",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED, Operation.MANAGED),
    calls=(_INSTANCES,),
    fetch=fetch_instances,
    normalise=normalise_instance,
    docs_url="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstances.html",
)
VOLUMES = ResourceKind(
    name="ebs-volume",
    title="EBS volume",
    service="ec2",
    scope="regional",
    type="AWS::EC2::Volume",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.MANAGED),
    calls=(_VOLUMES,),
    fetch=fetch_volumes,
    normalise=normalise_volume,
    docs_url="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVolumes.html",
)
SNAPSHOTS = ResourceKind(
    name="ebs-snapshot",
    title="EBS snapshot",
    service="ec2",
    scope="regional",
    type="AWS::EC2::Snapshot",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.MANAGED),
    calls=(_SNAPSHOTS,),
    fetch=fetch_snapshots,
    normalise=normalise_snapshot,
    docs_url="https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html",
)
