"""Source servers of Elastic Disaster Recovery: kept here, of origin in another region or at home."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, listed
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

#: An account that never used the service has not initialised it.
_LIST = Call(
    "DescribeSourceServers",
    "drs:DescribeSourceServers",
    items="items",
    page_size=200,
    absent=("UninitializedAccountException",),
)

_ORIGIN = "items[].sourceCloudProperties.originRegion"
_OUTPOST = "items[].dataReplicationInfo.stagingOutpostArn"


def normalise(raw: Raw, context: Context) -> Asset:
    """The server's copy in the staging area, and the region that it is copied from."""
    server = raw[ITEM]
    tags = facts.tags(server.get("tags"))
    origin = (server.get("sourceCloudProperties") or {}).get("originRegion")
    return context.asset(
        asset_id=server["arn"],
        name=facts.tag_of(tags, "Name", server["sourceServerID"]),
        location=context.region,
        locations=(
            *_staged(server, context.region),
            *facts.elsewhere(Operation.REPLICATED, origin, context.region, _ORIGIN),
        ),
        tags=tags,
        properties=facts.properties(
            origin_region=origin,
            state=(server.get("dataReplicationInfo") or {}).get("dataReplicationState"),
        ),
    )


def _staged(server: Raw, region: str) -> Iterator[DataLocation]:
    outpost = (server.get("dataReplicationInfo") or {}).get("stagingOutpostArn")
    if outpost:
        yield facts.unknown(Operation.STORED, _OUTPOST, outpost)
    else:
        yield from facts.home(region, "items[].arn", server["arn"])


SERVERS = ResourceKind(
    name="drs-source-server",
    title="Source server of Elastic Disaster Recovery",
    service="drs",
    scope="regional",
    type="AWS::DRS::SourceServer",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    calls=(_LIST,),
    fetch=listed(_LIST),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/drs/latest/APIReference/API_DescribeSourceServers.html",
)
