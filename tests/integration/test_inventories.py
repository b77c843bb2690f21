"""What Google's inventory has and a reading in depth lacks, and the other way round, is shown to who asks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.integration.world import World
from tests.servers.gcp import GcpServer
from tests.servers.gcp_estate import ORGANIZATION, PROJECT, PROJECT_NUMBER, PROJECTS, Entry

BUCKET, SPACE = "storage.googleapis.com/Bucket", "example.googleapis.com/Workspace"
BOTH, HIDDEN, FRESH = (f"//storage.googleapis.com/{name}" for name in ("both", "hidden", "fresh"))
OTHER = "//example.googleapis.com/projects/min-zaken/locations/europe-west4/workspaces/one"


@dataclass(slots=True)
class TwoLists(GcpServer):
    """A server whose list in depth and whose search each lack entries of their own, by name."""

    not_listed: set[str] = field(default_factory=set)
    not_found: set[str] = field(default_factory=set)

    def _held(self, scope: str, wanted: str, *, search: bool = False) -> list[Entry]:
        self._by_key.clear()
        lacking = self.not_found if search else self.not_listed
        held = GcpServer._held(self, scope, wanted, search=search)
        return [entry for entry in held if entry.name not in lacking]


@contextmanager
def estate(folder: Path) -> Iterator[tuple[World, TwoLists]]:
    """A project with three buckets, and something of a type that nobody reads in depth; its agent."""
    project = Entry(
        f"//cloudresourcemanager.googleapis.com/projects/{PROJECT_NUMBER}",
        PROJECTS,
        "global",
        {"projectId": PROJECT, "projectNumber": str(PROJECT_NUMBER), "lifecycleState": "ACTIVE"},
    )
    buckets = [
        Entry(name, BUCKET, "europe-west4", {"location": "EUROPE-WEST4", "locationType": "region"})
        for name in (BOTH, HIDDEN, FRESH)
    ]
    entries = [project, *buckets, Entry(OTHER, SPACE, "europe-west4")]
    with TwoLists(entries) as google, World(folder) as world:
        source = f'[[source]]\nconnector = "gcp"\nscope = "{ORGANIZATION}"\nendpoint = "{google.url}"\n'
        world.add_tenant("rdv-gcp", "rdv", "gcp", source + "quota_share = 1.0\n")
        yield world, google


def scan(world: World) -> None:
    """Run the agent once; it sees all there is."""
    scanned = world.scan("rdv-gcp")
    assert scanned.returncode == 0, scanned.stderr


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """What one scan left, in which each list lacked a bucket of the other."""
    with estate(tmp_path_factory.mktemp("world")) as (world, google):
        google.not_listed, google.not_found = {HIDDEN}, {FRESH}
        scan(world)
        yield world


def test_differences_between_inventory_and_reading(world: World) -> None:
    """Both directions; what was read stands, what was not is known from the inventory only."""
    found = world.ask("discrepancies")
    assert [(each["kind"], each["asset_id"], each["inventory"]) for each in found["items"]] == [
        ("not_read", HIDDEN, "gcp-search"),
        ("not_in_inventory", FRESH, "gcp-search"),
    ]
    assert {each["tenant"] for each in found["items"]} == {"rdv-gcp"}
    assert found["completeness"]["scopes_blind"] == 0
    depths = {name: each["depth"] for name, each in world.assets().items()}
    assert {name: depths[name] for name in (BOTH, HIDDEN, FRESH, OTHER)} == {
        BOTH: "deep",
        HIDDEN: "shallow",
        FRESH: "deep",
        OTHER: "shallow",
    }
    [lacking] = world.ask("discrepancies", "--kind", "not_in_inventory")["items"]
    assert lacking["asset_id"] == FRESH
    rows = list(csv.DictReader(io.StringIO(world.asking("discrepancies", "--format", "csv").stdout)))
    assert [row["asset_id"] for row in rows] == [HIDDEN, FRESH]

    said = world.asking("overview", "--lang", "nl").stdout
    assert "2 verschillen tussen inventaris en lezing; zie: wolkenzicht discrepancies" in said
    said = world.asking("coverage").stdout
    assert "2 differences between inventory and reading; see: wolkenzicht discrepancies" in said
    said = world.asking("assets", "show", HIDDEN).stdout
    assert "its entry in an inventory only" in said
    assert "Known from an inventory only" in said


def test_a_difference_ends_and_stays_known(tmp_path: Path) -> None:
    """Once both lists agree it has ended; it can still be asked for."""
    with estate(tmp_path) as (world, google):
        google.not_listed = {HIDDEN}
        scan(world)
        before = world.assets()[HIDDEN]["first_seen"]
        google.not_listed = set()
        scan(world)

        asset = world.assets()[HIDDEN]
        assert (asset["depth"], asset["first_seen"]) == ("deep", before)
        assert world.ask("discrepancies")["items"] == []
        [ended] = world.ask("discrepancies", "--ended")["items"]
        assert ended["asset_id"] == HIDDEN
        assert ended["ended"] > ended["since"]


def test_a_department_sees_the_differences_of_its_own(world: World) -> None:
    """Another ministry sees none, and is not told that there are any."""
    world.issue_asker("mva", "department", "mva")
    world.issue_asker("mvz", "department", "mvz")

    seen = [each["asset_id"] for each in world.ask("discrepancies", asker="mvz")["items"]]
    assert sorted(seen) == [FRESH, HIDDEN]
    assert world.ask("discrepancies", asker="mva")["items"] == []
    assert world.ask("overview", asker="mva")["discrepancies"] == 0
    refused = world.asking("discrepancies", "--tenant", "rdv-gcp", asker="mva")
    assert (refused.returncode, "no tenant 'rdv-gcp' within your sight" in refused.stderr) == (1, True)
