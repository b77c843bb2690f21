"""Copies in other regions, read over the wire."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.aws.source import AwsSource
from tests.servers.aws_estate import ACCOUNT, IRELAND, LONDON
from tests.servers.aws_reading import read
from tests.servers.fault_proxy import FaultProxy
from wolkenzicht.model import Operation, Scope

MakeSource = Callable[..., AwsSource]


def copies(source: AwsSource, kind: str, name: str) -> list[tuple[str, str]]:
    """Operation and place of every copy of the asset."""
    asset = read(source, Scope(ACCOUNT, IRELAND, kind)).named(name)
    home = {Operation.STORED, Operation.PROCESSED}
    return [
        (place.operation.value, place.location) for place in asset.locations if place.operation not in home
    ]


@pytest.mark.parametrize(
    ("kind", "name", "operation"),
    [
        ("AWS::RDS::DBInstance", "zaken", "replicated"),
        ("AWS::RDS::DBCluster", "register", "replicated"),
        ("AWS::ECR::Repository", "team/portaal", "replicated"),
        ("AWS::SecretsManager::Secret", "sleutel", "replicated"),
        ("AWS::Redshift::Cluster", "analyse", "backed_up"),
    ],
)
def test_copy_in_london(make_source: MakeSource, kind: str, name: str, operation: str) -> None:
    """What the API server copies to London is found there."""
    assert copies(make_source(), kind, name) == [(operation, LONDON)]


def test_global_table(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A DynamoDB table's replicas and witness, which the API server lacks, are read from its description."""
    arn = f"arn:aws:dynamodb:{IRELAND}:{ACCOUNT}:table/meldingen"
    table = {
        "TableName": "meldingen",
        "TableArn": arn,
        "Replicas": [{"RegionName": "eu-west-2"}],
        "GlobalTableWitnesses": [{"RegionName": "us-east-1"}],
    }
    proxy.supply("dynamodb", "DescribeTable", {"Table": table})
    assert copies(make_source(), "AWS::DynamoDB::Table", "meldingen") == [
        ("replicated", LONDON),
        ("replicated", "us-east-1"),
    ]


def test_replicated_file_system(make_source: MakeSource, proxy: FaultProxy) -> None:
    """An EFS file system's copy is read from the replication configurations."""
    scope = Scope(ACCOUNT, IRELAND, "AWS::EFS::FileSystem")
    (system,) = read(make_source(), scope).assets
    identifier = system.asset_id.rpartition("/")[2]
    replication = {
        "SourceFileSystemId": identifier,
        "SourceFileSystemRegion": IRELAND,
        "SourceFileSystemArn": system.asset_id,
        "OriginalSourceFileSystemArn": system.asset_id,
        "CreationTime": 1_763_791_800,
        "Destinations": [{"Status": "ENABLED", "FileSystemId": "fs-87654321", "Region": LONDON}],
    }
    proxy.clear()
    proxy.supply("efs", "DescribeReplicationConfigurations", {"Replications": [replication]})
    assert copies(make_source(), "AWS::EFS::FileSystem", system.name) == [("replicated", LONDON)]
