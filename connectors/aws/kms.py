"""KMS keys with the regions that share their key material."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.tagging import TAGS_OF_MANY, Tags
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("ListKeys", "kms:ListKeys", items="Keys", page_size=1000)
_DESCRIBE = Call("DescribeKey", "kms:DescribeKey", absent=("NotFoundException",))
_TAGS = Call("ListResourceTags", "kms:ListResourceTags", items="Tags", absent=("NotFoundException",))

_REPLICAS = "KeyMetadata.MultiRegionConfiguration.ReplicaKeys[].Region"
_PRIMARY = "KeyMetadata.MultiRegionConfiguration.PrimaryKey.Region"
#: Every multi-Region key has an identifier that begins so.
#: Source: https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html
_MULTI_REGION = "mrk-"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each key with its description and tags; keys that AWS manages carry no tags."""
    del scope
    yield from _TAGGED.added(client, _described(client))


def _described(client: ServiceClient) -> Iterator[Raw]:
    def describe(key: Raw) -> Raw | None:
        described = client.detail(_DESCRIBE, KeyId=key["KeyArn"])
        return None if described is None else {"Key": key, "DescribeKey": described}

    return client.each(client.items(_LIST), describe)


def _taggable(raw: Raw) -> str:
    described = raw["DescribeKey"]
    managed = isinstance(described, dict) and described["KeyMetadata"].get("KeyManager") == "AWS"
    return "" if managed else str(raw["Key"]["KeyArn"])


_TAGGED = Tags(
    name=_TAGS.operation,
    arn=_taggable,
    alone=lambda client, raw: client.side_listing(_TAGS, KeyId=raw["Key"]["KeyArn"]),
    shaped=lambda pairs: pairs,
)


def normalise(raw: Raw, context: Context) -> Asset:
    """The key; where it could not be described, the regions of a multi-Region key are unknown."""
    key, described = raw["Key"], raw["DescribeKey"]
    metadata = described["KeyMetadata"] if isinstance(described, dict) else {}
    return context.asset(
        asset_id=key["KeyArn"],
        name=key["KeyId"],
        location=context.region,
        locations=(
            *facts.home(context.region, "Keys[].KeyArn", key["KeyArn"]),
            *_copies(raw, context.region),
        ),
        tags=facts.tags(raw.get("ListResourceTags")),
        properties=facts.properties(
            key_manager=metadata.get("KeyManager"),
            key_store=metadata.get("CustomKeyStoreId"),
            multi_region=metadata.get("MultiRegion"),
            origin=metadata.get("Origin"),
            state=metadata.get("KeyState"),
        ),
        created=metadata.get("CreationDate"),
    )


def _copies(raw: Raw, region: str) -> Iterator[DataLocation]:
    described = raw["DescribeKey"]
    if isinstance(described, Gap):
        if raw["Key"]["KeyId"].startswith(_MULTI_REGION):
            yield facts.unknown(Operation.REPLICATED, _REPLICAS, "not told")
        return
    configuration = described["KeyMetadata"].get("MultiRegionConfiguration") or {}
    primary = configuration.get("PrimaryKey", {}).get("Region", region)
    if primary != region:
        yield facts.located(Operation.REPLICATED, primary, _PRIMARY, primary)
    for replica in configuration.get("ReplicaKeys") or ():
        if replica["Region"] != region:
            yield facts.located(Operation.REPLICATED, replica["Region"], _REPLICAS, replica["Region"])


KEYS = ResourceKind(
    name="kms-key",
    title="KMS key",
    service="kms",
    scope="regional",
    type="AWS::KMS::Key",
    holds=Holds.METADATA,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_LIST, _DESCRIBE, _TAGS, TAGS_OF_MANY),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html",
)
