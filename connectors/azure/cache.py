"""Redis caches and the caches that they are linked with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from connectors.azure import facts
from connectors.azure.kind import Context, Lookup, Raw, ResourceKind, by_id, lists, lists_under
from wolkenzicht.model import DataLocation, Holds, Operation

_CACHE = "Microsoft.Cache/redis"
_CLUSTER = "Microsoft.Cache/redisEnterprise"
_LINKED = "linkedServers[].properties.linkedRedisCacheLocation"
_DATABASES = "databases[].properties.geoReplication.linkedDatabases[].id"


def locate_cache(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the cache is, and where the caches are that it is linked with."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)
    linked, untold = facts.children(raw, "linkedServers", Operation.REPLICATED, _LINKED)
    yield from untold
    names = [str(facts.held(each).get("linkedRedisCacheLocation") or "") for each in linked]
    yield from facts.elsewhere(Operation.REPLICATED, names, _LINKED, (raw.get("location") or "",), context)


def _links(raw: Raw) -> bool:
    """Only Premium caches can be linked.

    Source: https://learn.microsoft.com/azure/azure-cache-for-redis/cache-how-to-geo-replication
    """
    sku = facts.held(raw).get("sku") or raw.get("sku") or {}
    return sku.get("name") in {"Premium", None}


def locate_cluster(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the cluster is, and where the clusters are whose databases are linked with its own."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)
    _, untold = facts.children(raw, "databases", Operation.REPLICATED, _DATABASES)
    yield from untold
    yield from facts.by_id(Operation.REPLICATED, raw, _clusters(raw), _DATABASES, context)


def _clusters(raw: Raw) -> Iterable[str]:
    """The clusters of the linked databases: a database has no location, its cluster has."""
    databases, _ = facts.children(raw, "databases", Operation.REPLICATED, _DATABASES)
    for database in databases:
        for linked in (facts.held(database).get("geoReplication") or {}).get("linkedDatabases") or ():
            cluster = str(linked.get("id") or "").rpartition("/databases/")[0]
            if cluster.lower() != raw["id"].lower():
                yield cluster


CACHES = ResourceKind(
    name="redis-cache",
    title="Azure Cache for Redis",
    type=_CACHE,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    listing=(lists(_CACHE, "2024-03-01"),),
    details=(lists_under(f"{_CACHE}/linkedServers", "2024-03-01"),),
    asks=_links,
    locate=locate_cache,
    docs_url="https://learn.microsoft.com/rest/api/redis/redis/list-by-subscription",
)
CLUSTERS = ResourceKind(
    name="managed-redis",
    title="Azure Managed Redis",
    type=_CLUSTER,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    listing=(lists(_CLUSTER, "2025-07-01"),),
    details=(lists_under(f"{_CLUSTER}/databases", "2025-07-01"),),
    lookup=Lookup(_clusters, by_id(_CLUSTER, "2025-07-01")),
    locate=locate_cluster,
    docs_url="https://learn.microsoft.com/rest/api/redis/redisenterprisecache/redis-enterprise/list",
)
