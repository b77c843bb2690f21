"""How Azure is asked: tokens, second attempts, the quota, and never a write."""

from __future__ import annotations

import pytest

from connectors.azure.client import ArmClient
from connectors.azure.quota import Allowance, Bucket
from connectors.azure.session import AzureSession, AzureSettings
from connectors.base import ReadError
from tests.servers.azure import AzureServer
from tests.servers.azure_answers import Answer
from tests.servers.azure_estate import TENANT, AzureEstate
from tests.servers.azure_reading import read, source_of
from wolkenzicht.model import Outcome, Scope

_DISKS = "Microsoft.Compute/disks"
_FIRST = "cccccccc-0000-4000-8000-000000000001"
_SCOPE = Scope(_FIRST, "global", _DISKS)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The waits that the session makes, without their time."""
    made: list[float] = []
    monkeypatch.setattr("connectors.azure.session.time.sleep", made.append)
    return made


def test_retry_after_is_obeyed(server: AzureServer, estate: AzureEstate, waits: list[float]) -> None:
    """A throttled request is made again after as long as Azure asks."""
    estate.add(_DISKS, "schijf", subscription=_FIRST)
    server.throttle("microsoft.resourcegraph", retry_after="7", times=2)
    reading = read(source_of(server, max_attempts=5), _SCOPE)
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert len(reading.assets) == 1
    assert waits == [7.0, 7.0]


def test_longer_than_a_minute_is_left_for_the_next_scan(server: AzureServer, waits: list[float]) -> None:
    """A wait of an hour does not hold the scan up."""
    server.throttle("microsoft.resourcegraph", retry_after="3600")
    reading = read(source_of(server, max_attempts=5), _SCOPE)
    assert reading.outcome.outcome is Outcome.THROTTLED
    assert waits == []


def test_attempts_are_bounded(server: AzureServer, waits: list[float]) -> None:
    """Without `Retry-After` the waits double, and after the last attempt the scope ends throttled."""
    refusal = Answer(429, b'{"error": {"code": "TooManyRequests", "message": ""}}')
    server.strike(lambda _: refusal, "microsoft.resourcegraph")
    reading = read(source_of(server, max_attempts=4), _SCOPE)
    assert reading.outcome.outcome is Outcome.THROTTLED
    assert waits == [1.0, 2.0, 4.0]


def test_broken_connection_is_tried_again(server: AzureServer, waits: list[float]) -> None:
    """One connection that breaks off costs a wait, not the scope."""
    source = source_of(server, max_attempts=2)
    list(source.plan())
    server.break_off("microsoft.resourcegraph", times=1)
    assert read(source, _SCOPE).outcome.outcome is Outcome.COMPLETE
    assert waits == [1.0]


def test_short_answer_is_no_answer(server: AzureServer) -> None:
    """An answer that ends before its announced length ends the scope failed."""
    source = source_of(server)
    list(source.plan())
    cut = Answer(200, b'{"data": [], "totalRecords": 0}', {"Content-Length": "4000"})
    server.strike(lambda _: cut, "microsoft.resourcegraph")
    assert read(source, _SCOPE).outcome.outcome is Outcome.FAILED


def test_wrong_secret_is_a_failure_without_the_secret(
    server: AzureServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entra ID's refusal names its code and what to check, never the secret."""
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "verkeerd-geheim")
    with pytest.raises(ReadError) as refusal:
        list(source_of(server).plan())
    assert refusal.value.gap.outcome is Outcome.FAILED
    assert "AADSTS7000215" in refusal.value.gap.message
    assert "tenant_id" in refusal.value.gap.message
    assert "verkeerd-geheim" not in refusal.value.gap.message


def test_refused_token_is_a_failure(server: AzureServer) -> None:
    """A token of another cloud is refused with 401: a failure of ours, not a missing right."""
    server.strike(
        lambda _: Answer(401, b'{"error": {"code": "InvalidAuthenticationToken", "message": "x"}}'),
        "/subscriptions",
    )
    with pytest.raises(ReadError, match="refuses the token"):
        list(source_of(server).plan())


def test_next_page_elsewhere_is_not_followed(server: AzureServer) -> None:
    """The token goes to the endpoint only, whatever address a listing names."""
    server.garble("/subscriptions", b'{"value": [], "nextLink": "https://elders.example/subscriptions"}')
    with pytest.raises(ReadError, match="at another address than the endpoint"):
        list(source_of(server).plan())


@pytest.mark.parametrize(
    ("link", "own"),
    [
        ("https://management.azure.com/subscriptions?x", True),
        ("https://management.azure.com:443/subscriptions", True),
        ("https://MANAGEMENT.azure.com/subscriptions", True),
        ("http://management.azure.com/subscriptions", False),
        ("https://management.azure.com:8443/subscriptions", False),
        ("https://management.azure.com.elders.example/", False),
        ("https://management.azure.com:x/", False),
        ("/subscriptions", False),
    ],
)
def test_endpoint_is_known_by_scheme_host_and_port(link: str, own: bool, server: AzureServer) -> None:
    """The port of https may be written out; every other difference is another address."""
    del server
    client = ArmClient(AzureSession(AzureSettings(TENANT)))
    assert client._own(link) is own


def test_unregistered_provider_is_not_enabled(server: AzureServer) -> None:
    """A subscription that never used a service says so; the provider is not registered for it."""
    server.tells_permissions = False
    source = source_of(server)
    list(source.plan())
    body = b'{"error": {"code": "MissingSubscriptionRegistration", "message": "not registered"}}'
    server.strike(lambda _: Answer(409, body), "microsoft.compute")
    assert read(source, _SCOPE).outcome.outcome is Outcome.NOT_ENABLED


def test_nothing_is_written(server: AzureServer) -> None:
    """Every request is a GET, but for the token and the queries of Resource Graph."""
    source = source_of(server)
    for scope in source.plan():
        read(source, scope)
    posted = {each.path for each in server.requests if each.method != "GET"}
    assert {path for path in posted if "/oauth2/" not in path} == {
        "/providers/microsoft.resourcegraph/resources"
    }


def test_bucket_keeps_to_its_share() -> None:
    """After the burst each request waits for its turn at the share of the rate."""
    now, waited = [0.0], []

    def sleep(seconds: float) -> None:
        waited.append(seconds)
        now[0] += seconds

    bucket = Bucket(Allowance(10, 10), 0.3, clock=lambda: now[0], sleep=sleep)
    for _ in range(6):
        bucket.take()
    assert [round(each, 3) for each in waited] == [0.333, 0.333, 0.333]
    assert round(now[0], 3) == 1.0
