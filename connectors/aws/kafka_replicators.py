"""MSK replicators: the clusters that topics are copied between, wherever those are."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, about
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("ListReplicators", "kafka:ListReplicators", items="Replicators", page_size=100)
_DESCRIBE = Call("DescribeReplicator", "kafka:DescribeReplicator", absent=("NotFoundException",))

_ASK = Detail(_DESCRIBE, lambda each: {"ReplicatorArn": each["ReplicatorArn"]}, vital=True)

_CLUSTERS = "KafkaClusters[].AmazonMskCluster.MskClusterArn"
_BOOTSTRAP = "KafkaClusters[].ApacheKafkaCluster.BootstrapBrokerString"
_TARGET = "ReplicationInfoList[].TargetKafkaClusterAlias"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield the replicators that run here; a reference is another region's, which lists it as its own."""
    del scope
    for item in client.items(_LIST):
        home = facts.arn_region(item.get("ReplicatorResourceArn") or item["ReplicatorArn"])
        if item.get("IsReplicatorReference") and home != client.region:
            continue
        raw = about(client, item, _ASK)
        if raw is not None:
            yield raw


def normalise(raw: Raw, context: Context) -> Asset:
    """The replicator: it keeps nothing; records are read where the sources are and stored in the targets."""
    item = raw[ITEM]
    told = raw["DescribeReplicator"]
    described: Raw = told if isinstance(told, dict) else {}
    arn = item["ReplicatorArn"]
    return context.asset(
        asset_id=arn,
        name=item["ReplicatorName"],
        location=context.region,
        locations=(
            *facts.home(context.region, "Replicators[].ReplicatorArn", arn, Operation.PROCESSED),
            *(
                _places(described)
                if described
                else (facts.unknown(Operation.REPLICATED, _TARGET, "not told"),)
            ),
        ),
        tags=facts.tags(described.get("Tags")),
        properties=facts.properties(state=item.get("ReplicatorState")),
        created=item.get("CreationTime"),
    )


def _places(described: Raw) -> Iterator[DataLocation]:
    """Where the targets store, and where the sources do: a cluster outside MSK may be anywhere."""
    targets = {each.get("TargetKafkaClusterAlias") for each in described.get("ReplicationInfoList") or ()}
    for cluster in described.get("KafkaClusters") or ():
        # Without an alias nobody tells which side the cluster is on: the worse is taken.
        copied = cluster.get("KafkaClusterAlias") in {None, *targets}
        operation = Operation.REPLICATED if copied else Operation.STORED
        arn = (cluster.get("AmazonMskCluster") or {}).get("MskClusterArn")
        if arn:
            yield facts.by_arn(operation, arn, _CLUSTERS)
        else:
            outside = cluster.get("ApacheKafkaCluster") or {}
            yield facts.unknown(operation, _BOOTSTRAP, outside.get("ApacheKafkaClusterId") or "not told")


REPLICATORS = ResourceKind(
    name="msk-replicator",
    title="MSK replicator (Kafka)",
    service="kafka",
    scope="regional",
    type="AWS::MSK::Replicator",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    calls=(_LIST, _DESCRIBE),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/msk/1.0/apireference/v1-replicators-replicatorarn.html",
)
