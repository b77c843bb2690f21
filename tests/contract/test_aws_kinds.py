"""What holds for every kind of AWS resource: its description, and how it fares when calls fail."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from botocore.retries import adaptive, standard

from connectors.aws import global_services, session
from connectors.aws.answers import _OWN_ROOTS
from connectors.aws.inventory.types import Arn, type_of
from connectors.aws.kind import GLOBAL, Call, ResourceKind
from connectors.aws.kinds import KINDS
from connectors.aws.source import AwsSettings, AwsSource
from tests.servers.aws_accelerators import supply_accelerators
from tests.servers.aws_answers import supply_recorded
from tests.servers.aws_errors import Answer
from tests.servers.aws_estate import ACCOUNT, IRELAND, Estate
from tests.servers.aws_paging import pagination
from tests.servers.aws_reading import Reading, clean_aws_environment, read
from tests.servers.aws_requests import model
from tests.servers.fault_proxy import FaultProxy
from tests.servers.moto_server import running_moto
from wolkenzicht.model import Certainty, Holds, Operation, Outcome, Scope

_IDS = [kind.name for kind in KINDS]
_PAGING = [kind for kind in KINDS if pagination(kind.service, kind.calls[0].operation)]
#: HeadBucket needs no permission and is no call of its own right.
_LATER_CALLS = [
    (kind, call)
    for kind in KINDS
    for call in kind.calls[1:]
    # The place of another resource's bucket is told in the refusal as well.
    if call.permission and call.service in {"", kind.service}
]
#: Made only where a resource of the estate gives cause: a group in a global datastore, which the API
#: server cannot make; tested from a recording.
_NOT_CAUSED = {"DescribeGlobalReplicationGroups"}

#: Kinds without a region of which only the control plane's place is known, and the edge's is not.
_WITHOUT_A_PLACE = {
    "globalaccelerator",
    "iam-role",
    "route53-zone",
    "service-control-policy",
    "wafv2-global-web-acl",
}
_MANAGED_ONLY = Operation.MANAGED

#: Kinds of which AWS keeps no tags, or tells none.
_UNTAGGED = {
    "s3-multi-region-access-point",
    "backup-recovery-point",
    "notification-hub",
    "config-delivery-channel",
}
#: Types of which AWS gives no ARN that shows them: "" where an inventory lists no such ARN at all.
_LISTED_AS = {
    "s3-multi-region-access-point": "",
    "docdb-global-cluster": "AWS::RDS::GlobalCluster",
    "neptune-global-cluster": "AWS::RDS::GlobalCluster",
    "elasticache-cluster": "elasticache:cluster",
    "notification-hub": "",
    "config-delivery-channel": "",
}
#: Calls that list resources inside the items of the first listing.
_LISTED_WITHIN = {"ListRecoveryPointsByBackupVault"}

#: Seconds after which a hasty reader gives up, and how long its scope may last then.
_HASTE, _BOUND = 0.1, 30
_ATTEMPTS = 2

every_kind = pytest.mark.parametrize("kind", KINDS, ids=_IDS)


@pytest.fixture(scope="module")
def proxy() -> Iterator[FaultProxy]:
    """A filled API server behind a proxy that can refuse."""
    with clean_aws_environment(), running_moto() as url, FaultProxy(url) as fault_proxy:
        Estate(url).seed()
        yield fault_proxy


@pytest.fixture(scope="module")
def source(proxy: FaultProxy) -> Iterator[AwsSource]:
    """The account, read through the proxy without second attempts, and never slowed down."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(adaptive.ClientRateLimiter, "on_sending_request", lambda *_, **__: None)
        yield AwsSource(
            AwsSettings(regions=(IRELAND,), endpoint_url=proxy.url, max_attempts=1, quota_share=0)
        )


@pytest.fixture(scope="module")
def hasty_source(proxy: FaultProxy) -> AwsSource:
    """The account, read by somebody who does not wait; the other sources of this module do."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "_READ_TIMEOUT_SECONDS", _HASTE)
        return AwsSource(
            AwsSettings(regions=(IRELAND,), endpoint_url=proxy.url, max_attempts=1, quota_share=0)
        )


@pytest.fixture(scope="module")
def patient_source(proxy: FaultProxy) -> Iterator[AwsSource]:
    """The account, read with a second attempt that comes at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standard.ExponentialBackoff, "delay_amount", lambda *_: 0)
        patch.setattr(adaptive.ClientRateLimiter, "on_sending_request", lambda *_, **__: None)
        yield AwsSource(
            AwsSettings(regions=(IRELAND,), endpoint_url=proxy.url, max_attempts=_ATTEMPTS, quota_share=0)
        )


@pytest.fixture(autouse=True)
def _no_faults(request: pytest.FixtureRequest) -> None:
    if "proxy" in request.fixturenames:
        proxy = request.getfixturevalue("proxy")
        proxy.clear()


def complete(proxy: FaultProxy) -> None:
    """Answer what the API server lacks."""
    proxy.supply("efs", "DescribeReplicationConfigurations", {"Replications": []})
    supply_accelerators(proxy)
    supply_recorded(proxy)


def read_kind(source: AwsSource, kind: ResourceKind) -> Reading:
    """Read the kind's scope in Ireland."""
    return read(source, Scope(ACCOUNT, GLOBAL if kind.scope == GLOBAL else IRELAND, kind.type))


def strange(kind: ResourceKind) -> bytes:
    """An answer to the kind's listing in its protocol, with nothing in it that the operation answers."""
    operation = kind.calls[0].operation
    if "json" in model(kind.service).resolved_protocol:
        return b'{"unheardOf": []}'
    output = model(kind.service).operation_model(operation).output_shape
    wrapper = output.serialization.get("resultWrapper")
    inner = "<unheardOf><x/></unheardOf>"
    root = _OWN_ROOTS.get(operation, f"{operation}Response")
    return f"<{root}>{f'<{wrapper}>{inner}</{wrapper}>' if wrapper else inner}</{root}>".encode()


@every_kind
def test_is_described(kind: ResourceKind) -> None:
    """A kind has a title, a place in the documentation and IAM actions in AWS's form."""
    assert kind.title
    assert kind.docs_url.startswith("https://docs.aws.amazon.com/")
    assert kind.permissions
    assert [each for each in kind.permissions if not re.fullmatch(r"[a-z0-9-]+:[A-Z]\w+", each)] == []
    assert re.fullmatch(r"AWS::\w+::\w+", kind.type)


def test_names_and_types_are_unique() -> None:
    """No two kinds share a name or a type."""
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert len({kind.type for kind in KINDS}) == len(KINDS)


def test_kinds_of_a_service_stand_together() -> None:
    """The plan goes service by service, so that what the SDK keeps of one is used up at once."""
    services = [kind.service for kind in KINDS]
    runs = [name for place, name in enumerate(services) if place == 0 or services[place - 1] != name]
    assert sorted(runs) == sorted(set(runs))


@every_kind
def test_calls_exist_and_only_read(kind: ResourceKind) -> None:
    """Every call is an operation of the service, reads metadata, and names the list it pages over."""
    for call in kind.calls:
        operation = model(call.service or kind.service).operation_model(call.operation)
        assert re.match(r"(List|Describe|Get|Head)", call.operation)
        assert call.operation not in {"GetSecretValue", "GetObject", "GetRecords", "ReceiveMessage"}
        output = operation.output_shape
        assert output is None or call.items in {"", *output.members}


@every_kind
def test_every_asset_is_read_whole(kind: ResourceKind, proxy: FaultProxy, source: AwsSource) -> None:
    """Against the API server each kind gives assets with identity, place, evidence and sorted facts."""
    complete(proxy)
    reading = read_kind(source, kind)
    assert reading.gaps == []
    assert reading.rejected == []
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert reading.assets
    for asset in reading.assets:
        assert asset.asset_id.startswith("arn:aws:")
        assert (asset.provider, asset.partition, asset.account) == ("aws", "aws", ACCOUNT)
        assert (asset.service, asset.type, asset.holds) == (kind.service, kind.type, kind.holds)
        assert asset.name
        assert asset.location
        assert tuple(sorted(asset.tags)) == asset.tags
        assert tuple(sorted(asset.properties)) == asset.properties
        assert (_MANAGED_ONLY if kind.name in _WITHOUT_A_PLACE else Operation.STORED) in {
            place.operation for place in asset.locations
        }
        for place in asset.locations:
            assert (place.certainty is Certainty.UNKNOWN) == (place.location == global_services.EDGE)
            assert place.location
            assert [each for each in place.evidence if not (each.path and each.value)] == []
            assert place.evidence
    assert len({asset.asset_id for asset in reading.assets}) == len(reading.assets)


@every_kind
def test_inventory_names_it_alike(kind: ResourceKind, proxy: FaultProxy, source: AwsSource) -> None:
    """By its identifier an inventory's entry is known to be of the same type, and the two are compared."""
    complete(proxy)
    for asset in read_kind(source, kind).assets:
        arn = Arn.of(asset.asset_id)
        assert arn is not None
        listed = type_of(arn)
        assert (listed.type if listed else "") == _LISTED_AS.get(kind.name, kind.type)


@every_kind
def test_tags_are_read(kind: ResourceKind, proxy: FaultProxy, source: AwsSource) -> None:
    """The tags of the estate arrive with at least one asset of each kind."""
    complete(proxy)
    tagged = [asset for asset in read_kind(source, kind).assets if asset.tags]
    assert [dict(asset.tags)["system"] for asset in tagged] == ["zaaksysteem"] * len(tagged)
    assert bool(tagged) == (kind.name not in _UNTAGGED)


@every_kind
def test_denied_listing_is_not_empty(kind: ResourceKind, proxy: FaultProxy, source: AwsSource) -> None:
    """A refused listing ends denied, naming the permission that the kind declares."""
    proxy.error(403, "AccessDenied", "Access Denied", kind.service)
    reading = read_kind(source, kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == kind.permissions[0]
    assert "\n" not in reading.outcome.message


@every_kind
def test_throttled_listing_is_not_empty(kind: ResourceKind, proxy: FaultProxy, source: AwsSource) -> None:
    """A listing that AWS keeps throttling ends throttled."""
    proxy.throttle(kind.service)
    reading = read_kind(source, kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.THROTTLED


@every_kind
def test_broken_connection_is_not_empty(kind: ResourceKind, proxy: FaultProxy, source: AwsSource) -> None:
    """A listing that breaks off ends failed."""
    proxy.reset(kind.service)
    reading = read_kind(source, kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.FAILED


@every_kind
@pytest.mark.parametrize("body", [b"", b"<html><body/></html>", b'{"broken": ', b"[]"], ids=str)
def test_nonsense_is_not_empty(kind: ResourceKind, body: bytes, proxy: FaultProxy, source: AwsSource) -> None:
    """A successful answer that is none of AWS's ends failed, though the SDK would read it as empty."""
    proxy.garble(kind.service, body=body)
    reading = read_kind(source, kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.FAILED


@pytest.mark.parametrize("kind", _PAGING, ids=[kind.name for kind in _PAGING])
def test_broken_second_page_keeps_the_first(kind: ResourceKind, proxy: FaultProxy, source: AwsSource) -> None:
    """What the first page held is handed on, and the scope ends failed."""
    complete(proxy)
    whole = read_kind(source, kind).assets
    proxy.clear()
    proxy.never_end(kind.service, kind.calls[0].operation)
    proxy.garble(kind.service, None, kind.calls[0].operation, after=1)
    complete(proxy)
    reading = read_kind(source, kind)
    assert reading.assets == whole
    assert reading.outcome.outcome is Outcome.FAILED
    assert reading.outcome.asset_count == len(whole)


@pytest.mark.parametrize("kind", _PAGING, ids=[kind.name for kind in _PAGING])
def test_second_page_that_fails_keeps_the_first(
    kind: ResourceKind, proxy: FaultProxy, source: AwsSource
) -> None:
    """An internal error at the second page is no end of the listing."""
    complete(proxy)
    whole = read_kind(source, kind).assets
    proxy.clear()
    proxy.never_end(kind.service, kind.calls[0].operation)
    proxy.error(500, "InternalFailure", "", kind.service, None, kind.calls[0].operation, after=1)
    complete(proxy)
    reading = read_kind(source, kind)
    assert reading.assets == whole
    assert reading.outcome.outcome is Outcome.FAILED


@pytest.mark.parametrize("kind", _PAGING, ids=[kind.name for kind in _PAGING])
def test_empty_page_is_not_the_last(kind: ResourceKind, proxy: FaultProxy, source: AwsSource) -> None:
    """A page without items that has a token is followed by the next one."""
    complete(proxy)
    whole = read_kind(source, kind).assets
    proxy.requests.clear()
    proxy.begin_empty(kind.service, kind.calls[0].operation, kind.calls[0].items)
    reading = read_kind(source, kind)
    assert reading.assets == whole
    assert reading.outcome.outcome is Outcome.COMPLETE
    asked = [request for request in proxy.requests if request.operation == kind.calls[0].operation]
    assert len(asked) > 1


@every_kind
def test_page_without_its_list_is_not_empty(kind: ResourceKind, proxy: FaultProxy, source: AwsSource) -> None:
    """An answer in the right form that holds nothing of what the operation answers ends failed."""
    proxy.garble(kind.service, body=strange(kind))
    reading = read_kind(source, kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.FAILED


@every_kind
def test_half_an_answer_is_not_empty(kind: ResourceKind, proxy: FaultProxy, source: AwsSource) -> None:
    """A listing of which fewer bytes come than were promised ends failed."""
    complete(proxy)
    proxy.break_off(kind.service, kind.calls[0].operation)
    reading = read_kind(source, kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.FAILED


@every_kind
def test_slow_listing_is_given_up(kind: ResourceKind, proxy: FaultProxy, hasty_source: AwsSource) -> None:
    """A listing that does not come in time ends failed, at once."""
    proxy.fault(lambda _: Answer(200, b"{}", delay=4 * _HASTE), kind.service)
    began = time.monotonic()
    reading = read_kind(hasty_source, kind)
    assert time.monotonic() - began < _BOUND
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.FAILED
    assert "no answer" in reading.outcome.message


@every_kind
def test_throttled_to_the_last_attempt(
    kind: ResourceKind, proxy: FaultProxy, patient_source: AwsSource
) -> None:
    """Every attempt is made, and then the scope ends throttled."""
    proxy.throttle(kind.service)
    reading = read_kind(patient_source, kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.THROTTLED
    assert len([request for request in proxy.requests if request.service == kind.service]) == _ATTEMPTS


@pytest.mark.parametrize("kind", _PAGING, ids=[kind.name for kind in _PAGING])
def test_listing_without_end_is_given_up(kind: ResourceKind, proxy: FaultProxy, source: AwsSource) -> None:
    """A listing that repeats its page token ends failed rather than never."""
    complete(proxy)
    proxy.never_end(kind.service, kind.calls[0].operation)
    reading = read_kind(source, kind)
    assert reading.outcome.outcome is Outcome.FAILED
    assert "repeats a page token" in reading.outcome.message


@pytest.mark.parametrize(
    ("kind", "call"), _LATER_CALLS, ids=[f"{kind.name}-{call.operation}" for kind, call in _LATER_CALLS]
)
def test_denied_detail_leaves_the_asset(
    kind: ResourceKind, call: Call, proxy: FaultProxy, source: AwsSource
) -> None:
    """An asset of which a detail is refused is still there, and the gap names the permission."""
    if call.operation in _NOT_CAUSED:
        pytest.skip("the API server cannot make what causes this call; see the recordings")
    complete(proxy)
    expected = [asset.asset_id for asset in read_kind(source, kind).assets]
    proxy.clear()
    proxy.deny(kind.service, None, call.operation, permission=call.permission)
    complete(proxy)
    reading = read_kind(source, kind)
    remaining = [] if call.operation in _LISTED_WITHIN else expected
    assert sorted(asset.asset_id for asset in reading.assets) == sorted(remaining)
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == call.permission
    assert {gap.asset_id for gap in reading.gaps} <= {"", *expected}


@every_kind
def test_content_that_computes_says_where(kind: ResourceKind, proxy: FaultProxy, source: AwsSource) -> None:
    """Kinds that compute state where they do; none states an operation that it does not declare."""
    complete(proxy)
    operations = {place.operation for asset in read_kind(source, kind).assets for place in asset.locations}
    assert (Operation.PROCESSED in operations) == (Operation.PROCESSED in kind.states)
    assert operations <= set(kind.states)
    assert kind.holds in {Holds.CONTENT, Holds.METADATA}
