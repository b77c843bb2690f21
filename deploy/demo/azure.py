"""An Entra tenant for the demo, served by the Azure of the tests over local TLS, in a process of its own.

What it shows is real: a copy in the paired region of another country, databases with a replica in London,
a gateway that is everywhere, an AI model that is run anywhere. Of one subscription nobody gave the agent
a role: the demo's blind spot.
"""

from __future__ import annotations

import argparse
import threading
from pathlib import Path

from tests.servers.azure import AzureServer
from tests.servers.azure_estate import AzureEstate

PRODUCTION = "0d0c0000-0000-4000-8000-000000000001"
OFFICE = "0d0c0000-0000-4000-8000-000000000002"
CLOSED_TO_US = "0d0c0000-0000-4000-8000-000000000003"

#: System, region, storage redundancy, where the database has a replica.
_SYSTEMS = (
    ("meldingen", "westeurope", "Standard_GRS", "northeurope"),
    ("planning", "westeurope", "Standard_ZRS", "uksouth"),
    ("loonadministratie", "northeurope", "Standard_RAGRS", ""),
    ("kaartviewer", "germanywestcentral", "Standard_LRS", ""),
    ("onderzoeksdata", "uksouth", "Standard_GRS", ""),
    ("bezoekersapp", "brazilsouth", "Standard_GRS", ""),
)


def estate() -> AzureEstate:
    """Three subscriptions, the systems in the first, the office's own in the second."""
    made = AzureEstate()
    for identifier, name in (
        (PRODUCTION, "mvz-productie"),
        (OFFICE, "mvz-kantoor"),
        (CLOSED_TO_US, "mvz-laboratorium"),
    ):
        made.subscribe(identifier, name)
    for name, region, redundancy, replica in _SYSTEMS:
        _system(made, name, region, redundancy, replica)
    _office(made)
    return made


def _system(made: AzureEstate, name: str, region: str, redundancy: str, replica: str) -> None:
    tags = {"systeem": name, "omgeving": "productie", "organisatie": "mvz"}
    common = {"subscription": PRODUCTION, "tags": tags}
    made.add(
        *("Microsoft.Storage/storageAccounts", f"mvz{name}", region),
        sku=redundancy, kind="StorageV2", properties={"primaryLocation": region}, **common,
    )  # fmt: skip
    for number in (1, 2):
        made.add("Microsoft.Compute/virtualMachines", f"{name}-vm{number}", region, **common)
        made.add("Microsoft.Compute/disks", f"{name}-schijf{number}", region, **common)
    made.add("Microsoft.KeyVault/vaults", f"{name}-sleutels", region, **common)
    made.add(
        *("Microsoft.OperationalInsights/workspaces", f"{name}-logboek", region), properties={}, **common
    )
    made.add("Microsoft.Sql/servers", f"{name}-sql", region, **common)
    made.add(
        *("Microsoft.Sql/servers/databases", f"{name}-sql/{name}", region),
        properties={"currentBackupStorageRedundancy": "Zone"}, **common,
    )  # fmt: skip
    if replica:
        made.add(
            *("Microsoft.Sql/servers/databases/replicationLinks", f"{name}-sql/{name}/kopie"),
            subscription=PRODUCTION,
            properties={"partnerLocation": replica, "replicationState": "CATCH_UP"},
        )


def _office(made: AzureEstate) -> None:
    common = {"subscription": OFFICE, "tags": {"systeem": "kantoor", "organisatie": "mvz"}}
    made.add("Microsoft.Cdn/profiles", "mvz-publiek", "global", sku="Standard_AzureFrontDoor", **common)
    made.add("Microsoft.Network/dnszones", "mvz.example", "global", **common)
    made.add(
        *("Microsoft.DocumentDB/databaseAccounts", "mvz-agenda", "West US"),
        properties={
            "locations": [
                {"locationName": "West Europe", "failoverPriority": 0},
                {"locationName": "Switzerland North", "failoverPriority": 1},
            ]
        }, **common,
    )  # fmt: skip
    made.add(
        *("Microsoft.RecoveryServices/vaults", "mvz-kluis", "westeurope"),
        properties={
            "redundancySettings": {
                "standardTierStorageRedundancy": "GeoRedundant",
                "crossRegionRestore": "Enabled",
            }
        }, **common,
    )  # fmt: skip
    made.add(
        *("Microsoft.CognitiveServices/accounts", "mvz-assistent", "swedencentral"),
        kind="OpenAI", sku="S0", properties={}, **common,
    )  # fmt: skip
    made.add(
        *("Microsoft.CognitiveServices/accounts/deployments", "mvz-assistent/model"),
        sku="GlobalStandard", subscription=OFFICE,
    )  # fmt: skip


def main() -> None:
    """Serve until stopped; the authority that agents must trust is written to a file once it listens."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    parser.add_argument("--ca", type=Path, required=True, help="where to write the certificate authority")
    arguments = parser.parse_args()
    with AzureServer(estate(), port=arguments.port) as server:
        server.forbidden.add(CLOSED_TO_US)
        fresh = arguments.ca.with_suffix(".new")
        fresh.write_bytes(server.ca.read_bytes())
        fresh.rename(arguments.ca)
        threading.Event().wait()


if __name__ == "__main__":
    main()
