"""Fills the demo's AWS account through boto3, as the systems' own engineers would."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import boto3
from botocore.config import Config

from deploy.demo.systems import ENVIRONMENTS, SYSTEMS, System, tags

ACCOUNT = "123456789012"
_ROLE = f"arn:aws:iam::{ACCOUNT}:role/toepassing"
_IMAGE = "ami-12c6146b"

Client = Callable[[str, str], Any]


def seed(endpoint: str, report: Callable[[int], None]) -> int:
    """Create the whole estate; returns how many assets were made, `report` gets it on the way."""
    session = boto3.Session(aws_access_key_id="demo", aws_secret_access_key="demo")  # noqa: S106 - moto asks for any
    clients: dict[tuple[str, str], Any] = {}

    def client(service: str, region: str) -> Any:
        if (service, region) not in clients:
            clients[service, region] = session.client(
                service, region_name=region, endpoint_url=endpoint, config=Config(retries={"max_attempts": 2})
            )
        return clients[service, region]

    client("iam", "us-east-1").create_role(
        RoleName="toepassing",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": []}),
    )
    made = 0
    for system in SYSTEMS:
        for environment in ENVIRONMENTS:
            for count in _seed_environment(client, system, environment):
                made += count
                report(made)
        made += _seed_platform(client, system)
        report(made)
    return made


def _seed_environment(client: Client, system: System, environment: str) -> Iterator[int]:
    yield _buckets(client, system, environment)
    yield _machines(client, system, environment)
    yield _messaging(client, system, environment)
    yield _data(client, system, environment)


def _pairs(system: System, environment: str, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{key: name, value: text} for name, text in tags(system, environment).items()]


def _buckets(client: Client, system: System, environment: str) -> int:
    names = [f"mvz-{system.name}-{environment}-{purpose}" for purpose in ("documenten", "export")]
    for name in names:
        _bucket(client, name, system.region, _pairs(system, environment))
    if environment != "productie" or not system.replica_region:
        return len(names)
    copy = f"mvz-{system.name}-kopie"
    _bucket(client, copy, system.replica_region, _pairs(system, environment))
    client("s3", system.region).put_bucket_replication(
        Bucket=names[0],
        ReplicationConfiguration={
            "Role": _ROLE,
            "Rules": [
                {
                    "ID": "kopie",
                    "Status": "Enabled",
                    "Prefix": "",
                    "Destination": {"Bucket": f"arn:aws:s3:::{copy}"},
                }
            ],
        },
    )
    return len(names) + 1


def _bucket(client: Client, name: str, region: str, pairs: list[dict[str, str]]) -> None:
    s3 = client("s3", region)
    place = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3.create_bucket(Bucket=name, **place)
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": pairs})


def _machines(client: Client, system: System, environment: str) -> int:
    ec2 = client("ec2", system.region)
    count = 3 if environment == "productie" else 2
    pairs = _pairs(system, environment)
    ec2.run_instances(
        ImageId=_IMAGE,
        MinCount=count,
        MaxCount=count,
        InstanceType="m7i.large",
        TagSpecifications=[{"ResourceType": "instance", "Tags": pairs}],
    )
    volume = ec2.create_volume(
        AvailabilityZone=f"{system.region}a",
        Size=100,
        Encrypted=True,
        TagSpecifications=[{"ResourceType": "volume", "Tags": pairs}],
    )
    ec2.create_snapshot(
        VolumeId=volume["VolumeId"],
        Description=f"{system.name} {environment}",
        TagSpecifications=[{"ResourceType": "snapshot", "Tags": pairs}],
    )
    return 2 * count + 2  # every instance brings its root volume


def _messaging(client: Client, system: System, environment: str) -> int:
    name = f"{system.name}-{environment}"
    sqs = client("sqs", system.region)
    for queue in (name, f"{name}-fouten"):
        sqs.create_queue(QueueName=queue, tags=tags(system, environment))
    client("sns", system.region).create_topic(Name=name, Tags=_pairs(system, environment))
    logs = client("logs", system.region)
    for purpose in ("toepassing", "toegang"):
        logs.create_log_group(logGroupName=f"/{name}/{purpose}", tags=tags(system, environment))
    client("lambda", system.region).create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=_ROLE,
        Handler="app.handler",
        Code={"ZipFile": _code()},
        Tags=tags(system, environment),
    )
    return 6


def _data(client: Client, system: System, environment: str) -> int:
    name = f"{system.name}-{environment}"
    client("dynamodb", system.region).create_table(
        TableName=f"{name}-sessies",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=_pairs(system, environment),
    )
    replica = (
        [{"Region": system.replica_region}] if environment == "productie" and system.replica_region else []
    )
    secret: dict[str, Any] = {"AddReplicaRegions": replica} if replica else {}
    client("secretsmanager", system.region).create_secret(
        Name=f"{name}/database", SecretString="demo", Tags=_pairs(system, environment), **secret
    )
    if environment == "test":
        return 2 + len(replica)
    rds = client("rds", system.region)
    rds.create_db_instance(
        DBInstanceIdentifier=name,
        DBInstanceClass="db.m7g.large",
        Engine="postgres",
        AllocatedStorage=100,
        MasterUsername="beheer",
        MasterUserPassword="demo-wachtwoord",
        StorageEncrypted=True,
        Tags=_pairs(system, environment),
    )
    rds.create_db_snapshot(
        DBInstanceIdentifier=name, DBSnapshotIdentifier=f"{name}-nacht", Tags=_pairs(system, environment)
    )
    return 4 + len(replica)


def _seed_platform(client: Client, system: System) -> int:
    """What a system has once, whatever its environments."""
    pairs = _pairs(system, "productie")
    plain = tags(system, "productie")
    client("kms", system.region).create_key(
        Description=system.name, Tags=_pairs(system, "productie", "TagKey", "TagValue")
    )
    client("ecr", system.region).create_repository(repositoryName=system.name, tags=pairs)
    client("efs", system.region).create_file_system(CreationToken=system.name, Tags=pairs)
    if system.process != "primair":
        return 3
    client("kinesis", system.region).create_stream(StreamName=system.name, ShardCount=1, Tags=plain)
    client("opensearch", system.region).create_domain(
        DomainName=system.name[:28], EngineVersion="OpenSearch_2.11", TagList=pairs
    )
    client("elasticache", system.region).create_cache_cluster(
        CacheClusterId=system.name[:40],
        Engine="redis",
        CacheNodeType="cache.t4g.small",
        NumCacheNodes=1,
        Tags=pairs,
    )
    return 6


def _code() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("app.py", "def handler(event, context):\n    return None\n")
    return archive.getvalue()
