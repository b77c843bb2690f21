"""Container registries with their replicas, and Kubernetes clusters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Raw, ResourceKind, lists, lists_under
from wolkenzicht.model import DataLocation, Holds, Operation

_REGISTRY = "Microsoft.ContainerRegistry/registries"
_CLUSTER = "Microsoft.ContainerService/managedClusters"
_REPLICA = "replications[].location"


def locate_registry(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the registry is, and each region that it is replicated to; its home is listed among them."""
    yield from facts.home(raw, context)
    replicas, untold = facts.children(raw, "replications", Operation.REPLICATED, _REPLICA)
    yield from untold
    names = [str(each.get("location") or "") for each in replicas]
    yield from facts.elsewhere(Operation.REPLICATED, names, _REPLICA, (raw.get("location") or "",), context)


def _registry_facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "encryption": (properties.get("encryption") or {}).get("status"),
        "public_network": properties.get("publicNetworkAccess"),
        "state": properties.get("provisioningState"),
    }


def _replicates(raw: Raw) -> bool:
    """Only the Premium tier replicates.

    Source: https://learn.microsoft.com/azure/container-registry/container-registry-geo-replication
    """
    return facts.sku(raw) not in {"Basic", "Standard", "Classic"}


def locate_cluster(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the cluster is: what it keeps of its own, and where its nodes run."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)


def _cluster_facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "state": properties.get("provisioningState"),
        "version": properties.get("currentKubernetesVersion") or properties.get("kubernetesVersion"),
    }


REGISTRIES = ResourceKind(
    name="container-registry",
    title="Container registry",
    type=_REGISTRY,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    listing=(lists(_REGISTRY, "2023-07-01"),),
    details=(lists_under(f"{_REGISTRY}/replications", "2023-07-01"),),
    asks=_replicates,
    locate=locate_registry,
    facts=_registry_facts,
    docs_url="https://learn.microsoft.com/rest/api/containerregistry/registries/list",
)
CLUSTERS = ResourceKind(
    name="aks-cluster",
    title="Kubernetes cluster (AKS)",
    type=_CLUSTER,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    listing=(lists(_CLUSTER, "2024-09-01"),),
    locate=locate_cluster,
    facts=_cluster_facts,
    docs_url="https://learn.microsoft.com/rest/api/aks/managed-clusters/list",
)
