"""Fills an AWS API server with the estate: what moto can hold is made there, the rest is answered before it.

`answers.json` holds those answers by service and operation, in the shape of the SDK's model; with `region`
for that region only, with `about` where the request names that text.
"""

from __future__ import annotations

import io
import json
import zipfile
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from connectors.aws.kinds import KINDS
from tests.servers import aws_errors
from tests.servers.aws_answers import supply_nothing
from tests.servers.aws_errors import Answer
from tests.servers.aws_requests import AwsRequest
from tests.servers.fault_proxy import FaultProxy

ACCOUNT = "123456789012"
FRANKFURT, ZURICH, STOCKHOLM = "eu-central-1", "eu-central-2", "eu-north-1"
IRELAND, LONDON, PARIS, VIRGINIA = "eu-west-1", "eu-west-2", "eu-west-3", "us-east-1"
#: What is read in the European Sovereign Cloud, and where.
SOVEREIGN_REGIONS, SOVEREIGN_KINDS = ("eusc-de-east-1",), ("ebs-volume", "rds-instance")
#: Every kind is read in these regions; the provider's own inventory is not part of the estate.
MAIN_REGIONS, EVERY_KIND = (FRANKFURT, IRELAND), tuple(kind.name for kind in KINDS)
#: In these, to keep the test short, those kinds only of which something is there.
FURTHER_REGIONS = (ZURICH, STOCKHOLM, LONDON, PARIS, VIRGINIA)
FURTHER_KINDS = (
    "ec2-instance",
    "ebs-volume",
    "rds-instance",
    "rds-cluster",
    "rds-cluster-snapshot",
    "rds-automated-backup",
    "rds-global-cluster",
    "neptune-global-cluster",
    "dynamodb-table",
    "lambda-function",
    "sqs-queue",
    "sns-topic",
    "log-group",
    "cloudtrail-event-data-store",
    "config-aggregator",
)

#: Buckets by name, with the location constraint that they were made with.
_BUCKETS = {
    "archief-dublin": IRELAND,
    "erfenis-eu": "EU",
    "oud-archief": None,
    "dossiers-londen": LONDON,
    "kluis-zurich": ZURICH,
    "zaken-frankfurt": FRANKFURT,
    "kopie-virginia": None,
    "beelden-parijs": PARIS,
    "uitgezet": IRELAND,
    "lijst-bron": FRANKFURT,
    "verdwenen-kopie": STOCKHOLM,
}
#: Replication: source, destination, whether the rule is enabled. The last destination belongs to nobody.
_REPLICATED = (
    ("zaken-frankfurt", "kopie-virginia", True),
    ("beelden-parijs", "archief-dublin", True),
    ("uitgezet", "kopie-virginia", False),
    ("verdwenen-kopie", "bestaat-niet-meer", True),
)


def supply(proxy: FaultProxy) -> None:
    """Answer what moto lacks. Raises `ParamValidationError` for a shape that is not AWS's."""
    entries = json.loads(Path(__file__).with_name("answers.json").read_text())
    for each in sorted(entries, key=lambda each: ("region" not in each, "about" not in each)):
        answer = aws_errors.supplied(each["service"], each["operation"], each["answer"])
        proxy.fault(
            partial(_give, answer),
            each["service"],
            each.get("region"),
            each["operation"],
            when=partial(_names, each.get("about", "").encode()),
        )
    proxy.supply("efs", "DescribeReplicationConfigurations", {"Replications": []})
    proxy.supply("globalaccelerator", "ListAccelerators", {"Accelerators": []})
    supply_nothing(proxy)


def _give(answer: Answer, _request: AwsRequest) -> Answer:
    return answer


def _names(text: bytes, request: AwsRequest) -> bool:
    return text in request.body


def fill(url: str) -> None:
    """Make the resources that moto can hold."""
    maker = _Maker(url)
    maker.buckets()
    maker.tables()
    maker.functions()
    maker.queues()
    maker.repositories()


class _Maker:
    def __init__(self, url: str) -> None:
        self._url = url
        self._session = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing")

    def _client(self, service: str, region: str) -> Any:
        config = Config(retries={"total_max_attempts": 1})
        return self._session.client(service, region_name=region, endpoint_url=self._url, config=config)

    def buckets(self) -> None:
        for name, place in _BUCKETS.items():
            region = VIRGINIA if place in {None, "EU"} else place
            made = {"CreateBucketConfiguration": {"LocationConstraint": place}} if place else {}
            self._client("s3", region or VIRGINIA).create_bucket(Bucket=name, **made)
        s3 = self._client("s3", IRELAND)
        s3.put_bucket_tagging(
            Bucket="zaken-frankfurt", Tagging={"TagSet": [{"Key": "materieel", "Value": "nee"}]}
        )
        for name in {each for pair in _REPLICATED for each in pair[:2]} & set(_BUCKETS):
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        for source, destination, enabled in _REPLICATED:
            rule = {
                "ID": "kopie",
                "Priority": 1,
                "Status": "Enabled" if enabled else "Disabled",
                "Filter": {"Prefix": ""},
                "DeleteMarkerReplication": {"Status": "Disabled"},
                "Destination": {"Bucket": f"arn:aws:s3:::{destination}"},
            }
            role = f"arn:aws:iam::{ACCOUNT}:role/kopieerder"
            s3.put_bucket_replication(Bucket=source, ReplicationConfiguration={"Role": role, "Rules": [rule]})
        s3.put_bucket_inventory_configuration(
            Bucket="lijst-bron",
            Id="lijst",
            InventoryConfiguration={
                "Id": "lijst",
                "IsEnabled": True,
                "IncludedObjectVersions": "Current",
                "Schedule": {"Frequency": "Daily"},
                "Destination": {
                    "S3BucketDestination": {"Bucket": "arn:aws:s3:::zaken-frankfurt", "Format": "CSV"}
                },
            },
        )

    def tables(self) -> None:
        for name, region in (
            ("meldingen", IRELAND),
            ("sessies", IRELAND),
            ("burgerzaken", FRANKFURT),
            ("paspoorten", ZURICH),
        ):
            self._client("dynamodb", region).create_table(
                TableName=name,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
                Tags=[{"Key": "materieel", "Value": "ja"}] if name == "paspoorten" else [],
            )

    def functions(self) -> None:
        policy = json.dumps({"Version": "2012-10-17", "Statement": []})
        self._client("iam", VIRGINIA).create_role(RoleName="uitvoerder", AssumeRolePolicyDocument=policy)
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as archive:
            archive.writestr("main.py", "def handler(event, context): return None\n")
        for name, region in (("verwerk", PARIS), ("verwerk-londen", LONDON)):
            self._client("lambda", region).create_function(
                FunctionName=name,
                Runtime="python3.12",
                Role=f"arn:aws:iam::{ACCOUNT}:role/uitvoerder",
                Handler="main.handler",
                Code={"ZipFile": code.getvalue()},
                Tags={"omgeving": "ontwikkeling"},
            )

    def queues(self) -> None:
        self._client("sqs", STOCKHOLM).create_queue(QueueName="wachtrij")
        self._client("sqs", ZURICH).create_queue(QueueName="wachtrij-zurich")
        self._client("sns", LONDON).create_topic(Name="berichten")
        self._client("sns", IRELAND).create_topic(Name="berichten")
        self._client("logs", VIRGINIA).create_log_group(logGroupName="/aws/lambda/rand")
        self._client("logs", PARIS).create_log_group(logGroupName="/app/portaal")
        self._client("kinesis", IRELAND).create_stream(StreamName="stroom", ShardCount=1)

    def repositories(self) -> None:
        for name in ("team/portaal", "intern/portaal"):
            self._client("ecr", IRELAND).create_repository(repositoryName=name)
