"""Cosmos DB accounts with all their regions and backups, and MongoDB clusters with their source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Lookup, Raw, ResourceKind, by_id, lists
from wolkenzicht.model import DataLocation, Holds, Operation

_ACCOUNT = "Microsoft.DocumentDB/databaseAccounts"
_CLUSTER = "Microsoft.DocumentDB/mongoClusters"

_NAME = "properties.locations[].locationName"
_BACKUP = "properties.backupPolicy.periodicModeProperties.backupStorageRedundancy"
_SOURCE = "properties.replica.sourceResourceId"


def locate_account(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Every region of the account; its own `location` is only where its description is kept."""
    properties = facts.held(raw)
    regions = sorted(properties.get("locations") or (), key=lambda each: each.get("failoverPriority", 0))
    for place, region in enumerate(regions):
        operation = Operation.REPLICATED if place else Operation.STORED
        yield facts.located(operation, region.get("locationName") or "", _NAME, context)
    if not regions:
        yield facts.unknown(Operation.STORED, _NAME)
    yield from _backups(raw, [str(each.get("locationName") or "") for each in regions], context)
    yield from facts.home(raw, context, Operation.MANAGED)


def _backups(raw: Raw, regions: list[str], context: Context) -> Iterator[DataLocation]:
    """Where backups are: continuous ones in each region, periodic ones at the write region or its pair too.

    Source: https://learn.microsoft.com/azure/cosmos-db/periodic-backup-storage-redundancy
    """
    policy = facts.held(raw).get("backupPolicy") or {}
    redundancy = str((policy.get("periodicModeProperties") or {}).get("backupStorageRedundancy") or "")
    if policy.get("type") == "Continuous":
        for region in regions:
            yield facts.located(Operation.BACKED_UP, region, _NAME, context)
        return
    if not redundancy or not regions:
        yield facts.unknown(Operation.BACKED_UP, _BACKUP)
        return
    yield facts.located(Operation.BACKED_UP, regions[0], _NAME, context)
    if redundancy == "Geo":
        yield facts.paired(Operation.BACKED_UP, regions[0], _BACKUP, redundancy, context)


def _account_facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "kms_key": properties.get("keyVaultKeyUri"),
        "public_network": properties.get("publicNetworkAccess"),
        "state": properties.get("provisioningState"),
    }


def locate_cluster(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the cluster is, and where the one is that it is a replica of."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)
    yield from facts.by_id(Operation.REPLICATED, raw, _sources(raw), _SOURCE, context)


def _sources(raw: Raw) -> Iterable[str]:
    source = (facts.held(raw).get("replica") or {}).get("sourceResourceId")
    return (source,) if source else ()


ACCOUNTS = ResourceKind(
    name="cosmos-account",
    title="Cosmos DB account",
    type=_ACCOUNT,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.BACKED_UP, Operation.MANAGED),
    listing=(lists(_ACCOUNT, "2024-11-15"),),
    locate=locate_account,
    facts=_account_facts,
    docs_url="https://learn.microsoft.com/rest/api/cosmos-db-resource-provider/database-accounts/list",
)
CLUSTERS = ResourceKind(
    name="mongo-cluster",
    title="Azure DocumentDB (MongoDB) cluster",
    type=_CLUSTER,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    listing=(lists(_CLUSTER, "2024-07-01"),),
    lookup=Lookup(_sources, by_id(_CLUSTER, "2024-07-01")),
    locate=locate_cluster,
    docs_url="https://learn.microsoft.com/rest/api/mongocluster/resource-manager/mongo-clusters/list",
)
