"""What a check makes of permissions: one result for each, the worst of what was tried, denied ones first."""

from __future__ import annotations

import json

import pytest

from agent import reports
from agent.check import PermissionResult, check_source, results
from connectors.base import Gap, PermissionTried, ReadError, tried
from tests.servers.scripted_source import ScriptedSource
from wolkenzicht.model import DeniedBy, Outcome, Scope

QUEUES = Scope("111122223333", "eu-west-1", "AWS::SQS::Queue")
TABLES = Scope("111122223333", "eu-west-1", "AWS::DynamoDB::Table")
FUNCTIONS = Scope("111122223333", "eu-west-1", "AWS::Lambda::Function")
DENIED = Gap(Outcome.DENIED, "denied; allow it", "tag:GetTags", DeniedBy.SERVICE_CONTROL_POLICY)

TRIALS = (
    tried("sqs:ListQueues", QUEUES),
    tried("tag:GetTags", QUEUES),
    tried("tag:GetTags", TABLES, DENIED),
    tried("tag:GetTags", FUNCTIONS, DENIED),
    PermissionTried("lambda:GetFunction", FUNCTIONS, message="needs a resource"),
    PermissionTried("kms:DescribeKey", TABLES, message="needs a resource"),
    tried("kms:DescribeKey", QUEUES),
    tried("dynamodb:ListTables", TABLES, Gap(Outcome.THROTTLED, "slow down")),
    tried("drs:ListThem", TABLES, Gap(Outcome.UNSUPPORTED, "not offered here")),
)


def test_results_are_one_for_each_permission_with_what_hurts_first() -> None:
    """Denied for one type is denied; allowed for one is allowed where the others could not be tried."""
    found = results("aws", TRIALS)

    assert [(each.permission, each.outcome) for each in found] == [
        ("tag:GetTags", Outcome.DENIED),
        ("dynamodb:ListTables", Outcome.THROTTLED),
        ("lambda:GetFunction", None),
        ("drs:ListThem", Outcome.UNSUPPORTED),
        ("kms:DescribeKey", Outcome.COMPLETE),
        ("sqs:ListQueues", Outcome.COMPLETE),
    ]
    assert found[0] == PermissionResult(
        "aws",
        "tag:GetTags",
        Outcome.DENIED,
        DeniedBy.SERVICE_CONTROL_POLICY,
        (TABLES, FUNCTIONS),
        "denied; allow it",
    )


def test_where_no_permission_is_needed_each_scope_is_told() -> None:
    """A file that works and one that does not are two rows."""
    trials = [tried("", QUEUES), tried("", TABLES, Gap(Outcome.FAILED, "no such file"))]

    assert [(each.scopes, each.outcome) for each in results("odc-csv", trials)] == [
        ((TABLES,), Outcome.FAILED),
        ((QUEUES,), Outcome.COMPLETE),
    ]


def test_a_source_that_fails_is_told_beside_what_it_said() -> None:
    """Credentials that are refused end its check; what came before stays."""
    refused = ReadError(Gap(Outcome.FAILED, "credentials are refused"))

    assert list(check_source(ScriptedSource({}, trials=TRIALS[:1], check_error=refused))) == [
        TRIALS[0],
        PermissionTried("", Scope("-", "-", "aws"), Outcome.FAILED, None, "credentials are refused"),
    ]


@pytest.mark.parametrize(
    ("trials", "closing"),
    [
        (TRIALS, "aws: 1 of 3 permissions would be denied; 3 more could not be tried"),
        (TRIALS[:1], "aws: 0 of 1 permissions would be denied"),
        (TRIALS[4:5], "aws: 0 of 0 permissions would be denied; 1 more could not be tried"),
    ],
)
def test_the_table_ends_with_what_matters(trials: tuple[PermissionTried, ...], closing: str) -> None:
    """How many would be denied of those that answered, and how many were not asked."""
    heading, *_, last = reports.checked([], results("aws", trials), "table").splitlines()

    assert heading.split() == ["part", "permission", "outcome", "denied_by", "where", "message"]
    assert last == closing


def test_programs_get_words_that_stay() -> None:
    """JSON has the contract's own words, and of several scopes the first."""
    found = json.loads(reports.checked([], results("aws", TRIALS), "json"))

    assert found[0] == {
        "part": "aws",
        "permission": "tag:GetTags",
        "outcome": "denied",
        "denied_by": "service_control_policy",
        "where": "111122223333/eu-west-1/AWS::DynamoDB::Table and 1 more",
        "message": "denied; allow it",
    }
    assert [each["outcome"] for each in found[1:]] == [
        "throttled",
        "not_tried",
        "unsupported",
        "allowed",
        "allowed",
    ]
