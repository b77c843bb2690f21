"""DynamoDB tables with their replicas in other regions and the witnesses that hold their writes."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.tagging import TAGS_OF_MANY, Tags
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("ListTables", "dynamodb:ListTables", items="TableNames", page_size=100)
_DESCRIBE = Call("DescribeTable", "dynamodb:DescribeTable", absent=("ResourceNotFoundException",))
_TAGS = Call(
    "ListTagsOfResource", "dynamodb:ListTagsOfResource", items="Tags", absent=("ResourceNotFoundException",)
)

_REPLICAS = "Table.Replicas[].RegionName"
_WITNESSES = "Table.GlobalTableWitnesses[].RegionName"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each table with its description and tags; one that vanished meanwhile is left out."""
    del scope
    yield from _TAGGED.added(client, _described(client))


def _described(client: ServiceClient) -> Iterator[Raw]:
    def describe(name: str) -> Raw | None:
        described = client.detail(_DESCRIBE, TableName=name)
        return None if described is None else {"TableName": name, "DescribeTable": described}

    return client.each(client.items(_LIST), describe)


def _arn(raw: Raw) -> str:
    described = raw["DescribeTable"]
    return str(described["Table"]["TableArn"]) if isinstance(described, dict) else ""


_TAGGED = Tags(
    name=_TAGS.operation,
    arn=_arn,
    alone=lambda client, raw: client.side_listing(_TAGS, ResourceArn=_arn(raw)),
    shaped=lambda pairs: pairs,
)


def normalise(raw: Raw, context: Context) -> Asset:
    """The table; where it could not be described, its replicas are unknown."""
    described = raw["DescribeTable"]
    arn = context.arn(f"table/{raw['TableName']}")
    if isinstance(described, Gap):
        return context.asset(
            asset_id=arn,
            name=raw["TableName"],
            location=context.region,
            locations=(
                *facts.home(context.region, "TableNames[]", f"{raw['TableName']} in {context.region}"),
                facts.unknown(Operation.REPLICATED, _REPLICAS, "not told"),
            ),
        )
    table = described["Table"]
    sse = table.get("SSEDescription") or {}
    return context.asset(
        asset_id=table["TableArn"],
        name=table["TableName"],
        location=context.region,
        locations=(
            *facts.home(context.region, "Table.TableArn", table["TableArn"]),
            *_copies(table, context.region),
        ),
        tags=facts.tags(raw["ListTagsOfResource"]),
        properties=facts.properties(
            encryption=sse.get("SSEType") or "AES256",  # DynamoDB always encrypts, with its own key
            kms_key=sse.get("KMSMasterKeyArn"),
            deletion_protection=table.get("DeletionProtectionEnabled"),
            state=table.get("TableStatus"),
        ),
        created=table.get("CreationDateTime"),
    )


def _copies(table: Raw, region: str) -> Iterator[DataLocation]:
    for key, path in (("Replicas", _REPLICAS), ("GlobalTableWitnesses", _WITNESSES)):
        for copy in table.get(key) or ():
            if copy["RegionName"] != region:
                yield facts.located(Operation.REPLICATED, copy["RegionName"], path, copy["RegionName"])


TABLES = ResourceKind(
    name="dynamodb-table",
    title="DynamoDB table",
    service="dynamodb",
    scope="regional",
    type="AWS::DynamoDB::Table",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_LIST, _DESCRIBE, _TAGS, TAGS_OF_MANY),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DescribeTable.html",
)
