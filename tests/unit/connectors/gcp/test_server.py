"""The server that is used by hand: it prints where it listens, what to configure, and serves any size."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from connectors.gcp.source import GcpSettings, GcpSource
from connectors.gcp.storage import BUCKETS
from tests.servers.gcp_estate import PROJECTS, generated
from tests.servers.gcp_reading import StoppedClock, read
from wolkenzicht.model import Outcome

_ROOT = Path(__file__).parents[4]


def test_what_it_prints_is_what_an_agent_needs() -> None:
    """The section that it prints makes a source that reads the estate whole."""
    command = [sys.executable, "-m", "tests.servers.gcp", "--projects", "3", "--assets", "500"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=_ROOT) as process:
        assert process.stdout is not None
        try:
            head = process.stdout.readline()
            lines = [process.stdout.readline() for _ in range(7)]
            (section,) = tomllib.loads("".join(line for line in lines if line.strip() != "In agent.toml:"))[
                "source"
            ]
            assert section.pop("connector") == "gcp"
            source = GcpSource(GcpSettings(**section), StoppedClock().clock)
            reading = read(source, BUCKETS)
            standings = list(source.standings())
            source.close()
        finally:
            process.terminate()
    assert head.startswith("500 entries at http://127.0.0.1:")
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert len(standings) == 3
    assert {asset.account for asset in reading.assets} == {each.account for each in standings}


@pytest.mark.parametrize(("projects", "assets"), [(1, 1), (2, 50), (3, 2_000), (50, 40)])
def test_an_estate_has_the_size_that_was_asked_for(projects: int, assets: int) -> None:
    """So many entries, the projects among them first, no name twice; a project more costs an entry more."""
    entries = list(generated(projects, assets))
    assert len(entries) == max(assets, projects)
    assert [entry.type for entry in entries[:projects]] == [PROJECTS] * projects
    assert len({entry.name for entry in entries}) == len(entries)
