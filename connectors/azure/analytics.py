"""Data Explorer clusters with the clusters that they follow, search services and data factories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Lookup, Raw, ResourceKind, by_id, lists, lists_under
from wolkenzicht.model import DataLocation, Holds, Operation

_CLUSTER = "Microsoft.Kusto/clusters"
_SEARCH = "Microsoft.Search/searchServices"
_FACTORY = "Microsoft.DataFactory/factories"
_FOLLOWED = "attachedDatabaseConfigurations"
_LEADER = "attachedDatabaseConfigurations[].properties.clusterResourceId"


def locate_cluster(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the cluster is, and where the clusters are whose data it follows."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)
    _, untold = facts.children(raw, _FOLLOWED, Operation.REPLICATED, _LEADER)
    yield from untold
    yield from facts.by_id(Operation.REPLICATED, raw, _leaders(raw), _LEADER, context)


def _leaders(raw: Raw) -> Iterable[str]:
    followed, _ = facts.children(raw, _FOLLOWED, Operation.REPLICATED, _LEADER)
    for each in followed:
        leader = facts.held(each).get("clusterResourceId")
        if leader:
            yield str(leader)


def locate_computing(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the service keeps and processes."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)


def locate_factory(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the factory's definitions are; its runtimes process where the data is that they move."""
    yield from facts.home(raw, context)


def _facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "public_network": properties.get("publicNetworkAccess"),
        "state": properties.get("provisioningState"),
    }


KUSTO_CLUSTERS = ResourceKind(
    name="kusto-cluster",
    title="Data Explorer cluster",
    type=_CLUSTER,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    listing=(lists(_CLUSTER, "2024-04-13"),),
    details=(lists_under(f"{_CLUSTER}/{_FOLLOWED}", "2024-04-13"),),
    lookup=Lookup(_leaders, by_id(_CLUSTER, "2024-04-13")),
    locate=locate_cluster,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/azurerekusto/clusters/list",
)
SEARCH_SERVICES = ResourceKind(
    name="search-service",
    title="AI Search service",
    type=_SEARCH,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    listing=(lists(_SEARCH, "2023-11-01"),),
    locate=locate_computing,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/searchmanagement/services/list-by-subscription",
)
FACTORIES = ResourceKind(
    name="data-factory",
    title="Data factory",
    type=_FACTORY,
    holds=Holds.METADATA,
    states=(Operation.STORED,),
    listing=(lists(_FACTORY, "2018-06-01"),),
    locate=locate_factory,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/datafactory/factories/list",
)
