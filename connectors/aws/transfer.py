"""Servers of Transfer Family: doors to buckets and file systems, which are assets of their own."""

from __future__ import annotations

from connectors.aws import facts
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, detailed
from wolkenzicht.model import Asset, Holds, Operation

_LIST = Call("ListServers", "transfer:ListServers", items="Servers", page_size=100)
_TAGS = Call("ListTagsForResource", "transfer:ListTagsForResource", absent=("ResourceNotFoundException",))


def normalise(raw: Raw, context: Context) -> Asset:
    """The server."""
    server = raw[ITEM]
    return context.asset(
        asset_id=server["Arn"],
        name=server["ServerId"],
        location=context.region,
        locations=facts.home(
            context.region, "Servers[].Arn", server["Arn"], Operation.STORED, Operation.PROCESSED
        ),
        tags=facts.tags_in(raw["ListTagsForResource"], "Tags"),
        properties=facts.properties(
            domain=server.get("Domain"),
            public=server.get("EndpointType") == "PUBLIC",
            state=server.get("State"),
        ),
    )


SERVERS = ResourceKind(
    name="transfer-server",
    title="Server of Transfer Family",
    service="transfer",
    scope="regional",
    type="AWS::Transfer::Server",
    holds=Holds.METADATA,
    states=(Operation.STORED, Operation.PROCESSED),
    calls=(_LIST, _TAGS),
    fetch=detailed(_LIST, Detail(_TAGS, lambda each: {"Arn": each["Arn"]})),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/transfer/latest/APIReference/API_ListServers.html",
)
