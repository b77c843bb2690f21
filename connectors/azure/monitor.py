"""Log Analytics workspaces with the region that they are replicated to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Raw, ResourceKind, lists
from wolkenzicht.model import DataLocation, Holds, Operation

_TYPE = "Microsoft.OperationalInsights/workspaces"
_REPLICA = "properties.replication.location"


def locate(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the workspace is, and its replica where replication is switched on."""
    yield from facts.home(raw, context)
    replication = facts.held(raw).get("replication") or {}
    if replication.get("enabled"):
        yield facts.located(Operation.REPLICATED, replication.get("location") or "", _REPLICA, context)


def _facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "retention_days": properties.get("retentionInDays"),
        "sku": (properties.get("sku") or {}).get("name"),
        "state": properties.get("provisioningState"),
    }


WORKSPACES = ResourceKind(
    name="log-analytics-workspace",
    title="Log Analytics workspace",
    type=_TYPE,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    listing=(lists(_TYPE, "2025-07-01"),),
    locate=locate,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/loganalytics/workspaces/list",
)
