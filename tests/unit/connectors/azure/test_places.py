"""What names of places mean, and what each redundancy says of a second place."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.azure.kind import Context, ResourceKind
from connectors.azure.kinds import KINDS
from connectors.azure.places import Places
from tests.servers.azure_estate import ZAKEN, AzureEstate
from wolkenzicht.model import Certainty

_PLACES = Places(AzureEstate().locations)
_BY_NAME = {kind.name: kind for kind in KINDS}


def places_of(kind: str, location: str, **body: Any) -> list[tuple[str, str, str]]:
    """Operation, code and certainty of each location of such a resource."""
    sku = body.pop("sku", None)
    raw = {"id": f"/subscriptions/{ZAKEN}/x", "name": "x", "location": location, "properties": body}
    if sku is not None:
        raw["sku"] = {"name": sku}
    raw.update(body.pop("_beside", {}))
    found: ResourceKind = _BY_NAME[kind]
    asset = found.normalise(raw, Context(ZAKEN, "AzureCloud", _PLACES))
    return [(str(each.operation), each.location, str(each.certainty)) for each in asset.locations]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("westeurope", "westeurope"),
        ("West Europe", "westeurope"),
        ("WEST EUROPE", "westeurope"),
        ("WestEurope", "westeurope"),
        ("(x) UK South", "uksouth"),
        ("Global", "global"),
        ("Mars North", "marsnorth"),
        ("", ""),
        (None, ""),
    ],
)
def test_every_spelling_has_one_code(name: str | None, code: str) -> None:
    """Names and display names in any case are the same place; an unlisted one is only written together."""
    assert _PLACES.code(name) == code


def test_pair_is_known_absent_or_unknown() -> None:
    """A region has a pair, has none, or is not listed; the three differ."""
    assert [_PLACES.pair(code) for code in ("brazilsouth", "polandcentral", "marsnorth")] == [
        "southcentralus",
        "",
        None,
    ]
    assert "westeurope" in _PLACES.physical()


@pytest.mark.parametrize(
    "sku", ["Standard_GRS", "Standard_RAGRS", "Standard_GZRS", "Standard_RAGZRS", "StandardV2_GRS"]
)
def test_geo_redundant_storage_without_secondary_is_in_the_pair(sku: str) -> None:
    """Where the account does not tell its second region, the SKU and the pair do: Brazil's is in Texas."""
    assert places_of("storage-account", "brazilsouth", sku=sku) == [
        ("stored", "brazilsouth", "declared"),
        ("replicated", "southcentralus", "derived"),
    ]


@pytest.mark.parametrize("sku", ["Standard_LRS", "Standard_ZRS", "Premium_ZRS"])
def test_other_storage_stays(sku: str) -> None:
    """Local and zone redundancy have no second region."""
    assert places_of("storage-account", "brazilsouth", sku=sku) == [("stored", "brazilsouth", "declared")]


def test_storage_after_failover_is_where_it_went() -> None:
    """After a failover the primary location says more than the account's own."""
    found = places_of("storage-account", "westeurope", sku="Standard_LRS", primaryLocation="northeurope")
    assert found == [("stored", "northeurope", "declared")]


def test_pair_of_an_unlisted_region_is_unknown() -> None:
    """A copy in a pair that is not listed has an unknown place, never none."""
    assert places_of("storage-account", "marsnorth", sku="Standard_GRS")[1] == ("replicated", "", "unknown")


def test_key_vault_is_copied_unless_its_region_has_no_pair() -> None:
    """The service copies vaults to the pair, but not out of Brazil; no property shows it."""
    assert places_of("key-vault", "Brazil South") == [("stored", "brazilsouth", "declared")]
    assert places_of("key-vault", "West Europe")[1:] == [("replicated", "northeurope", "derived")]
    assert places_of("key-vault", "polandcentral")[1:] == []
    assert places_of("key-vault", "marsnorth")[1:] == [("replicated", "", "unknown")]


def test_sql_backups_say_where_they_are() -> None:
    """Geo goes to the pair, what was asked for counts too, and silence is unknown."""
    stay = [("stored", "uksouth", "declared"), ("processed", "uksouth", "declared")]
    assert places_of("sql-database", "UK South", currentBackupStorageRedundancy="Local") == [
        *stay,
        ("backed_up", "uksouth", "declared"),
    ]
    assert places_of(
        "sql-database",
        "UK South",
        currentBackupStorageRedundancy="Local",
        requestedBackupStorageRedundancy="Geo",
    ) == [*stay, ("backed_up", "uksouth", "declared"), ("backed_up", "ukwest", "derived")]
    assert places_of("sql-database", "UK South") == [*stay, ("backed_up", "", "unknown")]


def test_label_of_a_secondary_is_no_replica() -> None:
    """`defaultSecondaryLocation` is filled without any replica."""
    found = places_of(
        "sql-database",
        "westeurope",
        currentBackupStorageRedundancy="Zone",
        defaultSecondaryLocation="northeurope",
    )
    assert ("replicated", "northeurope", "declared") not in found


def test_continuous_cosmos_backups_are_in_each_region() -> None:
    """Continuous backups stand beside each region's data."""
    regions = [{"locationName": "UK South", "failoverPriority": 1}, {"locationName": "West Europe"}]
    found = places_of("cosmos-account", "East US", locations=regions, backupPolicy={"type": "Continuous"})
    assert found == [
        ("stored", "westeurope", "declared"),
        ("replicated", "uksouth", "declared"),
        ("backed_up", "westeurope", "declared"),
        ("backed_up", "uksouth", "declared"),
        ("managed", "eastus", "declared"),
    ]


def test_old_recovery_vault_is_unknown() -> None:
    """A vault that does not tell its redundancy may be copied: the default is."""
    assert places_of("recovery-services-vault", "westeurope")[1:] == [("replicated", "", "unknown")]
    local = {"standardTierStorageRedundancy": "LocallyRedundant", "crossRegionRestore": "Disabled"}
    assert places_of("recovery-services-vault", "westeurope", redundancySettings=local)[1:] == []


def test_event_grid_goes_to_the_pair_by_default() -> None:
    """Only a topic that is told so stays within its region."""
    assert places_of("event-grid-topic", "westeurope")[1:] == [("replicated", "northeurope", "derived")]
    assert places_of("event-grid-topic", "westeurope", dataResidencyBoundary="WithinRegion")[1:] == []


def test_iot_hub_with_data_residency_stays() -> None:
    """Data residency switches the second region off."""
    regions = [{"location": "West Europe"}, {"location": "North Europe"}]
    assert places_of("iot-hub", "westeurope", locations=regions)[2:] == [
        ("replicated", "northeurope", "declared")
    ]
    assert places_of("iot-hub", "westeurope", locations=regions, enableDataResidency=True)[2:] == []


@pytest.mark.parametrize(
    ("sku", "expected"),
    [
        ("Standard", []),
        ("ProvisionedManaged", []),
        ("GlobalStandard", [("processed", "global", "derived")]),
        ("GlobalBatch", [("processed", "global", "derived")]),
        ("DeveloperTier", [("processed", "global", "derived")]),
        ("DataZoneStandard", [("processed", "", "unknown")]),
        ("", [("processed", "", "unknown")]),
    ],
)
def test_deployments_process_by_their_type(sku: str, expected: list[tuple[str, str, str]]) -> None:
    """Global deployments process anywhere, those of a data zone somewhere in it."""
    found = places_of(
        "cognitive-account", "swedencentral", _beside={"deployments": [{"name": "m", "sku": {"name": sku}}]}
    )
    assert found[2:] == expected


def test_edge_zone_is_where_the_resource_runs() -> None:
    """At an edge zone `location` is only the managing region; a custom location is nobody's known place."""
    edge = {"extendedLocation": {"type": "EdgeZone", "name": "losangeles"}}
    assert places_of("managed-disk", "westus", _beside=edge) == [("stored", "losangeles", "declared")]
    custom = {"extendedLocation": {"type": "CustomLocation", "name": "/subscriptions/x"}}
    assert places_of("managed-disk", "westeurope", _beside=custom) == [("stored", "", "unknown")]


def test_missing_location_is_unknown() -> None:
    """A resource that does not say where it is, is somewhere unknown."""
    (found,) = places_of("managed-disk", "")
    assert found == ("stored", "", str(Certainty.UNKNOWN))
