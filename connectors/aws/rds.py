"""RDS and Aurora databases: instances and clusters, with replicas and backups in other regions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_INSTANCES = Call("DescribeDBInstances", "rds:DescribeDBInstances", items="DBInstances", page_size=100)
_CLUSTERS = Call("DescribeDBClusters", "rds:DescribeDBClusters", items="DBClusters", page_size=100)
_GLOBAL_CLUSTERS = Call("DescribeGlobalClusters", "rds:DescribeGlobalClusters", items="GlobalClusters")

_BOTH = (Operation.STORED, Operation.PROCESSED)
_MEMBERS = "GlobalClusters[].GlobalClusterMembers[].DBClusterArn"
_BACKUPS = "DBInstances[].DBInstanceAutomatedBackupsReplications[].DBInstanceAutomatedBackupsArn"
_OUTPOST = "DBInstances[].DBSubnetGroup.Subnets[].SubnetOutpost.Arn"

#: Engines of which a cluster can be a member of a global one.
_GLOBAL_ENGINES = ("aurora", "docdb", "neptune")


def fetch_instances(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the database instances."""
    del scope
    yield from client.items(_INSTANCES)


def fetch_clusters(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the clusters, each with the ARNs of its global cluster's members."""
    del scope
    globally: list[Any] | Gap | None = None
    for cluster in client.items(_CLUSTERS):
        if globally is None:
            globally = client.side_listing(_GLOBAL_CLUSTERS)
            if isinstance(globally, Gap):
                yield globally
        yield {"DBCluster": cluster, "members": _members(globally, cluster["DBClusterArn"])}


def _members(globally: list[Any] | Gap, arn: str) -> list[str] | None:
    """ARNs of the other members of the cluster's global cluster; `None` where they could not be read."""
    if isinstance(globally, Gap):
        return None
    groups = ([member["DBClusterArn"] for member in each["GlobalClusterMembers"]] for each in globally)
    return [other for group in groups if arn in group for other in group if other != arn]


def normalise_instance(raw: Raw, context: Context) -> Asset:
    """The instance with its read replicas and replicated backups."""
    arn = raw["DBInstanceArn"]
    return context.asset(
        asset_id=arn,
        name=raw["DBInstanceIdentifier"],
        location=facts.zone_location(raw.get("AvailabilityZone", ""), context.region),
        locations=(*_instance_home(raw, context.region), *_instance_copies(raw, context.region)),
        tags=facts.tags(raw.get("TagList")),
        properties=facts.properties(
            backup_retention_days=raw.get("BackupRetentionPeriod"),
            cluster=raw.get("DBClusterIdentifier"),
            encryption=facts.encryption(encrypted=raw.get("StorageEncrypted")),
            engine=raw.get("Engine"),
            kms_key=raw.get("KmsKeyId"),
            multi_az=raw.get("MultiAZ"),
            public=raw.get("PubliclyAccessible"),
            replica_of=raw.get("ReadReplicaSourceDBInstanceIdentifier"),
            state=raw.get("DBInstanceStatus"),
        ),
        created=raw.get("InstanceCreateTime"),
    )


def _instance_home(raw: Raw, region: str) -> tuple[DataLocation, ...]:
    subnets = raw.get("DBSubnetGroup", {}).get("Subnets") or ()
    outposts = [each["SubnetOutpost"]["Arn"] for each in subnets if each.get("SubnetOutpost", {}).get("Arn")]
    if outposts:
        return tuple(facts.unknown(operation, _OUTPOST, outposts[0]) for operation in _BOTH)
    zone = raw.get("AvailabilityZone", "")
    place = facts.zone_location(zone, region)
    if place != region:
        return facts.home(place, "DBInstances[].AvailabilityZone", zone, *_BOTH)
    return facts.home(region, "DBInstances[].DBInstanceArn", raw["DBInstanceArn"], *_BOTH)


def _instance_copies(raw: Raw, region: str) -> Iterator[DataLocation]:
    replicas = "DBInstances[].ReadReplicaDBInstanceIdentifiers[]"
    yield from facts.copies(raw.get("ReadReplicaDBInstanceIdentifiers") or (), region, replicas)
    clusters = "DBInstances[].ReadReplicaDBClusterIdentifiers[]"
    yield from facts.copies(raw.get("ReadReplicaDBClusterIdentifiers") or (), region, clusters)
    source = raw.get("ReadReplicaSourceDBInstanceIdentifier") or ""
    yield from facts.copies((source,), region, "DBInstances[].ReadReplicaSourceDBInstanceIdentifier")
    for backup in raw.get("DBInstanceAutomatedBackupsReplications") or ():
        yield facts.by_arn(Operation.BACKED_UP, backup["DBInstanceAutomatedBackupsArn"], _BACKUPS)


def normalise_cluster(raw: Raw, context: Context) -> Asset:
    """The cluster with its replicas and the other members of its global cluster."""
    cluster = raw["DBCluster"]
    arn = cluster["DBClusterArn"]
    return context.asset(
        asset_id=arn,
        name=cluster["DBClusterIdentifier"],
        location=context.region,
        locations=(
            *facts.home(context.region, "DBClusters[].DBClusterArn", arn, *_BOTH),
            *_cluster_copies(cluster, raw["members"], context.region),
        ),
        tags=facts.tags(cluster.get("TagList")),
        properties=facts.properties(
            backup_retention_days=cluster.get("BackupRetentionPeriod"),
            encryption=facts.encryption(encrypted=cluster.get("StorageEncrypted")),
            engine=cluster.get("Engine"),
            kms_key=cluster.get("KmsKeyId"),
            multi_az=cluster.get("MultiAZ"),
            replica_of=cluster.get("ReplicationSourceIdentifier"),
            state=cluster.get("Status"),
        ),
        created=cluster.get("ClusterCreateTime"),
    )


def _cluster_copies(cluster: Raw, members: list[str] | None, region: str) -> Iterator[DataLocation]:
    replicas = cluster.get("ReadReplicaIdentifiers") or ()
    yield from facts.copies(replicas, region, "DBClusters[].ReadReplicaIdentifiers[]")
    source = cluster.get("ReplicationSourceIdentifier") or ""
    yield from facts.copies((source,), region, "DBClusters[].ReplicationSourceIdentifier")
    if members is not None:
        yield from facts.copies(members, region, _MEMBERS)
    elif str(cluster.get("Engine")).startswith(_GLOBAL_ENGINES):
        yield facts.unknown(Operation.REPLICATED, _MEMBERS, "not told")


INSTANCES = ResourceKind(
    name="rds-instance",
    title="RDS database instance",
    service="rds",
    scope="regional",
    type="AWS::RDS::DBInstance",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.BACKED_UP, Operation.PROCESSED),
    calls=(_INSTANCES,),
    fetch=fetch_instances,
    normalise=normalise_instance,
    docs_url="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html",
)
CLUSTERS = ResourceKind(
    name="rds-cluster",
    title="RDS or Aurora database cluster",
    service="rds",
    scope="regional",
    type="AWS::RDS::DBCluster",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    calls=(_CLUSTERS, _GLOBAL_CLUSTERS),
    fetch=fetch_clusters,
    normalise=normalise_cluster,
    docs_url="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBClusters.html",
)
