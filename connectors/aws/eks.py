"""EKS clusters: where the control plane keeps its state and runs."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("ListClusters", "eks:ListClusters", items="clusters", page_size=100)
_DESCRIBE = Call("DescribeCluster", "eks:DescribeCluster", absent=("ResourceNotFoundException",))

_BOTH = (Operation.STORED, Operation.PROCESSED)


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each cluster with its description; one that vanished meanwhile is left out."""
    del scope
    yield from client.each(client.items(_LIST), lambda name: _described(client, name))


def _described(client: ServiceClient, name: str) -> Raw | None:
    described = client.detail(_DESCRIBE, name=name)
    return None if described is None else {"name": name, "DescribeCluster": described}


def normalise(raw: Raw, context: Context) -> Asset:
    """The cluster; its ARN is made from its name where it could not be described."""
    described = raw["DescribeCluster"]
    cluster = described["cluster"] if isinstance(described, dict) else {}
    arn = cluster.get("arn") or context.arn(f"cluster/{raw['name']}")
    keys = [each["provider"]["keyArn"] for each in cluster.get("encryptionConfig") or ()]
    return context.asset(
        asset_id=arn,
        name=raw["name"],
        location=context.region,
        locations=_places(described, arn, context.region),
        tags=facts.tags(cluster.get("tags")),
        properties=facts.properties(
            encryption="KMS" if keys else None,
            kms_key=keys[0] if keys else None,
            state=cluster.get("status"),
            version=cluster.get("version"),
        ),
        created=cluster.get("createdAt"),
    )


def _places(described: Raw | Gap, arn: str, region: str) -> tuple[DataLocation, ...]:
    """The region, unless the cluster runs on an Outpost or whether it does is not told."""
    path = "cluster.outpostConfig.outpostArns[]"
    if isinstance(described, Gap):
        return tuple(facts.unknown(operation, path, "not told") for operation in _BOTH)
    outposts = (described["cluster"].get("outpostConfig") or {}).get("outpostArns") or ()
    if outposts:
        return tuple(facts.unknown(operation, path, outposts[0]) for operation in _BOTH)
    return facts.home(region, "cluster.arn", arn, *_BOTH)


CLUSTERS = ResourceKind(
    name="eks-cluster",
    title="EKS cluster",
    service="eks",
    scope="regional",
    type="AWS::EKS::Cluster",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    calls=(_LIST, _DESCRIBE),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html",
)
