"""What holds for every kind of Azure resource: its description, and how it fares when calls fail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest

from connectors.azure.kind import GLOBAL, Call, ResourceKind
from connectors.azure.kinds import FURTHER, KINDS
from connectors.azure.listed import LISTED
from connectors.azure.source import AzureSource
from connectors.base import INVENTORY
from tests.servers.azure import AzureServer, Request
from tests.servers.azure_answers import Answer
from tests.servers.azure_estate import ZAKEN
from tests.servers.azure_every_kind import every_kind
from tests.servers.azure_reading import Reading, clean_azure_environment, read, source_of
from wolkenzicht.model import (
    DATA_OPERATIONS,
    Certainty,
    DeniedBy,
    Depth,
    Holds,
    Operation,
    Outcome,
    Scope,
)

_IDS = [kind.name for kind in KINDS]
_DETAILS = [(kind, call) for kind in KINDS for call in kind.details]
_LOOKUPS = [kind for kind in KINDS if kind.lookup is not None]
#: The kinds that are only listed differ in nothing but their type; two of them stand for all.
_READ = [kind for kind in KINDS if kind.depth is Depth.DEEP] + [*LISTED[:1], *LISTED[-1:]]
#: Listed under the subscription itself, not under a parent, and refused where the right is missing.
_FLAT = [kind for kind in _READ if len(kind.listing) == 1 and kind.depth is Depth.DEEP]
_GRAPH = "microsoft.resourcegraph"

every_kind_of_all = pytest.mark.parametrize("kind", KINDS, ids=_IDS)
each_kind = pytest.mark.parametrize("kind", _READ, ids=[kind.name for kind in _READ])
refused_kind = pytest.mark.parametrize("kind", _READ[:-2], ids=[kind.name for kind in _READ[:-2]])


@pytest.fixture(scope="module")
def server() -> Iterator[AzureServer]:
    """A filled server, each kind twice, so that there is a second page."""
    estate = every_kind()
    for kind in KINDS:
        first = estate.rows(kind.type, [ZAKEN])[0]
        double = {**first, "id": f"{first['id']}-z", "name": f"{first['name']}-z", "type": kind.type}
        estate.put(double, ZAKEN)
    with clean_azure_environment(), AzureServer(estate) as azure:
        yield azure


@pytest.fixture(scope="module")
def planned(server: AzureServer) -> AzureSource:
    """The tenant, planned before anything fails."""
    source = source_of(server)
    list(source.plan())
    return source


@pytest.fixture
def source(planned: AzureSource, server: AzureServer) -> AzureSource:
    """The planned tenant, of a server without faults."""
    server.clear()
    server.graph_page_size = None
    server.page_size = 100
    return planned


def about_resources(request: Request) -> bool:
    """Whether a request asks about resources or the right to them, not about subscriptions."""
    return "/providers/" in request.path or request.path.endswith("/resources")


def read_kind(source: AzureSource, kind: ResourceKind) -> Reading:
    """Read the kind's one scope."""
    return read(source, Scope(ZAKEN, GLOBAL, kind.type))


def without_graph(server: AzureServer) -> None:
    """Let Resource Manager be listed: what the caller may read is not told."""
    server.tells_permissions = False


@every_kind_of_all
def test_is_described(kind: ResourceKind) -> None:
    """A kind has a title, a place in the documentation and actions that only read."""
    assert kind.title
    assert re.match(r"https://learn\.microsoft\.com/rest/api/", kind.docs_url)
    assert [each for each in kind.permissions if not re.fullmatch(r"Microsoft\.\w+(/\w+)+/read", each)] == []
    assert re.fullmatch(r"Microsoft\.\w+(/\w+)+", kind.type)
    assert kind.listing[-1].permission == f"{kind.type}/read"
    for call in kind.calls:
        assert re.fullmatch(r"20\d\d-\d\d-\d\d(-preview)?", call.api_version)
    assert [each for each in kind.details if not each.name] == []


def test_names_and_types_are_unique() -> None:
    """No two kinds share a name or a type."""
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert len({kind.type.lower() for kind in KINDS}) == len(KINDS)


@every_kind_of_all
def test_every_asset_is_read_whole(kind: ResourceKind, server: AzureServer, source: AzureSource) -> None:
    """Each kind gives assets with identity, place, evidence and sorted facts."""
    reading = read_kind(source, kind)
    assert (reading.gaps, reading.rejected) == ([], [])
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert len(reading.assets) >= 2
    listed_content = kind.depth is Depth.SHALLOW and kind.holds is Holds.CONTENT
    for asset in reading.assets:
        assert asset.asset_id == asset.asset_id.lower()
        assert dict(asset.properties)["id"].lower() == asset.asset_id
        assert (asset.provider, asset.partition, asset.account) == ("azure", "AzureCloud", ZAKEN)
        assert (asset.service, asset.type, asset.holds) == (kind.service, kind.type, kind.holds)
        assert (asset.name, asset.depth) == (asset.name or "a name", kind.depth)
        assert dict(asset.tags)["system"] == "zaaksysteem"
        assert tuple(sorted(asset.tags)) == asset.tags
        assert tuple(sorted(asset.properties)) == asset.properties
        assert Operation.STORED in {place.operation for place in asset.locations}
        for place in asset.locations:
            assert (place.certainty is Certainty.UNKNOWN) == (place.location == "")
            assert (place.certainty is not Certainty.UNKNOWN) or kind.name == "arc-machine" or listed_content
            assert place.evidence
            assert [each for each in place.evidence if not (each.path and each.value)] == []
    assert len({asset.asset_id for asset in reading.assets}) == len(reading.assets)


@each_kind
def test_both_ways_of_listing_agree(kind: ResourceKind, server: AzureServer, source: AzureSource) -> None:
    """Resource Manager's lists give the same assets as Resource Graph."""
    by_graph = read_kind(source, kind).assets
    without_graph(server)
    other = source_of(server)
    server.requests.clear()
    by_lists = read_kind(other, kind).assets
    assert {asset.asset_id: asset for asset in by_lists} == {asset.asset_id: asset for asset in by_graph}
    assert [each.path for each in server.requests if _GRAPH in each.path] == []


@each_kind
def test_missing_right_is_not_empty(kind: ResourceKind, server: AzureServer) -> None:
    """Resource Graph leaves out what the role does not grant; the scope ends denied all the same."""
    server.clear()
    server.lacking.add((ZAKEN, kind.listing[-1].permission))
    reading = read_kind(source_of(server), kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == kind.listing[-1].permission
    assert reading.outcome.denied_by is DeniedBy.IDENTITY_POLICY
    assert "\n" not in reading.outcome.message


@refused_kind
def test_denied_listing_is_not_empty(kind: ResourceKind, server: AzureServer) -> None:
    """A refused listing ends denied, naming the permission that the kind declares."""
    server.clear()
    without_graph(server)
    server.lacking.add((ZAKEN, kind.listing[0].permission))
    reading = read_kind(source_of(server), kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == kind.listing[0].permission


@each_kind
def test_throttled_listing_is_not_empty(kind: ResourceKind, server: AzureServer, source: AzureSource) -> None:
    """A listing that Azure keeps throttling ends throttled."""
    server.throttle(about_resources)
    reading = read_kind(source, kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.THROTTLED


@each_kind
def test_broken_connection_is_not_empty(kind: ResourceKind, server: AzureServer, source: AzureSource) -> None:
    """A listing that breaks off ends failed."""
    server.break_off(about_resources)
    reading = read_kind(source, kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.FAILED


@each_kind
@pytest.mark.parametrize(
    "body", [b"", b"<html/>", b'{"broken": ', b"[]", b"{}", b'{"value": 1, "data": 1}',
             b'{"value": [1], "data": [1]}'],
    ids=str,
)  # fmt: skip
def test_nonsense_is_not_empty(
    kind: ResourceKind, body: bytes, server: AzureServer, source: AzureSource
) -> None:
    """A successful answer that is none of Azure's ends failed."""
    server.garble(about_resources, body)
    reading = read_kind(source, kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.FAILED


@each_kind
def test_broken_second_page_keeps_the_first(
    kind: ResourceKind, server: AzureServer, source: AzureSource
) -> None:
    """What Resource Graph's first page held is handed on, and the scope ends failed."""
    whole = read_kind(source, kind).assets
    server.graph_page_size = 1
    server.garble(_GRAPH, b'{"data": ', after=1)
    reading = read_kind(source, kind)
    assert reading.assets == whole[:1]
    assert reading.outcome.outcome is Outcome.FAILED


@pytest.mark.parametrize("kind", _FLAT, ids=[kind.name for kind in _FLAT])
def test_broken_second_page_of_a_list(kind: ResourceKind, server: AzureServer) -> None:
    """The same of Resource Manager's list."""
    server.clear()
    without_graph(server)
    source = source_of(server)
    whole = read_kind(source, kind).assets
    server.page_size = 1
    server.garble(lambda each: each.path.endswith(f"/providers/{kind.type.lower()}"), b"", after=1)
    reading = read_kind(source, kind)
    server.page_size = 100
    assert reading.assets == whole[:1]
    assert reading.outcome.outcome is Outcome.FAILED


@each_kind
def test_listing_without_end_is_given_up(
    kind: ResourceKind, server: AzureServer, source: AzureSource
) -> None:
    """A query that repeats its page token ends failed rather than never."""
    row = server.estate.rows(kind.type, [ZAKEN])[0]
    endless = {"data": [row], "$skipToken": "again", "totalRecords": 9, "resultTruncated": "false"}
    server.garble(_GRAPH, json.dumps(endless).encode())
    reading = read_kind(source, kind)
    assert reading.outcome.outcome is Outcome.FAILED
    assert "repeats a page token" in reading.outcome.message


@pytest.mark.parametrize("kind", _FLAT, ids=[kind.name for kind in _FLAT])
def test_list_without_end_is_given_up(kind: ResourceKind, server: AzureServer) -> None:
    """A list whose next page is itself ends failed rather than never."""
    server.clear()
    without_graph(server)

    def again(request: Request) -> Answer:
        version = request.query["api-version"]
        link = f"{server.url}{request.address}?api-version={version}"
        return Answer(200, json.dumps({"value": [], "nextLink": link}).encode())

    server.strike(again, lambda each: each.path.endswith(f"/providers/{kind.type.lower()}"))
    reading = read_kind(source_of(server), kind)
    assert reading.outcome.outcome is Outcome.FAILED
    assert "repeats a page" in reading.outcome.message


@pytest.mark.parametrize(
    ("kind", "call"), _DETAILS, ids=[f"{kind.name}-{call.name}" for kind, call in _DETAILS]
)
def test_denied_detail_leaves_the_asset(
    kind: ResourceKind, call: Call, server: AzureServer, source: AzureSource
) -> None:
    """An asset of which a detail is refused is still there, its second place unknown, the gap named."""
    expected = [asset.asset_id for asset in read_kind(source, kind).assets]
    server.lacking.add((ZAKEN, call.permission))
    reading = read_kind(source, kind)
    assert [asset.asset_id for asset in reading.assets] == expected
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == call.permission
    assert {gap.asset_id for gap in reading.gaps} <= {"", *expected}
    certainties = {place.certainty for asset in reading.assets for place in asset.locations}
    assert Certainty.UNKNOWN in certainties


@pytest.mark.parametrize("kind", _LOOKUPS, ids=[kind.name for kind in _LOOKUPS])
def test_denied_lookup_leaves_the_place_unknown(
    kind: ResourceKind, server: AzureServer, source: AzureSource
) -> None:
    """Where another resource may not be looked at, its place is unknown and the gap is named."""
    expected = [asset.asset_id for asset in read_kind(source, kind).assets]
    server.deny(lambda each: each.method == "GET" and server.estate.resource(each.path) is not None)
    reading = read_kind(source, kind)
    assert [asset.asset_id for asset in reading.assets] == expected
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == f"{kind.type}/read"
    unknown = [
        place
        for asset in reading.assets
        for place in asset.locations
        if place.certainty is Certainty.UNKNOWN and place.evidence[0].value.startswith("/subscriptions/")
    ]
    assert unknown


@every_kind_of_all
def test_locations_are_those_that_the_kind_states(kind: ResourceKind, source: AzureSource) -> None:
    """The estate has a location for each operation that the kind states, and for no other."""
    found = {place.operation for asset in read_kind(source, kind).assets for place in asset.locations}
    assert found == set(kind.states)


@pytest.mark.parametrize("kind", LISTED[:2], ids=[kind.name for kind in LISTED[:2]])
def test_general_list_alone_is_never_complete(kind: ResourceKind, server: AzureServer) -> None:
    """The general list leaves out what may not be read, so that without the rights it proves nothing."""
    server.clear()
    without_graph(server)
    reading = read_kind(source_of(server), kind)
    assert len(reading.assets) == 2
    assert reading.outcome.outcome is Outcome.FAILED
    assert "does not tell what the agent's role allows" in reading.outcome.message


@each_kind
def test_inventory_lists_what_is_read(kind: ResourceKind, source: AzureSource) -> None:
    """The general list has the same assets as the kind, under the same ids, names and types, shallow."""
    inventory = read(source, Scope(ZAKEN, GLOBAL, INVENTORY))
    assert inventory.outcome.outcome is Outcome.COMPLETE
    listed = {asset.asset_id: asset for asset in inventory.assets if asset.type == kind.type}
    known = {asset.asset_id: asset for asset in read_kind(source, kind).assets}
    assert listed.keys() == known.keys()
    for identifier, asset in listed.items():
        deep = known[identifier]
        assert (asset.depth, asset.name, asset.holds, asset.tags) == (
            Depth.SHALLOW, deep.name, deep.holds, deep.tags,
        )  # fmt: skip
        operations = {place.operation for place in asset.locations}
        assert {each for each in kind.states if each in DATA_OPERATIONS} <= operations


@pytest.mark.parametrize("kind", FURTHER, ids=[kind.name for kind in FURTHER])
def test_further_kind_is_described(kind: ResourceKind) -> None:
    """What is read in a way of its own says as much about itself, and is not expected of the general list."""
    assert kind.title
    assert re.match(r"https://learn\.microsoft\.com/rest/api/", kind.docs_url)
    assert [each for each in kind.permissions if not re.fullmatch(r"Microsoft\.\w+(/\w+)+/read", each)] == []
    assert not kind.tracked
    assert kind.name not in _IDS
