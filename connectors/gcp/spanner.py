"""Spanner: the configuration of an instance says in which regions every row of it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.base import Gap
from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

CONFIGS = "spanner.googleapis.com/InstanceConfig"
_REGIONAL = "regional-"
_CUSTOM = "custom-"
_INSTANCE_CONFIG = "Instance.config"
_REPLICAS = "InstanceConfig.replicas[].location"


def _custom_configs(raw: Raw) -> list[str]:
    """The full name of the configuration, own or the instance's, where its short name tells no place."""
    config = str(raw.data.get("config") or _instance(raw).get("config") or "")
    return [_full_name(config)] if (facts.last(config) or "").startswith(_CUSTOM) else []


def _instance_name(raw: Raw) -> str:
    """The full name of the instance of a backup, which its own begins with."""
    return raw.name.partition("/backups/")[0]


def _instance(raw: Raw) -> Mapping[str, Any]:
    """The data of the instance of a backup; empty where it was not read."""
    found = raw.beside.get(_instance_name(raw))
    return {} if found is None or isinstance(found, Gap) else found


def _full_name(config: str) -> str:
    return f"//spanner.googleapis.com/{config}"


def placed(raw: Raw, kind: ResourceKind) -> Asset:
    """The instance or partition, in all regions of its configuration.

    Source: https://docs.cloud.google.com/spanner/docs/instance-configurations
    """
    return kind.asset(
        raw,
        _places(raw, kind, str(raw.data.get("config") or ""), "config"),
        properties=facts.properties(
            config=facts.last(raw.data.get("config")), edition=raw.data.get("edition")
        ),
    )


def _places(raw: Raw, kind: ResourceKind, config: str, path: str) -> Iterator[DataLocation]:
    short = facts.last(config) or ""
    for operation in kind.operations:
        if short.startswith(_CUSTOM):
            yield from _replicas(operation, raw.beside.get(_full_name(config)), config)
        else:
            yield facts.derived(operation, "spanner", short.removeprefix(_REGIONAL), path, config)


def _replicas(
    operation: Operation, found: Mapping[str, Any] | Gap | None, config: str
) -> Iterator[DataLocation]:
    if found is None or isinstance(found, Gap) or not found.get("replicas"):
        yield facts.unknown(operation, _REPLICAS, f"{config} (not read)")
        return
    for replica in facts.items(found["replicas"]):
        yield facts.located(operation, "spanner", facts.mapping(replica).get("location"), _REPLICAS)


def backup(raw: Raw, kind: ResourceKind) -> Asset:
    """The backup, in all regions of the configuration of its instance; a copy elsewhere is another backup.

    Source: https://docs.cloud.google.com/spanner/docs/backup
    """
    config = str(_instance(raw).get("config") or "")
    return kind.asset(
        raw,
        _places(raw, kind, config, _INSTANCE_CONFIG)
        if config
        else facts.home(raw.location, raw.name, kind.service, *kind.operations),
        properties=facts.properties(database=raw.data.get("database"), state=raw.data.get("state")),
    )


_OWN_CONFIG = listing.beside((CONFIGS, _custom_configs))
_BOTH = (Operation.STORED, Operation.PROCESSED)

INSTANCES = ResourceKind(
    name="spanner-instance",
    title="Spanner instance",
    service="spanner",
    type="spanner.googleapis.com/Instance",
    holds=Holds.CONTENT,
    fetch=_OWN_CONFIG,
    normalise=placed,
    located=False,
    operations=_BOTH,
    docs_url="https://docs.cloud.google.com/spanner/docs/reference/rest/v1/projects.instances",
)

PARTITIONS = ResourceKind(
    name="spanner-instance-partition",
    title="Spanner instance partition",
    service="spanner",
    type="spanner.googleapis.com/InstancePartition",
    holds=Holds.CONTENT,
    fetch=_OWN_CONFIG,
    normalise=placed,
    located=False,
    operations=_BOTH,
    docs_url="https://docs.cloud.google.com/spanner/docs/reference/rest/v1/projects.instances.instancePartitions",
)

BACKUPS = ResourceKind(
    name="spanner-backup",
    title="Spanner backup",
    service="spanner",
    type="spanner.googleapis.com/Backup",
    holds=Holds.CONTENT,
    fetch=listing.beside((INSTANCES.type, lambda raw: [_instance_name(raw)]), (CONFIGS, _custom_configs)),
    normalise=backup,
    docs_url="https://docs.cloud.google.com/spanner/docs/reference/rest/v1/projects.instances.backups",
)
