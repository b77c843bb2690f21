"""MySQL and PostgreSQL flexible servers: geo-redundant backups, and the server that a replica follows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Lookup, Raw, ResourceKind, by_id, lists
from wolkenzicht.model import DataLocation, Holds, Operation

_MYSQL = "Microsoft.DBforMySQL/flexibleServers"
_POSTGRES = "Microsoft.DBforPostgreSQL/flexibleServers"

_BACKUP = "properties.backup.geoRedundantBackup"
_SOURCE = "properties.sourceServerResourceId"


def locate(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the server is, where its backups are, and where the server is that it follows."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)
    redundancy = str((facts.held(raw).get("backup") or {}).get("geoRedundantBackup") or "")
    if redundancy:
        yield from facts.home(raw, context, Operation.BACKED_UP)
    else:
        yield facts.unknown(Operation.BACKED_UP, _BACKUP)
    if redundancy == "Enabled":
        yield facts.paired(Operation.BACKED_UP, raw.get("location") or "", _BACKUP, redundancy, context)
    yield from facts.by_id(Operation.REPLICATED, raw, _sources(raw), _SOURCE, context)


def _sources(raw: Raw) -> Iterable[str]:
    """The server that this one is a replica of; a server restored from a backup names one too."""
    properties = facts.held(raw)
    role = str(
        properties.get("replicationRole") or (properties.get("replica") or {}).get("role") or "Replica"
    )
    source = properties.get("sourceServerResourceId")
    return (source,) if source and "replica" in role.lower() else ()


def _facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "replication_role": properties.get("replicationRole"),
        "state": properties.get("state"),
        "version": properties.get("version"),
    }


MYSQL = ResourceKind(
    name="mysql-flexible-server",
    title="MySQL flexible server",
    type=_MYSQL,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.BACKED_UP, Operation.PROCESSED),
    listing=(lists(_MYSQL, "2023-12-30"),),
    lookup=Lookup(_sources, by_id(_MYSQL, "2023-12-30")),
    locate=locate,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/mysql/flexibleserver/servers/list",
)
POSTGRES = ResourceKind(
    name="postgresql-flexible-server",
    title="PostgreSQL flexible server",
    type=_POSTGRES,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.BACKED_UP, Operation.PROCESSED),
    listing=(lists(_POSTGRES, "2024-08-01"),),
    lookup=Lookup(_sources, by_id(_POSTGRES, "2024-08-01")),
    locate=locate,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/postgresql/servers/list-by-subscription",
)
