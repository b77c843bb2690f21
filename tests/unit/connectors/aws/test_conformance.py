"""Answers recorded by others, where the shared examples are at hand, fit what is read from them."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.aws import ec2, elasticache, kms, s3, secretsmanager
from connectors.aws.kind import ResourceKind
from wolkenzicht.model import Asset, Operation

_EXAMPLES = Path(__file__).parents[4].parent / "shared" / "data" / "aws_examples"

pytestmark = pytest.mark.skipif(
    not _EXAMPLES.is_dir(), reason=f"NOT TESTED: the shared examples are not at {_EXAMPLES}"
)


def example(name: str) -> Any:
    """The recorded answer, its timestamps made into moments."""
    answer = json.loads((_EXAMPLES / f"{name}.json").read_text(), object_hook=_moments)
    return answer.get("data", answer)


def _moments(value: dict[str, Any]) -> Any:
    if value.pop("__class__", "") == "datetime":
        return datetime(**value)  # noqa: DTZ001 - the recording states no zone
    return value


def normalised(kind: ResourceKind, raw: dict[str, Any], region: str) -> Asset:
    """The asset of the recorded answer."""
    return kind.normalise(raw, kind.context("123456789012", "aws", region))


def copies(asset: Asset) -> list[str]:
    """Where the asset is replicated to."""
    return [place.location for place in asset.locations if place.operation is Operation.REPLICATED]


def test_multi_region_key() -> None:
    """A recorded multi-Region key names the regions that share it."""
    answer = example("moto__kms.DescribeKey.multiregion")
    metadata = answer["KeyMetadata"]
    key = {"KeyArn": metadata["Arn"], "KeyId": metadata["KeyId"]}
    asset = normalised(kms.KEYS, {"Key": key, "DescribeKey": answer}, "eu-central-1")
    expected = [each["Region"] for each in metadata["MultiRegionConfiguration"]["ReplicaKeys"]]
    assert copies(asset) == expected
    assert expected


def test_replicated_secret() -> None:
    """A recorded secret names Zurich."""
    answer = example("moto__secretsmanager.DescribeSecret")
    secret = {"ARN": answer["ARN"], "Name": answer["Name"]}
    raw = {"Secret": secret, "DescribeSecret": answer}
    assert copies(normalised(secretsmanager.SECRETS, raw, "eu-central-1")) == ["eu-central-2"]


@pytest.mark.parametrize(
    "name",
    [
        "moto__s3.GetBucketReplication",
        "placebo__test_s3_bucket_replication_filter__s3.GetBucketReplication_1",
    ],
)
def test_bucket_replication(name: str) -> None:
    """Recorded replication rules lead to the region of their destination."""
    answer = example(name)
    names = [
        rule["Destination"]["Bucket"].rpartition(":")[2]
        for rule in answer["ReplicationConfiguration"]["Rules"]
        if rule["Status"] == "Enabled"
    ]
    raw = {
        "Bucket": {"Name": "bron", "BucketRegion": "eu-west-1"},
        "GetBucketReplication": answer,
        "destinations": {each: {"BucketRegion": "eu-west-2"} for each in names},
        "GetBucketVersioning": {},
        "GetBucketEncryption": None,
        "GetBucketTagging": None,
    }
    assert set(copies(normalised(s3.BUCKETS, raw, "eu-west-1"))) == {"eu-west-2"}


def test_snapshots() -> None:
    """Every recorded snapshot becomes an asset in its region."""
    snapshots = example("placebo__test_ebs_snapshot_copy__ec2.DescribeSnapshots_1")["Snapshots"]
    assets = [normalised(ec2.SNAPSHOTS, each, "us-east-1") for each in snapshots]
    assert [asset.asset_id.rpartition("/")[2] for asset in assets] == [
        each["SnapshotId"] for each in snapshots
    ]
    assert {asset.location for asset in assets} == {"us-east-1"}


def test_group_of_a_global_datastore() -> None:
    """A recorded group of a global datastore is known as such."""
    name = "placebo__test_elasticache_global_ds_cluster_delete__elasticache.DescribeReplicationGroups_1"
    (group, *_) = example(name)["ReplicationGroups"]
    raw = {"ReplicationGroup": group, "members": None, "ListTagsForResource": {"TagList": []}}
    asset = normalised(elasticache.GROUPS, raw, "us-east-1")
    assert dict(asset.properties)["global_datastore"] == "ldgnf-c7n-test-global"
    assert copies(asset) == [""]
