"""The Azure tenant of an invented ministry, as Resource Manager and Resource Graph would describe it.

Three subscriptions: `Zaken` carries the work, `Analyse` tries things out in many countries, and `Oud` was
disabled with all that is in it. What stands in them is told by subject in the modules beside this one.
"""

from __future__ import annotations

from typing import Any

from tests.estates.azure import databases, services, storing
from tests.estates.azure.subscriptions import ANALYSE, OUD, ZAKEN
from tests.servers.azure_estate import AzureEstate

#: Name, display name and paired region of what the subscriptions list. Sweden South is not listed, though it
#: is Sweden Central's pair; Finland Central is listed, though the catalogue lacks it.
_REGIONS = (
    ("westeurope", "West Europe", "northeurope"),
    ("northeurope", "North Europe", "westeurope"),
    ("germanywestcentral", "Germany West Central", "germanynorth"),
    ("germanynorth", "Germany North", "germanywestcentral"),
    ("francecentral", "France Central", "francesouth"),
    ("francesouth", "France South", "francecentral"),
    ("swedencentral", "Sweden Central", "swedensouth"),
    ("norwayeast", "Norway East", "norwaywest"),
    ("norwaywest", "Norway West", "norwayeast"),
    ("polandcentral", "Poland Central", ""),
    ("finlandcentral", "Finland Central", ""),
    ("uksouth", "UK South", "ukwest"),
    ("ukwest", "UK West", "uksouth"),
    ("switzerlandnorth", "Switzerland North", "switzerlandwest"),
    ("switzerlandwest", "Switzerland West", "switzerlandnorth"),
    ("brazilsouth", "Brazil South", "southcentralus"),
    ("southcentralus", "South Central US", "northcentralus"),
    ("eastus", "East US", "westus"),
    ("westus", "West US", "eastus"),
    ("westus2", "West US 2", "westcentralus"),
    ("eastasia", "East Asia", "southeastasia"),
    ("southeastasia", "Southeast Asia", "eastasia"),
    ("israelcentral", "Israel Central", ""),
    ("qatarcentral", "Qatar Central", ""),
)
#: Names of more than one region, or of none.
_LOGICAL = (("europe", "Europe"), ("global", "Global"), ("unitedstates", "United States"))


def ministry() -> AzureEstate:
    """The whole tenant."""
    estate = AzureEstate()
    estate.locations = [
        *(_location(name, shown, "Physical", pair) for name, shown, pair in _REGIONS),
        *(_location(name, shown, "Logical") for name, shown in _LOGICAL),
    ]
    estate.group("mg-onderzoek", "Onderzoek")
    estate.group("mg-proef", "Proefopstellingen", parent="mg-onderzoek")
    estate.subscribe(ZAKEN, "Zaken")
    estate.subscribe(ANALYSE, "Analyse", group="mg-onderzoek")
    estate.subscribe(OUD, "Oud", state="Disabled", group="mg-proef")
    storing.fill(estate)
    databases.fill(estate)
    services.fill(estate)
    return estate


def _location(name: str, shown: str, kind: str, pair: str = "") -> dict[str, Any]:
    """A location as Subscriptions_ListLocations has it."""
    metadata: dict[str, Any] = {"regionType": kind}
    if kind == "Physical":
        paired = {"name": pair, "id": f"/subscriptions/{ZAKEN}/locations/{pair}"}
        metadata["pairedRegion"] = [paired] if pair else []
    return {
        "name": name,
        "displayName": shown,
        "regionalDisplayName": f"(x) {shown}",
        "type": "Region",
        "metadata": metadata,
    }
