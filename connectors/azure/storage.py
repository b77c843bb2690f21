"""Storage accounts with their redundancy and the accounts that blobs are copied to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Lookup, Raw, ResourceKind, by_id, lists, lists_under
from wolkenzicht.model import DataLocation, Holds, Operation

_TYPE = "Microsoft.Storage/storageAccounts"
_VERSION = "2023-05-01"

#: The part of a SKU's name that says a copy goes to the paired region (`Standard_RAGZRS`).
#: Source: https://learn.microsoft.com/azure/storage/common/storage-redundancy
_GEO = ("GRS", "GZRS")

_POLICIES = "objectReplicationPolicies"
_DESTINATION = "objectReplicationPolicies[].properties.destinationAccount"


def locate(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the account is now, its copy in the secondary region, and where its blobs are copied to.

    After a failover `primaryLocation` is where the data is, whatever `location` says.
    """
    primary, told_by = facts.current(raw)
    if primary and not raw.get("extendedLocation"):
        yield facts.located(Operation.STORED, primary, told_by, context)
    else:
        yield from facts.home(raw, context)
    secondary = facts.held(raw).get("secondaryLocation")
    if secondary:
        yield facts.located(Operation.REPLICATED, secondary, "properties.secondaryLocation", context)
    elif facts.sku(raw).upper().endswith(_GEO):
        yield facts.paired(Operation.REPLICATED, primary, "sku.name", facts.sku(raw), context)
    _, untold = facts.children(raw, _POLICIES, Operation.REPLICATED, _DESTINATION)
    yield from untold
    yield from facts.by_id(Operation.REPLICATED, raw, _destinations(raw), _DESTINATION, context)


def _destinations(raw: Raw) -> Iterable[str]:
    """The accounts that policies copy this account's blobs to; a policy stands with both accounts."""
    policies, _ = facts.children(raw, _POLICIES, Operation.REPLICATED, _DESTINATION)
    for policy in policies:
        properties = facts.held(policy)
        destination = str(properties.get("destinationAccount") or "")
        if destination.lower() not in {raw["id"].lower(), raw["name"].lower()}:
            yield destination


def _facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    encryption = properties.get("encryption") or {}
    return {
        "encryption": encryption.get("keySource"),
        "kms_key": (encryption.get("keyvaultproperties") or {}).get("currentVersionedKeyIdentifier"),
        "public_access": properties.get("allowBlobPublicAccess"),
        "public_network": properties.get("publicNetworkAccess"),
        "state": properties.get("statusOfPrimary"),
    }


def _copies(raw: Raw) -> bool:
    """Whether object replication can be: premium file shares and page blobs have none."""
    return raw.get("kind") not in {"FileStorage", "Storage"}


ACCOUNTS = ResourceKind(
    name="storage-account",
    title="Storage account",
    type=_TYPE,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    listing=(lists(_TYPE, _VERSION),),
    details=(lists_under(f"{_TYPE}/{_POLICIES}", _VERSION, absent=("FeatureNotSupportedForAccount",)),),
    asks=_copies,
    lookup=Lookup(_destinations, by_id(_TYPE, _VERSION)),
    locate=locate,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/storagerp/storage-accounts/list",
)
