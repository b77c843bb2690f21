"""All accounts of an organization: roles, refusals, suspended accounts, regions of each, and memory."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import boto3
import botocore.session
import psutil
import pytest
import time_machine

from connectors.aws.accounts import TOGETHER
from connectors.aws.source import AwsSettings, AwsSource
from connectors.base import ReadError
from tests.servers.aws_accelerators import supply_accelerators
from tests.servers.aws_estate import IRELAND, LONDON
from tests.servers.aws_reading import Reading, clean_aws_environment, read
from tests.servers.aws_trust import guard_roles
from tests.servers.fault_proxy import FaultProxy
from tests.servers.moto_server import running_moto
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Asset, DeniedBy, Outcome, Scope

OWN = "123456789012"
ROLE, EXTERNAL_ID = "audit/lezer", "dienst-2026"
QUEUE, ROLES = "AWS::SQS::Queue", "AWS::IAM::Role"


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization in an API server: the management account and three more."""

    url: str
    open: str
    suspended: str
    roleless: str

    @property
    def trusted(self) -> dict[str, str]:
        """The roles that exist, with their external id; the suspended account has one too."""
        return {f"arn:aws:iam::{each}:role/{ROLE}": EXTERNAL_ID for each in (self.open, self.suspended)}


@pytest.fixture(scope="module")
def organization() -> Iterator[Organization]:
    """Four accounts, each but the suspended one with a queue called after it."""
    with clean_aws_environment(), running_moto() as url:
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        where = {"region_name": IRELAND, "endpoint_url": url}
        organizations = boto3.client("organizations", **keys, **where)
        organizations.create_organization(FeatureSet="ALL")
        made = []
        for name in ("open", "dicht", "zonder-rol"):
            status = organizations.create_account(Email=f"{name}@example.nl", AccountName=name)
            made.append(status["CreateAccountStatus"]["AccountId"])
        organizations.close_account(AccountId=made[1])
        boto3.client("sqs", **keys, **where).create_queue(QueueName=f"q-{OWN}")
        for account in (made[0], made[2]):
            given = boto3.client("sts", **keys, **where).assume_role(
                RoleArn=f"arn:aws:iam::{account}:role/maker", RoleSessionName="maker"
            )["Credentials"]
            boto3.client(
                "sqs",
                aws_access_key_id=given["AccessKeyId"],
                aws_secret_access_key=given["SecretAccessKey"],
                aws_session_token=given["SessionToken"],
                **where,
            ).create_queue(QueueName=f"q-{account}")
        yield Organization(url, *made)


@pytest.fixture
def proxy(organization: Organization) -> Iterator[FaultProxy]:
    """The API server behind a proxy that lets only trusted roles be assumed."""
    with FaultProxy(organization.url) as fault_proxy:
        guard_roles(fault_proxy, organization.trusted)
        supply_accelerators(fault_proxy)
        yield fault_proxy


MakeSource = Callable[..., AwsSource]


@pytest.fixture
def make_source(proxy: FaultProxy) -> MakeSource:
    """Make a source of the whole organization, by default of its queues in two regions."""

    def make(**changes: object) -> AwsSource:
        settings: dict[str, object] = {
            "accounts": "organization",
            "role_name": ROLE,
            "external_id": EXTERNAL_ID,
            "regions": (IRELAND, LONDON),
            "kinds": ("sqs-queue",),
            "max_attempts": 1,
            "quota_share": 0.0,
            "endpoint_url": proxy.url,
        }
        return AwsSource(AwsSettings(**settings | changes))  # type: ignore[arg-type]  # checked by what uses it

    return make


def scan(source: AwsSource) -> dict[Scope, Reading]:
    """Plan and read everything."""
    return {scope: read(source, scope) for scope in list(source.plan())}


def regions_of(*enabled: str) -> dict[str, list[dict[str, str]]]:
    """ListRegions' answer: these, one of which is enabled by default, and one that is not."""
    first, *others = enabled
    found = [{"RegionName": first, "RegionOptStatus": "ENABLED_BY_DEFAULT"}]
    found += [{"RegionName": each, "RegionOptStatus": "ENABLED"} for each in others]
    return {"Regions": [*found, {"RegionName": "me-south-1", "RegionOptStatus": "DISABLED"}]}


def test_every_account_of_the_organization_is_planned(
    make_source: MakeSource, organization: Organization
) -> None:
    """The agent's own account first, the others region by region with it; suspended ones are not left out."""
    planned = list(make_source().plan())
    accounts = list(dict.fromkeys(scope.account for scope in planned))
    assert accounts[0] == OWN
    assert set(accounts) == {OWN, organization.open, organization.suspended, organization.roleless}
    assert planned == [Scope(account, region, QUEUE) for region in (IRELAND, LONDON) for account in accounts]


def test_each_account_ends_as_it_must(make_source: MakeSource, organization: Organization) -> None:
    """Read through its role; or not enabled; or denied; each scope with an outcome and what to do."""
    readings = scan(make_source())
    outcomes = {(scope.account, each.outcome.outcome) for scope, each in readings.items()}
    assert outcomes == {
        (OWN, Outcome.COMPLETE),
        (organization.open, Outcome.COMPLETE),
        (organization.suspended, Outcome.FAILED),
        (organization.roleless, Outcome.DENIED),
    }
    names = {asset.name: asset.account for each in readings.values() for asset in each.assets}
    assert names == {f"q-{OWN}": OWN, f"q-{organization.open}": organization.open}
    suspended = readings[Scope(organization.suspended, IRELAND, QUEUE)].outcome
    assert suspended.message.startswith(f"account {organization.suspended} is SUSPENDED")
    denied = readings[Scope(organization.roleless, LONDON, QUEUE)].outcome
    assert (denied.permission, denied.denied_by) == ("sts:AssumeRole", DeniedBy.NOT_TOLD)
    assert "audit/lezer exists there, trusts the agent and has this external id" in denied.message
    assert "\n" not in denied.message


def test_a_refused_account_costs_one_call(
    make_source: MakeSource, organization: Organization, proxy: FaultProxy
) -> None:
    """However many scopes the account has, its role is asked for once, also by many threads at once."""
    source = make_source(kinds=None)
    scopes = [scope for scope in source.plan() if scope.account == organization.roleless]
    assert len(scopes) > 50
    proxy.requests.clear()
    with ThreadPoolExecutor(8) as pool:
        outcomes = {each.outcome.outcome for each in pool.map(lambda scope: read(source, scope), scopes)}
    assert outcomes == {Outcome.DENIED}
    assert [request.operation for request in proxy.requests] == ["AssumeRole"]


def test_a_refusal_is_asked_again_at_the_next_scan(
    make_source: MakeSource, organization: Organization, proxy: FaultProxy
) -> None:
    """Once the role is there, the account is read; nothing has to be started anew."""
    source = make_source()
    scope = Scope(organization.roleless, IRELAND, QUEUE)
    assert scan(source)[scope].outcome.outcome is Outcome.DENIED
    proxy.clear()
    assert scan(source)[scope].outcome.outcome is Outcome.COMPLETE


def test_a_wrong_external_id_is_denied(make_source: MakeSource, organization: Organization) -> None:
    """The role is there, but not for whoever does not know the external id."""
    for external_id in ("dienst-2025", None):
        readings = scan(make_source(external_id=external_id))
        outcome = readings[Scope(organization.open, IRELAND, QUEUE)].outcome
        assert (outcome.outcome, outcome.permission) == (Outcome.DENIED, "sts:AssumeRole")


def test_credentials_are_renewed_before_they_expire(
    make_source: MakeSource, organization: Organization, proxy: FaultProxy
) -> None:
    """A scan that takes an hour assumes the role again; one that may not any more ends denied."""
    source = make_source()
    scope = Scope(organization.open, IRELAND, QUEUE)
    list(source.plan())

    def assumed() -> int:
        return sum(request.operation == "AssumeRole" for request in proxy.requests)

    assert read(source, scope).outcome.outcome is Outcome.COMPLETE
    assert read(source, scope).outcome.outcome is Outcome.COMPLETE
    assert assumed() == 1
    # The API server gives credentials for an hour, by its own clock.
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=55)):
        assert read(source, scope).outcome.outcome is Outcome.COMPLETE
        assert assumed() > 1
        proxy.clear()
        guard_roles(proxy, {})
        outcome = read(source, scope).outcome
    assert (outcome.outcome, outcome.permission) == (Outcome.DENIED, "sts:AssumeRole")
    assert outcome.message.startswith("sts AssumeRole in eu-west-1")


def test_what_denied_the_role_is_told(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A service control policy that keeps the agent out is named."""
    proxy.clear()
    proxy.deny("sts", None, "AssumeRole", because="with an explicit deny in a service control policy")
    readings = [each.outcome for each in scan(make_source()).values()]
    denied = [each for each in readings if each.outcome is Outcome.DENIED]
    assert {each.denied_by for each in denied} == {DeniedBy.SERVICE_CONTROL_POLICY}
    assert len(denied) == 4


def test_accounts_can_be_named(
    make_source: MakeSource, organization: Organization, proxy: FaultProxy
) -> None:
    """A list is read without asking the organization; the agent's own account needs no role."""
    readings = scan(make_source(accounts=(organization.open, OWN), regions=(IRELAND,)))
    assert {scope.account: each.outcome.outcome for scope, each in readings.items()} == {
        OWN: Outcome.COMPLETE,
        organization.open: Outcome.COMPLETE,
    }
    assert "organizations" not in {request.service for request in proxy.requests}


def test_a_refused_list_of_accounts_shows(make_source: MakeSource, proxy: FaultProxy) -> None:
    """The agent's own account is planned, and then the plan ends with what is missing."""
    proxy.deny("organizations")
    plan = make_source().plan()
    assert [next(plan).account, next(plan).account] == [OWN, OWN]
    with pytest.raises(ReadError) as caught:
        next(plan)
    assert caught.value.gap.outcome is Outcome.DENIED
    assert caught.value.gap.permission == "organizations:ListAccounts"


def test_the_plan_is_a_stream(make_source: MakeSource, proxy: FaultProxy) -> None:
    """The scopes of some accounts come before the next ones are asked for anything."""
    numbers = [f"{number:012}" for number in range(1, 3 * TOGETHER)]
    proxy.supply(
        "organizations", "ListAccounts", {"Accounts": [{"Id": each, "State": "ACTIVE"} for each in numbers]}
    )
    proxy.supply("account", "ListRegions", regions_of(IRELAND))
    plan = make_source(regions=None).plan()
    next(plan)
    assumed = [request for request in proxy.requests if request.operation == "AssumeRole"]
    assert len(assumed) == TOGETHER - 1


def test_each_account_has_its_own_regions(
    make_source: MakeSource, organization: Organization, proxy: FaultProxy
) -> None:
    """Regions come from the account itself, also those that no catalogue has; the others are not planned."""
    proxy.supply("account", "ListRegions", regions_of(IRELAND, "nl-noord-1"))
    planned = list(make_source(regions=None).plan())
    found = {scope.location for scope in planned if scope.account == organization.open}
    assert found == {IRELAND, "nl-noord-1"}
    asked = {request.region for request in proxy.requests if request.service == "account"}
    assert asked == {"us-east-1"}
    keys = [request.key for request in proxy.requests if request.service == "account"]
    assert len(set(keys)) == len(keys) == 2


def test_a_region_without_a_catalogue_row_is_read(make_source: MakeSource, proxy: FaultProxy) -> None:
    """What is new at AWS is looked into; policy says that its place is unknown."""
    source = make_source(accounts=None, role_name=None, external_id=None, regions=("nl-noord-1",))
    proxy.supply("sqs", "ListQueues", {"QueueUrls": [f"https://sqs.nl-noord-1.example/{OWN}/nieuw"]})
    proxy.supply("sqs", "GetQueueAttributes", {"Attributes": {}})
    proxy.supply("sqs", "ListQueueTags", {})
    (reading,) = scan(source).values()
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert [asset.location for asset in reading.assets] == ["nl-noord-1"]


def test_refused_list_of_regions_falls_back_and_says_so(
    make_source: MakeSource, proxy: FaultProxy, caplog: pytest.LogCaptureFixture
) -> None:
    """Where account:ListRegions is denied EC2 is asked, and the log names the permission."""
    proxy.deny("account")
    with caplog.at_level(logging.WARNING):
        planned = list(make_source(regions=None, accounts=None, role_name=None, external_id=None).plan())
    assert {IRELAND, LONDON} <= {scope.location for scope in planned}
    assert "me-south-1" not in {scope.location for scope in planned}
    told = [record for record in caplog.records if record.message == "aws.regions_from_ec2"]
    assert len(told) == 1
    assert "account:ListRegions is denied" in str(told[0].__dict__)


def test_an_account_without_any_list_of_regions_is_a_blind_spot(
    make_source: MakeSource, organization: Organization, proxy: FaultProxy
) -> None:
    """Its scopes are those that it is likely to have, and each ends with what is missing."""
    source = make_source(regions=None)
    proxy.supply("account", "ListRegions", regions_of(IRELAND, LONDON))
    first = scan(source)
    assert {scope.location for scope in first} == {IRELAND, LONDON}
    proxy.clear()
    guard_roles(proxy, organization.trusted)
    proxy.deny("account")
    proxy.deny("ec2", None, "DescribeRegions", after=1)  # the agent's own account may ask
    readings = {scope: each for scope, each in scan(source).items() if scope.account == organization.open}
    assert {scope.location for scope in readings} == {IRELAND, LONDON}
    assert {each.outcome.permission for each in readings.values()} == {"ec2:DescribeRegions"}
    assert {each.outcome.outcome for each in readings.values()} == {Outcome.DENIED}


def test_another_partition_is_refused(make_source: MakeSource) -> None:
    """A partition other than the configured one is an error, not an organization without accounts."""
    with pytest.raises(ReadError, match="partition aws, but the source is configured for aws-eusc"):
        list(make_source(partition="aws-eusc").plan())


def test_what_another_account_shares_is_its_own(
    make_source: MakeSource, organization: Organization, proxy: FaultProxy
) -> None:
    """A snapshot seen from two accounts is one asset of its owner; an outsider's keeps its owner's number."""
    outsider = "999988887777"
    asset = f"arn:aws:rds:{IRELAND}:{{}}:cluster-snapshot:gedeeld"
    source = make_source(kinds=("rds-cluster-snapshot",), regions=(IRELAND,))
    listed = [
        f"<DBClusterSnapshot><DBClusterSnapshotArn>{asset.format(owner)}</DBClusterSnapshotArn>"
        "<DBClusterSnapshotIdentifier>gedeeld</DBClusterSnapshotIdentifier></DBClusterSnapshot>"
        for owner in (OWN, outsider)
    ]
    proxy.garble(
        "rds",
        body=(
            "<DescribeDBClusterSnapshotsResponse><DescribeDBClusterSnapshotsResult><DBClusterSnapshots>"
            f"{''.join(listed)}"
            "</DBClusterSnapshots></DescribeDBClusterSnapshotsResult></DescribeDBClusterSnapshotsResponse>"
        ).encode(),
    )
    readings = {scope.account: each.assets for scope, each in scan(source).items()}

    def owners(assets: list[Asset]) -> list[tuple[str, str]]:
        return sorted((each.account, each.asset_id) for each in assets)

    theirs = (outsider, asset.format(outsider))
    assert owners(readings[OWN]) == [(OWN, asset.format(OWN)), theirs]
    assert owners(readings[organization.open]) == [theirs]


def test_sessions_are_let_go(make_source: MakeSource, organization: Organization, proxy: FaultProxy) -> None:
    """Two hundred accounts are planned with one session of the SDK's for all of them, and little memory."""
    accounts = [f"{number:012}" for number in range(200)]
    members = [{"Id": each, "State": "ACTIVE"} for each in accounts]
    proxy.clear()
    proxy.supply("organizations", "ListAccounts", {"Accounts": members})
    proxy.supply("account", "ListRegions", regions_of(IRELAND, LONDON))
    source = make_source(regions=None)
    plan = source.plan()
    for _ in range(40):
        next(plan)
    before = psutil.Process().memory_info().rss
    assert 40 + sum(1 for _ in plan) == 201 * 2
    after = psutil.Process().memory_info().rss
    gc.collect()
    alive = sum(isinstance(each, botocore.session.Session) for each in gc.get_objects())
    assert alive <= 8
    assert len(source._accounts._sessions) <= 2 * TOGETHER
    assert source._clients == {}
    assert after - before < 32 * 1024 * 1024


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"accounts": ()}, "accounts: the list is empty"),
        ({"accounts": ("12345",)}, "accounts: '12345' is no account number; write its twelve digits"),
        ({"accounts": (OWN, OWN)}, f"accounts: {OWN} is there twice"),
        ({"accounts": "everything"}, "accounts: 'everything' is not known"),
        ({"role_name": None}, "role_name: is missing"),
        ({"role_name": "a role"}, "role_name: AWS does not allow this text"),
        ({"external_id": "x"}, "external_id: AWS does not allow this text"),
        ({"role_session_name": "x"}, "role_session_name: AWS does not allow this text"),
        ({"accounts": None}, "role_name: has no use without accounts"),
        ({"quota_share": 1.5}, "quota_share: 1.5 is no share"),
    ],
)
def test_wrong_settings_are_refused(
    make_source: MakeSource, changes: dict[str, object], message: str
) -> None:
    """Each mistake is told by its key, before anything is called."""
    with pytest.raises(ConfigurationError) as caught:
        make_source(**changes)
    assert str(caught.value).startswith(message)


def test_check_tries_every_role(make_source: MakeSource, organization: Organization) -> None:
    """The check tries every permission in the agent's own account, and makes one call in each other."""
    trials = list(make_source().check())
    own = [each.permission for each in trials if each.scope.account == OWN]
    assert own == ["sqs:ListQueues", "sqs:GetQueueAttributes", "sqs:ListQueueTags"]
    others = [each for each in trials if each.scope.account != OWN]
    assert len({each.scope for each in others}) == len(others)
    assert {each.scope.account: each.outcome for each in others} == {
        organization.open: Outcome.COMPLETE,
        organization.suspended: Outcome.FAILED,
        organization.roleless: Outcome.DENIED,
    }
