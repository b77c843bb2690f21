"""Where a persistent volume is: by its topology, through the nodes that may mount it.

A volume without topology is reached over the network. In a datacentre it counts to the site that the
configuration names; in a cloud nothing tells its region, and it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.odc.answer import Answer
from connectors.odc.kubernetes.nodes import REGION_LABELS, ZONE_LABELS, NodePlace, Nodes, distinct, label

#: Drivers of the clouds' own storage, by the cloud. Source: each driver's documentation (CSIDriver name).
_DRIVERS = {
    "ebs.csi.aws.com": "aws",
    "efs.csi.aws.com": "aws",
    "fsx.csi.aws.com": "aws",
    "disk.csi.azure.com": "azure",
    "file.csi.azure.com": "azure",
    "blob.csi.azure.com": "azure",
    "pd.csi.storage.gke.io": "gcp",
    "filestore.csi.storage.gke.io": "gcp",
}
#: Fields of `spec` for volumes of the clouds from before CSI.
_IN_TREE = {
    "awsElasticBlockStore": "aws",
    "azureDisk": "azure",
    "azureFile": "azure",
    "gcePersistentDisk": "gcp",
}
#: Under which key such a field names the volume in its cloud.
_IDENTITIES = {
    "awsElasticBlockStore": "volumeID",
    "azureDisk": "diskURI",
    "azureFile": "shareName",
    "gcePersistentDisk": "pdName",
    "cinder": "volumeID",
    "vsphereVolume": "volumePath",
}
#: All fields of `spec` that say what a volume without a CSI driver is.
_FIELDS = (*_IDENTITIES, "nfs", "iscsi", "fc", "rbd", "cephfs", "local", "hostPath")
#: Keys under which drivers state a zone.
_ZONE_KEYS = (
    *ZONE_LABELS,
    "topology.ebs.csi.aws.com/zone",
    "topology.disk.csi.azure.com/zone",
    "topology.gke.io/zone",
    "topology.cinder.csi.openstack.org/zone",
)
_HOSTNAME = "kubernetes.io/hostname"
_AFFINITY = "PersistentVolume.spec.nodeAffinity"


def driver(item: Answer) -> str:
    """The CSI driver of a volume, or the field of `spec` that says what it is. Raises `UnfitError`."""
    spec = item.part("spec")
    named = spec.part("csi").text("driver")
    return named or next((key for key in _FIELDS if spec.has(key)), "")


def identity(item: Answer) -> str:
    """What the volume is called where it is kept: EBS's `vol-…`, Azure's resource ID. Raises `UnfitError`."""
    spec = item.part("spec")
    named = spec.part("csi").text("volumeHandle")
    return named or next(
        (spec.part(key).text(name) for key, name in _IDENTITIES.items() if spec.has(key)), ""
    )


def volume_places(item: Answer, nodes: Nodes) -> tuple[NodePlace, ...]:
    """Every place that a volume is in; at least one. Raises `UnfitError`."""
    name = driver(item)
    provider = _DRIVERS.get(name) or _IN_TREE.get(name) or nodes.provider
    found = list(_by_region(item, provider)) or list(_by_zone(item, provider, nodes))
    if not found:
        found = [nodes.by_name[host] for host in _values(item, (_HOSTNAME,)) if host in nodes.by_name]
    return distinct(found) or (NodePlace(provider, "", "PersistentVolume.spec.csi.driver", name),)


def _by_region(item: Answer, provider: str) -> Iterator[NodePlace]:
    for region in _values(item, REGION_LABELS):
        yield NodePlace(provider, region, f"{_AFFINITY}[topology.kubernetes.io/region]", region)
    if region := label(item, REGION_LABELS):
        path = "PersistentVolume.metadata.labels[topology.kubernetes.io/region]"
        yield NodePlace(provider, region, path, region)


def _by_zone(item: Answer, provider: str, nodes: Nodes) -> Iterator[NodePlace]:
    """Zones, each in the region of the nodes that are in it; only AWS's are location codes themselves."""
    zones = (*_values(item, _ZONE_KEYS), *filter(None, [label(item, ZONE_LABELS)]))
    for zone in dict.fromkeys(zones):
        known = nodes.by_zone.get(zone)
        region = known.region if known else zone if provider == "aws" else ""
        yield NodePlace(known.provider if known else provider, region, f"{_AFFINITY}[zone]", zone)


def _values(item: Answer, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The values that the volume's node affinity requires for any of the keys."""
    required = item.part("spec").part("nodeAffinity").part("required")
    found: dict[str, None] = {}
    for term in required.parts("nodeSelectorTerms"):
        for expression in term.parts("matchExpressions"):
            if expression.text("key") in keys and expression.text("operator") == "In":
                found |= dict.fromkeys(expression.texts("values"))
    return tuple(found)
