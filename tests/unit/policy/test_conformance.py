"""The catalogues hold what the reference facts hold, where those are at hand beside the project."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from policy.ruleset import Policy

FACTS = Path(__file__).parents[4] / "shared" / "data"

#: Services as the reference facts name them, to the names that codes are written with; none for all.
SERVICES = {
    "all": ("",),
    "member of multi-regions only": ("",),
    "seen in one table": ("",),
    "seen in one Storage table": ("storage",),
    "Cloud Storage": ("storage",),
    "Cloud Storage, KMS": ("storage", "kms"),
    "KMS, Storage": ("storage", "kms"),
    "BigQuery": ("bigquery",),
    "Firestore/Datastore": ("firestore", "datastore"),
    "Firestore": ("firestore",),
    "Spanner instance config": ("spanner",),
    "Cloud KMS": ("kms",),
    "Cloud KMS / Secret & price calculator names": ("kms",),
}
#: Rows that describe how codes are written, not a code.
PATTERNS = ("<", "+", "*")


def reference(name: str) -> list[dict[str, str]]:
    """The rows of a reference file; skips where there is none."""
    file = FACTS / name
    if not file.exists():
        pytest.skip(f"{name} is absent: the catalogue was NOT compared with the reference facts")
    with file.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def test_every_region_of_the_azure_facts(policy: Policy) -> None:
    """Every region has a row, with the reference's country where the reference has one."""
    catalogue = policy.locations.catalogues["azure"]
    expected = {row["name"]: row["country"] for row in reference("azure_regions.csv")}
    assert set(expected) == set(catalogue)
    named = {code: (country,) for code, country in expected.items() if country}
    assert named == {code: catalogue[code].countries for code in named}


def test_every_location_of_the_google_facts(policy: Policy) -> None:
    """Every region and every code of a service has a row, with at least the reference's countries."""
    catalogue = policy.locations.catalogues["gcp"]
    for row in reference("gcp_locations.csv"):
        if any(each in row["location"] for each in PATTERNS) or row["service_scope"] not in SERVICES:
            continue
        countries = {each for each in row["countries"].split(";") if each}
        place = row["location"].split(" ")[0].lower()
        for service in SERVICES[row["service_scope"]]:
            found = catalogue[f"{service}/{place}" if service else place]
            assert countries <= set(found.countries) or found.kind == "eu_member"


def test_every_region_of_the_amazon_facts(policy: Policy) -> None:
    """Every region and zone has a row, with the reference's country where the reference has one."""
    catalogue = policy.locations.catalogues["aws"]
    rows = [row for row in reference("aws_regions.csv") if not row["region"].startswith("(")]
    expected = {row["region"]: (row["country"],) for row in rows if row["country"]}
    assert expected == {code: catalogue[code].countries for code in expected}
    assert {row["region"] for row in rows} <= set(catalogue)
