"""What each operation answers about an estate; whatever is not known here is answered with nothing."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from benchmarks.canned.ec2 import CREATED, INSTANCE, SNAPSHOT, TAGS, VOLUME, ec2_listing
from benchmarks.canned.estate import REGIONS
from benchmarks.canned.pages import Asked, Page, identifier, page
from tests.servers import aws_errors, aws_wire
from tests.servers.aws_errors import Answer
from tests.servers.aws_requests import model

_SECONDS = 1741939965
_ENCRYPTION = (
    b"<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256"
    b"</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule>"
    b"</ServerSideEncryptionConfiguration>"
)

Answers = Callable[[Asked], Answer]


@functools.cache
def nothing(service: str, operation: str) -> Answer:
    """The answer that there is nothing: every list is empty."""
    shape = model(service).operation_model(operation).output_shape
    payload = shape.serialization.get("payload")
    empty = _empty(shape.members[payload]) if payload else _empty(shape)
    answer = {payload: empty} if payload else empty
    content_type, body = aws_wire.written(service, operation, answer)
    return Answer(200, body, {"Content-Type": content_type})


def _empty(shape: Any) -> dict[str, Any]:
    return {name: [] for name, member in shape.members.items() if member.type_name == "list"}


def written(asked: Asked, answer: dict[str, Any]) -> Answer:
    """An answer in the shape of the SDK's model."""
    content_type, body = aws_wire.written(asked.request.service, asked.request.operation, answer)
    return Answer(200, body, {"Content-Type": content_type})


def _listing(
    kind: str, items: str, names: tuple[str, str, str], most: int, item: Callable[[Asked, int], Any]
) -> Answers:
    """A listing by JSON or Query; `names` are those of the size, and of the token in request and answer."""
    size, token, following = names

    def answer(asked: Asked) -> Answer:
        part: Page = page(asked, kind, size, token, most)
        found: dict[str, Any] = {items: [item(asked, number) for number in part.numbers]}
        if part.token:
            found[following] = part.token
            if kind == "key":
                found["Truncated"] = True
        return written(asked, found)

    return answer


def _told(tell: Callable[[Asked], dict[str, Any]]) -> Answers:
    return lambda asked: written(asked, tell(asked))


def _pairs(key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    return [{key: name, value: text} for name, text in TAGS]


def _function(asked: Asked, number: int) -> dict[str, Any]:
    name = f"verwerk-{number}"
    return {
        "FunctionName": name,
        "FunctionArn": asked.arn(f"function:{name}"),
        "Runtime": "python3.12",
        "Handler": "main.handler",
        "CodeSize": 12345,
        "Timeout": 30,
        "MemorySize": 256,
        "PackageType": "Zip",
        "LastModified": CREATED,
    }


def _group(asked: Asked, number: int) -> dict[str, Any]:
    arn = asked.arn(f"log-group:/app/{number}")
    return {
        "logGroupName": f"/app/{number}",
        "arn": f"{arn}:*",
        "logGroupArn": arn,
        "creationTime": _SECONDS * 1000,
        "retentionInDays": 90,
        "storedBytes": 12345,
        "logGroupClass": "STANDARD",
    }


def _queue(asked: Asked) -> dict[str, Any]:
    name = asked.parameters["QueueUrl"].rpartition("/")[2]
    return {
        "Attributes": {
            "QueueArn": asked.arn(name),
            "CreatedTimestamp": str(_SECONDS),
            "MessageRetentionPeriod": "345600",
            "SqsManagedSseEnabled": "true",
            "VisibilityTimeout": "30",
        }
    }


def _table(asked: Asked) -> dict[str, Any]:
    name = asked.parameters["TableName"]
    return {
        "Table": {
            "TableName": name,
            "TableArn": asked.arn(f"table/{name}"),
            "TableStatus": "ACTIVE",
            "CreationDateTime": _SECONDS,
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "TableSizeBytes": 12345,
            "ItemCount": 10,
            "DeletionProtectionEnabled": True,
        }
    }


def _key(asked: Asked) -> dict[str, Any]:
    arn = asked.parameters["KeyId"]
    return {
        "KeyMetadata": {
            "KeyId": arn.rpartition("/")[2],
            "Arn": arn,
            "KeyManager": "CUSTOMER",
            "KeyState": "Enabled",
            "Origin": "AWS_KMS",
            "CreationDate": _SECONDS,
            "MultiRegion": False,
        }
    }


def _listed_key(asked: Asked, number: int) -> dict[str, str]:
    name = f"{identifier(asked.account, asked.region)}-0000-4000-8000-{number:012x}"
    return {"KeyId": name, "KeyArn": asked.arn(f"key/{name}")}


def _database(asked: Asked, number: int) -> dict[str, Any]:
    name = f"zaken-{number}"
    return {
        "DBInstanceIdentifier": name,
        "DBInstanceArn": asked.arn(f"db:{name}"),
        "DBInstanceClass": "db.m7g.large",
        "Engine": "postgres",
        "DBInstanceStatus": "available",
        "AllocatedStorage": 100,
        "AvailabilityZone": f"{asked.region}a",
        "BackupRetentionPeriod": 7,
        "MultiAZ": True,
        "StorageEncrypted": True,
        "PubliclyAccessible": False,
        "InstanceCreateTime": CREATED,
        "TagList": _pairs(),
    }


def _bucket(asked: Asked, number: int) -> dict[str, str]:
    return {
        "Name": f"bench-{asked.account}-{number}",
        "CreationDate": CREATED,
        "BucketRegion": REGIONS[number % len(REGIONS)],
    }


def _none(status: int, code: str) -> Answers:
    """The error that says that there is none."""
    return lambda asked: aws_errors.shaped(asked.request, status, code, "There is none.")


def _encryption(asked: Asked) -> Answer:
    del asked
    return Answer(200, _ENCRYPTION, {"Content-Type": "application/xml"})


def _tags_of_many(asked: Asked) -> dict[str, Any]:
    arns = asked.parameters.get("ResourceARNList") or ()
    return {"ResourceTagMappingList": [{"ResourceARN": arn, "Tags": _pairs()} for arn in arns]}


_NEXT = ("MaxResults", "NextToken", "NextToken")
_MARKER = ("MaxRecords", "Marker", "Marker")

#: By service and operation.
ANSWERS: dict[tuple[str, str], Answers] = {
    ("ec2", "DescribeInstances"): ec2_listing("DescribeInstances", "instance", "reservationSet", INSTANCE),
    ("ec2", "DescribeVolumes"): ec2_listing("DescribeVolumes", "volume", "volumeSet", VOLUME),
    ("ec2", "DescribeSnapshots"): ec2_listing("DescribeSnapshots", "snapshot", "snapshotSet", SNAPSHOT),
    ("lambda", "ListFunctions"): _listing(
        "function", "Functions", ("MaxItems", "Marker", "NextMarker"), 50, _function
    ),
    ("lambda", "ListTags"): _told(lambda _: {"Tags": dict(TAGS)}),
    ("logs", "DescribeLogGroups"): _listing(
        "log-group", "logGroups", ("limit", "nextToken", "nextToken"), 50, _group
    ),
    ("logs", "ListTagsForResource"): _told(lambda _: {"tags": dict(TAGS)}),
    ("sqs", "ListQueues"): _listing(
        "queue",
        "QueueUrls",
        _NEXT,
        1000,
        lambda asked, number: f"https://sqs.{asked.region}.amazonaws.com/{asked.account}/queue-{number}",
    ),
    ("sqs", "GetQueueAttributes"): _told(_queue),
    ("sqs", "ListQueueTags"): _told(lambda _: {"Tags": dict(TAGS)}),
    ("sns", "ListTopics"): _listing(
        "topic", "Topics", _NEXT, 100, lambda asked, number: {"TopicArn": asked.arn(f"topic-{number}")}
    ),
    ("sns", "ListTagsForResource"): _told(lambda _: {"Tags": _pairs()}),
    ("kms", "ListKeys"): _listing("key", "Keys", ("Limit", "Marker", "NextMarker"), 1000, _listed_key),
    ("kms", "DescribeKey"): _told(_key),
    ("kms", "ListResourceTags"): _told(lambda _: {"Tags": _pairs("TagKey", "TagValue")}),
    ("dynamodb", "ListTables"): _listing(
        "table",
        "TableNames",
        ("Limit", "ExclusiveStartTableName", "LastEvaluatedTableName"),
        100,
        lambda _, number: f"tabel-{number}",
    ),
    ("dynamodb", "DescribeTable"): _told(_table),
    ("dynamodb", "ListTagsOfResource"): _told(lambda _: {"Tags": _pairs()}),
    ("resourcegroupstaggingapi", "GetResources"): _told(_tags_of_many),
    ("securityhub", "DescribeHub"): _none(401, "InvalidAccessException"),
    ("rds", "DescribeDBInstances"): _listing("database", "DBInstances", _MARKER, 100, _database),
    ("s3", "ListBuckets"): _listing(
        "bucket", "Buckets", ("max-buckets", "continuation-token", "ContinuationToken"), 1000, _bucket
    ),
    ("s3", "GetBucketReplication"): _none(404, "ReplicationConfigurationNotFoundError"),
    ("s3", "GetBucketVersioning"): _told(lambda _: {"Status": "Enabled"}),
    ("s3", "GetBucketEncryption"): _encryption,
    ("s3", "GetBucketTagging"): _told(lambda _: {"TagSet": _pairs()}),
}
