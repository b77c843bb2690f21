"""Redshift clusters with the region that their snapshots are copied to."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("DescribeClusters", "redshift:DescribeClusters", items="Clusters", page_size=100)

_COPY = "Clusters[].ClusterSnapshotCopyStatus.DestinationRegion"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the clusters."""
    del scope
    yield from client.items(_LIST)


def normalise(raw: Raw, context: Context) -> Asset:
    """The cluster; its ARN is made from its name, because the listing gives its namespace's only."""
    name = raw["ClusterIdentifier"]
    arn = context.arn(f"cluster:{name}")
    return context.asset(
        asset_id=arn,
        name=name,
        location=context.region,
        locations=(
            *facts.home(
                context.region,
                "Clusters[].ClusterIdentifier",
                f"{name} in {context.region}",
                Operation.STORED,
                Operation.PROCESSED,
            ),
            *_backups(raw),
        ),
        tags=facts.tags(raw.get("Tags")),
        properties=facts.properties(
            encryption=facts.encryption(encrypted=raw.get("Encrypted")),
            kms_key=raw.get("KmsKeyId"),
            node_type=raw.get("NodeType"),
            public=raw.get("PubliclyAccessible"),
            state=raw.get("ClusterStatus"),
        ),
        created=raw.get("ClusterCreateTime"),
    )


def _backups(raw: Raw) -> Iterator[DataLocation]:
    region = (raw.get("ClusterSnapshotCopyStatus") or {}).get("DestinationRegion")
    if region:
        yield facts.located(Operation.BACKED_UP, region, _COPY, region)


CLUSTERS = ResourceKind(
    name="redshift-cluster",
    title="Redshift cluster",
    service="redshift",
    scope="regional",
    type="AWS::Redshift::Cluster",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.BACKED_UP, Operation.PROCESSED),
    calls=(_LIST,),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/redshift/latest/APIReference/API_DescribeClusters.html",
)
