"""Service control policies: read of an organization in the agent's own account, and where they point."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from connectors.aws.service_control import POLICIES
from connectors.aws.source import AwsSettings, AwsSource
from policy import ruleset
from tests.servers.aws_estate import IRELAND
from tests.servers.aws_reading import Reading, clean_aws_environment, read
from tests.servers.fault_proxy import FaultProxy
from tests.servers.moto_server import running_moto
from wolkenzicht.model import FindingKind, Holds, Operation, Outcome, Scope, Severity

OWN = "123456789012"
_POLICIES = Scope(OWN, "global", POLICIES.type)
_KEYS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}


def saying(effect: str, operator: str, *regions: str) -> str:
    """The content of a policy with a condition on the region that is asked for."""
    condition = {operator: {"aws:RequestedRegion": list(regions)}}
    statement = {"Effect": effect, "Action": "*", "Resource": "*", "Condition": condition}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """An organization with policies that leave Virginia, leave Ireland, deny Virginia, and act nowhere."""
    with clean_aws_environment(), running_moto() as moto:
        client = boto3.client("organizations", region_name=IRELAND, endpoint_url=moto, **_KEYS)
        client.create_organization(FeatureSet="ALL")
        root = client.list_roots()["Roots"][0]["Id"]
        client.create_account(Email="ander@example.nl", AccountName="ander")
        client.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
        for name, content in (
            ("buiten", saying("Deny", "StringNotEquals", "eu-central-1", "us-east-1")),
            ("binnen", saying("Deny", "StringNotEquals", "eu-central-1", "eu-west-1")),
            ("verboden", saying("Deny", "StringEquals", "us-east-1")),
            ("los", saying("Deny", "StringNotEquals", "us-east-1")),
        ):
            made = client.create_policy(
                Name=name, Description=name, Content=content, Type="SERVICE_CONTROL_POLICY"
            )["Policy"]["PolicySummary"]
            if name != "los":
                client.attach_policy(PolicyId=made["Id"], TargetId=root)
        yield moto


@pytest.fixture
def proxy(url: str) -> Iterator[FaultProxy]:
    """The organization behind a proxy that can refuse."""
    with FaultProxy(url) as made:
        yield made


def source_of(proxy: FaultProxy, **settings: Any) -> AwsSource:
    """The whole organization, its service control policies alone."""
    given: dict[str, Any] = {"accounts": "organization", "role_name": "lezer", "regions": (IRELAND,)}
    given |= {"kinds": (POLICIES.name,), "max_attempts": 1, "quota_share": 0.0, "endpoint_url": proxy.url}
    return AwsSource(AwsSettings(**given | settings))


def policies(proxy: FaultProxy) -> Reading:
    """The policies of the organization."""
    source = source_of(proxy)
    assert list(source.plan()) == [_POLICIES]
    return read(source, _POLICIES)


def test_a_policy_points_where_it_allows_by_name(proxy: FaultProxy) -> None:
    """The region that it leaves is a finding about the policy; AWS's own policy is not listed."""
    reading = policies(proxy)
    assert reading.outcome.outcome is Outcome.COMPLETE
    assets = {asset.name: asset for asset in reading.assets}
    assert set(assets) == {"buiten", "binnen", "verboden", "los"}
    assert {asset.holds for asset in assets.values()} == {Holds.METADATA}
    told = {
        name: [each.location for each in asset.locations if each.operation is Operation.REPLICATED]
        for name, asset in assets.items()
    }
    assert told == {
        "buiten": ["eu-central-1", "us-east-1"],
        "binnen": ["eu-central-1", "eu-west-1"],
        "verboden": [],
        "los": [],
    }
    rules = ruleset.load()
    found = {name: rules.findings(asset, rules.classify(asset)) for name, asset in assets.items()}
    assert {name: [(each.kind, each.severity) for each in drafts] for name, drafts in found.items()} == {
        "buiten": [(FindingKind.ABOUT_TO_LEAVE, Severity.MEDIUM)],
        "binnen": [],
        "verboden": [],
        "los": [],
    }
    assert found["buiten"][0].details == (("replicated", "us-east-1 (US)"),)


@pytest.mark.parametrize("accounts", [None, (OWN,)])
def test_an_account_by_itself_is_not_asked(proxy: FaultProxy, accounts: tuple[str, ...] | None) -> None:
    """A member may not see what holds for it: that is no blind spot of the member."""
    role = None if accounts is None else "lezer"
    assert list(source_of(proxy, accounts=accounts, role_name=role).plan()) == []


def test_a_delegated_administrator_tells_them_too(proxy: FaultProxy) -> None:
    """The policies are the management account's, and read in the account of whoever may."""
    delegated = "210987654321"
    arn = f"arn:aws:iam::{delegated}:user/agent"
    proxy.supply("sts", "GetCallerIdentity", {"Account": delegated, "Arn": arn, "UserId": "AIDA"})
    source = source_of(proxy)
    (scope,) = source.plan()
    assert scope == Scope(delegated, "global", POLICIES.type)
    assert [asset.account for asset in read(source, scope).assets] == [OWN] * 4


@pytest.mark.parametrize("operation", ["ListPolicies", "DescribePolicy", "ListTargetsForPolicy"])
def test_a_refusal_is_a_blind_spot(proxy: FaultProxy, operation: str) -> None:
    """Whatever is denied, the scope is not complete, and where a policy points is not known or as read."""
    proxy.deny("organizations", None, operation, permission=f"organizations:{operation}")
    reading = policies(proxy)
    assert (reading.outcome.outcome, reading.outcome.permission) == (
        Outcome.DENIED,
        f"organizations:{operation}",
    )
    named = {place.location for asset in reading.assets for place in asset.locations}
    assert ("" in named) == (operation == "DescribePolicy")
    assert ("eu-west-1" in named) == (operation == "ListTargetsForPolicy")


def test_throttling_and_a_broken_answer_are_blind_spots(proxy: FaultProxy) -> None:
    """Neither is an organization without policies."""
    proxy.throttle("organizations", None, "ListPolicies")
    assert policies(proxy).outcome.outcome is Outcome.THROTTLED
    proxy.clear()
    proxy.garble("organizations", None, "ListPolicies", body=b'{"broken": ')
    reading = policies(proxy)
    assert (reading.assets, reading.outcome.outcome) == ([], Outcome.FAILED)
