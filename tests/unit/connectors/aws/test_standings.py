"""How accounts stand at AWS: open or not, which regions are theirs, and in which partition."""

from __future__ import annotations

from collections.abc import Callable

from connectors.aws.source import AwsSource
from tests.servers.aws_estate import ACCOUNT, IRELAND, LONDON, VIRGINIA
from tests.servers.fault_proxy import FaultProxy
from wolkenzicht.model import AccountStanding, AccountState, Scope

MakeSource = Callable[..., AwsSource]

#: Every status that the SDK's model of ListRegions knows.
STATUSES = {
    IRELAND: "ENABLED_BY_DEFAULT",
    "eu-south-1": "ENABLED",
    "eu-south-2": "ENABLING",
    "me-south-1": "DISABLING",
    "af-south-1": "DISABLED",
}
ENABLED, OTHERS = ("eu-south-1", IRELAND), ("af-south-1", "eu-south-2", "me-south-1")
LISTED = {"Regions": [{"RegionName": name, "RegionOptStatus": each} for name, each in STATUSES.items()]}


def standings(source: AwsSource) -> dict[str, AccountStanding]:
    """How each account stands once the scopes are planned."""
    assert list(source.plan())
    return {each.account: each for each in source.standings()}


def test_nothing_is_known_before_the_plan(make_source: MakeSource) -> None:
    """Who has not asked does not say."""
    assert list(make_source().standings()) == []


def test_regions_by_status(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Those that answer, and all others that AWS names, whatever becomes of them."""
    proxy.supply("account", "ListRegions", LISTED)
    found = standings(make_source(regions=None, kinds=("sqs-queue",)))
    assert found == {ACCOUNT: AccountStanding(ACCOUNT, "aws", AccountState.ACTIVE, ENABLED, OTHERS)}


def test_regions_from_ec2(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Where ListRegions is denied, EC2 names those that are not opted in as well."""
    proxy.deny("account")
    (own,) = standings(make_source(regions=None, kinds=("sqs-queue",))).values()
    assert {IRELAND, LONDON, VIRGINIA} <= set(own.regions)
    assert own.other_regions
    assert set(own.regions).isdisjoint(own.other_regions)


def test_configured_regions_are_not_asked_for(make_source: MakeSource) -> None:
    """Regions that somebody wrote down are not said to be the account's."""
    found = standings(make_source(kinds=("sqs-queue",)))
    assert found == {ACCOUNT: AccountStanding(ACCOUNT, "aws", AccountState.ACTIVE)}


def test_states_of_an_organization(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Each of AWS's words for an account has one meaning; only open accounts have regions."""
    states = {
        "ACTIVE": AccountState.ACTIVE,
        "PENDING_ACTIVATION": AccountState.SUSPENDED,
        "SUSPENDED": AccountState.SUSPENDED,
        "PENDING_CLOSURE": AccountState.CLOSED,
        "CLOSED": AccountState.CLOSED,
    }
    accounts = [{"Id": f"{number:012}", "State": state} for number, state in enumerate(states, 1)]
    proxy.supply("organizations", "ListAccounts", {"Accounts": accounts})
    proxy.supply("account", "ListRegions", LISTED)
    found = standings(
        make_source(accounts="organization", role_name="lezer", regions=None, kinds=("sqs-queue",))
    )
    assert [found[each["Id"]].state for each in accounts] == list(states.values())
    assert {each.account: each.regions for each in found.values() if each.regions} == {
        ACCOUNT: ENABLED,
        accounts[0]["Id"]: ENABLED,
    }


def test_sovereign_partition_is_read_from_its_own_region(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Pinned to `aws-eusc`, nothing is asked in another partition's region."""
    arn = f"arn:aws-eusc:iam::{ACCOUNT}:user/agent"
    answer = {"Account": ACCOUNT, "Arn": arn, "UserId": "AIDA"}
    proxy.supply("sts", "GetCallerIdentity", answer)
    regions = [{"RegionName": "eusc-de-east-1", "RegionOptStatus": "ENABLED_BY_DEFAULT"}]
    proxy.supply("account", "ListRegions", {"Regions": regions})
    source = make_source(partition="aws-eusc", regions=None, kinds=("sqs-queue",))
    assert list(source.plan()) == [Scope(ACCOUNT, "eusc-de-east-1", "AWS::SQS::Queue")]
    assert {request.region for request in proxy.requests} == {"eusc-de-east-1"}
