"""Bigtable: every cluster of an instance holds a full copy; the instance itself has no place."""

from __future__ import annotations

from connectors.base import Gap
from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind
from wolkenzicht.model import Asset, Holds, Operation


def cluster(raw: Raw, kind: ResourceKind) -> Asset:
    """The cluster, in its zone, which is stated by name or as `projects/p/locations/zone`.

    Source: https://docs.cloud.google.com/bigtable/docs/instances-clusters-nodes
    """
    stated = str(raw.data.get("location") or "")
    zone = facts.last(stated)
    return kind.asset(
        raw,
        (facts.located(each, kind.service, zone, "location") for each in kind.operations),
        properties=facts.properties(
            instance=_instance(raw.name),
            kms_key=facts.mapping(raw.data.get("encryptionConfig")).get("kmsKeyName"),
        ),
    )


def _instance(name: str) -> str | None:
    """The instance's short name, from `…/instances/<instance>/clusters/<cluster>`."""
    _, _, rest = name.partition("/instances/")
    return rest.partition("/")[0] or None


def _cluster(raw: Raw) -> str:
    """The full name of the cluster of a backup, which its own begins with."""
    return raw.name.partition("/backups/")[0]


def backup(raw: Raw, kind: ResourceKind) -> Asset:
    """The backup; it lies in its cluster, whose place its own data does not name.

    Source: https://docs.cloud.google.com/bigtable/docs/backups
    """
    found = raw.beside.get(_cluster(raw))
    zone = None if found is None or isinstance(found, Gap) else facts.last(found.get("location"))
    return kind.asset(
        raw,
        (
            facts.derived(
                Operation.STORED, kind.service, zone, "Cluster.location", f"{_cluster(raw)} in {zone}"
            ),
        )
        if zone and not raw.location
        else facts.home(raw.location, raw.name, kind.service),
        properties=facts.properties(
            source=facts.last(raw.data.get("sourceTable")), state=raw.data.get("state")
        ),
    )


CLUSTERS = ResourceKind(
    name="bigtable-cluster",
    title="Bigtable cluster",
    service="bigtableadmin",
    type="bigtableadmin.googleapis.com/Cluster",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=cluster,
    operations=(Operation.STORED, Operation.PROCESSED),
    docs_url="https://docs.cloud.google.com/bigtable/docs/reference/admin/rest/v2/projects.instances.clusters",
)

BACKUPS = ResourceKind(
    name="bigtable-backup",
    title="Bigtable backup",
    service="bigtableadmin",
    type="bigtableadmin.googleapis.com/Backup",
    holds=Holds.CONTENT,
    fetch=listing.beside((CLUSTERS.type, lambda raw: [_cluster(raw)])),
    normalise=backup,
    docs_url="https://docs.cloud.google.com/bigtable/docs/reference/admin/rest/v2/projects.instances.clusters.backups",
)
