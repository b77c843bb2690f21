"""A Google Cloud estate, read as an agent reads it, is judged as a person wrote down beside it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.base import INVENTORY
from connectors.gcp.inventory import COVERED
from connectors.gcp.kinds import KINDS
from policy import ruleset
from tests.estates.verdicts import FEWEST, differences, written
from tests.servers.gcp import GcpServer
from tests.servers.gcp_estate import Entry, entries_in
from tests.servers.gcp_reading import Reading, read_scope, source_of
from wolkenzicht.model import Asset, Depth, Outcome
from wolkenzicht.wire import check_classified, encode_classified

HERE = Path(__file__).parent
VERDICTS = HERE / "verdicts.csv"
ORGANIZATION = "organizations/4711"


@pytest.fixture(scope="module")
def entries() -> list[Entry]:
    """What the inventory holds."""
    return list(entries_in(json.loads((HERE / "estate.json").read_text("utf-8"))))


@pytest.fixture(scope="module")
def readings(entries: list[Entry]) -> dict[str, Reading]:
    """Every planned scope, read in small pages, by its type."""
    with GcpServer(entries, page_size=7) as server:
        source = source_of(server, scope=ORGANIZATION)
        found = {scope.type: read_scope(source, scope) for scope in source.plan()}
        source.close()
    return found


@pytest.fixture(scope="module")
def assets(readings: dict[str, Reading]) -> list[Asset]:
    """What the overview shows: every scope's assets, and of the inventory what no other scope listed."""
    own = [asset for each in readings if each != INVENTORY for asset in readings[each].assets]
    known = {asset.asset_id for asset in own}
    return [*own, *(asset for asset in readings[INVENTORY].assets if asset.asset_id not in known)]


def test_every_scope_is_complete(readings: dict[str, Reading]) -> None:
    """Nothing in the estate leaves a gap, not even what is unknown."""
    outcomes = {each: reading.outcome for each, reading in readings.items()}
    assert {each: o.message for each, o in outcomes.items() if o.outcome is not Outcome.COMPLETE} == {}


def test_every_verdict_is_as_written(assets: list[Asset]) -> None:
    """Each asset has a row, each row an asset, and all of their cells are equal."""
    assert differences(VERDICTS, assets, ruleset.load()) == []


def test_every_asset_can_be_sent(assets: list[Asset]) -> None:
    """The contract takes what the kinds read, and what only the inventory lists."""
    policy = ruleset.load()
    for asset in assets:
        check_classified(encode_classified(asset, policy.classify(asset)))


def test_the_estate_says_something(entries: list[Entry], assets: list[Asset]) -> None:
    """It is large enough, every entry of it is an asset, and every kind that is read in depth is in it."""
    rows = written(VERDICTS)
    assert len(rows) >= FEWEST
    assert set(rows) == {entry.name for entry in entries}
    assert {kind.type for kind in KINDS if kind.depth is Depth.DEEP} <= {row.type for row in rows.values()}
    assert {row.location_class for row in rows.values()} == {
        "inside_eea",
        "outside_eea_adequate",
        "unknown",
        "outside_eea",
    }
    assert len(assets) == len(rows)


def test_the_inventory_and_the_reading_agree(readings: dict[str, Reading]) -> None:
    """What either lists of the types that the inventory answers for, the other lists too."""
    listed = {asset.asset_id for asset in readings[INVENTORY].assets if asset.type in COVERED}
    read = {asset.asset_id for each in COVERED for asset in readings[each].assets}
    assert listed == read
