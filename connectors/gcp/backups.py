"""Backup and DR vaults and plans, and Backup for GKE: where backups of other resources go."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_VAULT = "backupVault"


def placed(raw: Raw, kind: ResourceKind) -> Asset:
    """A vault or a backup, at the place that its name carries."""
    return kind.asset(
        raw,
        facts.home(raw.location, raw.name, kind.service),
        properties=facts.properties(state=raw.data.get("state")),
    )


def plan(raw: Raw, kind: ResourceKind) -> Asset:
    """The plan; its backups go to its vault, which may be in another region."""
    return kind.asset(
        raw,
        (*facts.home(raw.location, raw.name, kind.service), *_vault(raw, kind)),
        properties=facts.properties(resource_type=raw.data.get("resourceType"), state=raw.data.get("state")),
    )


def _vault(raw: Raw, kind: ResourceKind) -> Iterator[DataLocation]:
    yield facts.by_name(Operation.BACKED_UP, kind.service, str(raw.data.get(_VAULT) or ""), _VAULT)


def gke_plan(raw: Raw, kind: ResourceKind) -> Asset:
    """The plan; its backups lie in the plan's own region, whatever the cluster's.

    Source: https://docs.cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/concepts/backup-for-gke
    """
    return kind.asset(
        raw,
        facts.home(raw.location, raw.name, kind.service, *kind.operations),
        properties=facts.properties(cluster=raw.data.get("cluster"), state=raw.data.get("state")),
    )


VAULTS = ResourceKind(
    name="backupdr-vault",
    title="Backup vault",
    service="backupdr",
    type="backupdr.googleapis.com/BackupVault",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=placed,
    docs_url="https://docs.cloud.google.com/backup-disaster-recovery/docs/reference/rest/v1/projects.locations.backupVaults",
)

PLANS = ResourceKind(
    name="backupdr-plan",
    title="Backup plan",
    service="backupdr",
    type="backupdr.googleapis.com/BackupPlan",
    holds=Holds.METADATA,
    fetch=listing.entries,
    normalise=plan,
    unseen=(Unseen(Operation.BACKED_UP, _VAULT),),
    docs_url="https://docs.cloud.google.com/backup-disaster-recovery/docs/reference/rest/v1/projects.locations.backupPlans",
)

GKE_PLANS = ResourceKind(
    name="gkebackup-plan",
    title="Backup for GKE plan",
    service="gkebackup",
    type="gkebackup.googleapis.com/BackupPlan",
    holds=Holds.METADATA,
    fetch=listing.entries,
    normalise=gke_plan,
    operations=(Operation.STORED, Operation.BACKED_UP),
    docs_url="https://docs.cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/reference/rest/v1/projects.locations.backupPlans",
)

GKE_BACKUPS = ResourceKind(
    name="gkebackup-backup",
    title="Backup for GKE backup",
    service="gkebackup",
    type="gkebackup.googleapis.com/Backup",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=placed,
    docs_url="https://docs.cloud.google.com/kubernetes-engine/docs/add-on/backup-for-gke/reference/rest/v1/projects.locations.backupPlans.backups",
)
