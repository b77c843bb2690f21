"""An Azure tenant, read as an agent reads it, is judged as a person wrote down beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.azure.kinds import FURTHER, KINDS
from connectors.azure.source import AzureSource
from connectors.base import INVENTORY, Covers
from policy import ruleset
from tests.estates.azure.estate import ministry
from tests.estates.azure.subscriptions import ANALYSE, OUD, ZAKEN
from tests.estates.verdicts import FEWEST, differences, written
from tests.servers.azure import AzureServer
from tests.servers.azure_reading import Reading, clean_azure_environment, read, source_of
from wolkenzicht.model import AccountState, Asset, Depth, Outcome, Scope
from wolkenzicht.wire import check_classified, encode_classified

VERDICTS = Path(__file__).with_name("verdicts.csv")


@pytest.fixture(scope="module")
def source() -> Iterator[AzureSource]:
    """The tenant, listed in small pages."""
    with clean_azure_environment(), AzureServer(ministry(), page_size=7) as server:
        yield source_of(server)


@pytest.fixture(scope="module")
def readings(source: AzureSource) -> dict[Scope, Reading]:
    """Every planned scope; the subscriptions of one query come after each other, as they are planned."""
    scopes = list(source.plan())
    groups = [source.group(scope) for scope in scopes]
    return {
        scope: read(source, scope, finish=group != following)
        for scope, group, following in zip(scopes, groups, [*groups[1:], ""], strict=True)
    }


@pytest.fixture(scope="module")
def assets(readings: dict[Scope, Reading]) -> list[Asset]:
    """What the overview shows: every scope's assets, and of the inventories what no other scope listed."""
    own = [asset for each in readings if each.type != INVENTORY for asset in readings[each].assets]
    known = {asset.asset_id for asset in own}
    return [*own, *(asset for asset in _listed(readings) if asset.asset_id not in known)]


def _listed(readings: dict[Scope, Reading]) -> Iterator[Asset]:
    """What the inventories hold."""
    for scope, reading in readings.items():
        if scope.type == INVENTORY:
            yield from reading.assets


def test_every_scope_is_complete(readings: dict[Scope, Reading]) -> None:
    """Nothing in the estate leaves a gap, not even what is unknown, and nothing is refused."""
    outcomes = {each: reading.outcome for each, reading in readings.items()}
    assert {each: o.message for each, o in outcomes.items() if o.outcome is not Outcome.COMPLETE} == {}
    assert [each for reading in readings.values() for each in reading.rejected] == []


def test_every_verdict_is_as_written(assets: list[Asset]) -> None:
    """Each asset has a row, each row an asset, and all of their cells are equal."""
    assert differences(VERDICTS, assets, ruleset.load()) == []


def test_every_asset_can_be_sent(assets: list[Asset]) -> None:
    """The contract takes what the kinds read, and what only the inventory lists."""
    policy = ruleset.load()
    for asset in assets:
        check_classified(encode_classified(asset, policy.classify(asset)))


def test_the_estate_says_something(assets: list[Asset]) -> None:
    """It is large enough, has every class, and every kind that is read in depth is in it."""
    rows = written(VERDICTS)
    assert len(assets) == len(rows) >= FEWEST
    deep = {kind.type for kind in (*KINDS, *FURTHER) if kind.depth is Depth.DEEP}
    assert deep <= {row.type for row in rows.values()}
    assert {row.location_class for row in rows.values()} == {
        "inside_eea",
        "outside_eea_adequate",
        "unknown",
        "outside_eea",
    }


def test_the_inventories_and_the_reading_agree(readings: dict[Scope, Reading]) -> None:
    """What either lists of the types that an inventory answers for, the other lists too."""
    covers = [each for reading in readings.values() for each in reading.covers]
    (covered,) = {frozenset(each.types) for each in covers if isinstance(each, Covers)}
    listed = {asset.asset_id for asset in _listed(readings) if asset.type in covered}
    own = (reading for scope, reading in readings.items() if scope.type in covered)
    assert listed == {asset.asset_id for reading in own for asset in reading.assets}


def test_a_disabled_subscription_is_read_and_stands_as_suspended(
    source: AzureSource, readings: dict[Scope, Reading], assets: list[Asset]
) -> None:
    """Its resources are still there; one of a type that no kind names comes from its inventory alone."""
    del readings
    assert {each.account: each.state for each in source.standings()} == {
        ZAKEN: AccountState.ACTIVE,
        ANALYSE: AccountState.ACTIVE,
        OUD: AccountState.SUSPENDED,
    }
    found = {asset.name: dict(asset.properties).get("inventory") for asset in assets if asset.account == OUD}
    assert found == {
        "Oud": None,
        "oud": None,
        "vm-oud": None,
        "adres-oud": None,
        "kaart-oud": "azure-resource-manager",
    }
