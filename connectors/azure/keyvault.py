"""Key vaults, which the service copies to the paired region, and managed HSMs with their regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Raw, ResourceKind, lists
from wolkenzicht.model import DataLocation, Holds, Operation

_VAULT = "Microsoft.KeyVault/vaults"
_HSM = "Microsoft.KeyVault/managedHSMs"
_REGIONS = "properties.regions[].name"

#: Regions that are paired, and keep their vaults to themselves all the same: Brazil's pair is in another
#: geography.
#: Source: https://learn.microsoft.com/azure/key-vault/general/disaster-recovery-guidance
_NOT_COPIED = frozenset({"brazilsouth", "westus3"})


def locate_vault(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the vault is, and its region's pair: the service copies every vault there by itself.

    No property shows or controls the copy; a region that has no pair keeps the vault to itself, as two
    others do, and of a region that is not listed the pair is unknown.
    Source: https://learn.microsoft.com/azure/reliability/reliability-key-vault
    """
    yield from facts.home(raw, context)
    region = raw.get("location") or ""
    code = context.places.code(region)
    if code not in _NOT_COPIED and context.places.pair(code) != "":
        yield facts.paired(Operation.REPLICATED, region, "location", region, context)


def _vault_facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "sku": (properties.get("sku") or {}).get("name"),
        "public_network": properties.get("publicNetworkAccess"),
        "purge_protection": properties.get("enablePurgeProtection"),
    }


def locate_hsm(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the pool is, and the regions that it was extended to."""
    yield from facts.home(raw, context)
    names = [str(each.get("name") or "") for each in facts.held(raw).get("regions") or ()]
    yield from facts.elsewhere(Operation.REPLICATED, names, _REGIONS, (raw.get("location") or "",), context)


VAULTS = ResourceKind(
    name="key-vault",
    title="Key vault",
    type=_VAULT,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    listing=(lists(_VAULT, "2023-07-01"),),
    locate=locate_vault,
    facts=_vault_facts,
    docs_url="https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/list-by-subscription",
)
HSMS = ResourceKind(
    name="managed-hsm",
    title="Managed HSM",
    type=_HSM,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    listing=(lists(_HSM, "2023-07-01"),),
    locate=locate_hsm,
    docs_url="https://learn.microsoft.com/rest/api/keyvault/managedhsm/managed-hsms/list-by-subscription",
)
