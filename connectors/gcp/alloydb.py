"""AlloyDB clusters, their secondary clusters elsewhere, and their backups."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_SECONDARIES = "primaryConfig.secondaryClusterNames[]"
_PRIMARY = "secondaryConfig.primaryClusterName"
_AUTOMATED = "automatedBackupPolicy"


def cluster(raw: Raw, kind: ResourceKind) -> Asset:
    """The cluster, with the regions of the clusters that continuously copy it or that it copies."""
    return kind.asset(
        raw,
        (
            *facts.home(raw.location, raw.name, kind.service, *kind.operations),
            *_copies(raw, kind),
            *_backups(raw, kind),
        ),
        properties=facts.properties(
            engine=raw.data.get("databaseVersion"),
            kms_key=facts.mapping(raw.data.get("encryptionConfig")).get("kmsKeyName"),
            role=raw.data.get("clusterType"),
        ),
    )


def _copies(raw: Raw, kind: ResourceKind) -> Iterator[DataLocation]:
    for name in facts.items(facts.mapping(raw.data.get("primaryConfig")).get("secondaryClusterNames")):
        yield facts.by_name(Operation.REPLICATED, kind.service, str(name), _SECONDARIES)
    primary = facts.mapping(raw.data.get("secondaryConfig")).get("primaryClusterName")
    if primary:
        yield facts.by_name(Operation.REPLICATED, kind.service, str(primary), _PRIMARY)


def _backups(raw: Raw, kind: ResourceKind) -> Iterator[DataLocation]:
    """Automated backups lie in the cluster's own region where the policy names none.

    Source: https://docs.cloud.google.com/alloydb/docs/reference/rest/v1/AutomatedBackupPolicy
    """
    policy = facts.mapping(raw.data.get(_AUTOMATED))
    if policy.get("location"):
        path = f"{_AUTOMATED}.location"
        yield facts.located(Operation.BACKED_UP, kind.service, policy["location"], path)
    elif policy.get("enabled"):
        place = raw.location or facts.place_in(raw.name)
        yield facts.derived(Operation.BACKED_UP, kind.service, place, f"{_AUTOMATED}.enabled", "true")


def backup(raw: Raw, kind: ResourceKind) -> Asset:
    """The backup, at the place that its name carries."""
    return kind.asset(
        raw,
        facts.home(raw.location, raw.name, kind.service),
        properties=facts.properties(cluster=raw.data.get("clusterName"), state=raw.data.get("state")),
    )


CLUSTERS = ResourceKind(
    name="alloydb-cluster",
    title="AlloyDB cluster",
    service="alloydb",
    type="alloydb.googleapis.com/Cluster",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=cluster,
    operations=(Operation.STORED, Operation.PROCESSED),
    unseen=(Unseen(Operation.REPLICATED, _SECONDARIES), Unseen(Operation.BACKED_UP, _AUTOMATED)),
    docs_url="https://docs.cloud.google.com/alloydb/docs/reference/rest/v1/projects.locations.clusters",
)

BACKUPS = ResourceKind(
    name="alloydb-backup",
    title="AlloyDB backup",
    service="alloydb",
    type="alloydb.googleapis.com/Backup",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=backup,
    docs_url="https://docs.cloud.google.com/alloydb/docs/reference/rest/v1/projects.locations.backups",
)
