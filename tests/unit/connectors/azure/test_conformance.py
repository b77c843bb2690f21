"""Payloads of Microsoft and recordings of others, where the shared examples are at hand, served and read."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.azure.kind import GLOBAL
from connectors.azure.kinds import KINDS
from connectors.azure.places import Places
from tests.servers.azure import AzureServer
from tests.servers.azure_estate import AzureEstate
from tests.servers.azure_reading import Reading, clean_azure_environment, read, source_of
from wolkenzicht.model import Outcome, Scope

_EXAMPLES = Path(__file__).parents[4].parent / "shared" / "data" / "azure_examples"
_PLACEHOLDER = re.compile(r"\{subscription-?id\}", re.IGNORECASE)

pytestmark = pytest.mark.skipif(
    not _EXAMPLES.is_dir(), reason=f"NOT TESTED: the shared examples are not at {_EXAMPLES}"
)

#: The examples that are lists or single resources of a kind that is read.
_READ = {
    "Microsoft.Compute__2019-03-01__ListSnapshotsInASubscription": "Microsoft.Compute/snapshots",
    "Microsoft.ContainerRegistry__2017-10-01__RegistryList": "Microsoft.ContainerRegistry/registries",
    "Microsoft.DocumentDB__2015-04-08__CosmosDBDatabaseAccountGet": "Microsoft.DocumentDB/databaseAccounts",
    "Microsoft.DocumentDB__2025-04-15__CosmosDBDatabaseAccountList": "Microsoft.DocumentDB/databaseAccounts",
    "Microsoft.KeyVault__2018-02-14__listVaultBySubscription": "Microsoft.KeyVault/vaults",
    "Microsoft.RecoveryServices__2024-04-01__GETVault": "Microsoft.RecoveryServices/vaults",
    "Microsoft.Sql__2017-10-01-preview__ListDatabasesByServer": "Microsoft.Sql/servers/databases",
    "Microsoft.Storage__2019-04-01__StorageAccountGetProperties": "Microsoft.Storage/storageAccounts",
    "c7n__ArmResourceTest.common": "Microsoft.Compute/disks",
    "c7n__BackupVaultTest.test_backup_vault_find_by_name": "Microsoft.DataProtection/backupVaults",
    "c7n__ContainerRegistryTest.test_find_by_name": "Microsoft.ContainerRegistry/registries",
    "c7n__DnsZoneTest.test_find_by_name": "Microsoft.Network/dnszones",
    "c7n__KeyVaultStorageTest.common": "Microsoft.KeyVault/vaults",
    "c7n__RecoveryServicesTest.test_find_by_name": "Microsoft.RecoveryServices/vaults",
    "c7n__StorageFileServicesFilterTest.test_filter_with_file_services_delete_policy": (
        "Microsoft.Storage/storageAccounts"
    ),
    "c7n__TrafficManagerTest.test_find_by_name": "Microsoft.Network/trafficManagerProfiles",
}


def body(name: str) -> Any:
    """The answer in an example, Microsoft's own form or a recording's; a placeholder becomes an id."""
    text = (_EXAMPLES / f"{name}.json").read_text()
    example = json.loads(_PLACEHOLDER.sub("ffffffff-0000-4000-8000-00000000000f", text))
    recorded = example.get("response")
    return recorded["body"] if recorded else example["responses"]["200"]["body"]


def resources(name: str, kind: str) -> list[dict[str, Any]]:
    """The resources of an example that are of the kind."""
    answer = body(name)
    items = answer.get("value", [answer])
    return [each for each in items if each.get("type", kind).lower() == kind.lower()]


@pytest.fixture
def server() -> Iterator[AzureServer]:
    """A tenant without subscriptions; each example brings its own."""
    with clean_azure_environment(), AzureServer(AzureEstate()) as azure:
        yield azure


def put(server: AzureServer, kind: str, *given: dict[str, Any]) -> Scope:
    """Put an example's resources into the subscription that their ids name, and give the kind's scope."""
    subscription = given[0]["id"].split("/")[2].lower()
    server.estate.subscribe(subscription, "voorbeeld")
    for resource in given:
        server.estate.put({"type": kind, **resource}, subscription)
    return Scope(subscription, GLOBAL, kind)


def served(server: AzureServer, name: str, kind: str) -> Reading:
    """Read the example's resources from the server."""
    found = resources(name, kind)
    assert found
    return read(source_of(server), put(server, kind, *found))


def places(reading: Reading) -> list[list[tuple[str, str]]]:
    """Operation and code of each location of each asset."""
    return [[(str(each.operation), each.location) for each in asset.locations] for asset in reading.assets]


@pytest.mark.parametrize(("name", "kind"), _READ.items(), ids=_READ)
def test_example_is_read_without_rejection(name: str, kind: str, server: AzureServer) -> None:
    """Every resource of the example becomes an asset with a place and evidence for it."""
    reading = served(server, name, kind)
    assert reading.rejected == []
    assert len(reading.assets) == len(resources(name, kind))
    assert [asset for asset in reading.assets if not asset.locations] == []
    assert {each.type for each in reading.assets} <= {each.type for each in KINDS}


def test_cosmos_data_is_where_its_locations_say(server: AzureServer) -> None:
    """The official example stands in West US and keeps its data in East US, with geo-redundant backups."""
    name = "Microsoft.DocumentDB__2025-04-15__CosmosDBDatabaseAccountList"
    reading = served(server, name, "Microsoft.DocumentDB/databaseAccounts")
    assert places(reading) == [
        [("stored", "eastus"), ("backed_up", "eastus"), ("backed_up", "westus"), ("managed", "westus")]
    ]


def test_recorded_storage_account_is_copied_to_ireland(server: AzureServer) -> None:
    """A recorded account in Amsterdam has its geo-redundant copy in Dublin."""
    name = "c7n__StorageFileServicesFilterTest.test_filter_with_file_services_delete_policy"
    reading = served(server, name, "Microsoft.Storage/storageAccounts")
    assert places(reading)[0] == [("stored", "westeurope"), ("replicated", "northeurope")]


def test_listing_of_locations_has_pairs() -> None:
    """A real listing names the pair of each region, and spells every place both ways."""
    cached = json.loads((_EXAMPLES / "avm__locations_cached.tf.json").read_text())
    found = Places(cached["locals"]["locations_cached"]["value"])
    assert found.code("West Europe") == "westeurope"
    assert (found.pair("westeurope"), found.pair("brazilsouth")) == ("northeurope", "southcentralus")
    assert found.pair("polandcentral") == ""
    assert len(found.physical()) > 50


def test_official_replication_links_are_followed(server: AzureServer) -> None:
    """The official link's partner is a place of the database that it belongs to."""
    (link,) = body("Microsoft.Sql__2014-04-01__ReplicationLinkList")["value"]
    database = link["id"].rpartition("/replicationLinks/")[0]
    kind = "Microsoft.Sql/servers/databases"
    owner = {"id": database, "name": "db", "type": kind, "location": "Japan West"}
    reading = read(source_of(server), put(server, kind, owner, link))
    expected = "".join(link["properties"]["partnerLocation"].lower().split())
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert ("replicated", expected) in places(reading)[0]


def test_official_replications_are_followed(server: AzureServer) -> None:
    """The official replication is a place of its registry."""
    (replication,) = body("Microsoft.ContainerRegistry__2017-10-01__ReplicationList")["value"]
    registry = replication["id"].rpartition("/replications/")[0]
    kind = "Microsoft.ContainerRegistry/registries"
    owner = {"id": registry, "name": "r", "type": kind, "location": "westus"}
    reading = read(source_of(server), put(server, kind, owner, replication))
    assert places(reading) == [[("stored", "westus"), ("replicated", "eastus")]]


def test_official_failover_groups_are_followed(server: AzureServer) -> None:
    """The official groups copy a server's databases to the partner's place."""
    groups = body("Microsoft.Sql__2015-05-01-preview__FailoverGroupList")["value"]
    kind = "Microsoft.Sql/servers"
    identifier = groups[0]["id"].rpartition("/failoverGroups/")[0]
    owner = {"id": identifier, "name": "s", "type": kind, "location": "Japan East"}
    reading = read(source_of(server), put(server, kind, owner, *groups))
    assert ("replicated", "japanwest") in places(reading)[0]


def test_every_property_that_moves_data_is_accounted_for() -> None:
    """Each property of the shared list stands on the page of those that are read, or not with a reason."""
    page = (Path(__file__).parents[4] / "docs" / "unread-properties-azure.md").read_text("utf-8")
    with (_EXAMPLES.parent / "replication_features.csv").open(encoding="utf-8", newline="") as file:
        told = [row for row in csv.DictReader(file) if row["provider"] == "azure"]
    rows = [row for row in told if row["property_path"] != "(none)"]
    assert len(rows) > 40
    lacking = [
        f"{row['resource_type']}: {row['property_path']}"
        for row in rows
        if row["property_path"].split(" ")[0].rpartition(".")[2] not in page
        or row["resource_type"].split(";")[0].rpartition("/")[2] not in page
    ]
    assert lacking == []
