"""The server as a person starts it: what it prints is what an agent needs."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.azure.source import AzureSettings, AzureSource
from connectors.base import INVENTORY
from tests.servers.azure_estate import TENANT
from tests.servers.azure_reading import clean_azure_environment, read
from wolkenzicht.model import Outcome

_ROOT = Path(__file__).parents[4]


@pytest.fixture
def printed() -> Iterator[str]:
    """What the server says once it listens; it is ended afterwards."""
    command = [sys.executable, "-m", "tests.servers.azure", "--subscriptions", "50", "--resources", "6"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if line.startswith("export "):
                break
        yield "".join(lines)
        process.terminate()


def test_server_by_hand_tells_how_to_be_read(printed: str) -> None:
    """Fifty subscriptions in their groups are planned and one is read with what was printed alone."""
    configuration, _, exports = printed.partition("export ")
    (section,) = tomllib.loads(configuration)["source"]
    variables = dict(each.split("=", 1) for each in exports.split())
    assert section["tenant_id"] == TENANT
    with clean_azure_environment() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        settings = AzureSettings(
            section["tenant_id"],
            authority=section["authority"],
            endpoint=section["endpoint"],
            ca=Path(section["ca"]),
            management_group="groep-0003",
        )
        source = AzureSource(settings)
        (scope, *others) = [scope for scope in source.plan() if scope.type == INVENTORY]
        reading = read(source, scope)
    assert len(others) == 9
    assert (reading.outcome.outcome, len(reading.assets)) == (Outcome.COMPLETE, 6)
