"""Every way of reading Azure under every bad answer: the right outcome, in bounded time, nothing lost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from connectors.azure import session
from connectors.azure.diagnostics import SETTINGS
from connectors.azure.kind import GLOBAL
from connectors.azure.kinds import KINDS
from connectors.azure.listed import LISTED
from connectors.azure.policies import ASSIGNMENTS
from connectors.azure.source import AzureSource
from connectors.azure.tenant import DIRECTORIES
from connectors.base import INVENTORY
from tests.servers.azure import AzureServer, Request
from tests.servers.azure_answers import Answer
from tests.servers.azure_estate import TENANT, ZAKEN
from tests.servers.azure_every_kind import every_kind
from tests.servers.azure_reading import Reading, clean_azure_environment, read, source_of
from wolkenzicht.model import Certainty, Depth, Outcome, Scope

#: Of the silent server alone: any other may take its time on a busy machine.
_TIMEOUT_SECONDS = 0.05
_ATTEMPTS = 2

#: Types whose reading is a way of its own; the kinds that are only listed differ in nothing but the type.
_TYPES = [
    *(kind.type for kind in KINDS if kind.depth is Depth.DEEP),
    LISTED[0].type,
    DIRECTORIES.type,
    SETTINGS.type,
    ASSIGNMENTS.type,
    INVENTORY,
]
#: Those that Resource Graph answers where it may be asked.
_QUERIED = _TYPES[:-4]
_FLAT = [kind.type for kind in KINDS if len(kind.listing) == 1 and kind.depth is Depth.DEEP]
_DETAILED = [kind.type for kind in KINDS if kind.details]

each_type = pytest.mark.parametrize("type_", _TYPES)
each_queried = pytest.mark.parametrize("type_", _QUERIED)
each_flat = pytest.mark.parametrize("type_", _FLAT)


@pytest.fixture(scope="module")
def server() -> Iterator[AzureServer]:
    """A filled server, each kind twice, with logs that are sent away, and no patience with it."""
    estate = every_kind()
    for kind in KINDS:
        first = estate.rows(kind.type, [ZAKEN])[0]
        double = {**first, "id": f"{first['id']}-z", "name": f"{first['name']}-z", "type": kind.type}
        estate.put(double, ZAKEN)
    vault = estate.rows("Microsoft.KeyVault/vaults", [ZAKEN])[0]["id"]
    estate.log(vault, "audit", marketplacePartnerId="/subscriptions/x/providers/Partner/monitors/m")
    for place in ("westeurope", "uksouth"):
        estate.assign(
            f"/subscriptions/{ZAKEN}", place, "e56962a6-4747-49cd-b67b-bf8b01975c4c",
            parameters={"listOfAllowedLocations": {"value": [place]}},
        )  # fmt: skip
    with clean_azure_environment() as patch, AzureServer(estate) as azure:
        patch.setattr(session, "_FIRST_WAIT_SECONDS", 0.01)
        yield azure


@pytest.fixture(scope="module")
def planned(server: AzureServer) -> AzureSource:
    """The tenant, planned before anything fails."""
    source = source_of(server, max_attempts=_ATTEMPTS)
    list(source.plan())
    return source


@pytest.fixture(scope="module")
def listing(server: AzureServer) -> AzureSource:
    """The tenant, read by Resource Manager's lists, as it does not tell what the caller may read."""
    server.clear()
    server.tells_permissions = False
    source = source_of(server, max_attempts=_ATTEMPTS)
    list(source.plan())
    read(source, scope_of(_FLAT[0]))
    server.tells_permissions = True
    return source


@pytest.fixture
def source(planned: AzureSource, server: AzureServer) -> AzureSource:
    """The planned tenant, of a server without faults."""
    server.clear()
    server.graph_page_size = None
    server.page_size = 100
    return planned


def scope_of(type_: str) -> Scope:
    """The type's one scope."""
    return Scope(TENANT if type_ == DIRECTORIES.type else ZAKEN, GLOBAL, type_)


def asked(request: Request) -> bool:
    """Whether a request is part of reading, and not about the rights to it."""
    return "oauth2" not in request.path and not request.path.endswith("microsoft.authorization/permissions")


def in_time(source: AzureSource, type_: str) -> Reading:
    """Read the type's scope, which must not take long."""
    begun = time.monotonic()
    reading = read(source, scope_of(type_))
    assert time.monotonic() - begun < 60
    return reading


def page(request: Request, *, rows: list[dict[str, object]], link: str) -> Answer:
    """A page with a next one, in the form of whichever service was asked."""
    if "resourcegraph" in request.path:
        body = {"data": rows, "totalRecords": 10**6, "$skipToken": link, "resultTruncated": "false"}
    else:
        body = {"value": rows, "nextLink": link}
    return Answer(200, json.dumps(body).encode())


def hang(request: Request) -> None:
    """Say nothing for longer than anybody waits."""
    del request
    time.sleep(_TIMEOUT_SECONDS * 2)


def endless(server: AzureServer, *, fresh: bool) -> Callable[[Request], Answer]:
    """Pages without end that hold nothing: each points to itself, or each to another."""
    numbers = count(1)

    def answer(request: Request) -> Answer:
        mark = str(next(numbers)) if fresh else "0"
        graph = "resourcegraph" in request.path
        return page(request, rows=[], link=mark if graph else f"{server.url}{request.address}?page={mark}")

    return answer


def whole_page(request: Request, *, length: int) -> Answer:
    """A good answer that says it has another length."""
    body = json.dumps({"value": [], "data": [], "totalRecords": 0}).encode()
    del request
    return Answer(200, body, {"Content-Length": str(len(body) + length)})


def elsewhere(request: Request) -> Answer:
    """A next page at another address, which must never get the token."""
    return page(request, rows=[], link="https://elders.example/next" if request.method == "GET" else "")


@each_type
def test_refused_subscription_is_denied(type_: str, server: AzureServer, source: AzureSource) -> None:
    """A scope whose requests are all refused ends denied with a permission, and lists nothing."""
    server.deny(asked)
    reading = in_time(source, type_)
    assert (reading.assets, reading.outcome.outcome) == ([], Outcome.DENIED)
    assert reading.outcome.permission


@each_queried
def test_forbidden_subscription_is_denied(type_: str, server: AzureServer) -> None:
    """Resource Graph leaves out what may not be read; the scope ends denied all the same."""
    server.clear()
    server.forbidden.add(ZAKEN)
    server.tells_permissions = True
    source = source_of(server, max_attempts=1)
    reading = read(source, scope_of(type_))
    assert (reading.assets, reading.outcome.outcome) == ([], Outcome.DENIED)


@each_type
@pytest.mark.parametrize(("wait", "attempts"), [("0", _ATTEMPTS), ("3600", 1)])
def test_throttling_ends_throttled(
    type_: str, wait: str, attempts: int, server: AzureServer, source: AzureSource
) -> None:
    """`Retry-After` is obeyed until the attempts end; an hour is left for the next scan."""
    server.throttle(asked, retry_after=wait)
    reading = in_time(source, type_)
    assert (reading.assets, reading.outcome.outcome) == ([], Outcome.THROTTLED)
    assert len([each for each in server.requests if asked(each)]) == attempts


@each_type
def test_passing_throttling_is_waited_for(type_: str, server: AzureServer, source: AzureSource) -> None:
    """One refusal and then the answer: nothing is missing."""
    whole = {asset.asset_id for asset in read(source, scope_of(type_)).assets}
    server.throttle(asked, retry_after="0", times=1)
    reading = in_time(source, type_)
    assert {asset.asset_id for asset in reading.assets} == whole
    assert reading.outcome.outcome is Outcome.COMPLETE


@each_type
@pytest.mark.parametrize("length", [20, -5])
def test_wrong_length_ends_failed(type_: str, length: int, server: AzureServer, source: AzureSource) -> None:
    """An answer that is shorter or longer than it says is not believed."""
    server.strike(lambda request: whole_page(request, length=length), asked)
    reading = in_time(source, type_)
    assert (reading.assets, reading.outcome.outcome) == ([], Outcome.FAILED)


@each_type
def test_silence_ends_failed(
    type_: str, server: AzureServer, source: AzureSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that does not answer is given up after the attempts."""
    monkeypatch.setattr(session, "_READ_TIMEOUT_SECONDS", _TIMEOUT_SECONDS)
    server.strike(hang, asked)
    reading = in_time(source, type_)
    assert (reading.assets, reading.outcome.outcome) == ([], Outcome.FAILED)


@each_type
@pytest.mark.parametrize("fresh", [False, True])
def test_empty_pages_without_end_are_given_up(
    type_: str, fresh: bool, server: AzureServer, source: AzureSource
) -> None:
    """Empty pages that always promise another end failed after a bounded number."""
    server.strike(endless(server, fresh=fresh), asked)
    reading = in_time(source, type_)
    assert (reading.assets, reading.outcome.outcome) == ([], Outcome.FAILED)
    assert len(server.requests) <= 100


@each_flat
@pytest.mark.parametrize("fresh", [False, True])
def test_empty_pages_of_a_list_are_given_up(
    type_: str, fresh: bool, server: AzureServer, listing: AzureSource
) -> None:
    """The same where Resource Manager is listed."""
    server.clear()
    server.strike(endless(server, fresh=fresh), asked)
    reading = in_time(listing, type_)
    assert (reading.assets, reading.outcome.outcome) == ([], Outcome.FAILED)


@each_flat
def test_empty_page_with_a_next_one_is_followed(
    type_: str, server: AzureServer, listing: AzureSource
) -> None:
    """A page that holds nothing is not the end where it names another."""
    server.clear()
    whole = {asset.asset_id for asset in read(listing, scope_of(type_)).assets}

    def empty(request: Request) -> Answer:
        version = request.query["api-version"]
        link = f"{server.url}{request.address}?api-version={version}&$skiptoken=0"
        return page(request, rows=[], link=link)

    server.strike(empty, lambda each: each.path.endswith(f"/providers/{type_.lower()}"), times=1)
    reading = in_time(listing, type_)
    assert {asset.asset_id for asset in reading.assets} == whole
    assert reading.outcome.outcome is Outcome.COMPLETE


@each_flat
def test_next_page_elsewhere_is_not_followed(type_: str, server: AzureServer, listing: AzureSource) -> None:
    """The token goes with the request, so that an address of another host ends the listing failed."""
    server.clear()
    server.strike(elsewhere, asked)
    reading = in_time(listing, type_)
    assert (reading.assets, reading.outcome.outcome) == ([], Outcome.FAILED)
    assert "another address" in reading.outcome.message


@each_queried
@pytest.mark.parametrize(
    "second",
    [b"", b"{", b"[]", b"{}", b'{"value": []}', b'{"data": [], "totalRecords": 2, "$skipToken": "x"}'],
    ids=str,
)
def test_bad_second_page_keeps_the_first(
    type_: str, second: bytes, server: AzureServer, source: AzureSource
) -> None:
    """What came before is kept, and the scope ends failed."""
    server.graph_page_size = 1
    first = [asset.asset_id for asset in read(source, scope_of(type_)).assets][:1]
    server.garble("resourcegraph", second, after=1)
    reading = in_time(source, type_)
    assert [asset.asset_id for asset in reading.assets] == first
    assert reading.outcome.outcome is Outcome.FAILED


@each_queried
@pytest.mark.parametrize(
    "told", [{"totalRecords": 3}, {"resultTruncated": "true"}, {"resultTruncated": True}]
)
def test_cut_off_answer_is_never_complete(
    type_: str, told: dict[str, object], server: AzureServer, source: AzureSource
) -> None:
    """Fewer rows than counted, or a mark that says so: what came is kept, and the scope ends failed."""
    rows = server.estate.rows(type_, [ZAKEN])
    answer = {"data": rows, "totalRecords": len(rows), "resultTruncated": "false"}
    if "totalRecords" in told:
        told = {"totalRecords": len(rows) + 1}
    server.garble("resourcegraph", json.dumps({**answer, **told}).encode())
    reading = in_time(source, type_)
    assert len(reading.assets) == len(rows)
    assert reading.outcome.outcome is Outcome.FAILED


@each_queried
def test_query_over_too_many_subscriptions_is_never_complete(
    type_: str, server: AzureServer, source: AzureSource
) -> None:
    """Resource Graph's header that not every subscription was asked ends the scope failed."""
    server.graph_hits_limit = True
    assert in_time(source, type_).outcome.outcome is Outcome.FAILED


@pytest.mark.parametrize("type_", _DETAILED)
@pytest.mark.parametrize("fault", ["throttle", "breaking off", "nonsense"])
def test_bad_detail_leaves_the_asset(
    type_: str, fault: str, server: AzureServer, source: AzureSource
) -> None:
    """An asset of which a detail cannot be had is still there, its second place unknown."""
    expected = [asset.asset_id for asset in read(source, scope_of(type_)).assets]

    def of_detail(request: Request) -> bool:
        return request.method == "GET" and asked(request)

    if fault == "throttle":
        server.throttle(of_detail, retry_after="0")
    elif fault == "breaking off":
        server.break_off(of_detail)
    else:
        server.garble(of_detail, b"{}")
    reading = in_time(source, type_)
    assert [asset.asset_id for asset in reading.assets] == expected
    assert reading.outcome.outcome is (Outcome.THROTTLED if fault == "throttle" else Outcome.FAILED)
    places = [place.certainty for asset in reading.assets for place in asset.locations]
    assert Certainty.UNKNOWN in places


def test_details_are_not_asked_on_where_azure_throttles(server: AzureServer, source: AzureSource) -> None:
    """One throttled detail stands for the rest of its subscription: thousands would take hours."""
    kind = "Microsoft.ContainerRegistry/registries"
    rows = len(server.estate.rows(kind, [ZAKEN]))
    server.throttle(lambda each: each.path.endswith("/replications"), retry_after="0")
    reading = in_time(source, kind)
    assert (len(reading.assets), reading.outcome.outcome) == (rows, Outcome.THROTTLED)
    assert len([each for each in server.requests if each.path.endswith("/replications")]) == _ATTEMPTS
