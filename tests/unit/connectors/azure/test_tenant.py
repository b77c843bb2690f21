"""The tenant's directory and the standing of its subscriptions."""

from __future__ import annotations

import json

import pytest

from tests.servers.azure import AzureServer
from tests.servers.azure_estate import TENANT, AzureEstate
from tests.servers.azure_reading import read, source_of
from wolkenzicht.model import (
    AccountStanding,
    AccountState,
    Certainty,
    DataLocation,
    Evidence,
    Holds,
    Operation,
    Outcome,
    Scope,
)

_FIRST, _SECOND, _THIRD = (f"cccccccc-0000-4000-8000-00000000000{digit}" for digit in "123")
_DIRECTORY = Scope(TENANT, "global", "Microsoft.Resources/tenants")


def test_directory_tells_its_country_and_no_place(server: AzureServer) -> None:
    """The directory is one asset that holds content; the organisation's country is not where it is kept."""
    reading = read(source_of(server), _DIRECTORY)
    (asset,) = reading.assets
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert (asset.asset_id, asset.name, asset.holds) == (
        f"/tenants/{TENANT}",
        "Ministerie van Voorbeelden",
        Holds.CONTENT,
    )
    assert asset.locations == (
        DataLocation(Operation.STORED, "", Certainty.UNKNOWN, (Evidence("countryCode", "NL"),)),
    )
    assert dict(asset.properties)["country"] == "NL"
    assert dict(asset.properties)["domain"] == "voorbeeld.example"


def test_directory_without_country_is_unknown(server: AzureServer, estate: AzureEstate) -> None:
    """A tenant that tells no country is somewhere all the same."""
    del estate.tenants[0]["countryCode"]
    (asset,) = read(source_of(server), _DIRECTORY).assets
    assert asset.locations == (
        DataLocation(Operation.STORED, "", Certainty.UNKNOWN, (Evidence("countryCode", "not told"),)),
    )


@pytest.mark.parametrize("body", [{"value": []}, {"value": [{"tenantId": "x"}]}, {}])
def test_directory_that_is_not_told_is_a_failure(server: AzureServer, body: dict[str, object]) -> None:
    """A list of tenants without this one proves nothing."""
    server.garble("/tenants", json.dumps(body).encode())
    assert read(source_of(server), _DIRECTORY).outcome.outcome is Outcome.FAILED


def test_subscriptions_stand_as_azure_says(server: AzureServer, estate: AzureEstate) -> None:
    """State and regions of each subscription that is seen; a disabled one is suspended."""
    estate.subscriptions[1]["state"] = "Disabled"
    estate.subscriptions[2]["state"] = "Deleted"
    source = source_of(server)
    assert list(source.standings()) == []
    list(source.plan())
    regions = tuple(sorted(each["name"] for each in estate.locations))
    assert list(source.standings()) == [
        AccountStanding(_FIRST, "azure", AccountState.ACTIVE, regions),
        AccountStanding(_SECOND, "azure", AccountState.SUSPENDED, regions),
        AccountStanding(_THIRD, "azure", AccountState.CLOSED),
    ]


def test_regions_that_only_others_list_are_other_regions(server: AzureServer, estate: AzureEstate) -> None:
    """A region that one subscription lists and another does not is known to exist for both."""
    few = {"value": [each for each in estate.locations if each["name"] != "eastus"]}
    server.garble(f"/subscriptions/{_SECOND}/locations", json.dumps(few).encode())
    source = source_of(server)
    list(source.plan())
    first, second, _ = source.standings()
    assert (len(first.regions), first.other_regions) == (len(estate.locations), ())
    assert second.other_regions == ("eastus",)
    assert "eastus" not in second.regions


def test_regions_that_are_not_told_are_empty(server: AzureServer) -> None:
    """A subscription that refuses its locations has a state and no regions; the others give the pairs."""
    server.deny(f"/subscriptions/{_SECOND}/locations")
    source = source_of(server)
    list(source.plan())
    _, second, _ = source.standings()
    assert second == AccountStanding(_SECOND, "azure", AccountState.ACTIVE)


def test_subscription_that_is_not_seen_has_no_standing(server: AzureServer) -> None:
    """How a subscription stands that the credentials do not see is not known."""
    server.hidden.add(_SECOND)
    source = source_of(server)
    list(source.plan())
    assert [each.account for each in source.standings()] == [_FIRST, _THIRD]
