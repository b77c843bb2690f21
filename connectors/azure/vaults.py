"""Recovery Services vaults and backup vaults: whether backups are copied to the paired region."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Raw, ResourceKind, lists
from wolkenzicht.model import DataLocation, Holds, Operation

_RECOVERY = "Microsoft.RecoveryServices/vaults"
_BACKUP = "Microsoft.DataProtection/backupVaults"

_REDUNDANCY = "properties.redundancySettings.standardTierStorageRedundancy"
_RESTORE = "properties.redundancySettings.crossRegionRestore"
_STORAGE = "properties.storageSettings[].type"
_REGIONS = "properties.replicatedRegions[]"


def locate_recovery(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the vault is, and its pair where backups are geo-redundant.

    Cross-region restore reads that same copy; it is evidence where the redundancy is not told.
    """
    yield from facts.home(raw, context)
    settings = facts.held(raw).get("redundancySettings") or {}
    redundancy = str(settings.get("standardTierStorageRedundancy") or "")
    restore = str(settings.get("crossRegionRestore") or "")
    home = raw.get("location") or ""
    if redundancy == "GeoRedundant":
        yield facts.paired(Operation.REPLICATED, home, _REDUNDANCY, redundancy, context)
    if restore == "Enabled":
        yield facts.paired(Operation.REPLICATED, home, _RESTORE, restore, context)
    elif redundancy in {"", "Invalid"}:
        yield facts.unknown(Operation.REPLICATED, _REDUNDANCY)


def locate_backup(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the vault is, its pair where it is geo-redundant, and the regions that it names itself."""
    yield from facts.home(raw, context)
    properties = facts.held(raw)
    home = raw.get("location") or ""
    types = [str(each.get("type") or "") for each in properties.get("storageSettings") or ()]
    if not types:
        yield facts.unknown(Operation.REPLICATED, _STORAGE)
    if "GeoRedundant" in types:
        yield facts.paired(Operation.REPLICATED, home, _STORAGE, "GeoRedundant", context)
    named = [str(each) for each in properties.get("replicatedRegions") or ()]
    yield from facts.elsewhere(Operation.REPLICATED, named, _REGIONS, (home,), context)


def _facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    settings = properties.get("redundancySettings") or {}
    return {
        "cross_region_restore": settings.get("crossRegionRestore"),
        "state": properties.get("provisioningState"),
    }


RECOVERY = ResourceKind(
    name="recovery-services-vault",
    title="Recovery Services vault",
    type=_RECOVERY,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    listing=(lists(_RECOVERY, "2024-04-01"),),
    locate=locate_recovery,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/recoveryservices/vaults/list-by-subscription-id",
)
BACKUP = ResourceKind(
    name="backup-vault",
    title="Backup vault",
    type=_BACKUP,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    listing=(lists(_BACKUP, "2025-07-01"),),
    locate=locate_backup,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/dataprotection/backup-vaults/get-in-subscription",
)
