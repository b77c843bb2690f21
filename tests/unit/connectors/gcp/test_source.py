"""How the source plans, falls back, waits, and names what refused it."""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import (  # type: ignore[import-untyped] # generated without types
    ErrorInfo,
    PreconditionFailure,
    RetryInfo,
)

from connectors.base import INVENTORY, ReadError
from connectors.gcp import logs, storage
from connectors.gcp.kind import LIST_PERMISSION
from connectors.gcp.kinds import KINDS
from connectors.gcp.source import GcpSettings, GcpSource
from tests.servers.gcp import LIST, SEARCH, GcpServer
from tests.servers.gcp_estate import ORGANIZATION, PROJECTS, Entry, recorded
from tests.servers.gcp_reading import StoppedClock, read, source_of
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import DeniedBy, Outcome, Scope

BUCKETS = storage.BUCKETS


@pytest.fixture(scope="module")
def running() -> Iterator[GcpServer]:
    """The recorded estate."""
    with GcpServer(recorded()) as server:
        yield server


@pytest.fixture
def server(running: GcpServer) -> GcpServer:
    """The recorded estate, served rightly at first."""
    running.clear()
    return running


def test_plan_has_a_scope_for_each_kind(server: GcpServer) -> None:
    """The configured scope is the account, places are listed at once, the inventory comes last; no call."""
    source = source_of(server)
    types = [*(kind.type for kind in KINDS), INVENTORY]
    assert list(source.plan()) == [Scope(ORGANIZATION, "global", each) for each in types]
    assert server.calls == []


def test_retry_info_is_obeyed(server: GcpServer) -> None:
    """The second attempt waits as long as Google asks, and succeeds."""
    time = StoppedClock()
    server.exhaust(RetryInfo(retry_delay=Duration(seconds=17)), asset_type=BUCKETS.type, times=1)
    reading = read(source_of(server, time, attempts=2), BUCKETS)
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert time.slept == [17.0]


def test_without_retry_info_waits_grow(server: GcpServer) -> None:
    """Attempts are spread ever further, and end throttled."""
    time = StoppedClock()
    server.exhaust(asset_type=BUCKETS.type)
    reading = read(source_of(server, time, attempts=4), BUCKETS)
    assert reading.outcome.outcome is Outcome.THROTTLED
    assert time.slept == [2.0, 4.0, 8.0]


def test_who_is_asked_to_wait_for_an_hour_gives_up(server: GcpServer) -> None:
    """A wait that would outlast the scan ends throttled at once."""
    time = StoppedClock()
    server.exhaust(RetryInfo(retry_delay=Duration(seconds=3600)), asset_type=BUCKETS.type)
    reading = read(source_of(server, time, attempts=4), BUCKETS)
    assert reading.outcome.outcome is Outcome.THROTTLED
    assert time.slept == []


def test_passing_failures_are_tried_again(server: GcpServer) -> None:
    """A connection that fails once costs a moment, not the scope."""
    server.fail(grpc.StatusCode.UNAVAILABLE, "gone", asset_type=BUCKETS.type, times=1)
    assert read(source_of(server, attempts=2), BUCKETS).outcome.outcome is Outcome.COMPLETE


def test_calls_stay_within_the_share(server: GcpServer) -> None:
    """More than thirty listings in a scan take longer than a minute."""
    time = StoppedClock()
    source = source_of(server, time)
    for kind in KINDS[:40]:
        read(source, kind)
    listings = sum(1 for method, _ in server.calls if method == LIST)
    assert listings > 30
    assert time.seconds >= 60 * ((listings - 1) // 30)


def test_disabled_api_is_told(server: GcpServer) -> None:
    """An API that is switched off is no missing permission; nothing was seen, and it is told what to do."""
    consumer = {"consumer": "projects/1001"}
    info = ErrorInfo(reason="SERVICE_DISABLED", domain="googleapis.com", metadata=consumer)
    server.fail(grpc.StatusCode.PERMISSION_DENIED, "Cloud Asset API has not been used", info)
    outcome = read(source_of(server), BUCKETS).outcome
    assert outcome.outcome is Outcome.FAILED
    assert "not enabled in projects/1001" in outcome.message
    assert "gcloud services enable cloudasset.googleapis.com" in outcome.message
    assert [method for method, _ in server.calls] == [LIST]


@pytest.mark.parametrize(
    "detail",
    [
        PreconditionFailure(violations=[PreconditionFailure.Violation(type="VPC_SERVICE_CONTROLS")]),
        ErrorInfo(reason="SECURITY_POLICY_VIOLATED", domain="googleapis.com"),
    ],
    ids=["precondition", "reason"],
)
def test_service_perimeter_is_told(server: GcpServer, detail: PreconditionFailure | ErrorInfo) -> None:
    """A refusal by VPC Service Controls names them, its number and the remedy, and not only a permission."""
    text = "Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: aB3-x_9"
    server.fail(grpc.StatusCode.PERMISSION_DENIED, text, detail)
    outcome = read(source_of(server), BUCKETS).outcome
    assert (outcome.outcome, outcome.denied_by) == (Outcome.DENIED, DeniedBy.SERVICE_CONTROL_POLICY)
    assert outcome.message == (
        f"ListAssets of {PROJECTS}: VPC Service Controls keep the agent out (violation aB3-x_9); let its "
        "service account in to cloudasset.googleapis.com by an access level or an ingress rule of the "
        "perimeter"
    )


def test_permission_is_taken_from_the_answer(server: GcpServer) -> None:
    """Google's own word for the missing permission goes before ours."""
    info = ErrorInfo(reason="IAM_PERMISSION_DENIED", metadata={"permission": "cloudasset.assets.other"})
    server.fail(grpc.StatusCode.PERMISSION_DENIED, "denied", info)
    outcome = read(source_of(server), BUCKETS).outcome
    assert (outcome.permission, outcome.denied_by) == ("cloudasset.assets.other", DeniedBy.NOT_TOLD)


def test_refused_credentials_are_told_without_them(server: GcpServer) -> None:
    """A token that is refused fails, and its text does not repeat a token."""
    server.fail(grpc.StatusCode.UNAUTHENTICATED, "invalid token: ya29.secret-token-of-somebody")
    outcome = read(source_of(server), BUCKETS).outcome
    assert outcome.outcome is Outcome.FAILED
    assert "ya29" not in outcome.message


def test_no_server_is_told() -> None:
    """An endpoint where nobody listens ends failed."""
    with GcpServer([]) as gone:
        url = gone.url
    source = GcpSource(GcpSettings(scope=ORGANIZATION, endpoint=url, max_attempts=1), StoppedClock().clock)
    outcome = read(source, BUCKETS).outcome
    assert outcome.outcome is Outcome.FAILED
    assert "check network, proxy and endpoint" in outcome.message


def test_no_credentials_are_told(monkeypatch: pytest.MonkeyPatch, server: GcpServer) -> None:
    """Without application default credentials nothing is called and the remedy is told."""
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/does/not/exist.json")
    source = GcpSource(GcpSettings(scope=ORGANIZATION, endpoint="127.0.0.1:1"), StoppedClock().clock)
    outcome = read(source, BUCKETS).outcome
    assert outcome.outcome is Outcome.FAILED
    assert "GOOGLE_APPLICATION_CREDENTIALS" in outcome.message


def test_accounts_are_project_ids_by_search_too(server: GcpServer) -> None:
    """The account of an asset is the same whether it was listed or found, so that it does not move."""
    listed = {asset.account for asset in read(source_of(server), BUCKETS).assets}
    server.deny(method=LIST)
    found = {asset.account for asset in read(source_of(server), BUCKETS).assets}
    assert listed == found == {"min-zaken"}


def test_projects_that_cannot_be_listed_fail_the_scope(server: GcpServer) -> None:
    """Without the projects' names no asset is told, as its account would have changed its name."""
    server.fail(grpc.StatusCode.UNAVAILABLE, "gone", asset_type=PROJECTS, times=1)
    source = source_of(server)
    for _ in range(2):
        reading = read(source, BUCKETS)
        assert (reading.assets, reading.outcome.outcome) == ([], Outcome.FAILED)
    assert server.calls == [(LIST, PROJECTS)]
    list(source.plan())
    assert read(source, BUCKETS).outcome.outcome is Outcome.COMPLETE


def test_folders_and_unknown_projects_keep_their_names() -> None:
    """A resource of a folder belongs to that folder, one of an unlisted project to its number."""
    sink = logs.SINKS.type
    entries = [
        Entry("//logging.googleapis.com/folders/7/sinks/a", sink, ancestors=("folders/7", ORGANIZATION)),
        Entry("//logging.googleapis.com/projects/9/sinks/b", sink, ancestors=("projects/9",)),
        Entry("//logging.googleapis.com/organizations/123/sinks/c", sink, ancestors=()),
    ]
    with GcpServer(entries) as server:
        assets = read(source_of(server), logs.SINKS).assets
    assert [asset.account for asset in assets] == ["folders/7", "9", ORGANIZATION]


def searched(server: GcpServer) -> int:
    """How many types were searched by name."""
    return sum(1 for method, _ in server.calls if method == f"{SEARCH} by name")


def test_a_destination_is_looked_up_once(server: GcpServer) -> None:
    """Sinks that share a destination cost one search, and the next scan searches again."""
    source = source_of(server)
    read(source, logs.SINKS)
    searches = searched(server)
    read(source, logs.SINKS)
    assert searched(server) == searches
    list(source.plan())
    read(source, logs.SINKS)
    assert searched(server) == 2 * searches


def test_many_destinations_are_looked_up_together() -> None:
    """Two hundred sinks into as many buckets cost a dozen searches, and each finds its own."""
    entries = []
    for number in range(200):
        bucket, name = f"bucket-{number:03d}", f"//logging.googleapis.com/projects/p/sinks/{number:03d}"
        place = "europe-west2" if number % 2 else "europe-west4"
        entries.append(Entry(name, logs.SINKS.type, data={"destination": f"storage.googleapis.com/{bucket}"}))
        entries.append(Entry(f"//storage.googleapis.com/{bucket}", BUCKETS.type, place))
    with GcpServer(entries) as server:
        assets = read(source_of(server), logs.SINKS).assets
        assert 1 < searched(server) <= 12
    assert [asset.locations[0].location for asset in assets] == ["europe-west4", "europe-west2"] * 100


def test_a_failed_look_up_is_tried_again(server: GcpServer) -> None:
    """A failure that passes is not remembered; a refusal is."""
    source = source_of(server)
    server.fail(grpc.StatusCode.UNAVAILABLE, "gone", method=f"{SEARCH} by name", times=1)
    assert read(source, logs.SINKS).outcome.outcome is Outcome.FAILED
    assert read(source, logs.SINKS).outcome.outcome is Outcome.COMPLETE


def test_refused_spanner_configurations_leave_a_gap(server: GcpServer) -> None:
    """An instance whose own configuration cannot be read is there, its place unknown."""
    spanner = next(kind for kind in KINDS if kind.name == "spanner-instance")
    server.deny(asset_type="spanner.googleapis.com/InstanceConfig")
    reading = read(source_of(server), spanner)
    assert reading.outcome.outcome is Outcome.DENIED
    (own,) = (asset for asset in reading.assets if asset.name == "eigen")
    assert {place.location for place in own.locations} == {""}


def test_check_asks_once_for_each_kind(server: GcpServer) -> None:
    """Each kind costs one call, the search for what they name one more; a refusal names the permission."""
    server.deny(asset_type=BUCKETS.type)
    trials = list(source_of(server).check())
    assert len(server.calls) <= len(KINDS) + 1
    assert {(each.scope.type, each.permission) for each in trials} == {
        (kind.type, each) for kind in KINDS for each in kind.permissions
    }
    refused = [each for each in trials if each.outcome is not Outcome.COMPLETE]
    assert [(each.scope.type, each.permission) for each in refused] == [(BUCKETS.type, LIST_PERMISSION)]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (GcpSettings(scope="mine"), "scope: 'mine' is no scope; write \"organizations/NUMBER\""),
        (GcpSettings(scope=ORGANIZATION, quota_share=0), "quota_share: 0 is no share"),
        (GcpSettings(scope=ORGANIZATION, quota_share=1.1), "quota_share: 1.1 is no share"),
        (GcpSettings(scope=ORGANIZATION, max_attempts=0), "max_attempts: 0 is too few"),
        (GcpSettings(scope=ORGANIZATION, kinds=("bucket",)), "kinds: 'bucket' is not known"),
        (GcpSettings(scope=ORGANIZATION, endpoint="http://example.nl:1"), "endpoint: 'http://example.nl:1'"),
    ],
    ids=["scope", "no share", "too much", "attempts", "kinds", "plain text elsewhere"],
)
def test_settings_that_cannot_be_used_are_refused(settings: GcpSettings, message: str) -> None:
    """One line names the key and what to write."""
    with pytest.raises(ConfigurationError) as caught:
        GcpSource(settings)
    assert message in str(caught.value)


def test_chosen_kinds_alone_are_planned() -> None:
    """A configuration may name the kinds that it wants."""
    source = GcpSource(GcpSettings(scope="projects/min-zaken", kinds=("storage-bucket",)))
    assert list(source.plan()) == [Scope("projects/min-zaken", "global", BUCKETS.type)]


def test_a_denied_scope_raises_before_any_asset(server: GcpServer) -> None:
    """Where nothing may be read the refusal is raised, as the protocol of sources says."""
    server.deny()
    with pytest.raises(ReadError) as caught:
        list(source_of(server).read(Scope(ORGANIZATION, "global", BUCKETS.type)))
    assert caught.value.gap.permission == LIST_PERMISSION
