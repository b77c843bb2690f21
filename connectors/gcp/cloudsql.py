"""Cloud SQL instances with their replicas and the place of their backups, and the backups themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors.gcp import destinations, facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_REPLICAS = "replicaNames[]"
_BACKUPS = "settings.backupConfiguration.location"
#: The documentation promises the multi-region nearest to the instance, which may be another country's.
#: Source: https://docs.cloud.google.com/sql/docs/mysql/backup-recovery/backups
_NEAREST = "absent: the multi-region nearest to the instance"


def _replica_name(data: Mapping[str, Any], name: str) -> str:
    """The full name of a replica, which is listed by its name or by `project:name`."""
    project, _, instance = name.rpartition(":")
    return f"//cloudsql.googleapis.com/projects/{project or data.get('project')}/instances/{instance}"


def _replicas(data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    return [
        (_replica_name(data, str(name)), destinations.SQL_INSTANCE)
        for name in facts.items(data.get("replicaNames"))
    ]


def instance(raw: Raw, kind: ResourceKind) -> Asset:
    """The instance, in its region, with the regions of its replicas and of its backups."""
    data = raw.data
    return kind.asset(
        raw,
        (
            *(facts.located(each, kind.service, data.get("region"), "region") for each in kind.operations),
            *(
                destinations.at(
                    raw.places.get(_replica_name(data, str(name))), kind.service, _REPLICAS, str(name)
                )
                for name in facts.items(data.get("replicaNames"))
            ),
            *_backups(data, kind.service),
        ),
        properties=facts.properties(
            engine=data.get("databaseVersion"),
            kms_key=facts.mapping(data.get("diskEncryptionConfiguration")).get("kmsKeyName"),
            replica_of=data.get("masterInstanceName"),
        ),
    )


def _backups(data: Mapping[str, Any], service: str) -> Iterator[DataLocation]:
    configuration = facts.mapping(facts.mapping(data.get("settings")).get("backupConfiguration"))
    if configuration.get("location"):
        yield facts.located(Operation.BACKED_UP, service, configuration["location"], _BACKUPS)
    elif configuration.get("enabled"):
        yield facts.unknown(Operation.BACKED_UP, _BACKUPS, _NEAREST)


def backup(raw: Raw, kind: ResourceKind) -> Asset:
    """A backup, where it really is."""
    return kind.asset(
        raw,
        (facts.located(Operation.STORED, kind.service, raw.data.get("location"), "location"),),
        properties=facts.properties(
            instance=facts.last(raw.data.get("instance")), kms_key=_kms_key(raw.data)
        ),
    )


def _kms_key(data: Mapping[str, Any]) -> str | None:
    found = facts.mapping(data.get("diskEncryptionConfiguration")).get("kmsKeyName") or data.get("kmsKey")
    return str(found) if found else None


INSTANCES = ResourceKind(
    name="sql-instance",
    title="Cloud SQL instance",
    service="sqladmin",
    type=destinations.SQL_INSTANCE,
    holds=Holds.CONTENT,
    fetch=listing.looking_up(_replicas),
    normalise=instance,
    operations=(Operation.STORED, Operation.PROCESSED),
    unseen=(Unseen(Operation.REPLICATED, _REPLICAS), Unseen(Operation.BACKED_UP, _BACKUPS)),
    looks_up=True,
    docs_url="https://docs.cloud.google.com/sql/docs/mysql/admin-api/rest/v1/instances",
)

BACKUP_RUNS = ResourceKind(
    name="sql-backup-run",
    title="Cloud SQL backup run",
    service="sqladmin",
    type="sqladmin.googleapis.com/BackupRun",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=backup,
    docs_url="https://docs.cloud.google.com/sql/docs/mysql/admin-api/rest/v1/backupRuns",
)

BACKUPS = ResourceKind(
    name="sql-backup",
    title="Cloud SQL backup",
    service="sqladmin",
    type="sqladmin.googleapis.com/Backup",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=backup,
    docs_url="https://docs.cloud.google.com/sql/docs/mysql/admin-api/rest/v1/Backups",
)
