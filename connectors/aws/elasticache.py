"""ElastiCache replication groups and stand-alone clusters, with the members of global datastores."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_GROUPS = Call(
    "DescribeReplicationGroups",
    "elasticache:DescribeReplicationGroups",
    items="ReplicationGroups",
    page_size=100,
)
_CLUSTERS = Call(
    "DescribeCacheClusters", "elasticache:DescribeCacheClusters", items="CacheClusters", page_size=100
)
_DATASTORES = Call(
    "DescribeGlobalReplicationGroups",
    "elasticache:DescribeGlobalReplicationGroups",
    items="GlobalReplicationGroups",
)
_TAGS = Call(
    "ListTagsForResource",
    "elasticache:ListTagsForResource",
    absent=("CacheClusterNotFound", "ReplicationGroupNotFoundFault"),
)

_BOTH = (Operation.STORED, Operation.PROCESSED)
_MEMBERS = "GlobalReplicationGroups[].Members[].ReplicationGroupRegion"


def fetch_groups(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each group with its tags and, if it is in a global datastore, that one's members."""
    del scope
    datastores: list[Any] | Gap | None = None
    for group in client.items(_GROUPS):
        raw: Raw = {
            "ReplicationGroup": group,
            "members": (),
            "ListTagsForResource": client.detail(_TAGS, ResourceName=group["ARN"]),
        }
        datastore = _datastore(group)
        if datastore:
            if datastores is None:
                datastores = client.side_listing(_DATASTORES, ShowMemberInfo=True)
                if isinstance(datastores, Gap):
                    yield datastores
            raw["members"] = _members(datastores, datastore)
        yield raw


def _datastore(group: Raw) -> str:
    return (group.get("GlobalReplicationGroupInfo") or {}).get("GlobalReplicationGroupId") or ""


def _members(datastores: list[Any] | Gap, identifier: str) -> list[Any] | None:
    """Members of the datastore; `None` where they could not be read."""
    if isinstance(datastores, Gap):
        return None
    found = [each for each in datastores if each["GlobalReplicationGroupId"] == identifier]
    return [member for each in found for member in each.get("Members") or ()] if found else None


def fetch_clusters(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the clusters outside replication groups; the others are their group's nodes."""
    del scope
    yield from client.each(
        client.items(_CLUSTERS, ShowCacheClustersNotInReplicationGroups=True),
        lambda each: {
            "CacheCluster": each,
            "ListTagsForResource": client.detail(_TAGS, ResourceName=each["ARN"]),
        },
    )


def normalise_group(raw: Raw, context: Context) -> Asset:
    """The replication group."""
    group, tagging = raw["ReplicationGroup"], raw["ListTagsForResource"]
    return context.asset(
        asset_id=group["ARN"],
        name=group["ReplicationGroupId"],
        location=context.region,
        locations=(
            *facts.home(context.region, "ReplicationGroups[].ARN", group["ARN"], *_BOTH),
            *_copies(raw["members"], context.region),
        ),
        tags=facts.tags(tagging.get("TagList")) if isinstance(tagging, dict) else (),
        properties=facts.properties(
            encryption=facts.encryption(encrypted=group.get("AtRestEncryptionEnabled")),
            engine=group.get("Engine"),
            global_datastore=_datastore(group),
            kms_key=group.get("KmsKeyId"),
            state=group.get("Status"),
        ),
        created=group.get("ReplicationGroupCreateTime"),
    )


def _copies(members: list[Raw] | None, region: str) -> Iterator[DataLocation]:
    if members is None:
        yield facts.unknown(Operation.REPLICATED, _MEMBERS, "not told")
        return
    for member in members:
        place = member["ReplicationGroupRegion"]
        if place != region:
            yield facts.located(Operation.REPLICATED, place, _MEMBERS, place)


def normalise_cluster(raw: Raw, context: Context) -> Asset:
    """The stand-alone cluster."""
    cluster, tagging = raw["CacheCluster"], raw["ListTagsForResource"]
    outpost = cluster.get("PreferredOutpostArn")
    zone = cluster.get("PreferredAvailabilityZone") or ""
    place = facts.zone_location(zone, context.region)
    locations = facts.home(place, "CacheClusters[].ARN", cluster["ARN"], *_BOTH)
    if outpost:
        path = "CacheClusters[].PreferredOutpostArn"
        locations = tuple(facts.unknown(operation, path, outpost) for operation in _BOTH)
    elif place != context.region:
        locations = facts.home(place, "CacheClusters[].PreferredAvailabilityZone", zone, *_BOTH)
    return context.asset(
        asset_id=cluster["ARN"],
        name=cluster["CacheClusterId"],
        location=place,
        locations=locations,
        tags=facts.tags(tagging.get("TagList")) if isinstance(tagging, dict) else (),
        properties=facts.properties(
            encryption=facts.encryption(encrypted=cluster.get("AtRestEncryptionEnabled")),
            engine=cluster.get("Engine"),
            replication_group=cluster.get("ReplicationGroupId"),
            state=cluster.get("CacheClusterStatus"),
        ),
        created=cluster.get("CacheClusterCreateTime"),
    )


GROUPS = ResourceKind(
    name="elasticache-replication-group",
    title="ElastiCache replication group",
    service="elasticache",
    scope="regional",
    type="AWS::ElastiCache::ReplicationGroup",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    calls=(_GROUPS, _TAGS, _DATASTORES),
    fetch=fetch_groups,
    normalise=normalise_group,
    docs_url="https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeReplicationGroups.html",
)
CLUSTERS = ResourceKind(
    name="elasticache-cluster",
    title="ElastiCache cluster outside a replication group",
    service="elasticache",
    scope="regional",
    type="AWS::ElastiCache::CacheCluster",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    calls=(_CLUSTERS, _TAGS),
    fetch=fetch_clusters,
    normalise=normalise_cluster,
    docs_url="https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_DescribeCacheClusters.html",
)
