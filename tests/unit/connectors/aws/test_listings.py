"""Listings that need more than asking once: page tokens, nested listings, buckets that others name."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from connectors.aws import s3_access_points
from connectors.aws.client import ServiceClient
from connectors.aws.limits import Limits
from connectors.aws.session import own_session
from connectors.aws.source import AwsSource
from connectors.base import ReadError
from tests.servers import aws_errors
from tests.servers.aws_answers import recorded, supply_recorded
from tests.servers.aws_errors import Answer
from tests.servers.aws_estate import ACCOUNT, IRELAND, LONDON
from tests.servers.aws_reading import Reading, read
from tests.servers.aws_requests import AwsRequest
from tests.servers.fault_proxy import FaultProxy
from wolkenzicht.model import Certainty, Outcome, Scope

MakeSource = Callable[..., AwsSource]


@pytest.fixture
def proxy(proxy: FaultProxy) -> FaultProxy:
    """The proxy with no answers of its own yet."""
    proxy.clear()
    return proxy


def reading(source: AwsSource, type_name: str, location: str = IRELAND) -> Reading:
    """What the scope of the type gives."""
    return read(source, Scope(ACCOUNT, location, type_name))


def asked(body: bytes) -> dict[str, str]:
    """The parameters of a JSON request."""
    found: dict[str, str] = json.loads(body or b"{}")
    return found


def test_pages_by_token_are_all_read(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A listing that the SDK has no paginator for is followed by its own token to the end."""
    first, second = (
        {"EventDataStoreArn": f"arn:aws:cloudtrail:{IRELAND}:{ACCOUNT}:eventdatastore/{name}", "Name": name}
        for name in ("een", "twee")
    )

    def is_second(request: AwsRequest) -> bool:
        return request.operation == "ListEventDataStores" and asked(request.body).get("NextToken") == "verder"

    proxy.fault(_answer("cloudtrail", "ListEventDataStores", {"EventDataStores": [second]}), when=is_second)
    proxy.supply("cloudtrail", "ListEventDataStores", {"EventDataStores": [first], "NextToken": "verder"})
    supply_recorded(proxy)
    found = reading(make_source(), "AWS::CloudTrail::EventDataStore")
    assert [asset.name for asset in found.assets] == ["een", "twee"]
    assert found.outcome.outcome is Outcome.COMPLETE


def _answer(service: str, operation: str, answer: dict[str, object]) -> Callable[[AwsRequest], Answer]:
    made = aws_errors.supplied(service, operation, answer)
    return lambda _: made


def test_access_points_exist_in_one_partition_only() -> None:
    """Elsewhere the listing is unsupported, and nothing is asked."""
    session = own_session(
        partition="aws-cn", region=None, max_attempts=1, endpoint_url=None, limits=Limits(0), operations={}
    )
    client = ServiceClient(session, "s3control", "cn-north-1")
    scope = Scope(ACCOUNT, "global", "AWS::S3::MultiRegionAccessPoint")
    with pytest.raises(ReadError) as raised:
        next(s3_access_points.fetch(client, scope))
    client.close()
    assert raised.value.gap.outcome is Outcome.UNSUPPORTED


def test_denied_vault_does_not_hide_the_next(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A vault whose own policy denies leaves a gap; the recovery points of the others are read."""
    vaults = [
        {"BackupVaultName": name, "BackupVaultArn": f"arn:aws:backup:{IRELAND}:{ACCOUNT}:backup-vault:{name}"}
        for name in ("dicht", "open")
    ]
    operation = "ListRecoveryPointsByBackupVault"
    proxy.deny("backup", None, operation, permission=f"backup:{operation}", times=1)
    proxy.supply("backup", "ListBackupVaults", {"BackupVaultList": vaults})
    supply_recorded(proxy)
    found = reading(make_source(), "AWS::Backup::RecoveryPoint")
    assert [asset.name for asset in found.assets] == ["dossiers"]
    assert found.outcome.outcome is Outcome.DENIED
    assert found.outcome.permission == f"backup:{operation}"


def test_trail_to_a_bucket_that_is_gone(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A bucket that cannot be found leaves the place of the events unknown, and a gap that names it."""
    answer = recorded()["cloudtrail", "DescribeTrails"]
    trail = answer["trailList"][0] | {"S3BucketName": "verdwenen"}
    del trail["CloudWatchLogsLogGroupArn"]
    proxy.supply("cloudtrail", "DescribeTrails", {"trailList": [trail]})
    supply_recorded(proxy)
    found = reading(make_source(), "AWS::CloudTrail::Trail")
    (place,) = found.assets[0].locations
    assert (place.location, place.certainty) == ("", Certainty.UNKNOWN)
    assert found.outcome.outcome is Outcome.FAILED
    assert "verdwenen" in found.outcome.message


def test_trail_of_the_organisation_is_its_owners(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A trail that a member account sees belongs to the account in its ARN."""
    answer = recorded()["cloudtrail", "DescribeTrails"]
    arn = f"arn:aws:cloudtrail:{IRELAND}:210987654321:trail/toezicht"
    proxy.supply("cloudtrail", "DescribeTrails", {"trailList": [answer["trailList"][0] | {"TrailARN": arn}]})
    supply_recorded(proxy)
    found = reading(make_source(), "AWS::CloudTrail::Trail")
    assert [(asset.asset_id, asset.account) for asset in found.assets] == [(arn, "210987654321")]


def test_workgroup_that_aws_made_tells_nothing(make_source: MakeSource, proxy: FaultProxy) -> None:
    """The workgroup of every region is left out while no bucket is set for its results."""
    proxy.supply("athena", "ListWorkGroups", {"WorkGroups": [{"Name": "primary"}]})
    proxy.supply("athena", "GetWorkGroup", {"WorkGroup": {"Name": "primary", "Configuration": {}}})
    supply_recorded(proxy)
    found = reading(make_source(), "AWS::Athena::WorkGroup")
    assert (found.assets, found.outcome.outcome) == ([], Outcome.COMPLETE)


def test_global_cluster_is_told_once(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Every region of a global cluster lists it; its writer's tells it, and of an empty one none does."""
    supply_recorded(proxy)
    source = make_source()
    told = [
        [asset.name for asset in reading(source, "AWS::RDS::GlobalCluster", region).assets]
        for region in (IRELAND, LONDON)
    ]
    assert told == [["wereld"], []]


def test_region_without_security_hub_is_complete(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Where Security Hub is not used there is nothing, which is no refusal."""
    proxy.error(403, "InvalidAccessException", "not subscribed", "securityhub", operation="DescribeHub")
    found = reading(make_source(), "AWS::SecurityHub::Hub")
    assert (found.assets, found.outcome.outcome) == ([], Outcome.COMPLETE)
