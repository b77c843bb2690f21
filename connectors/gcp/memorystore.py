"""Memorystore: Redis instances and clusters with their copies in other regions, and Memcached."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_BOTH = (Operation.STORED, Operation.PROCESSED)
_REPLICATION = "crossClusterReplicationConfig"
_PRIMARY = f"{_REPLICATION}.membership.primaryCluster.cluster"
_SECONDARIES = f"{_REPLICATION}.membership.secondaryClusters[].cluster"


def instance(raw: Raw, kind: ResourceKind) -> Asset:
    """The instance, in its region; its replicas are in other zones of it."""
    return kind.asset(
        raw,
        facts.home(raw.location, raw.name, kind.service, *_BOTH),
        properties=facts.properties(
            kms_key=raw.data.get("customerManagedKey"),
            tier=raw.data.get("tier"),
            version=raw.data.get("redisVersion") or raw.data.get("memcacheVersion"),
        ),
    )


def cluster(raw: Raw, kind: ResourceKind) -> Asset:
    """The cluster, with the regions of the other clusters that share its data."""
    return kind.asset(
        raw,
        (*facts.home(raw.location, raw.name, kind.service, *_BOTH), *_copies(raw, kind)),
        properties=facts.properties(
            kms_key=raw.data.get("kmsKey"),
            role=facts.mapping(raw.data.get(_REPLICATION)).get("clusterRole"),
        ),
    )


def _copies(raw: Raw, kind: ResourceKind) -> Iterator[DataLocation]:
    membership = facts.mapping(facts.mapping(raw.data.get(_REPLICATION)).get("membership"))
    primary = facts.mapping(membership.get("primaryCluster")).get("cluster")
    members = [(_PRIMARY, primary)] if primary else []
    members += [
        (_SECONDARIES, facts.mapping(each).get("cluster"))
        for each in membership.get("secondaryClusters") or ()
    ]
    for path, name in members:
        if not raw.name.endswith(f"/{name}"):
            yield facts.by_name(Operation.REPLICATED, kind.service, str(name or ""), path)


INSTANCES = ResourceKind(
    name="redis-instance",
    title="Memorystore for Redis instance",
    service="redis",
    type="redis.googleapis.com/Instance",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=instance,
    operations=_BOTH,
    docs_url="https://docs.cloud.google.com/memorystore/docs/redis/reference/rest/v1/projects.locations.instances",
)

CLUSTERS = ResourceKind(
    name="redis-cluster",
    title="Memorystore for Redis cluster",
    service="redis",
    type="redis.googleapis.com/Cluster",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=cluster,
    operations=_BOTH,
    unseen=(Unseen(Operation.REPLICATED, _SECONDARIES),),
    docs_url="https://docs.cloud.google.com/memorystore/docs/cluster/reference/rest/v1/projects.locations.clusters",
)

MEMCACHED = ResourceKind(
    name="memcache-instance",
    title="Memorystore for Memcached instance",
    service="memcache",
    type="memcache.googleapis.com/Instance",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=instance,
    operations=_BOTH,
    docs_url="https://docs.cloud.google.com/memorystore/docs/memcached/reference/rest/v1/projects.locations.instances",
)
