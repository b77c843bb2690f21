"""The account that all tools read: some 3,900 resources of nine types in four regions, on moto.

Usable by hand: `python -m benchmarks.peers.estate --port 5700`.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import zipfile
from typing import Any

# Without this moto fills every region with a hundred example images and their snapshots.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
# And with it every account has a thousand managed policies, which one peer reads one by one.
os.environ.setdefault("MOTO_IAM_LOAD_MANAGED_POLICIES", "false")

import boto3
from moto import mock_aws
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.s3.responses import S3Response
from werkzeug.serving import WSGIRequestHandler, run_simple

from benchmarks.peers.counting import Counting
from deploy.demo.api import Api

REGIONS = ("eu-central-1", "eu-north-1", "eu-west-1", "us-east-1")
#: How many of each there are in a region; an instance has a volume of its own, half of the buckets keep
#: versions.
INSTANCES, VOLUMES, TABLES, TOPICS, KEYS, DATABASES, FUNCTIONS, BUCKETS = 325, 75, 40, 60, 20, 25, 30, 50
#: How many there are in the account.
ROLES = 100
ASSETS = (
    len(REGIONS) * (2 * INSTANCES + VOLUMES + TABLES + TOPICS + KEYS + DATABASES + FUNCTIONS + BUCKETS)
    + ROLES
)

_TRUST = json.dumps({"Version": "2012-10-17", "Statement": []})


class _Seeder:
    """Makes the resources through boto3."""

    def __init__(self) -> None:
        self._session = boto3.Session(aws_access_key_id="bench", aws_secret_access_key="bench")
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("main.py", "def handler(event, context): return None\n")
        self._code = code.getvalue()

    def seed(self) -> None:
        iam = self._session.client("iam", region_name="us-east-1")
        for number in range(ROLES):
            iam.create_role(
                RoleName=f"bench-{number}", AssumeRolePolicyDocument=_TRUST, Tags=_tags("us-east-1", number)
            )
        for region in REGIONS:
            self._machines(region)
            self._stores(region)
            self._services(region)

    def _machines(self, region: str) -> None:
        ec2 = self._session.client("ec2", region_name=region)
        tags = _tags(region, 0)
        ec2.run_instances(
            ImageId="ami-12c6146b",
            MinCount=INSTANCES,
            MaxCount=INSTANCES,
            TagSpecifications=[{"ResourceType": each, "Tags": tags} for each in ("instance", "volume")],
        )
        for number in range(VOLUMES):
            ec2.create_volume(
                AvailabilityZone=f"{region}a",
                Size=10,
                TagSpecifications=[{"ResourceType": "volume", "Tags": _tags(region, number)}],
            )

    def _stores(self, region: str) -> None:
        s3 = self._session.client("s3", region_name=region)
        place: dict[str, Any] = (
            {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
        )
        for number in range(BUCKETS):
            name = f"bench-{region}-{number}"
            s3.create_bucket(Bucket=name, **place)
            s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": _tags(region, number)})
            if number % 2:
                s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        dynamodb = self._session.client("dynamodb", region_name=region)
        for number in range(TABLES):
            dynamodb.create_table(
                TableName=f"bench-{number}",
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                BillingMode="PAY_PER_REQUEST",
                Tags=_tags(region, number),
            )
        rds = self._session.client("rds", region_name=region)
        for number in range(DATABASES):
            rds.create_db_instance(
                DBInstanceIdentifier=f"bench-{number}",
                DBInstanceClass="db.m7g.large",
                Engine="postgres",
                AllocatedStorage=20,
                Tags=_tags(region, number),
            )

    def _services(self, region: str) -> None:
        sns = self._session.client("sns", region_name=region)
        for number in range(TOPICS):
            sns.create_topic(Name=f"bench-{number}", Tags=_tags(region, number))
        kms = self._session.client("kms", region_name=region)
        for number in range(KEYS):
            tags = [{"TagKey": each["Key"], "TagValue": each["Value"]} for each in _tags(region, number)]
            kms.create_key(Description=f"bench-{number}", Tags=tags)
        functions = self._session.client("lambda", region_name=region)
        for number in range(FUNCTIONS):
            functions.create_function(
                FunctionName=f"bench-{number}",
                Runtime="python3.12",
                Role="arn:aws:iam::123456789012:role/bench-0",
                Handler="main.handler",
                Code={"ZipFile": self._code},
                Tags={each["Key"]: each["Value"] for each in _tags(region, number)},
            )


def _tags(region: str, number: int) -> list[dict[str, str]]:
    return [
        {"Key": "systeem", "Value": f"bench-{region}-{number % 7}"},
        {"Key": "omgeving", "Value": "productie"},
    ]


def tell_regions_of_buckets() -> None:
    """Let moto list buckets as S3 does: with their regions, where the request has a parameter.

    Source: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
    """
    serialized = S3Response.serialized

    def with_regions(response: Any, result: Any) -> Any:
        asked = response._get_param("max-buckets")  # noqa: SLF001 - moto's own way to a parameter
        if response.data.get("Action") == "ListBuckets" and asked:
            for each in result.result["Buckets"]:
                each["BucketRegion"] = response.backend.get_bucket(each["Name"]).region_name
        return serialized(response, result)

    S3Response.serialized = with_regions  # type: ignore[method-assign,assignment]  # moto has no setting for it


class _Quiet(WSGIRequestHandler):
    # A connection is kept, as AWS keeps it.
    protocol_version = "HTTP/1.1"
    # Without this each answer waits 40 ms for the other side.
    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's name
        """Say nothing."""


def main() -> None:
    """Seed and serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    RegionsAndZonesBackend.regions = [each for each in RegionsAndZonesBackend.regions if each.name in REGIONS]
    tell_regions_of_buckets()
    mock = mock_aws()
    mock.start()
    _Seeder().seed()
    mock.stop(remove_data=False)
    print(f"seeded {ASSETS}", flush=True)
    run_simple("127.0.0.1", port, Counting(Api(denying=False)), threaded=True, request_handler=_Quiet)


if __name__ == "__main__":
    main()
