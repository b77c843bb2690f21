"""SQL servers, databases and managed instances: geo-replicas, failover groups and backups."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Call, Context, Raw, ResourceKind, lists, lists_under
from connectors.azure.places import squashed
from wolkenzicht.model import DataLocation, Holds, Operation

_SERVER = "Microsoft.Sql/servers"
_DATABASE = "Microsoft.Sql/servers/databases"
_INSTANCE = "Microsoft.Sql/managedInstances"
_VERSION = "2021-11-01"
_INSTANCE_GROUPS = "Microsoft.Sql/locations/instanceFailoverGroups"

_PARTNER_SERVER = "failoverGroups[].properties.partnerServers[].location"
_PARTNER_REGION = "instanceFailoverGroups[].properties.partnerRegions[].location"
_LINK = "replicationLinks[].properties.partnerLocation"
_CURRENT = "properties.currentBackupStorageRedundancy"
_REQUESTED = "properties.requestedBackupStorageRedundancy"

#: Links that no longer copy anything.
_ENDED = frozenset({"SUSPENDED"})


def locate_server(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the server is, and where its failover groups copy databases to."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)
    groups, untold = facts.children(raw, "failoverGroups", Operation.REPLICATED, _PARTNER_SERVER)
    yield from untold
    for group in groups:
        partners = facts.held(group).get("partnerServers") or ()
        names = [str(each.get("location") or "") for each in partners]
        yield from facts.elsewhere(
            Operation.REPLICATED, names, _PARTNER_SERVER, (raw.get("location") or "",), context
        )


def locate_database(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the database is, where its links copy it to, and where its backups are.

    `defaultSecondaryLocation` is left alone: it is filled where no replica exists.
    """
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)
    links, untold = facts.children(raw, "replicationLinks", Operation.REPLICATED, _LINK)
    yield from untold
    for link in links:
        properties = facts.held(link)
        if properties.get("replicationState") in _ENDED:
            continue
        yield from facts.elsewhere(
            Operation.REPLICATED,
            (str(properties.get("partnerLocation") or ""),),
            _LINK,
            (raw.get("location") or "",),
            context,
        )
    yield from _backups(raw, context)


def locate_instance(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the instance is, the regions of its failover groups, and where its backups are."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)
    groups, untold = facts.children(raw, "instanceFailoverGroups", Operation.REPLICATED, _PARTNER_REGION)
    yield from untold
    for group in groups:
        properties = facts.held(group)
        if not _takes_part(raw, properties):
            continue
        names = [str(each.get("location") or "") for each in properties.get("partnerRegions") or ()]
        yield from facts.elsewhere(
            Operation.REPLICATED, names, _PARTNER_REGION, (raw.get("location") or "",), context
        )
    yield from _backups(raw, context)


def _takes_part(raw: Raw, properties: Mapping[str, object]) -> bool:
    """Whether a group names the instance; groups are listed by region and resource group."""
    pairs = properties.get("managedInstancePairs")
    named = [each for each in pairs if isinstance(each, dict)] if isinstance(pairs, list) else []
    return raw["id"].lower() in {
        str(pair.get(role) or "").lower()
        for pair in named
        for role in ("primaryManagedInstanceId", "partnerManagedInstanceId")
    }


def _backups(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the backups are: what is says more than what was asked for; the default is Geo.

    Source: https://learn.microsoft.com/azure/azure-sql/database/automated-backups-overview
    """
    properties = facts.held(raw)
    told = False
    for name, path in (
        ("currentBackupStorageRedundancy", _CURRENT),
        ("requestedBackupStorageRedundancy", _REQUESTED),
    ):
        redundancy = str(properties.get(name) or "")
        if not redundancy:
            continue
        if not told:
            yield from facts.home(raw, context, Operation.BACKED_UP)
        told = True
        if redundancy in {"Geo", "GeoZone"}:
            yield facts.paired(Operation.BACKED_UP, raw.get("location") or "", path, redundancy, context)
            return
    if not told:
        yield facts.unknown(Operation.BACKED_UP, _CURRENT)


def _database_facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "secondary_type": properties.get("secondaryType"),
        "failover_group": properties.get("failoverGroupId"),
        "state": properties.get("status"),
    }


def _server_facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {"public_network": properties.get("publicNetworkAccess"), "state": properties.get("state")}


def _user_database(raw: Raw) -> bool:
    """The system's own database takes no part in replication."""
    return squashed(raw.get("name") or "") != "master"


SERVERS = ResourceKind(
    name="sql-server",
    title="SQL server",
    type=_SERVER,
    holds=Holds.METADATA,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    listing=(lists(_SERVER, _VERSION),),
    details=(lists_under(f"{_SERVER}/failoverGroups", _VERSION),),
    locate=locate_server,
    facts=_server_facts,
    docs_url="https://learn.microsoft.com/rest/api/sql/servers/list",
)
DATABASES = ResourceKind(
    name="sql-database",
    title="SQL database",
    type=_DATABASE,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.BACKED_UP, Operation.PROCESSED),
    listing=(lists(_SERVER, _VERSION), lists_under(_DATABASE, _VERSION)),
    details=(lists_under(f"{_DATABASE}/replicationLinks", _VERSION),),
    asks=_user_database,
    locate=locate_database,
    facts=_database_facts,
    docs_url="https://learn.microsoft.com/rest/api/sql/databases/list-by-server",
)
INSTANCES = ResourceKind(
    name="sql-managed-instance",
    title="SQL managed instance",
    type=_INSTANCE,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.BACKED_UP, Operation.PROCESSED),
    listing=(lists(_INSTANCE, _VERSION),),
    details=(
        Call(
            "{group}/providers/Microsoft.Sql/locations/{location}/instanceFailoverGroups",
            _VERSION,
            f"{_INSTANCE_GROUPS}/read",
            name="instanceFailoverGroups",
        ),
    ),
    locate=locate_instance,
    facts=_server_facts,
    docs_url="https://learn.microsoft.com/rest/api/sql/managed-instances/list",
)
