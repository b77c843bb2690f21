"""Machines that Azure Arc only describes: they stand in somebody's datacentre or in another cloud."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Raw, ResourceKind, lists
from wolkenzicht.model import DataLocation, Holds, Operation

_TYPE = "Microsoft.HybridCompute/machines"


def locate(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """The machine's own place is not known to Azure; the region is where its description is kept.

    Source: https://learn.microsoft.com/azure/azure-arc/servers/overview
    """
    provider = str((facts.held(raw).get("cloudMetadata") or {}).get("provider") or facts.NOT_TOLD)
    yield facts.unknown(Operation.STORED, "properties.cloudMetadata.provider", provider)
    yield facts.unknown(Operation.PROCESSED, "properties.cloudMetadata.provider", provider)
    yield from facts.home(raw, context, Operation.MANAGED)


def _facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "cloud": (properties.get("cloudMetadata") or {}).get("provider"),
        "os": properties.get("osName"),
        "state": properties.get("status"),
    }


MACHINES = ResourceKind(
    name="arc-machine",
    title="Machine managed through Azure Arc",
    type=_TYPE,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED, Operation.MANAGED),
    listing=(lists(_TYPE, "2024-07-10"),),
    locate=locate,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/hybridcompute/machines/list-by-subscription",
)
