"""One resource that several accounts or regions show is one asset, and stays the same when it moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

import pytest

from connectors.aws.source import AwsSource
from tests.servers.aws_estate import ACCOUNT, IRELAND, LONDON
from tests.servers.aws_reading import read
from tests.servers.fault_proxy import FaultProxy
from wolkenzicht.model import Asset, Scope

MakeSource = Callable[..., AwsSource]

GLOBAL_CLUSTER = f"arn:aws:rds::{ACCOUNT}:global-cluster:wereld"
REPLICATOR = f"arn:aws:kafka:{IRELAND}:{ACCOUNT}:replicator/r/1"


def found(make_source: MakeSource, type_name: str) -> list[Asset]:
    """What both regions give together."""
    source = make_source()
    regions = (IRELAND, LONDON)
    return [asset for each in regions for asset in read(source, Scope(ACCOUNT, each, type_name)).assets]


def global_cluster(writer: str) -> dict[str, Any]:
    """The answer of either region about a global database that is written in one of them."""
    members = [
        {"DBClusterArn": f"arn:aws:rds:{each}:{ACCOUNT}:cluster:register", "IsWriter": each == writer}
        for each in (IRELAND, LONDON)
    ]
    cluster = {
        "GlobalClusterIdentifier": "wereld",
        "GlobalClusterArn": GLOBAL_CLUSTER,
        "Engine": "aurora-postgresql",
        "GlobalClusterMembers": members,
    }
    return {"GlobalClusters": [cluster]}


@pytest.mark.parametrize("writer", [IRELAND, LONDON])
def test_global_database_is_one_asset_that_may_move(
    writer: str, make_source: MakeSource, proxy: FaultProxy
) -> None:
    """Both regions list it and one of them answers for it; after a failover it has the same identifier."""
    proxy.supply("rds", "DescribeGlobalClusters", global_cluster(writer))
    (asset,) = found(make_source, "AWS::RDS::GlobalCluster")
    assert (asset.asset_id, asset.location) == (GLOBAL_CLUSTER, writer)


def test_reference_to_a_replicator_is_no_second_one(make_source: MakeSource, proxy: FaultProxy) -> None:
    """The other region shows a reference, under another ARN; the replicator is read where it runs."""
    item = {"ReplicatorName": "r", "ReplicatorResourceArn": REPLICATOR}
    there = item | {
        "ReplicatorArn": f"arn:aws:kafka:{LONDON}:{ACCOUNT}:replicator/r/1",
        "IsReplicatorReference": True,
    }
    here = item | {"ReplicatorArn": REPLICATOR, "IsReplicatorReference": False}
    proxy.clear()
    proxy.supply("kafka", "ListReplicators", {"Replicators": [here]}, IRELAND)
    proxy.supply("kafka", "ListReplicators", {"Replicators": [there]}, LONDON)
    proxy.supply("kafka", "DescribeReplicator", {"ReplicatorArn": REPLICATOR})
    assert [asset.asset_id for asset in found(make_source, "AWS::MSK::Replicator")] == [REPLICATOR]


@pytest.mark.parametrize(
    ("type_name", "parameter"),
    [("AWS::EC2::Snapshot", "Owner.1"), ("AWS::EC2::Image", "Owner.1")],
)
def test_only_what_is_owned_is_asked_for(
    type_name: str, parameter: str, make_source: MakeSource, proxy: FaultProxy
) -> None:
    """Snapshots and images that others share, or publish, are not this account's."""
    proxy.requests.clear()
    found(make_source, type_name)
    asked = [parse_qs(each.body.decode()) for each in proxy.requests if each.service == "ec2"]
    assert [each[parameter] for each in asked] == [["self"], ["self"]]
