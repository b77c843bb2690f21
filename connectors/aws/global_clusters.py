"""Global clusters of Aurora, DocumentDB and Neptune: one database over several regions.

The three share one endpoint, one API version and one action, so that one listing answers for all; the
engine tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator

from connectors.aws import facts
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.aws.listing import ITEM, Fetch
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("DescribeGlobalClusters", "rds:DescribeGlobalClusters", items="GlobalClusters", page_size=100)

_MEMBERS = "GlobalClusters[].GlobalClusterMembers[].DBClusterArn"
_OWN_ENGINES = ("docdb", "neptune")


def _engine(cluster: Raw) -> str:
    engine = str(cluster.get("Engine") or "")
    return next((each for each in _OWN_ENGINES if engine.startswith(each)), "aurora")


def _primary(cluster: Raw) -> str:
    """The region of the member that writes, else of the first; empty where there is no member."""
    members = cluster.get("GlobalClusterMembers") or ()
    writing = [each for each in members if each.get("IsWriter")] or members
    return facts.arn_region(writing[0]["DBClusterArn"]) if writing else ""


def _fetch(engine: str) -> Fetch:
    def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
        """Yield the global clusters that are written here.

        The regions of all members list the same cluster, so that one of them answers for it. One without
        members holds nothing and is left out.
        """
        del scope
        for cluster in client.items(_LIST):
            if _engine(cluster) == engine and _primary(cluster) == client.region:
                yield {ITEM: cluster}

    return fetch


def normalise(raw: Raw, context: Context) -> Asset:
    """The global cluster; it has no region of its own, its members have."""
    cluster = raw[ITEM]
    return context.asset(
        asset_id=cluster["GlobalClusterArn"],
        name=cluster["GlobalClusterIdentifier"],
        location=_primary(cluster),
        locations=_places(cluster),
        tags=facts.tags(cluster.get("TagList")),
        properties=facts.properties(
            encryption=facts.encryption(encrypted=cluster.get("StorageEncrypted")),
            engine=cluster.get("Engine"),
            state=cluster.get("Status"),
        ),
    )


def _places(cluster: Raw) -> Iterator[DataLocation]:
    primary = _primary(cluster)
    for member in cluster["GlobalClusterMembers"]:
        arn = member["DBClusterArn"]
        here = facts.arn_region(arn) == primary
        yield facts.by_arn(Operation.STORED if here else Operation.REPLICATED, arn, _MEMBERS)


def _kind(name: str, title: str, engine: str, type_name: str, docs_url: str) -> ResourceKind:
    return ResourceKind(
        name=name,
        title=title,
        service="rds",
        scope="regional",
        type=type_name,
        holds=Holds.CONTENT,
        states=(Operation.STORED, Operation.REPLICATED),
        calls=(_LIST,),
        fetch=_fetch(engine),
        normalise=normalise,
        docs_url=docs_url,
    )


AURORA = _kind(
    "rds-global-cluster",
    "Aurora global database",
    "aurora",
    "AWS::RDS::GlobalCluster",
    "https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeGlobalClusters.html",
)
DOCUMENTDB = _kind(
    "docdb-global-cluster",
    "DocumentDB global cluster",
    "docdb",
    "AWS::DocDB::GlobalCluster",
    "https://docs.aws.amazon.com/documentdb/latest/developerguide/API_DescribeGlobalClusters.html",
)
NEPTUNE = _kind(
    "neptune-global-cluster",
    "Neptune global database",
    "neptune",
    "AWS::Neptune::GlobalCluster",
    "https://docs.aws.amazon.com/neptune/latest/apiref/API_DescribeGlobalClusters.html",
)
