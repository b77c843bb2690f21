"""MSK clusters: Kafka's brokers and the topics that they keep."""

from __future__ import annotations

from connectors.aws import facts
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, listed
from wolkenzicht.model import Asset, Holds, Operation

_LIST = Call("ListClustersV2", "kafka:ListClustersV2", items="ClusterInfoList", page_size=100)


def normalise(raw: Raw, context: Context) -> Asset:
    """The cluster, with brokers of its own or serverless."""
    cluster = raw[ITEM]
    arn = cluster["ClusterArn"]
    encryption = ((cluster.get("Provisioned") or {}).get("EncryptionInfo") or {}).get(
        "EncryptionAtRest"
    ) or {}
    return context.asset(
        asset_id=arn,
        name=cluster["ClusterName"],
        location=context.region,
        locations=facts.home(
            context.region, "ClusterInfoList[].ClusterArn", arn, Operation.STORED, Operation.PROCESSED
        ),
        tags=facts.tags(cluster.get("Tags")),
        properties=facts.properties(
            encryption="KMS",  # MSK always encrypts at rest; with its own key where none is given
            kms_key=encryption.get("DataVolumeKMSKeyId"),
            made=cluster.get("ClusterType"),
            state=cluster.get("State"),
        ),
        created=cluster.get("CreationTime"),
    )


CLUSTERS = ResourceKind(
    name="msk-cluster",
    title="MSK cluster (Kafka)",
    service="kafka",
    scope="regional",
    type="AWS::MSK::Cluster",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    calls=(_LIST,),
    fetch=listed(_LIST),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/MSK/2.0/APIReference/v2-clusters.html",
)
