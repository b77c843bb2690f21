"""Filestore instances with their replicas, and their backups."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_PEERS = "replication.replicas[].peerInstance"


def instance(raw: Raw, kind: ResourceKind) -> Asset:
    """The instance, with the places of the instances that it replicates with."""
    return kind.asset(
        raw,
        (*facts.home(raw.location, raw.name, kind.service), *_peers(raw, kind)),
        properties=facts.properties(
            kms_key=raw.data.get("kmsKeyName"),
            role=facts.mapping(raw.data.get("replication")).get("role"),
            tier=raw.data.get("tier"),
        ),
    )


def _peers(raw: Raw, kind: ResourceKind) -> Iterator[DataLocation]:
    for replica in facts.items(facts.mapping(raw.data.get("replication")).get("replicas")):
        peer = str(facts.mapping(replica).get("peerInstance") or "")
        yield facts.by_name(Operation.REPLICATED, kind.service, peer, _PEERS)


def backup(raw: Raw, kind: ResourceKind) -> Asset:
    """The backup; its region may be another than that of the instance it was made of."""
    return kind.asset(
        raw,
        facts.home(raw.location, raw.name, kind.service),
        properties=facts.properties(kms_key=raw.data.get("kmsKey"), source=raw.data.get("sourceInstance")),
    )


INSTANCES = ResourceKind(
    name="filestore-instance",
    title="Filestore instance",
    service="file",
    type="file.googleapis.com/Instance",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=instance,
    unseen=(Unseen(Operation.REPLICATED, _PEERS),),
    docs_url="https://docs.cloud.google.com/filestore/docs/reference/rest/v1/projects.locations.instances",
)

BACKUPS = ResourceKind(
    name="filestore-backup",
    title="Filestore backup",
    service="file",
    type="file.googleapis.com/Backup",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=backup,
    docs_url="https://docs.cloud.google.com/filestore/docs/reference/rest/v1/projects.locations.backups",
)
