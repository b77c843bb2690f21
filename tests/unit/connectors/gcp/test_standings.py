"""How projects stand, and what of an organization a folder or a project shows."""

from __future__ import annotations

from collections.abc import Iterator

import grpc
import pytest

from connectors.base import ReadError
from connectors.gcp.source import GcpSource
from connectors.gcp.storage import BUCKETS
from tests.servers.gcp import LIST, SEARCH, GcpServer
from tests.servers.gcp_estate import ORGANIZATION, PROJECTS, Entry, project
from tests.servers.gcp_reading import read, read_inventory, read_scope, source_of
from wolkenzicht.model import AccountStanding, AccountState, Outcome, Scope

_ACTIVE, _SUSPENDED, _CLOSED = AccountState.ACTIVE, AccountState.SUSPENDED, AccountState.CLOSED


def bucket(owner: str, number: int, folder: str) -> Entry:
    """A bucket of a project."""
    ancestors = (f"projects/{number}", folder, ORGANIZATION)
    data = {"location": "EUROPE-WEST4"}
    return Entry(f"//storage.googleapis.com/{owner}-bak", BUCKETS.type, "europe-west4", data, ancestors)


@pytest.fixture(scope="module")
def running() -> Iterator[GcpServer]:
    """Four projects in two folders, one of them asked to be deleted, one being deleted."""
    entries = [
        project("een", 1, folder="folders/7"),
        project("twee", 2, "DELETE_REQUESTED", folder="folders/7"),
        project("drie", 3, "DELETE_IN_PROGRESS", folder="folders/8"),
        project("vier", 4, "", folder="folders/8"),
        bucket("een", 1, "folders/7"),
        bucket("twee", 2, "folders/7"),
        bucket("vier", 4, "folders/8"),
    ]
    with GcpServer(entries) as server:
        yield server


@pytest.fixture
def server(running: GcpServer) -> GcpServer:
    """The projects, served rightly at first."""
    running.clear()
    return running


def planned(server: GcpServer, scope: str = ORGANIZATION) -> GcpSource:
    """A source that has just planned."""
    source = source_of(server, scope=scope)
    list(source.plan())
    return source


def test_each_project_stands_as_google_says(server: GcpServer) -> None:
    """Active, asked to be deleted, being deleted; a state that is not told is not held against it."""
    assert list(planned(server).standings()) == [
        AccountStanding("een", "gcp", _ACTIVE),
        AccountStanding("twee", "gcp", _SUSPENDED),
        AccountStanding("drie", "gcp", _CLOSED),
        AccountStanding("vier", "gcp", _ACTIVE),
    ]


def test_a_search_tells_the_same(server: GcpServer) -> None:
    """Where projects may not be listed in depth, a search shows their states too."""
    whole = list(planned(server).standings())
    server.deny(method=LIST)
    assert list(planned(server).standings()) == whole
    assert (SEARCH, PROJECTS) in server.calls


def test_projects_are_listed_once_a_scan(server: GcpServer) -> None:
    """Standings and scopes share one list, which the next plan makes anew."""
    source = planned(server)
    list(source.standings())
    read(source, BUCKETS)
    assert server.calls.count((LIST, PROJECTS)) == 1
    list(source.plan())
    list(source.standings())
    assert server.calls.count((LIST, PROJECTS)) == 2


def test_projects_that_cannot_be_listed_stand_nowhere(server: GcpServer) -> None:
    """No standing is made up and none is taken for gone: it is raised, and every scope ends the same."""
    server.fail(grpc.StatusCode.UNAVAILABLE, "gone", asset_type=PROJECTS)
    source = planned(server)
    with pytest.raises(ReadError) as caught:
        list(source.standings())
    assert read(source, BUCKETS).gaps == [caught.value.gap]
    assert caught.value.gap.outcome is Outcome.FAILED


def test_a_project_that_hides_its_id_is_its_number() -> None:
    """It is not lost from the standings, and its assets belong to it."""
    ancestors = ("projects/9", ORGANIZATION)
    name = "//cloudresourcemanager.googleapis.com/projects/9"
    entries = [
        Entry(name, PROJECTS, "global", {"lifecycleState": "ACTIVE"}, ancestors),
        bucket("x", 9, "folders/7"),
    ]
    with GcpServer(entries) as server:
        for deny in (False, True):
            if deny:
                server.deny(method=LIST)
            source = planned(server)
            assert list(source.standings()) == [AccountStanding("9", "gcp", _ACTIVE)]
            assert [asset.account for asset in read(source, BUCKETS).assets] == ["9"]


@pytest.mark.parametrize(
    ("scope", "accounts"),
    [
        ("folders/7", ["een", "twee"]),
        ("folders/8", ["vier"]),
        ("projects/vier", ["vier"]),
        ("projects/drie", []),
    ],
)
def test_a_part_of_an_organization(server: GcpServer, scope: str, accounts: list[str]) -> None:
    """A folder or a project shows what lies in it, under the same accounts, and nothing else."""
    source = planned(server, scope)
    reading = read_scope(source, Scope(scope, "global", BUCKETS.type))
    assert [asset.account for asset in reading.assets] == accounts
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert {each.account for each in source.standings()} >= set(accounts)


def test_a_project_that_refuses(server: GcpServer) -> None:
    """The permission counts for the scope that is asked: a project may refuse, and its folder not."""
    server.deny(scope="projects/vier")
    refused = read_scope(planned(server, "projects/vier"), Scope("projects/vier", "global", BUCKETS.type))
    assert (refused.assets, refused.outcome.outcome) == ([], Outcome.DENIED)
    folder = read_scope(planned(server, "folders/8"), Scope("folders/8", "global", BUCKETS.type))
    assert [asset.account for asset in folder.assets] == ["vier"]


def test_projects_show_their_folder(server: GcpServer) -> None:
    """A project is an asset of the inventory that says which folders it lies in."""
    projects = [asset for asset in read_inventory(planned(server)).assets if asset.type == PROJECTS]
    assert {asset.account: dict(asset.properties)["folders"] for asset in projects} == {
        "een": "folders/7",
        "twee": "folders/7",
        "drie": "folders/8",
        "vier": "folders/8",
    }
