"""Memorystore: Redis and Valkey with their copies in other regions, and Memcached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_BOTH = (Operation.STORED, Operation.PROCESSED)


@dataclass(frozen=True, slots=True)
class _Words:
    """How the API of a kind calls the members that share their data across regions."""

    root: str
    primary: str
    secondaries: str
    member: str

    @property
    def primary_path(self) -> str:
        return f"{self.root}.membership.{self.primary}.{self.member}"

    @property
    def secondary_path(self) -> str:
        return f"{self.root}.membership.{self.secondaries}[].{self.member}"


_CLUSTERS = _Words("crossClusterReplicationConfig", "primaryCluster", "secondaryClusters", "cluster")
_INSTANCES = _Words("crossInstanceReplicationConfig", "primaryInstance", "secondaryInstances", "instance")


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
        (*facts.home(raw.location, raw.name, kind.service, *_BOTH), *_copies(raw, kind, _CLUSTERS)),
        properties=facts.properties(
            kms_key=raw.data.get("kmsKey"),
            role=facts.mapping(raw.data.get(_CLUSTERS.root)).get("clusterRole"),
        ),
    )


def valkey(raw: Raw, kind: ResourceKind) -> Asset:
    """The instance, with the regions of the other instances that share its data."""
    return kind.asset(
        raw,
        (*facts.home(raw.location, raw.name, kind.service, *_BOTH), *_copies(raw, kind, _INSTANCES)),
        properties=facts.properties(
            engine=raw.data.get("engineVersion"),
            kms_key=raw.data.get("kmsKey"),
            role=facts.mapping(raw.data.get(_INSTANCES.root)).get("instanceRole"),
        ),
    )


def _copies(raw: Raw, kind: ResourceKind, words: _Words) -> Iterator[DataLocation]:
    membership = facts.mapping(facts.mapping(raw.data.get(words.root)).get("membership"))
    primary = membership.get(words.primary)
    found = [(words.primary_path, primary)] if primary else []
    found += [(words.secondary_path, each) for each in facts.items(membership.get(words.secondaries))]
    for path, member in found:
        name = facts.mapping(member).get(words.member)
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
    unseen=(Unseen(Operation.REPLICATED, _CLUSTERS.secondary_path),),
    docs_url="https://docs.cloud.google.com/memorystore/docs/cluster/reference/rest/v1/projects.locations.clusters",
)

VALKEY = ResourceKind(
    name="valkey-instance",
    title="Memorystore for Valkey instance",
    service="memorystore",
    type="memorystore.googleapis.com/Instance",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=valkey,
    operations=_BOTH,
    unseen=(Unseen(Operation.REPLICATED, _INSTANCES.secondary_path),),
    docs_url="https://docs.cloud.google.com/memorystore/docs/valkey/reference/rest/v1/projects.locations.instances",
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
