"""Brokers of Amazon MQ with the broker in another region that they replicate to."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, detailed
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_LIST = Call("ListBrokers", "mq:ListBrokers", items="BrokerSummaries", page_size=100)
_DESCRIBE = Call("DescribeBroker", "mq:DescribeBroker", absent=("NotFoundException",))

_COUNTERPART = "DataReplicationMetadata.DataReplicationCounterpart.Region"
_PENDING = "PendingDataReplicationMetadata.DataReplicationCounterpart.Region"


def normalise(raw: Raw, context: Context) -> Asset:
    """The broker; where it could not be described, its counterpart is unknown."""
    broker, described = raw[ITEM], raw["DescribeBroker"]
    known = described if isinstance(described, dict) else {}
    arn = broker["BrokerArn"]
    return context.asset(
        asset_id=arn,
        name=broker["BrokerName"],
        location=context.region,
        locations=(
            *facts.home(
                context.region, "BrokerSummaries[].BrokerArn", arn, Operation.STORED, Operation.PROCESSED
            ),
            *_copies(described, context.region),
        ),
        tags=facts.tags(known.get("Tags")),
        properties=facts.properties(
            encryption="KMS",  # Amazon MQ always encrypts at rest; with its own key where none is given
            engine=broker.get("EngineType"),
            kms_key=(known.get("EncryptionOptions") or {}).get("KmsKeyId"),
            public=known.get("PubliclyAccessible"),
            state=broker.get("BrokerState"),
        ),
        created=broker.get("Created"),
    )


def _copies(described: Raw | Gap, region: str) -> Iterator[DataLocation]:
    if isinstance(described, Gap):
        yield facts.unknown(Operation.REPLICATED, _COUNTERPART, "not told")
        return
    for path in (_COUNTERPART, _PENDING):
        counterpart = (described.get(path.partition(".")[0]) or {}).get("DataReplicationCounterpart") or {}
        yield from facts.elsewhere(Operation.REPLICATED, counterpart.get("Region"), region, path)


BROKERS = ResourceKind(
    name="mq-broker",
    title="Amazon MQ broker",
    service="mq",
    scope="regional",
    type="AWS::AmazonMQ::Broker",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    calls=(_LIST, _DESCRIBE),
    fetch=detailed(_LIST, Detail(_DESCRIBE, lambda each: {"BrokerId": each["BrokerId"]}, vital=True)),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/amazon-mq/latest/api-reference/brokers-broker-id.html",
)
