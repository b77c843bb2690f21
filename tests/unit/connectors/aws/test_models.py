"""What is left of the SDK's descriptions of services, and that reading them takes little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.model import ServiceModel

from connectors.aws.kind import Call, ResourceKind
from connectors.aws.kinds import KINDS
from connectors.aws.models import lean_loader, pruned

#: Peak of a process that makes a client of every service in 17 regions, with room for a busy machine.
#: The whole agent has 150 MB; the libraries that the agent adds take some 40 of it.
_PEAK_MEGABYTES = 90

REPLAY = Path(__file__).parents[3] / "replay" / "aws"

_EVERY_CLIENT = """
from pathlib import Path
from connectors.aws.client import ServiceClient
from connectors.aws.kinds import KINDS
from connectors.aws.source import AwsSettings, AwsSource

session = AwsSource(AwsSettings(regions=("eu-west-1",)))._session
for service in dict.fromkeys(kind.service for kind in KINDS):
    for number in range(17):
        ServiceClient(session, service, "eu-west-1").close()
# Not ru_maxrss: that one still counts the process that this one was forked from.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) // 1024)
"""


def test_only_called_operations_stay() -> None:
    """The model of a known service keeps its operations and what they reach; others are whole."""
    loader = lean_loader({"ec2": ("DescribeVolumes",)}, None)
    lean = loader.load_service_model("ec2", "service-2")
    assert list(lean["operations"]) == ["DescribeVolumes"]
    assert "Volume" in lean["shapes"]
    assert "RunInstancesRequest" not in lean["shapes"]
    assert len(loader.load_service_model("sts", "service-2")["operations"]) > 1


@pytest.mark.parametrize("service", sorted({kind.service for kind in KINDS}))
def test_what_stays_can_be_walked(service: str) -> None:
    """Every shape that a kept operation reaches is there, with the SDK's additions merged in."""
    names = {
        call.operation for kind in KINDS for call in kind.calls if (call.service or kind.service) == service
    }
    loader = lean_loader({service: names}, None)
    model = ServiceModel(loader.load_service_model(service, "service-2"), service)
    assert set(model.operation_names) == names
    for name in model.shape_names:
        assert model.shape_for(name).type_name


def test_parsing_is_not_changed() -> None:
    """A kept operation has the very shapes of the whole model."""
    whole = botocore.session.get_session().get_component("data_loader").load_service_model("efs", "service-2")
    kept = pruned(whole, ("DescribeFileSystems",))
    assert {name: whole["shapes"][name] for name in kept["shapes"]} == kept["shapes"]
    assert kept["metadata"] == whole["metadata"]


NARROWED = [(kind, call) for kind in KINDS for call in kind.calls if call.only is not None]


class Asked(dict[str, Any]):
    """An answer's item that remembers what was asked of it."""

    def __init__(self, raw: dict[str, Any]) -> None:
        super().__init__(raw)
        self.keys_asked: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.keys_asked.add(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        """As a dictionary does."""
        self.keys_asked.add(key)
        return super().get(key, default)


@pytest.mark.parametrize(("kind", "call"), NARROWED, ids=[kind.name for kind, _ in NARROWED])
def test_what_a_kind_reads_is_parsed(kind: ResourceKind, call: Call) -> None:
    """The members that the lean model keeps are those that a kind asks for, and AWS describes each."""
    assert call.only is not None
    shape, members = call.only
    whole = botocore.session.get_session().get_component("data_loader")
    described = whole.load_service_model(kind.service, "service-2")["shapes"][shape]["members"]
    recordings = json.loads((REPLAY / f"{kind.service}.json").read_text())
    asked: set[str] = set()
    for recording in recordings:
        if recording["kind"] == kind.name:
            raw = Asked(recording["raw"])
            kind.normalise(raw, kind.context("123456789012", "aws", recording["region"]))
            asked |= raw.keys_asked

    assert asked == set(members)
    assert asked <= set(described)


def test_clients_of_every_service_fit_in_memory() -> None:
    """Going through all services and seventeen regions stays within the connector's share of memory."""
    run = subprocess.run(
        [sys.executable, "-c", _EVERY_CLIENT], check=True, capture_output=True, text=True, timeout=120
    )
    assert int(run.stdout) <= _PEAK_MEGABYTES
