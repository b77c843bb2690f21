"""Which location code, moment and place follow from the texts that Google's APIs use."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.gcp import facts


@pytest.mark.parametrize(
    ("service", "text", "expected"),
    [
        ("compute", "europe-west4-a", "europe-west4"),
        ("storage", "EUROPE-WEST4", "europe-west4"),
        ("storage", "EUR7", "storage/eur7"),
        ("spanner", "eur7", "spanner/eur7"),
        ("spanner", "nam-eur-asia1", "spanner/nam-eur-asia1"),
        ("spanner", "dual-region-germany1", "spanner/dual-region-germany1"),
        ("bigquery", "EU", "bigquery/eu"),
        ("bigquery", "azure-eastus2", "bigquery/azure-eastus2"),
        ("cloudkms", "europe", "kms/europe"),
        ("sqladmin", "eu", "sql/eu"),
        ("logging", "global", "global"),
        ("storage", "", ""),
        ("compute", "antarctica-south1", "compute/antarctica-south1"),
    ],
)
def test_code(service: str, text: str, expected: str) -> None:
    """Regions mean the same for every service; every other name means something for one only."""
    assert facts.code(service, text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("//x.googleapis.com/projects/p/locations/europe-west4/things/t", "europe-west4"),
        ("https://www.googleapis.com/compute/v1/projects/p/zones/us-east1-c/disks/d", "us-east1-c"),
        ("projects/p/regions/global/clusters/c", "global"),
        ("projects/p/instances/locations", ""),
        ("", ""),
    ],
)
def test_place_in(name: str, expected: str) -> None:
    """A name carries its place after the collection it lies in."""
    assert facts.place_in(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-03-01T10:00:00.000Z", datetime(2025, 3, 1, 10, tzinfo=UTC)),
        ("2025-01-18T12:16:22-08:00", datetime(2025, 1, 18, 20, 16, 22, tzinfo=UTC)),
        ("2026-04-17T21:01:05.172040123Z", datetime(2026, 4, 17, 21, 1, 5, 172040, tzinfo=UTC)),
        ("1740823200000", datetime(2025, 3, 1, 10, tzinfo=UTC)),
        ("yesterday", None),
        (None, None),
    ],
)
def test_moment(text: str | None, expected: datetime | None) -> None:
    """Timestamps, also with nanoseconds, and milliseconds become moments; nonsense becomes none."""
    assert facts.moment(text) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"labels": {"b": "2", "a": "1"}}, (("a", "1"), ("b", "2"))),
        ({"resourceLabels": {"a": "1"}}, (("a", "1"),)),
        ({"settings": {"userLabels": {"a": "1"}}}, (("a", "1"),)),
        ({"metadata": {"labels": {"a": "1"}}}, (("a", "1"),)),
        ({"labels": ["a"]}, ()),
        ({}, ()),
    ],
)
def test_labels(data: dict[str, object], expected: tuple[tuple[str, str], ...]) -> None:
    """Labels are found where each API keeps them."""
    assert facts.labels(data) == expected
