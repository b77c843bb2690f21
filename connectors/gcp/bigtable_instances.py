"""Bigtable instances: an instance is where its clusters are, which are listed beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from connectors.base import Gap
from connectors.gcp import facts
from connectors.gcp.kind import Raw, ResourceKind
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

if TYPE_CHECKING:  # loads the SDK, which the list of kinds does without
    from connectors.gcp.client import AssetClient

_CLUSTERS = "bigtableadmin.googleapis.com/Cluster"
_LOCATION = "clusters[].location"


def fetch(client: AssetClient, kind: ResourceKind) -> Iterator[Raw | Gap]:
    """The instances, each with the clusters whose names begin with its own."""
    clusters: dict[str, dict[str, Mapping[str, Any]]] | None = None
    for raw in client.entries(kind.type):
        if clusters is None:
            listed = client.data_of(_CLUSTERS)
            if isinstance(listed, Gap):
                yield listed
                listed = {}
            clusters = _by_instance(listed)
        yield Raw(
            name=raw.name,
            type=raw.type,
            account=raw.account,
            location=raw.location,
            data=raw.data,
            beside=clusters.get(raw.name, {}),
        )


def _by_instance(
    clusters: Mapping[str, Mapping[str, Any]],
) -> dict[str, dict[str, Mapping[str, Any]]]:
    found: dict[str, dict[str, Mapping[str, Any]]] = {}
    for name, data in clusters.items():
        found.setdefault(name.partition("/clusters/")[0], {})[name] = data
    return found


def instance(raw: Raw, kind: ResourceKind) -> Asset:
    """The instance, at the places of its clusters; unknown where none could be read."""
    return kind.asset(raw, _places(raw, kind), properties=facts.properties(state=raw.data.get("state")))


def _places(raw: Raw, kind: ResourceKind) -> Iterator[DataLocation]:
    if not raw.beside:
        yield facts.unknown(Operation.STORED, _LOCATION, facts.ABSENT)
    for name, cluster in raw.beside.items():
        zone = None if isinstance(cluster, Gap) else facts.last(cluster.get("location"))
        yield facts.derived(Operation.STORED, kind.service, zone or "", _LOCATION, f"{name} in {zone}")


INSTANCES = ResourceKind(
    name="bigtable-instance",
    title="Bigtable instance",
    service="bigtableadmin",
    type="bigtableadmin.googleapis.com/Instance",
    holds=Holds.METADATA,
    fetch=fetch,
    normalise=instance,
    located=False,
    docs_url="https://docs.cloud.google.com/bigtable/docs/reference/admin/rest/v2/projects.instances",
)
