"""Aurora DSQL clusters with their peers in other regions and the region that witnesses."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Detail, detailed
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_LIST = Call("ListClusters", "dsql:ListClusters", items="clusters", page_size=100)
_GET = Call("GetCluster", "dsql:GetCluster", absent=("ResourceNotFoundException",))

_PEERS = "multiRegionProperties.clusters[]"
_WITNESS = "multiRegionProperties.witnessRegion"


def normalise(raw: Raw, context: Context) -> Asset:
    """The cluster; where it could not be described, its peers are unknown."""
    cluster, described = raw[ITEM], raw["GetCluster"]
    known = described if isinstance(described, dict) else {}
    encryption = known.get("encryptionDetails") or {}
    return context.asset(
        asset_id=cluster["arn"],
        name=facts.tag_of(facts.tags(known.get("tags")), "Name", cluster["identifier"]),
        location=context.region,
        locations=(
            *facts.home(
                context.region, "clusters[].arn", cluster["arn"], Operation.STORED, Operation.PROCESSED
            ),
            *_copies(described, context.region),
        ),
        tags=facts.tags(known.get("tags")),
        properties=facts.properties(
            encryption=encryption.get("encryptionType"),
            kms_key=encryption.get("kmsKeyArn"),
            state=known.get("status"),
        ),
        created=known.get("creationTime"),
    )


def _copies(described: Raw | Gap, region: str) -> Iterator[DataLocation]:
    """Peers hold the data, the witness the encrypted log of what is written.

    Source: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/multi-region-clusters.html
    """
    if isinstance(described, Gap):
        yield facts.unknown(Operation.REPLICATED, _PEERS, "not told")
        return
    further = described.get("multiRegionProperties") or {}
    yield from facts.copies(further.get("clusters") or (), region, _PEERS)
    yield from facts.elsewhere(Operation.REPLICATED, further.get("witnessRegion"), region, _WITNESS)


CLUSTERS = ResourceKind(
    name="dsql-cluster",
    title="Aurora DSQL cluster",
    service="dsql",
    scope="regional",
    type="AWS::DSQL::Cluster",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    calls=(_LIST, _GET),
    fetch=detailed(_LIST, Detail(_GET, lambda each: {"identifier": each["identifier"]}, vital=True)),
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/aurora-dsql/latest/APIReference/API_GetCluster.html",
)
