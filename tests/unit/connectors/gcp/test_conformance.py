"""Entries and answers recorded by others, where the shared examples are at hand, fit what is read."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.gcp import bigtable, compute_copies, firestore, secretmanager, spanner, storage
from connectors.gcp.kind import Raw, ResourceKind
from connectors.gcp.kinds import KINDS
from tests.servers.gcp import GcpServer
from tests.servers.gcp_estate import Entry, entries_in
from tests.servers.gcp_reading import read, source_of
from wolkenzicht.model import Asset, Outcome

_EXAMPLES = Path(__file__).parents[4].parent / "shared" / "data" / "gcp_examples"
_FEATURES = _EXAMPLES.parent / "replication_features.csv"
_PAGE = Path(__file__).parents[4] / "docs" / "unread-properties-gcp.md"
_ASSETS = "cai__*.json", "tfv__*.json"

pytestmark = pytest.mark.skipif(
    not _EXAMPLES.is_dir(), reason=f"NOT TESTED: the shared examples are not at {_EXAMPLES}"
)


def exported() -> Iterator[Entry]:
    """Every exported asset in the examples, each name once."""
    seen = set()
    for pattern in _ASSETS:
        for path in sorted(_EXAMPLES.glob(pattern)):
            for entry in entries_in(json.loads(path.read_text())):
                if (entry.type, entry.name) not in seen:
                    seen.add((entry.type, entry.name))
                    yield entry


@pytest.fixture(scope="module")
def assets() -> dict[str, Asset]:
    """Every exported asset of a kind that is read, through the API."""
    entries = list(exported())
    known = {kind.type for kind in KINDS}
    with GcpServer(entries) as server:
        source = source_of(server)
        found = {}
        for kind in KINDS:
            reading = read(source, kind)
            assert reading.outcome.outcome is Outcome.COMPLETE, reading.outcome.message
            found.update({asset.asset_id: asset for asset in reading.assets})
        source.close()
    assert set(found) == {entry.name for entry in entries if entry.type in known}
    return found


@pytest.mark.parametrize(
    ("name", "location"),
    [
        ("//storage.googleapis.com/my-storage-bucket", "storage/us"),
        ("//bigquery.googleapis.com/projects/example-project/datasets/test-dataset", "bigquery/eu"),
        ("//compute.googleapis.com/projects/test-project/zones/us-east1-c/instances/vm-no-ip", "us-east1"),
        (
            "//cloudsql.googleapis.com/projects/test-project-1/instances/test-instance-1-singapore",
            "asia-southeast1",
        ),
        (
            "//container.googleapis.com/projects/transfer-repos/zones/us-central1-c/clusters/joe-clust",
            "us-west1",
        ),
        ("//pubsub.googleapis.com/projects/example-project/topics/test", "australia-southeast1"),
        (
            "//dataproc.googleapis.com/projects/my-test-project/regions/global/clusters/cluster-a1b6-test-dataproc",
            "europe-north1",
        ),
        ("//cloudkms.googleapis.com/key-ring-test/cryptoKeys/crypto-key-example", ""),
    ],
)
def test_exported_assets(assets: dict[str, Asset], name: str, location: str) -> None:
    """Assets of others, most without a `location` of the inventory, lie where their data says."""
    assert assets[name].location == location


def answer(name: str) -> Any:
    """The body of a recorded answer."""
    return json.loads((_EXAMPLES / f"c7n__{name}_1.json").read_text())["body"]


def placed(kind: ResourceKind, data: Mapping[str, Any]) -> str:
    """The home of a resource that an API answered."""
    return kind.normalise(Raw(f"//{data.get('name', '')}", kind.type, "p", "", data), kind).location


@pytest.mark.parametrize(
    ("kind", "name", "items", "expected"),
    [
        (storage.BUCKETS, "bucket-query__get-storage-v1-b", "items", "storage/eu"),
        (
            firestore.DATABASES,
            "firestore-database-get__get-v1-projects-cloud-custodian-databases",
            "databases",
            "us-east1",
        ),
        (
            spanner.INSTANCES,
            "spanner-instance-query__get-v1-projects-cloud-custodian-instances",
            "instances",
            "europe-west1",
        ),
        (
            secretmanager.SECRETS,
            "gcp-secret-set-label__get-v1-projects-cloud-custodian-secrets",
            "secrets",
            "global",
        ),
        (
            compute_copies.SNAPSHOTS,
            "snapshot-query__get-compute-v1-projects-cloud-custodian-global-snapshots",
            "items",
            "",
        ),
        (
            bigtable.CLUSTERS,
            "bigtable-instance-cluster-backup-query__get-v2-projects-cloud-custodian-instances-test-260-clusters",
            "clusters",
            "us-central1",
        ),
    ],
    ids=lambda value: value.name if isinstance(value, ResourceKind) else None,
)
def test_recorded_answers(kind: ResourceKind, name: str, items: str, expected: str) -> None:
    """Answers of the services themselves, whose form the inventory repeats, lie where they say."""
    assert placed(kind, answer(name)[items][0]) == expected


def test_every_known_property_is_accounted_for() -> None:
    """Each feature that is known to place data in Google Cloud is read, or listed with the reason."""
    with _FEATURES.open(newline="") as file:
        features = {row["feature"] for row in csv.DictReader(file) if row["provider"] == "gcp"}
    page = _PAGE.read_text()
    assert {feature for feature in features if f"| {feature} |" not in page} == set()
    assert features
