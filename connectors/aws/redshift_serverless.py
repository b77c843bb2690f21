"""Redshift Serverless namespaces with the region that their snapshots are copied to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("ListNamespaces", "redshift-serverless:ListNamespaces", items="namespaces", page_size=100)
_COPIES = Call(
    "ListSnapshotCopyConfigurations",
    "redshift-serverless:ListSnapshotCopyConfigurations",
    items="snapshotCopyConfigurations",
)
_TAGS = Call(
    "ListTagsForResource",
    "redshift-serverless:ListTagsForResource",
    absent=("ResourceNotFoundException",),
)

_DESTINATION = "snapshotCopyConfigurations[].destinationRegion"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each namespace with its tags and the copies of its snapshots."""
    del scope
    copies: list[Any] | Gap | None = None
    for namespace in client.items(_LIST):
        if copies is None:
            copies = client.side_listing(_COPIES)
            if isinstance(copies, Gap):
                yield copies
        mine = (
            None
            if isinstance(copies, Gap)
            else [each for each in copies if each.get("namespaceName") == namespace["namespaceName"]]
        )
        tags = client.detail(_TAGS, resourceArn=namespace["namespaceArn"])
        yield {ITEM: namespace, "copies": mine, "ListTagsForResource": tags}


def normalise(raw: Raw, context: Context) -> Asset:
    """The namespace: the data of a serverless warehouse, which its workgroups compute over."""
    namespace = raw[ITEM]
    arn = namespace["namespaceArn"]
    return context.asset(
        asset_id=arn,
        name=namespace["namespaceName"],
        location=context.region,
        locations=(
            *facts.home(
                context.region, "namespaces[].namespaceArn", arn, Operation.STORED, Operation.PROCESSED
            ),
            *_backups(raw["copies"], context.region),
        ),
        tags=facts.tags_in(raw["ListTagsForResource"], "tags"),
        properties=facts.properties(kms_key=namespace.get("kmsKeyId"), state=namespace.get("status")),
        created=namespace.get("creationDate"),
    )


def _backups(copies: list[Raw] | None, region: str) -> Iterator[DataLocation]:
    if copies is None:
        yield facts.unknown(Operation.BACKED_UP, _DESTINATION, "not told")
        return
    for each in copies:
        yield from facts.elsewhere(Operation.BACKED_UP, each.get("destinationRegion"), region, _DESTINATION)


NAMESPACES = ResourceKind(
    name="redshift-serverless-namespace",
    title="Redshift Serverless namespace",
    service="redshift-serverless",
    scope="regional",
    type="AWS::RedshiftServerless::Namespace",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.BACKED_UP, Operation.PROCESSED),
    calls=(_LIST, _COPIES, _TAGS),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/redshift-serverless/latest/APIReference/API_ListNamespaces.html",
)
