"""Fills an AWS API server with one resource or more of every kind, in Ireland, London and Virginia."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import boto3
from botocore.config import Config

ACCOUNT = "123456789012"
IRELAND, LONDON, VIRGINIA = "eu-west-1", "eu-west-2", "us-east-1"
TAGS = [{"Key": "system", "Value": "zaaksysteem"}, {"Key": "env", "Value": "prod"}]
TAG_MAP = {"system": "zaaksysteem", "env": "prod"}


class Estate:
    """Makes resources through boto3; `made` holds their identifiers by a short name."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._session = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing")
        self.made: dict[str, str] = {}

    def client(self, service: str, region: str = IRELAND) -> Any:
        """A client of the API server."""
        return self._session.client(
            service,
            region_name=region,
            endpoint_url=self._url,
            config=Config(retries={"total_max_attempts": 1}),
        )

    def seed(self) -> None:
        """Make everything."""
        self._buckets()
        self._compute()
        self._databases()
        self._caches()
        self._containers()
        self._queues()
        self._secrets()
        self._global_services()

    def _buckets(self) -> None:
        for name, region in (("dossiers", IRELAND), ("kopie-londen", LONDON), ("oud-archief", VIRGINIA)):
            s3 = self.client("s3", region)
            where = (
                {} if region == VIRGINIA else {"CreateBucketConfiguration": {"LocationConstraint": region}}
            )
            s3.create_bucket(Bucket=name, **where)
        for name, region in (("dossiers", IRELAND), ("kopie-londen", LONDON)):
            self.client("s3", region).put_bucket_versioning(
                Bucket=name, VersioningConfiguration={"Status": "Enabled"}
            )
        s3 = self.client("s3")
        s3.put_bucket_tagging(Bucket="dossiers", Tagging={"TagSet": TAGS})
        s3.put_bucket_encryption(
            Bucket="dossiers",
            ServerSideEncryptionConfiguration={
                "Rules": [
                    {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "k"}}
                ]
            },
        )
        self.replicate("dossiers", {"kopie-londen": "Enabled"})

    def replicate(self, bucket: str, destinations: dict[str, str], region: str = IRELAND) -> None:
        """Give the bucket one replication rule per destination, with that status."""
        rules = [
            {
                "ID": destination,
                "Status": status,
                "Priority": priority,
                "Filter": {"Prefix": ""},
                "DeleteMarkerReplication": {"Status": "Disabled"},
                "Destination": {"Bucket": f"arn:aws:s3:::{destination}"},
            }
            for priority, (destination, status) in enumerate(destinations.items())
        ]
        self.client("s3", region).put_bucket_replication(
            Bucket=bucket,
            ReplicationConfiguration={"Role": f"arn:aws:iam::{ACCOUNT}:role/copier", "Rules": rules},
        )

    def _compute(self) -> None:
        ec2 = self.client("ec2")
        tags = [{"ResourceType": "instance", "Tags": [*TAGS, {"Key": "Name", "Value": "web"}]}]
        run = ec2.run_instances(ImageId="ami-12c6146b", MinCount=2, MaxCount=2, TagSpecifications=tags)
        self.made["instance"], gone = (each["InstanceId"] for each in run["Instances"])
        ec2.terminate_instances(InstanceIds=[gone])
        volume = ec2.create_volume(
            AvailabilityZone="eu-west-1b",
            Size=10,
            Encrypted=True,
            TagSpecifications=[{"ResourceType": "volume", "Tags": TAGS}],
        )
        self.made["volume"] = volume["VolumeId"]
        snapshot = ec2.create_snapshot(
            VolumeId=volume["VolumeId"],
            Description="[Copied snap-0123456789abcdef0 from us-east-1]",
            TagSpecifications=[{"ResourceType": "snapshot", "Tags": TAGS}],
        )
        self.made["snapshot"] = snapshot["SnapshotId"]
        efs = self.client("efs")
        system = efs.create_file_system(CreationToken="t", Encrypted=True, Tags=TAGS)
        self.made["file_system"] = system["FileSystemId"]
        self._function()

    def _function(self) -> None:
        policy = {"Version": "2012-10-17", "Statement": []}
        role = self.client("iam").create_role(RoleName="runner", AssumeRolePolicyDocument=json.dumps(policy))
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("main.py", "def handler(event, context): return None\n")
        self.client("lambda").create_function(
            FunctionName="verwerk",
            Runtime="python3.12",
            Role=role["Role"]["Arn"],
            Handler="main.handler",
            Code={"ZipFile": code.getvalue()},
            Tags=TAG_MAP,
        )

    def _databases(self) -> None:
        rds = self.client("rds")
        rds.create_db_instance(
            DBInstanceIdentifier="zaken",
            DBInstanceClass="db.t3.micro",
            Engine="postgres",
            MasterUsername="beheer",
            MasterUserPassword="nietgeheim",
            AllocatedStorage=20,
            StorageEncrypted=True,
            Tags=TAGS,
        )
        self.client("rds", LONDON).create_db_instance_read_replica(
            DBInstanceIdentifier="zaken-londen",
            SourceDBInstanceIdentifier=f"arn:aws:rds:{IRELAND}:{ACCOUNT}:db:zaken",
        )
        rds.create_db_snapshot(DBSnapshotIdentifier="zaken-1", DBInstanceIdentifier="zaken", Tags=TAGS)
        # The members would be rejected if the global cluster were made from the first of them.
        rds.create_global_cluster(GlobalClusterIdentifier="wereld", Engine="aurora-postgresql")
        for name, region in (("register", IRELAND), ("register-londen", LONDON)):
            self.client("rds", region).create_db_cluster(
                DBClusterIdentifier=name,
                Engine="aurora-postgresql",
                GlobalClusterIdentifier="wereld",
                MasterUsername="beheer",
                MasterUserPassword="nietgeheim",
                StorageEncrypted=True,
                Tags=TAGS,
            )
        rds.create_db_cluster_snapshot(
            DBClusterSnapshotIdentifier="register-1", DBClusterIdentifier="register", Tags=TAGS
        )
        self.client("dynamodb").create_table(
            TableName="meldingen",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
            Tags=TAGS,
        )
        redshift = self.client("redshift")
        redshift.create_cluster(
            ClusterIdentifier="analyse",
            NodeType="ra3.large",
            MasterUsername="beheer",
            MasterUserPassword="Nietgeheim1",
            Tags=TAGS,
        )
        redshift.enable_snapshot_copy(
            ClusterIdentifier="analyse", DestinationRegion=LONDON, RetentionPeriod=7
        )

    def _caches(self) -> None:
        cache = self.client("elasticache")
        cache.create_replication_group(
            ReplicationGroupId="sessies", ReplicationGroupDescription="sessies", Engine="redis", Tags=TAGS
        )
        cache.create_cache_cluster(
            CacheClusterId="losse-cache", Engine="memcached", CacheNodeType="cache.t3.micro", Tags=TAGS
        )
        self.client("opensearch").create_domain(DomainName="zoeken", TagList=TAGS)

    def _containers(self) -> None:
        ecr = self.client("ecr")
        ecr.create_repository(repositoryName="team/portaal", tags=TAGS)
        destination = {"region": LONDON, "registryId": ACCOUNT}
        ecr.put_replication_configuration(
            replicationConfiguration={"rules": [{"destinations": [destination]}]}
        )
        role = f"arn:aws:iam::{ACCOUNT}:role/eks"
        self.client("eks").create_cluster(
            name="platform", roleArn=role, resourcesVpcConfig={"subnetIds": []}, tags=TAG_MAP
        )

    def _queues(self) -> None:
        self.client("sqs").create_queue(QueueName="wachtrij", tags=TAG_MAP)
        self.client("sns").create_topic(Name="berichten", Tags=TAGS)
        logs = self.client("logs")
        logs.create_log_group(logGroupName="/app/portaal", tags=TAG_MAP)
        kinesis = self.client("kinesis")
        kinesis.create_stream(StreamName="stroom", ShardCount=1)
        kinesis.add_tags_to_stream(StreamName="stroom", Tags=TAG_MAP)

    def _secrets(self) -> None:
        secret = self.client("secretsmanager").create_secret(
            Name="sleutel", SecretString="x", Tags=TAGS, AddReplicaRegions=[{"Region": LONDON}]
        )
        self.made["secret"] = secret["ARN"]
        kms = self.client("kms")
        tags = [{"TagKey": each["Key"], "TagValue": each["Value"]} for each in TAGS]
        key = kms.create_key(MultiRegion=True, Tags=tags)["KeyMetadata"]["KeyId"]
        kms.replicate_key(KeyId=key, ReplicaRegion=LONDON)
        self.made["key"] = key

    def _global_services(self) -> None:
        self.client("iam").tag_role(RoleName="runner", Tags=TAGS)
        route53 = self.client("route53", VIRGINIA)
        for place, name in enumerate(("voorbeeld.nl", "intern.example")):
            private = {
                "VPC": {"VPCRegion": IRELAND, "VPCId": "vpc-0123456789abcdef0"},
                "HostedZoneConfig": {"PrivateZone": True},
            }
            zone = route53.create_hosted_zone(Name=name, CallerReference=name, **(private if place else {}))[
                "HostedZone"
            ]
            route53.change_tags_for_resource(
                ResourceType="hostedzone", ResourceId=zone["Id"].rpartition("/")[2], AddTags=TAGS
            )
        self._distribution()
        self.client("wafv2", VIRGINIA).create_web_acl(
            Name="schild",
            Scope="CLOUDFRONT",
            DefaultAction={"Allow": {}},
            VisibilityConfig={
                "SampledRequestsEnabled": True,
                "CloudWatchMetricsEnabled": False,
                "MetricName": "schild",
            },
            Tags=TAGS,
        )

    def _distribution(self) -> None:
        origin = {
            "Id": "dossiers",
            "DomainName": f"dossiers.s3.{IRELAND}.amazonaws.com",
            "S3OriginConfig": {"OriginAccessIdentity": ""},
        }
        configuration = {
            "CallerReference": "portaal",
            "Comment": "",
            "Enabled": True,
            "PriceClass": "PriceClass_100",
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": {
                "TargetOriginId": "dossiers",
                "ViewerProtocolPolicy": "https-only",
                "MinTTL": 0,
                "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
            },
        }
        self.client("cloudfront", VIRGINIA).create_distribution_with_tags(
            DistributionConfigWithTags={"DistributionConfig": configuration, "Tags": {"Items": TAGS}}
        )
