"""What the inventory lists beside the kinds, and how much of its own kinds it answers for."""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest

from connectors.base import INVENTORY, Covers
from connectors.gcp import inventory
from connectors.gcp.kind import SEARCH_PERMISSION
from connectors.gcp.kinds import KINDS
from connectors.gcp.source import GcpSettings, GcpSource
from policy import ruleset
from policy.location import NOT_IN_CATALOGUE
from tests.servers.gcp import EVERYTHING, LIST, SEARCH, GcpServer
from tests.servers.gcp_estate import ORGANIZATION, PROJECT, PROJECTS, Entry, generated, project, recorded
from tests.servers.gcp_reading import read, read_inventory, source_of
from wolkenzicht.model import Certainty, Depth, Evidence, Holds, LocationClass, Outcome

_NODE = "tpu.googleapis.com/Node"
_FIREWALL = "compute.googleapis.com/Firewall"
_TPU = f"//tpu.googleapis.com/projects/{PROJECT}/locations/europe-west4-a/nodes/rekenaar"
_RULE = f"//compute.googleapis.com/projects/{PROJECT}/global/firewalls/open"
_OTHERS = [Entry(_TPU, _NODE, "europe-west4-a", {"labels": {"system": "rekenen"}}), Entry(_RULE, _FIREWALL)]


@pytest.fixture(scope="module")
def running() -> Iterator[GcpServer]:
    """The recorded estate and two assets of types that no kind names."""
    with GcpServer([*recorded(), *_OTHERS]) as server:
        yield server


@pytest.fixture
def server(running: GcpServer) -> GcpServer:
    """The estate, served rightly at first."""
    running.clear()
    return running


def test_everything_that_can_be_searched_is_listed(server: GcpServer) -> None:
    """One search without types lists all but what Google does not search, each shallow and marked."""
    reading = read_inventory(source_of(server))
    expected = {entry.name for entry in server.entries if not entry.type.startswith("parametermanager.")}
    assert {asset.asset_id for asset in reading.assets} == expected
    assert {asset.depth for asset in reading.assets} == {Depth.SHALLOW}
    assert {dict(asset.properties)["inventory"] for asset in reading.assets} == {"gcp-search"}
    assert {dict(asset.properties)["folders"] for asset in reading.assets} == {"folders/7"}
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert server.calls == [(LIST, PROJECTS), (SEARCH, EVERYTHING)]


def test_a_type_that_no_kind_names(server: GcpServer) -> None:
    """It keeps type, project, labels and place; it holds content where that is known, metadata else."""
    assets = {asset.asset_id: asset for asset in read_inventory(source_of(server)).assets}
    node, rule = assets[_TPU], assets[_RULE]
    assert (node.type, node.service, node.account, node.name) == (_NODE, "tpu", PROJECT, "rekenaar")
    assert (node.holds, node.location) == (Holds.CONTENT, "europe-west4")
    assert node.tags == (("system", "rekenen"),)
    assert [place.certainty for place in node.locations] == [Certainty.DECLARED, Certainty.UNKNOWN]
    assert (rule.type, rule.holds, rule.location) == (_FIREWALL, Holds.METADATA, "")
    assert [place.certainty for place in rule.locations] == [Certainty.UNKNOWN]


def test_an_inventory_is_the_same_asset(server: GcpServer) -> None:
    """What a deep reading lists, the inventory lists under the same identifier, type and account."""
    source = source_of(server)
    listed = {asset.asset_id: asset for asset in read_inventory(source).assets}
    for kind in KINDS:
        for asset in read(source, kind).assets:
            if kind.searchable:
                seen = listed[asset.asset_id]
                assert (seen.type, seen.account, seen.service) == (asset.type, asset.account, asset.service)


def test_regional_disks_are_told_from_zonal_ones(server: GcpServer) -> None:
    """A search shows both as disks; with search alone each still ends in its own scope."""
    server.deny(method=LIST, asset_type="compute.googleapis.com/Disk")
    server.deny(method=LIST, asset_type="compute.googleapis.com/RegionDisk")
    source = source_of(server)
    for name, collection in (("compute-disk", "/zones/"), ("compute-region-disk", "/regions/")):
        reading = read(source, next(kind for kind in KINDS if kind.name == name))
        assert reading.assets
        assert [asset.asset_id for asset in reading.assets if collection not in asset.asset_id] == []
        assert reading.rejected == []


def test_what_the_inventory_answers_for(server: GcpServer) -> None:
    """Every searchable type that is read in depth, those apart that Google refreshes every seven hours."""
    assert read_inventory(source_of(server)).covers == [Covers("gcp-search", inventory.COVERED)]
    left_out = {kind.type for kind in KINDS if kind.depth is Depth.DEEP} - inventory.COVERED
    assert left_out == {
        "aiplatform.googleapis.com/Dataset",
        "aiplatform.googleapis.com/Endpoint",
        "aiplatform.googleapis.com/Model",
        "cloudfunctions.googleapis.com/Function",
        "logging.googleapis.com/LogBucket",
        "logging.googleapis.com/LogSink",
        "logging.googleapis.com/Settings",
        "parametermanager.googleapis.com/Parameter",
        "sqladmin.googleapis.com/Backup",
        "sqladmin.googleapis.com/BackupRun",
        "sqladmin.googleapis.com/Instance",
    }
    assert not inventory.COVERED & inventory.CONTENT
    assert not {kind.type for kind in KINDS} & inventory.CONTENT


def test_refused_search_says_what_to_grant(server: GcpServer) -> None:
    """Without the permission the scope ends denied, and nothing is claimed."""
    server.deny(method=SEARCH)
    reading = read_inventory(source_of(server))
    assert (reading.assets, reading.covers) == ([], [])
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == SEARCH_PERMISSION
    assert reading.outcome.message == (
        "SearchAllResources of everything: cloudasset.assets.searchAllResources is denied; "
        "grant it to the agent's service account"
    )


def test_chosen_kinds_need_no_inventory(server: GcpServer) -> None:
    """Who names the kinds wants these only."""
    settings = GcpSettings(ORGANIZATION, endpoint=server.url, kinds=("storage-bucket",))
    assert INVENTORY not in {scope.type for scope in GcpSource(settings).plan()}
    assert [scope.type for scope in source_of(server).plan()].count(INVENTORY) == 1


def test_a_large_estate_is_listed_page_by_page() -> None:
    """Five hundred to a page, and no asset is lost between pages."""
    entries = list(generated(3, 2_100))
    with GcpServer(entries) as server:
        reading = read_inventory(source_of(server))
        searches = sum(1 for method, _ in server.calls if method == SEARCH)
    assert len(entries) == 2_100
    assert searches == 5
    searchable = [entry for entry in entries if not entry.type.startswith("parametermanager.")]
    assert [asset.asset_id for asset in reading.assets] == [entry.name for entry in searchable]


@pytest.mark.parametrize(
    "place", ["europe-north9", "EUROPE-NORTH9", "eur99", "antarctica-south1", "us-east1-ai2b"]
)
def test_a_place_that_the_catalogue_lacks(place: str) -> None:
    """It is an asset without a gap, unknown, with the code as evidence: in depth, and in the inventory."""
    name = "//storage.googleapis.com/verweg"
    entries = [
        project(PROJECT, 1001),
        Entry(name, "storage.googleapis.com/Bucket", place, {"location": place}),
    ]
    policy = ruleset.load()
    with GcpServer(entries) as server:
        source = source_of(server)
        buckets = read(source, next(kind for kind in KINDS if kind.name == "storage-bucket"))
        listed = read_inventory(source)
    assert buckets.gaps == listed.gaps == []
    (deep,) = buckets.assets
    (first,) = policy.classify(deep).locations
    assert (first.location_class, first.rule) == (LocationClass.UNKNOWN, NOT_IN_CATALOGUE)
    assert deep.locations[0].evidence == (Evidence("location", place),)
    for asset in (deep, next(each for each in listed.assets if each.asset_id == name)):
        assert policy.classify(asset).location_class is LocationClass.UNKNOWN
        assert policy.location_known("gcp", asset.location) is False


def test_a_search_that_lies_about_the_projects(server: GcpServer) -> None:
    """Where the projects cannot be listed no asset is told: its account would have changed its name."""
    server.fail(grpc.StatusCode.UNAVAILABLE, "gone", asset_type=PROJECTS)
    reading = read_inventory(source_of(server))
    assert (reading.assets, reading.outcome.outcome) == ([], Outcome.FAILED)
