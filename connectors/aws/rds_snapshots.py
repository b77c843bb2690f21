"""Snapshots of RDS instances and clusters: the account's own, where they are kept."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_OF_INSTANCES = Call("DescribeDBSnapshots", "rds:DescribeDBSnapshots", items="DBSnapshots", page_size=100)
_OF_CLUSTERS = Call(
    "DescribeDBClusterSnapshots",
    "rds:DescribeDBClusterSnapshots",
    items="DBClusterSnapshots",
    page_size=100,
)


def fetch_of_instances(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the snapshots of instances, made by hand and by themselves."""
    del scope
    yield from client.items(_OF_INSTANCES)


def fetch_of_clusters(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the snapshots of clusters, made by hand and by themselves."""
    del scope
    yield from client.items(_OF_CLUSTERS)


def normalise_of_instance(raw: Raw, context: Context) -> Asset:
    """The snapshot of an instance, in its region unless its target says otherwise."""
    return context.asset(
        asset_id=raw["DBSnapshotArn"],
        name=raw["DBSnapshotIdentifier"],
        location=context.region,
        locations=(
            *_kept(raw, context.region),
            *facts.elsewhere(
                Operation.REPLICATED, raw.get("SourceRegion"), context.region, "DBSnapshots[].SourceRegion"
            ),
        ),
        tags=facts.tags(raw.get("TagList")),
        properties=facts.properties(
            copied_from=raw.get("SourceRegion"),
            encryption=facts.encryption(encrypted=raw.get("Encrypted")),
            engine=raw.get("Engine"),
            instance=raw.get("DBInstanceIdentifier"),
            kms_key=raw.get("KmsKeyId"),
            made=raw.get("SnapshotType"),
            state=raw.get("Status"),
            target=raw.get("SnapshotTarget"),
        ),
        created=raw.get("SnapshotCreateTime"),
    )


def _kept(raw: Raw, region: str) -> tuple[DataLocation, ...]:
    target = raw.get("SnapshotTarget") or "region"
    if target == "region":
        return facts.home(region, "DBSnapshots[].DBSnapshotArn", raw["DBSnapshotArn"])
    zone = raw.get("AvailabilityZone", "")
    place = facts.zone_location(zone, region)
    if target == "local" and place != region:
        return facts.home(place, "DBSnapshots[].AvailabilityZone", zone)
    return (facts.unknown(Operation.STORED, "DBSnapshots[].SnapshotTarget", target),)


def normalise_of_cluster(raw: Raw, context: Context) -> Asset:
    """The snapshot of a cluster."""
    arn, source = raw["DBClusterSnapshotArn"], raw.get("SourceDBClusterSnapshotArn") or ""
    return context.asset(
        asset_id=arn,
        name=raw["DBClusterSnapshotIdentifier"],
        location=context.region,
        locations=(
            *facts.home(context.region, "DBClusterSnapshots[].DBClusterSnapshotArn", arn),
            *facts.copies((source,), context.region, "DBClusterSnapshots[].SourceDBClusterSnapshotArn"),
        ),
        tags=facts.tags(raw.get("TagList")),
        properties=facts.properties(
            cluster=raw.get("DBClusterIdentifier"),
            copied_from=facts.arn_region(source),
            encryption=facts.encryption(encrypted=raw.get("StorageEncrypted")),
            engine=raw.get("Engine"),
            kms_key=raw.get("KmsKeyId"),
            made=raw.get("SnapshotType"),
            state=raw.get("Status"),
        ),
        created=raw.get("SnapshotCreateTime"),
    )


OF_INSTANCES = ResourceKind(
    name="rds-snapshot",
    title="RDS snapshot",
    service="rds",
    scope="regional",
    type="AWS::RDS::DBSnapshot",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_OF_INSTANCES,),
    fetch=fetch_of_instances,
    normalise=normalise_of_instance,
    docs_url="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBSnapshots.html",
)
OF_CLUSTERS = ResourceKind(
    name="rds-cluster-snapshot",
    title="RDS or Aurora cluster snapshot",
    service="rds",
    scope="regional",
    type="AWS::RDS::DBClusterSnapshot",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_OF_CLUSTERS,),
    fetch=fetch_of_clusters,
    normalise=normalise_of_cluster,
    docs_url="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusterSnapshots.html",
)
