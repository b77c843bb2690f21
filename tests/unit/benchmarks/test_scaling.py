"""What an estate asks for follows from what an asset was measured to cost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.scaling import Estate, needs, tables

PAGE = Path(__file__).resolve().parents[3] / "docs" / "scaling.md"
COSTS = {
    "first_disk_bytes": 1000,
    "first_collector_cpu_us": 200,
    "first_database_cpu_us": 100,
    "changed_collector_cpu_us": 288,
    "changed_database_cpu_us": 576,
    "changed_disk_bytes": 500,
    "changed_wal_bytes": 10_000,
    "changed_network_bytes": 600,
}
GENERAL = {"streams": 1000, "collector_bytes": 10**8, "stream_bytes": 10**5}
ESTATE = Estate("an estate", 10_000_000, 100, 0.01)


def test_the_page_has_what_the_measured_costs_come_to() -> None:
    """After new measurements `python -m benchmarks.scaling` gives the tables for the page."""
    assert tables() in PAGE.read_text()


def test_needs_are_costs_times_numbers() -> None:
    """By hand: ten million assets, of which a hundred thousand change in eight hours."""
    found = needs(ESTATE, COSTS, GENERAL)

    assert found.disk == 10e9
    assert found.disk_two_years == pytest.approx(10e9 + 100_000 * 500 * 730)
    assert found.wal_per_day == 1e9
    assert found.first_load_hours == pytest.approx(10e6 * 200e-6 / 2 / 3600)
    assert found.collector_cores == pytest.approx(0.001)
    assert found.database_cores == pytest.approx(0.002)
    assert (found.collectors, found.collector_memory) == (1, 1.1e8)


@pytest.mark.parametrize(("agents", "changes", "collectors"), [(2500, 0.01, 3), (100, 20.0, 4)])
def test_collectors_follow_from_streams_or_from_work(agents: int, changes: float, collectors: int) -> None:
    """Whichever asks for more."""
    assert needs(replace(ESTATE, agents=agents, changes=changes), COSTS, GENERAL).collectors == collectors
