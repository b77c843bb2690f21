"""What becomes of answers that no API server can be made to give: Outposts, global tables, refusals.

Each file of `tests/replay/aws` holds cases of one service: what `fetch` yields (`{"$gap": …}` stands for
a refusal), and the facts that `normalise` must make of it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from connectors.aws.kind import ResourceKind
from connectors.aws.kinds import KINDS
from connectors.base import Gap
from wolkenzicht.model import Outcome

_FOLDER = Path(__file__).parents[3] / "replay" / "aws"
_KINDS = {kind.name: kind for kind in KINDS}


def _cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{case['kind']}: {case['title']}")
        for path in sorted(_FOLDER.glob("*.json"))
        for case in json.loads(path.read_text(), object_hook=_with_gaps)
    ]


def _with_gaps(value: dict[str, Any]) -> Any:
    return Gap(Outcome(value["$gap"]), "refused") if "$gap" in value else value


def test_recordings_are_found() -> None:
    """There are recordings, and only of services that are read."""
    services = {path.stem for path in _FOLDER.glob("*.json")}
    assert services
    assert services <= {kind.service for kind in KINDS}


@pytest.mark.parametrize("case", _cases())
def test_recording(case: dict[str, Any]) -> None:
    """A recorded answer gives exactly the recorded places, evidence included."""
    kind: ResourceKind = _KINDS[case["kind"]]
    context = kind.context("123456789012", case.get("partition", "aws"), case["region"])
    asset = kind.normalise(case["raw"], context)
    places = [
        [
            place.operation.value,
            place.location,
            place.certainty.value,
            place.evidence[0].path,
            place.evidence[0].value,
        ]
        for place in asset.locations
    ]
    assert places == case["locations"]
    assert asset.location == case["location"]
    assert case.get("asset_id", asset.asset_id) == asset.asset_id
    assert dict(asset.properties) | case["properties"] == dict(asset.properties)
