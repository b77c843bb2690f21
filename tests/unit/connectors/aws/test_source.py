"""Planning an AWS account: regions, partition, groups, settings and the quick check."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import boto3
import pytest

from connectors.aws.kinds import KINDS
from connectors.aws.source import AwsSettings, AwsSource
from connectors.base import INVENTORY, PermissionTried, ReadError, Source
from tests.servers.aws_estate import ACCOUNT, IRELAND, LONDON
from tests.servers.aws_reading import read
from tests.servers.fault_proxy import FaultProxy
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import DeniedBy, Outcome, Scope

MakeSource = Callable[..., AwsSource]
BUCKETS = Scope(ACCOUNT, "global", "AWS::S3::Bucket")
QUEUES = Scope(ACCOUNT, IRELAND, "AWS::SQS::Queue")


def test_is_a_source(make_source: MakeSource) -> None:
    """The AWS source keeps the contract that the agent relies on."""
    source: Source = make_source()
    assert source.connector == "aws"


def test_plan_has_one_scope_per_kind_and_region(make_source: MakeSource) -> None:
    """Regional kinds are planned for each configured region, global ones once."""
    planned = list(make_source().plan())
    expected = [
        Scope(ACCOUNT, location, kind.type)
        for kind in KINDS
        if not kind.of_organization
        for location in (("global",) if kind.scope == "global" else (IRELAND, LONDON))
    ]
    expected.append(Scope(ACCOUNT, "global", INVENTORY))
    assert planned == expected


def test_plan_leaves_out_regions_that_are_not_enabled(make_source: MakeSource, moto_url: str) -> None:
    """Without configured regions the enabled ones are planned, and the opt-in ones are not."""
    planned = {scope.location for scope in make_source(regions=None, kinds=("sqs-queue",)).plan()}
    regions = boto3.client("ec2", region_name=IRELAND, endpoint_url=moto_url).describe_regions(
        AllRegions=True
    )
    by_status: dict[str, set[str]] = {}
    for each in regions["Regions"]:
        by_status.setdefault(each["OptInStatus"], set()).add(each["RegionName"])
    assert planned == by_status["opt-in-not-required"] | by_status.get("opted-in", set())
    assert planned.isdisjoint(by_status["not-opted-in"])
    assert by_status["not-opted-in"]


def test_environment_names_the_endpoint(
    make_source: MakeSource, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AWS_ENDPOINT_URL is honoured where the settings name no endpoint."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
    reading = read(make_source(endpoint_url=None), QUEUES)
    assert [asset.name for asset in reading.assets] == ["wachtrij"]


def test_other_partition_is_refused(make_source: MakeSource) -> None:
    """Credentials of another partition than the configured one stop the plan with a remedy."""
    with pytest.raises(ReadError) as caught:
        list(make_source(partition="aws-eusc", regions=(IRELAND,)).plan())
    assert caught.value.gap.outcome is Outcome.FAILED
    assert "partition aws, but the source is configured for aws-eusc" in str(caught.value)


def test_refused_credentials_stop_the_plan(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Expired credentials end the plan with what to do, and without repeating them."""
    proxy.error(403, "ExpiredToken", "The token ASIAIOSFODNN7EXAMPLE is expired", "sts")
    with pytest.raises(ReadError) as caught:
        list(make_source().plan())
    assert caught.value.gap.outcome is Outcome.FAILED
    assert "renew them" in str(caught.value)
    assert "ASIA" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (AwsSettings(partition="aws-mars"), "partition: 'aws-mars' is no AWS partition"),
        (AwsSettings(kinds=("s3-buckets",)), "kinds: 's3-buckets' is not known"),
        (AwsSettings(regions=()), "regions: the list is empty"),
        (AwsSettings(max_attempts=0), "max_attempts: 0 is too few"),
        (AwsSettings(not_offered=("sqs",)), "not_offered: 'sqs' is not known"),
        (AwsSettings(not_offered=("simplequeue/eu-west-1",)), "not_offered: 'simplequeue/eu-west-1'"),
    ],
    ids=["partition", "kinds", "regions", "max_attempts", "no region", "no service"],
)
def test_wrong_settings_are_refused(settings: AwsSettings, message: str) -> None:
    """Settings that name what does not exist are refused at once, by their key."""
    with pytest.raises(ConfigurationError) as caught:
        AwsSource(settings)
    assert str(caught.value).startswith(message)


def test_unknown_profile_is_a_configuration_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A profile that does not exist is told as such, not as a defect."""
    monkeypatch.setenv("AWS_PROFILE", "bestaat-niet")
    with pytest.raises(ConfigurationError, match=r"bestaat-niet.*check AWS_PROFILE"):
        AwsSource(AwsSettings())


def test_unreachable_endpoint_fails(make_source: MakeSource) -> None:
    """An endpoint of one's own that nobody listens on is a failure, never `unsupported`."""
    source = make_source(endpoint_url="http://127.0.0.1:9")
    with pytest.raises(ReadError) as caught:
        list(source.plan())
    assert caught.value.gap.outcome is Outcome.FAILED


def test_declared_service_is_unsupported(make_source: MakeSource, proxy: FaultProxy) -> None:
    """What the configuration says not to exist in a region is not asked for there, and is elsewhere."""
    source = make_source(not_offered=(f"sqs/{LONDON}",))
    declared = read(source, Scope(ACCOUNT, LONDON, "AWS::SQS::Queue"))
    assert declared.outcome.outcome is Outcome.UNSUPPORTED
    assert declared.outcome.message == f"sqs/{LONDON}: declared in `not_offered` of this source"
    assert proxy.requests == []
    assert read(source, QUEUES).outcome.outcome is Outcome.COMPLETE


def test_groups_share_a_client_and_let_it_go(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Scopes of a service and region are one group, and finishing it forgets its client."""
    source = make_source()
    instances = Scope(ACCOUNT, IRELAND, "AWS::EC2::Instance")
    volumes = Scope(ACCOUNT, IRELAND, "AWS::EC2::Volume")
    assert source.group(instances) == source.group(volumes) == f"{ACCOUNT}/ec2/eu-west-1"
    list(source.read(instances))
    group = source.group(instances)
    client = source._clients[group]
    list(source.read(volumes))
    assert source._clients == {group: client}
    source.finish_group(group)
    assert source._clients == {}
    source.finish_group(group)


def test_check_tries_every_permission(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Each permission of each kind has an answer or a reason why not, and a denied detail is named."""
    because = "with an explicit deny in a service control policy"
    proxy.deny("sqs", IRELAND, "ListQueueTags", because=because)
    trials = list(make_source().check())
    told = {(each.scope.type, each.permission) for each in trials if each.scope.type != INVENTORY}
    assert told == {
        (kind.type, each) for kind in KINDS if not kind.of_organization for each in kind.permissions
    }
    assert {each.permission for each in trials if each.scope.type == INVENTORY} >= {"tag:GetResources"}
    denied = [each for each in trials if each.outcome is Outcome.DENIED]
    assert [(each.scope, each.permission) for each in denied] == [(QUEUES, "sqs:ListQueueTags")]
    assert denied[0].denied_by is DeniedBy.SERVICE_CONTROL_POLICY
    attributes = PermissionTried("sqs:GetQueueAttributes", QUEUES, Outcome.COMPLETE)
    assert [each for each in trials if each.permission == attributes.permission] == [attributes]
    assert [each.message for each in trials if each.outcome is None and not each.message] == []


def test_check_says_what_needs_a_resource(make_source: MakeSource) -> None:
    """Where a region has none of a kind, only its listing can be tried."""
    [listing, *details] = make_source(regions=("ap-south-1",), kinds=("sqs-queue",)).check()
    assert (listing.permission, listing.outcome) == ("sqs:ListQueues", Outcome.COMPLETE)
    assert [(each.permission, each.outcome, each.message) for each in details] == [
        (each, None, "needs a resource, and there is none in ap-south-1")
        for each in ("sqs:GetQueueAttributes", "sqs:ListQueueTags")
    ]


def test_check_does_not_take_what_it_cannot_reach_for_granted(
    make_source: MakeSource, proxy: FaultProxy
) -> None:
    """Behind a listing that is denied nothing else can be tried."""
    proxy.deny("sqs", IRELAND, "ListQueues")
    [listing, *details] = make_source(kinds=("sqs-queue",)).check()
    assert (listing.permission, listing.outcome) == ("sqs:ListQueues", Outcome.DENIED)
    assert {each.outcome for each in details} == {None}
    assert {each.message for each in details} == {f"not reached: {listing.message}"}


def test_check_is_cheap(make_source: MakeSource, proxy: FaultProxy) -> None:
    """However many there are, only a few resources of a kind are asked about."""
    list(make_source(kinds=("s3-bucket", "sqs-queue", "dynamodb-table")).check())
    calls = Counter((request.service, request.operation) for request in proxy.requests)
    assert max(calls.values()) <= 4


def test_empty_region_is_complete_and_cheap(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A region without resources costs one call per kind, and every scope in it is complete."""
    source = make_source(regions=("ap-south-1",))
    scopes = [scope for scope in source.plan() if scope.location != "global"]
    proxy.requests.clear()
    outcomes = {read(source, scope).outcome.outcome for scope in scopes}
    assert outcomes == {Outcome.COMPLETE}
    assert len(proxy.requests) == len(scopes)


def test_throttled_call_is_tried_again(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A call that is throttled once succeeds at the second attempt."""
    proxy.throttle("sqs", IRELAND, "ListQueues", times=1)
    reading = read(make_source(max_attempts=3), QUEUES)
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert [asset.name for asset in reading.assets] == ["wachtrij"]


def test_answer_without_identity_is_rejected(make_source: MakeSource, proxy: FaultProxy) -> None:
    """An item that lacks what identifies it is rejected by field, and the rest is kept."""
    arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:"
    listed = [{"ARN": f"{arn}zonder-naam"}, {"ARN": f"{arn}heel", "Name": "heel"}]
    proxy.supply("secretsmanager", "ListSecrets", {"SecretList": listed})
    proxy.supply("secretsmanager", "DescribeSecret", {"ARN": f"{arn}heel"})
    reading = read(make_source(), Scope(ACCOUNT, IRELAND, "AWS::SecretsManager::Secret"))
    assert [asset.name for asset in reading.assets] == ["heel"]
    assert [(each.field, each.origin) for each in reading.rejected] == [
        ("Name", "secretsmanager ListSecrets in eu-west-1")
    ]
