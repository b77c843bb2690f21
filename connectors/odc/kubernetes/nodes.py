"""Where the nodes of a cluster are: which cloud runs them by `providerID`, in which region by label.

A node of no known cloud stands at the site that the configuration names; so a cluster in a cloud has that
cloud's location codes, and one in a datacentre the datacentre's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from connectors.odc.answer import Answer
from connectors.odc.place import PROVIDER, Place
from wolkenzicht.model import Certainty, DataLocation, Evidence, Operation

#: Well-known labels, and those before Kubernetes 1.17.
#: Source: https://kubernetes.io/docs/reference/labels-annotations-taints/
REGION_LABELS = ("topology.kubernetes.io/region", "failure-domain.beta.kubernetes.io/region")
ZONE_LABELS = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")

#: Scheme of `spec.providerID`, as each cloud's controller writes it, to the provider in the catalogue.
_CLOUDS = {"aws": "aws", "azure": "azure", "gce": "gcp"}
#: A cluster whose nodes are with several providers is with none of them.
MIXED = "kubernetes"

#: Which partition a region belongs to, by its provider's own rule.
#: Source: `regionRegex` in botocore's partitions.json; names of Azure's national clouds' regions.
_PARTITIONS = (
    ("aws", re.compile(r"eusc-"), "aws-eusc"),
    ("aws", re.compile(r"cn-"), "aws-cn"),
    ("aws", re.compile(r"us-gov-"), "aws-us-gov"),
    ("azure", re.compile(r"china"), "AzureChinaCloud"),
    ("azure", re.compile(r"usgov|usdod"), "AzureUSGovernment"),
    ("aws", re.compile(r""), "aws"),
    ("azure", re.compile(r""), "AzureCloud"),
    ("gcp", re.compile(r""), "googleapis.com"),
)


@dataclass(frozen=True, slots=True)
class NodePlace:
    """The provider of a node and its region; `path` and `value` are the evidence."""

    provider: str
    region: str
    path: str = "Node.metadata.labels[topology.kubernetes.io/region]"
    value: str = ""

    def partition(self, site: Place | None, cluster: str) -> str:
        """The provider's partition; for a datacentre its site, for what is nobody's the cluster."""
        for provider, pattern, partition in _PARTITIONS:
            if provider == self.provider and pattern.match(self.region):
                return partition
        return site.site if site and self.provider == PROVIDER else cluster

    def location(self, operation: Operation, site: Place | None, certainty: Certainty) -> DataLocation:
        """The place, where something is done with data; unknown where nothing tells it."""
        if self.provider == PROVIDER and site is not None:
            return site.location(operation)
        known = bool(self.region) and self.provider != PROVIDER
        return DataLocation(
            operation,
            self.region,
            certainty if known else Certainty.UNKNOWN,
            (Evidence(self.path, self.value or self.region),),
        )


@dataclass(slots=True)
class Nodes:
    """The places of a cluster's nodes, by name and by zone, and all of them."""

    by_name: dict[str, NodePlace] = field(default_factory=dict)
    by_zone: dict[str, NodePlace] = field(default_factory=dict)

    def add(self, item: Answer) -> None:
        """Take in a node. Raises `UnfitError`."""
        place = node_place(item)
        self.by_name[item.part("metadata").required("name")] = place
        zone = label(item, ZONE_LABELS)
        if zone and place.region:
            self.by_zone[zone] = place

    @property
    def provider(self) -> str:
        """The provider of all nodes; `MIXED` where they differ, or where there is none."""
        found = {place.provider for place in self.by_name.values()}
        return found.pop() if len(found) == 1 else MIXED

    @property
    def places(self) -> tuple[NodePlace, ...]:
        """Every place once, in order; one that nobody knows where there is no node."""
        return distinct(self.by_name.values()) or (NodePlace(MIXED, "", "nodes", "none"),)


def distinct(places: Iterable[NodePlace]) -> tuple[NodePlace, ...]:
    """Every place once, in order of provider and region."""
    found = {(place.provider, place.region): place for place in places}
    return tuple(found[key] for key in sorted(found))


def node_place(item: Answer) -> NodePlace:
    """Where a node is. Raises `UnfitError`."""
    identity = item.part("spec").text("providerID")
    provider = _CLOUDS.get(identity.partition("://")[0], PROVIDER)
    return NodePlace(provider, label(item, REGION_LABELS))


def label(item: Answer, names: Iterable[str]) -> str:
    """The first of the labels that an object has; empty where it has none."""
    labels = item.part("metadata").part("labels")
    return next((value for name in names if (value := labels.text(name))), "")
