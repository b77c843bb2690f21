"""An AWS API over HTTP with 20,000 assets in 16 services and 17 regions: moto, seeded in its own process.

Usable by hand: `python -m benchmarks.aws_estate --port 5600 --assets 20000`.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from typing import Any

# Without this moto fills every region with a hundred example images and their snapshots.
os.environ.setdefault("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")

import boto3
from moto import mock_aws
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from werkzeug.serving import run_simple

from deploy.demo.api import Api

#: The regions that every account has without opting in.
REGIONS = (
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
)

Client = Callable[[str, str], Any]


def seed(assets: int) -> int:
    """Fill moto's backends in this process through boto3; returns how many assets were made."""
    session = boto3.Session(aws_access_key_id="bench", aws_secret_access_key="bench")
    clients: dict[tuple[str, str], Any] = {}

    def client(service: str, region: str) -> Any:
        if (service, region) not in clients:
            clients[service, region] = session.client(service, region_name=region)
        return clients[service, region]

    per_region = assets / len(REGIONS)
    return sum(_seed_region(client, region, per_region) for region in REGIONS)


def _seed_region(client: Client, region: str, assets: float) -> int:
    """One region's share: half in EC2, a quarter in queues and log groups, the rest over all services."""
    instances = int(assets * 0.25)
    tags = [{"Key": "systeem", "Value": f"bench-{region}"}, {"Key": "omgeving", "Value": "productie"}]
    plain = {each["Key"]: each["Value"] for each in tags}
    ec2 = client("ec2", region)
    ec2.run_instances(
        ImageId="ami-12c6146b",
        MinCount=instances,
        MaxCount=instances,
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )
    made = 2 * instances
    many = int(assets * 0.12)
    for number in range(many):
        client("logs", region).create_log_group(logGroupName=f"/bench/{number}", tags=plain)
        client("sns", region).create_topic(Name=f"bench-{number}", Tags=tags)
    few = int(assets * 0.025)
    for number in range(few):
        _seed_one_of_each(client, region, f"bench-{region}-{number}", tags, plain)
    return made + 2 * many + 10 * few + _seed_rare(client, region, tags, plain)


def _seed_one_of_each(
    client: Client, region: str, name: str, tags: list[dict[str, str]], plain: dict[str, str]
) -> None:
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    client("s3", region).create_bucket(Bucket=name, **place)
    client("sqs", region).create_queue(QueueName=name, tags=plain)
    client("dynamodb", region).create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=tags,
    )
    client("secretsmanager", region).create_secret(Name=name, SecretString="x", Tags=tags)
    client("kms", region).create_key(Description=name)
    client("ecr", region).create_repository(repositoryName=name, tags=tags)
    client("efs", region).create_file_system(CreationToken=name, Tags=tags)
    client("kinesis", region).create_stream(StreamName=name, ShardCount=1)
    client("ec2", region).create_volume(AvailabilityZone=f"{region}a", Size=10)
    client("rds", region).create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.m7g.large",
        Engine="postgres",
        AllocatedStorage=20,
        Tags=tags,
    )


def _seed_rare(client: Client, region: str, tags: list[dict[str, str]], plain: dict[str, str]) -> int:
    client("redshift", region).create_cluster(
        ClusterIdentifier="bench",
        NodeType="ra3.large",
        MasterUsername="bench",
        MasterUserPassword="Bench-1234",
        Tags=tags,
    )
    client("elasticache", region).create_cache_cluster(
        CacheClusterId="bench", Engine="redis", CacheNodeType="cache.t4g.small", NumCacheNodes=1, Tags=tags
    )
    client("opensearch", region).create_domain(DomainName="bench", TagList=tags)
    client("eks", region).create_cluster(
        name="bench", roleArn="arn:aws:iam::123456789012:role/bench", resourcesVpcConfig={}, tags=plain
    )
    return 4


def main() -> None:
    """Seed, say how many, serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--assets", type=int, default=20_000)
    arguments = parser.parse_args()
    RegionsAndZonesBackend.regions = [each for each in RegionsAndZonesBackend.regions if each.name in REGIONS]
    mock = mock_aws()
    mock.start()
    made = seed(arguments.assets)
    mock.stop(remove_data=False)
    print(f"seeded {made}", flush=True)
    run_simple("127.0.0.1", arguments.port, Api(denying=False), threaded=True)


if __name__ == "__main__":
    main()
