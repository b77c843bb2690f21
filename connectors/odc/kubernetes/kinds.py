"""Which objects of a cluster are read, and how each becomes an asset."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from connectors.odc.answer import Answer
from connectors.odc.kubernetes.nodes import REGION_LABELS, ZONE_LABELS, NodePlace, Nodes, label, node_place
from connectors.odc.kubernetes.volumes import driver, identity, volume_places
from connectors.odc.place import DOCS, PROVIDER, Place, properties
from connectors.odc.values import urn
from wolkenzicht.model import Asset, Certainty, Holds, Operation

_MOST_ADDRESSES = 16


@dataclass(frozen=True, slots=True)
class Context:
    """What all objects of a cluster share: its name, the site of its own machines, its nodes."""

    cluster: str
    site: Place | None
    nodes: Nodes


@dataclass(frozen=True, slots=True)
class ClusterKind:
    """One kind: the list that it stands in, what is done with data in it, where it is, what else is kept."""

    title: str
    type: str
    resource: str
    holds: Holds
    operation: Operation
    certainty: Certainty
    places: Callable[[Answer, Nodes], tuple[NodePlace, ...]]
    facts: Callable[[Answer], dict[str, str]]
    wanted: Callable[[Answer], bool] = lambda _: True
    docs_url: str = DOCS

    @property
    def permission(self) -> str:
        """The verb and resource that a cluster role must allow."""
        return f"list {self.resource}"

    def asset(self, item: Answer, context: Context) -> Asset:
        """The asset that an object is. Raises `UnfitError`."""
        metadata = item.part("metadata")
        places = self.places(item, context.nodes)
        first = places[0]
        own = context.site if first.provider == PROVIDER else None
        facts = self.facts(item) | {"cluster": context.cluster, "namespace": metadata.text("namespace")}
        return Asset(
            asset_id=urn("kubernetes", context.cluster, self.resource, metadata.required("uid")),
            provider=first.provider,
            partition=first.partition(context.site, context.cluster),
            account=context.cluster,
            service="kubernetes",
            type=self.type,
            name=metadata.required("name"),
            location=own.site if own else first.region,
            holds=self.holds,
            locations=tuple(each.location(self.operation, context.site, self.certainty) for each in places),
            tags=metadata.pairs("labels"),
            properties=properties(facts | (own.facts() if own else {})),
            created=metadata.moment("creationTimestamp"),
        )


def _of_cluster(item: Answer, nodes: Nodes) -> tuple[NodePlace, ...]:
    """Where the cluster's nodes are: what is no volume is served and kept by all of them."""
    del item
    places = nodes.places
    if len({each.provider for each in places}) > 1:
        return (NodePlace(nodes.provider, "", "nodes", "with several providers"),)
    return places


def _node_facts(item: Answer) -> dict[str, str]:
    info = item.part("status").part("nodeInfo")
    return {
        "provider_id": item.part("spec").text("providerID"),
        "region": label(item, REGION_LABELS),
        "zone": label(item, ZONE_LABELS),
        "operating_system": info.text("osImage"),
        "version": info.text("kubeletVersion"),
    }


def _volume_facts(item: Answer) -> dict[str, str]:
    spec, claim = item.part("spec"), item.part("spec").part("claimRef")
    return {
        "driver": driver(item),
        "volume_id": identity(item),
        "storage_class": spec.text("storageClassName"),
        "capacity": spec.part("capacity").text("storage"),
        "reclaim_policy": spec.text("persistentVolumeReclaimPolicy"),
        "claim": "/".join(filter(None, (claim.text("namespace"), claim.text("name")))),
        "server": spec.part("nfs").text("server"),
        "phase": item.part("status").text("phase"),
    }


def _claim_facts(item: Answer) -> dict[str, str]:
    spec = item.part("spec")
    return {
        "storage_class": spec.text("storageClassName"),
        "volume": spec.text("volumeName"),
        "capacity": item.part("status").part("capacity").text("storage"),
        "phase": item.part("status").text("phase"),
    }


def _service_facts(item: Answer) -> dict[str, str]:
    ingress = item.part("status").part("loadBalancer").parts("ingress")
    addresses = [each.text("hostname") or each.text("ip") for each in ingress]
    return {
        "addresses": ", ".join(addresses[:_MOST_ADDRESSES]),
        "load_balancer_class": item.part("spec").text("loadBalancerClass"),
    }


KINDS = (
    ClusterKind(
        title="Node",
        type="Kubernetes::Node",
        resource="nodes",
        holds=Holds.CONTENT,
        operation=Operation.PROCESSED,
        certainty=Certainty.DECLARED,
        places=lambda item, _: (node_place(item),),
        facts=_node_facts,
    ),
    ClusterKind(
        title="Persistent volume",
        type="Kubernetes::PersistentVolume",
        resource="persistentvolumes",
        holds=Holds.CONTENT,
        operation=Operation.STORED,
        certainty=Certainty.DECLARED,
        places=volume_places,
        facts=_volume_facts,
    ),
    ClusterKind(
        title="Claim on a persistent volume",
        type="Kubernetes::PersistentVolumeClaim",
        resource="persistentvolumeclaims",
        holds=Holds.METADATA,
        operation=Operation.STORED,
        certainty=Certainty.DERIVED,
        places=_of_cluster,
        facts=_claim_facts,
    ),
    ClusterKind(
        title="Service of type LoadBalancer",
        type="Kubernetes::LoadBalancerService",
        resource="services",
        holds=Holds.NOTHING,
        operation=Operation.PROCESSED,
        certainty=Certainty.DERIVED,
        places=_of_cluster,
        facts=_service_facts,
        wanted=lambda item: item.part("spec").text("type") == "LoadBalancer",
    ),
)
BY_TYPE = {kind.type: kind for kind in KINDS}
