"""Entries whose data is not of the documented form: every one is an asset or is told, none stops the rest."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from connectors.gcp.kind import ResourceKind
from connectors.gcp.kinds import KINDS
from policy import ruleset
from tests.servers.gcp import GcpServer
from tests.servers.gcp_estate import Entry, recorded, recordings
from tests.servers.gcp_reading import read, source_of
from wolkenzicht.model import Depth, LocationClass
from wolkenzicht.wire import check_classified, encode_classified

DEEP = [kind for kind in KINDS if kind.depth is Depth.DEEP]

#: What stands where something else belongs.
_LIES: tuple[Any, ...] = (
    None,
    5,
    True,
    "",
    "elsewhere",
    [],
    [5],
    ["elsewhere"],
    [None],
    {},
    {"elsewhere": 5},
    [{}],
    [[]],
)


def paths(value: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside a value."""
    if before:
        yield before
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from paths(each, (*before, key))


def told_otherwise(data: Any, path: tuple[Any, ...], lie: Any) -> Any:
    """The data with the lie in the place of the value at the path."""
    made = copy.deepcopy(data)
    inside = made
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = lie
    return made


def lies(kind: ResourceKind) -> Iterator[Entry]:
    """Every recorded entry of a kind, with a lie in the place of each of its values in turn."""
    for recording in recordings():
        if recording.kind == kind.name:
            entry = recording.entry
            made = [told_otherwise(entry.data, path, lie) for path in paths(entry.data) for lie in _LIES]
            for number, data in enumerate((*made, {})):
                yield replace(entry, name=f"{entry.name}-{number}", data=data)


@pytest.mark.parametrize("kind", DEEP, ids=[kind.name for kind in DEEP])
def test_every_lie_is_an_asset(kind: ResourceKind) -> None:
    """No value of another form stops the reading, each asset can be sent, and none gains the EER by it."""
    entries = list(lies(kind))
    beside = [entry for entry in recorded() if entry.type != kind.type]
    with GcpServer([*beside, *entries]) as server:
        source = source_of(server)
        reading = read(source, kind)
        source.close()
    policy = ruleset.load()
    assert [asset.asset_id for asset in reading.assets] == [entry.name for entry in entries]
    for asset in reading.assets:
        verdict = policy.classify(asset)
        check_classified(encode_classified(asset, verdict))
        if not asset.locations:
            assert verdict.location_class is LocationClass.UNKNOWN
