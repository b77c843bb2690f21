"""MemoryDB clusters with the other members of their multi-Region cluster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("DescribeClusters", "memorydb:DescribeClusters", items="Clusters", page_size=50)
_TAGS = Call("ListTags", "memorydb:ListTags", absent=("ClusterNotFoundFault",))
_GLOBALLY = Call(
    "DescribeMultiRegionClusters", "memorydb:DescribeMultiRegionClusters", items="MultiRegionClusters"
)

_MEMBERS = "MultiRegionClusters[].Clusters[].Region"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each cluster with its tags and, if it is in a multi-Region cluster, that one's regions."""
    del scope
    globally: list[Any] | Gap | None = None
    for cluster in client.items(_LIST):
        raw: Raw = {
            ITEM: cluster,
            "regions": (),
            "ListTags": client.detail(_TAGS, ResourceArn=cluster["ARN"]),
        }
        name = cluster.get("MultiRegionClusterName")
        if name:
            if globally is None:
                globally = client.side_listing(_GLOBALLY, ShowClusterDetails=True)
                if isinstance(globally, Gap):
                    yield globally
            raw["regions"] = _regions(globally, name)
        yield raw


def _regions(globally: list[Any] | Gap, name: str) -> list[str] | None:
    """Regions of the members; `None` where they could not be read."""
    if isinstance(globally, Gap):
        return None
    found = [each for each in globally if each["MultiRegionClusterName"] == name]
    return [member["Region"] for each in found for member in each.get("Clusters") or ()] if found else None


def normalise(raw: Raw, context: Context) -> Asset:
    """The cluster."""
    cluster = raw[ITEM]
    return context.asset(
        asset_id=cluster["ARN"],
        name=cluster["Name"],
        location=context.region,
        locations=(
            *facts.home(
                context.region, "Clusters[].ARN", cluster["ARN"], Operation.STORED, Operation.PROCESSED
            ),
            *_copies(raw["regions"], context.region),
        ),
        tags=facts.tags_in(raw["ListTags"], "TagList"),
        properties=facts.properties(
            encryption="KMS" if cluster.get("KmsKeyId") else "AES256",  # MemoryDB always encrypts at rest
            engine=cluster.get("Engine"),
            kms_key=cluster.get("KmsKeyId"),
            multi_region_cluster=cluster.get("MultiRegionClusterName"),
            state=cluster.get("Status"),
        ),
    )


def _copies(regions: list[str] | None, home: str) -> Iterator[DataLocation]:
    if regions is None:
        yield facts.unknown(Operation.REPLICATED, _MEMBERS, "not told")
        return
    for region in regions:
        yield from facts.elsewhere(Operation.REPLICATED, region, home, _MEMBERS)


CLUSTERS = ResourceKind(
    name="memorydb-cluster",
    title="MemoryDB cluster",
    service="memorydb",
    scope="regional",
    type="AWS::MemoryDB::Cluster",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    calls=(_LIST, _TAGS, _GLOBALLY),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/memorydb/latest/APIReference/API_DescribeClusters.html",
)
