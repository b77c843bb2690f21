"""NetApp volumes with the region that they are replicated to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Raw, ResourceKind, lists, lists_under
from wolkenzicht.model import DataLocation, Holds, Operation

_ACCOUNT = "Microsoft.NetApp/netAppAccounts"
_VOLUME = f"{_ACCOUNT}/capacityPools/volumes"
_REMOTE = "properties.dataProtection.replication.remoteVolumeRegion"


def locate(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the volume is, and the other side of its replication, whichever side this is."""
    yield from facts.home(raw, context)
    replication = (facts.held(raw).get("dataProtection") or {}).get("replication")
    if replication:
        yield from facts.elsewhere(
            Operation.REPLICATED,
            (str(replication.get("remoteVolumeRegion") or ""),),
            _REMOTE,
            (raw.get("location") or "",),
            context,
        )


def _facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "encryption": properties.get("encryptionKeySource"),
        "size_bytes": properties.get("usageThreshold"),
        "state": properties.get("provisioningState"),
    }


VOLUMES = ResourceKind(
    name="netapp-volume",
    title="NetApp volume",
    type=_VOLUME,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    listing=(
        lists(_ACCOUNT, "2024-07-01"),
        lists_under(f"{_ACCOUNT}/capacityPools", "2024-07-01"),
        lists_under(_VOLUME, "2024-07-01"),
    ),
    locate=locate,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/netapp/volumes/list",
)
