"""What holds for every kind of Google Cloud resource: its description, what is made of it, and refusals."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from connectors.gcp.kind import LIST_PERMISSION, SEARCH_PERMISSION, ResourceKind
from connectors.gcp.kinds import KINDS
from connectors.gcp.source import GcpSource
from tests.servers.gcp import LIST, SEARCH, GcpServer
from tests.servers.gcp_estate import PROJECT, PROJECTS, Entry, recorded
from tests.servers.gcp_reading import read, source_of
from wolkenzicht.model import Certainty, Depth, Holds, Operation, Outcome

DEEP = [kind for kind in KINDS if kind.depth is Depth.DEEP]
_COMPUTING = {
    "alloydb-cluster",
    "bigquery-dataset",
    "bigquery-reservation",
    "bigtable-cluster",
    "compute-instance",
    "dataproc-cluster",
    "firestore-database",
    "function",
    "gke-cluster",
    "memcache-instance",
    "redis-cluster",
    "redis-instance",
    "run-job",
    "run-service",
    "spanner-instance",
    "spanner-instance-partition",
    "sql-instance",
    "valkey-instance",
    "vertex-endpoint",
}

every_kind = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])
found_kinds = pytest.mark.parametrize(
    "kind",
    [kind for kind in DEEP if kind.searchable],
    ids=[kind.name for kind in DEEP if kind.searchable],
)
deep_kinds = pytest.mark.parametrize("kind", DEEP, ids=[kind.name for kind in DEEP])


@pytest.fixture(scope="module")
def server() -> Iterator[GcpServer]:
    """The recorded estate, in pages of one entry."""
    with GcpServer(recorded(), page_size=1) as running:
        yield running


@pytest.fixture
def source(server: GcpServer) -> Iterator[GcpSource]:
    """The organization, read without second attempts, from a server that serves rightly at first."""
    server.clear()
    made = source_of(server)
    yield made
    made.close()


@every_kind
def test_is_described(kind: ResourceKind) -> None:
    """A kind has a title, a page in Google's documentation, an asset type and read-only permissions."""
    assert kind.title
    assert kind.docs_url.startswith("https://docs.cloud.google.com/")
    assert re.fullmatch(r"[a-z]+\.googleapis\.com/[A-Z]\w+", kind.type)
    assert kind.type.partition(".")[0] == kind.service
    assert set(kind.permissions) <= {LIST_PERMISSION, SEARCH_PERMISSION}
    assert kind.permissions
    assert kind.holds in {Holds.CONTENT, Holds.METADATA}


def test_names_and_types_are_unique() -> None:
    """No two kinds share a name or a type."""
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    assert len({kind.type for kind in KINDS}) == len(KINDS)


@deep_kinds
def test_kinds_that_compute_say_so(kind: ResourceKind) -> None:
    """Kinds that process data state where; the others do not claim to."""
    assert (Operation.PROCESSED in kind.operations) == (kind.name in _COMPUTING)


@deep_kinds
def test_every_asset_is_read_whole(kind: ResourceKind, source: GcpSource) -> None:
    """Each kind gives assets with identity, project, evidence for every place, and sorted facts."""
    reading = read(source, kind)
    assert reading.gaps == []
    assert reading.rejected == []
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert reading.assets
    for asset in reading.assets:
        assert asset.asset_id.startswith("//")
        assert (asset.provider, asset.partition, asset.account) == ("gcp", "googleapis.com", PROJECT)
        assert (asset.service, asset.type) == (kind.service, kind.type)
        assert asset.holds in {kind.holds, Holds.CONTENT}
        assert asset.name
        assert tuple(sorted(asset.tags)) == asset.tags
        assert tuple(sorted(asset.properties)) == asset.properties
        for place in asset.locations:
            assert place.operation in kind.states or place.operation is Operation.REPLICATED
            assert (place.certainty is Certainty.UNKNOWN) == (place.location == "")
            assert place.evidence
            assert [each for each in place.evidence if not (each.path and each.value)] == []
    assert len({asset.asset_id for asset in reading.assets}) == len(reading.assets)


@found_kinds
def test_search_claims_no_more_than_was_read(
    kind: ResourceKind, server: GcpServer, source: GcpSource
) -> None:
    """With search alone the assets are there and shallow; what their data tells is unknown, not absent."""
    deep = read(source, kind).assets
    server.deny(method=LIST, asset_type=kind.type)
    reading = read(source, kind)
    assert [asset.asset_id for asset in reading.assets] == [asset.asset_id for asset in deep]
    assert {asset.depth for asset in reading.assets} == {Depth.SHALLOW}
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == LIST_PERMISSION
    assert "by search" in reading.outcome.message
    for whole, shallow in zip(deep, reading.assets, strict=True):
        assert whole.account == shallow.account
        known = {place.location for place in whole.locations}
        told = {place.location for place in shallow.locations if place.certainty is not Certainty.UNKNOWN}
        unseen = {place.operation for place in shallow.locations if not place.location}
        assert told <= known or not whole.location
        missed = {
            place.operation for place in whole.locations if place.location and place.location not in told
        }
        assert missed <= unseen


@every_kind
def test_denied_listing_is_not_empty(kind: ResourceKind, server: GcpServer, source: GcpSource) -> None:
    """Where neither listing nor search is allowed the scope ends denied and names the permission."""
    server.deny(asset_type=kind.type)
    server.deny(method=SEARCH)
    reading = read(source, kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == kind.permissions[0]
    assert "\n" not in reading.outcome.message


@every_kind
def test_listing_without_end_is_given_up(kind: ResourceKind, server: GcpServer, source: GcpSource) -> None:
    """A listing that repeats its page token ends failed rather than never."""
    server.loops.add(kind.type)
    reading = read(source, kind)
    assert reading.outcome.outcome is Outcome.FAILED
    assert "repeats a page token" in reading.outcome.message


@every_kind
def test_pages_without_items_are_given_up(kind: ResourceKind, server: GcpServer, source: GcpSource) -> None:
    """A listing of ever more empty pages ends failed rather than never."""
    server.hollow.add(kind.type)
    reading = read(source, kind)
    assert reading.assets == []
    assert reading.outcome.outcome is Outcome.FAILED
    assert "empty pages" in reading.outcome.message


@deep_kinds
def test_foreign_entries_are_rejected(kind: ResourceKind, server: GcpServer, source: GcpSource) -> None:
    """An entry of another type than was asked for becomes no asset, is told, and the scope is not whole."""
    server.foreign.add(kind.type)
    reading = read(source, kind)
    assert reading.assets == []
    assert {rejected.field for rejected in reading.rejected} == {"asset_type"}
    assert reading.outcome.outcome is Outcome.FAILED


@deep_kinds
def test_no_place_is_unknown(kind: ResourceKind) -> None:
    """Where neither inventory, nor data, nor name tells a place, an asset has none that is known."""
    name = f"//{kind.type.partition('/')[0]}/projects/{PROJECT}/things/een"
    own = [entry for entry in recorded() if entry.type == PROJECTS]
    with GcpServer([*own, Entry(name, kind.type, "", {"name": name})]) as server:
        listing = source_of(server)
        reading = read(listing, kind)
        listing.close()
    (asset,) = reading.assets
    assert asset.location == ""
    assert {place.certainty for place in asset.locations} <= {Certainty.UNKNOWN}
    stored = {place.operation for place in asset.locations}
    assert set(kind.operations) - {Operation.REPLICATED} <= stored
    assert [place.evidence for place in asset.locations if not place.evidence] == []


_LISTED = [kind for kind in KINDS if kind.depth is Depth.SHALLOW]


@pytest.mark.parametrize("kind", _LISTED, ids=[kind.name for kind in _LISTED])
def test_listed_kinds_are_whole_and_shallow(kind: ResourceKind) -> None:
    """A type that is only listed is complete; of content more than the place that is told may be there."""
    name = f"//{kind.type.partition('/')[0]}/projects/{PROJECT}"
    entries = [
        Entry(f"{name}/one", kind.type, "europe-west2", {"labels": {"system": "zaaksysteem"}}),
        Entry(f"{name}/two", kind.type),
    ]
    with GcpServer([*recorded(), *entries], page_size=1) as server:
        listing = source_of(server)
        reading = read(listing, kind)
        listing.close()
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert [asset.location for asset in reading.assets] == ["europe-west2", ""]
    copies = [Certainty.UNKNOWN] if kind.holds is Holds.CONTENT else []
    assert [[place.certainty for place in asset.locations] for asset in reading.assets] == [
        [Certainty.DECLARED, *copies],
        [Certainty.UNKNOWN, *copies],
    ]
    assert {(asset.depth, asset.account, asset.holds) for asset in reading.assets} == {
        (Depth.SHALLOW, PROJECT, kind.holds)
    }
    assert reading.assets[0].tags == (("system", "zaaksysteem"),)


_LOOKING_UP = [kind for kind in DEEP if kind.looks_up]


@pytest.mark.parametrize("kind", _LOOKING_UP, ids=[kind.name for kind in _LOOKING_UP])
def test_denied_look_up_leaves_the_asset(kind: ResourceKind, server: GcpServer, source: GcpSource) -> None:
    """An asset of which a destination may not be looked up is there, its copy unknown, the gap named."""
    whole = read(source, kind).assets
    again = source_of(server)
    server.deny(method=SEARCH)
    reading = read(again, kind)
    again.close()
    assert [asset.asset_id for asset in reading.assets] == [asset.asset_id for asset in whole]
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == SEARCH_PERMISSION
    concerned = {gap.asset_id for gap in reading.gaps}
    assert concerned <= {asset.asset_id for asset in whole}
    for asset in reading.assets:
        if asset.asset_id in concerned:
            assert "" in {
                place.location for place in asset.locations if place.operation is Operation.REPLICATED
            }
