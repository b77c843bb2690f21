"""What the connector holds to be known of AWS's inventories, checked against AWS's own lists."""

from __future__ import annotations

import pytest

from connectors.aws.facts_files import rows
from connectors.aws.inventory import reading
from connectors.aws.inventory.types import Arn, type_of
from connectors.aws.kind import GLOBAL, Call
from connectors.aws.kinds import KINDS
from connectors.aws.not_read import NOT_READ
from tests.servers.aws_requests import model
from wolkenzicht.model import Holds

_ROWS = rows("inventory_types.csv")
_CALLS = [(service, call) for service, calls in reading.CALLS.items() for call in calls]


def test_every_kind_has_one_row() -> None:
    """Whether the inventories list it, and under which ARN, is said of each type that is read in depth."""
    named = [row["type"] for row in _ROWS]
    assert sorted(kind.type for kind in KINDS) == sorted(each for each in named if each in set(_kinds()))
    assert len(set(named)) == len(named)


def test_content_that_no_kind_reads_is_content() -> None:
    """A type that is known to hold content counts as such when an inventory lists it."""
    held = {row["type"] for row in _ROWS if row["holds"] == Holds.CONTENT}
    assert {type_ for type_, _ in NOT_READ} <= held


def test_types_of_config_are_its_own() -> None:
    """A type that Config is said to record is one that the SDK's model of it names."""
    recorded = set(model("config").shape_for("ResourceType").enum)
    assert [row["type"] for row in _ROWS if row["config"] and row["type"] not in recorded] == []


def test_absence_has_a_reason() -> None:
    """Each row has its source; one without an ARN says why, and nothing is covered without an ARN."""
    assert [row["type"] for row in _ROWS if not row["source"]] == []
    without = [row for row in _ROWS if not row["arn"]]
    assert [row["type"] for row in without if not row["note"] or row["explorer"] or row["config"]] == []


def test_rows_know_which_types_have_no_region() -> None:
    """What has no region is covered by other rules than what has one."""
    everywhere = {row["type"] for row in _ROWS if row["home"] == GLOBAL}
    buckets = {"AWS::S3::Bucket", "AWS::S3::MultiRegionAccessPoint", "AWS::Notifications::NotificationHub"}
    assert everywhere == {kind.type for kind in KINDS if kind.scope == GLOBAL} - buckets


@pytest.mark.parametrize(
    ("arn", "type_name"),
    [
        ("arn:aws:s3:::bucket", "AWS::S3::Bucket"),
        ("arn:aws:s3:::bucket/key", None),
        ("arn:aws:dynamodb:eu-west-1:1:table/t", "AWS::DynamoDB::Table"),
        ("arn:aws:dynamodb:eu-west-1:1:table/t/backup/b", None),
        ("arn:aws:dynamodb:eu-west-1:1:table/t/stream/s", None),
        ("arn:aws:lambda:eu-west-1:1:function:f", "AWS::Lambda::Function"),
        ("arn:aws:lambda:eu-west-1:1:function:f:3", None),
        ("arn:aws:sns:eu-west-1:1:topic", "AWS::SNS::Topic"),
        ("arn:aws:sns:eu-west-1:1:topic:6f1c", None),
        ("arn:aws:logs:eu-west-1:1:log-group:/a/b", "AWS::Logs::LogGroup"),
        ("arn:aws:logs:eu-west-1:1:log-group:/a/b:log-stream:s", None),
        ("arn:aws:globalaccelerator::1:accelerator/a/listener/l", None),
        ("arn:aws:iam::1:role/aws-service-role/x.amazonaws.com/y", "AWS::IAM::Role"),
        ("arn:aws:elasticache:eu-west-1:1:cluster:c", "elasticache:cluster"),
        ("arn:aws:wafv2:eu-west-1:1:regional/webacl/a/b", "wafv2:regional/webacl"),
    ],
)
def test_type_of_an_arn(arn: str, type_name: str | None) -> None:
    """Parts of a resource are no resource of its type."""
    told = Arn.of(arn)
    assert told is not None
    found = type_of(told)
    assert (found.type if found else None) == type_name


@pytest.mark.parametrize("text", ["", "vol-1", "arn:aws:ec2:eu-west-1", "arn:aws::eu-west-1:1:x"])
def test_what_is_no_arn(text: str) -> None:
    """Anything else is told from an ARN."""
    assert Arn.of(text) is None


@pytest.mark.parametrize(("service", "call"), _CALLS, ids=[call.operation for _, call in _CALLS])
def test_calls_exist_and_page(service: str, call: Call) -> None:
    """Every call is an operation of the service that reads, and names the list it pages over."""
    output = model(service).operation_model(call.operation).output_shape
    assert call.items in {"", *output.members}
    assert call.operation.startswith(("List", "Get", "Describe", "Search", "Select"))


def _kinds() -> list[str]:
    return [kind.type for kind in KINDS]
