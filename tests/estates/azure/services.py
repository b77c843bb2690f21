"""What computes, answers and watches in the estate, what is only listed, and where its logs are sent."""

from __future__ import annotations

from functools import partial

from tests.estates.azure.subscriptions import ANALYSE, MATERIAL, NOT_MATERIAL, OUD, PRODUCTION, TEST, ZAKEN
from tests.servers.azure_estate import GROUP, AzureEstate

_EDGE = {"name": "microsoftlosangeles1", "type": "EdgeZone"}
_RULE = "authorizationRules/RootManageSharedAccessKey"
_OFF = [{"category": "AuditEvent", "enabled": False}]
_ALLOWED_LOCATIONS = "e56962a6-4747-49cd-b67b-bf8b01975c4c"


def fill(estate: AzureEstate) -> None:
    """Put them into the estate."""
    _computing(estate)
    _worldwide(estate)
    _models(estate)
    _analysis(estate)
    _replicas(estate)
    _only_listed(estate)
    _logs(estate)
    _policies(estate)


def _id(kind: str, name: str, subscription: str = ZAKEN) -> str:
    return f"/subscriptions/{subscription}/resourceGroups/{GROUP}/providers/{kind}/{name}"


def _computing(estate: AzureEstate) -> None:
    machine = partial(estate.add, "Microsoft.Compute/virtualMachines")
    machine("vm-zaken", zones=["1"], tags=PRODUCTION)
    machine("vm-rand", "westus", extendedLocation=_EDGE)
    machine("vm-oud", "eastus", subscription=OUD, tags=TEST)
    estate.add("Microsoft.ContainerService/managedClusters", "aks", "westeurope")
    estate.add(
        "Microsoft.ContainerService/managedClusters", "aks-qatar", "qatarcentral", subscription=ANALYSE
    )
    estate.add("Microsoft.Web/sites", "loket", "West Europe", tags=MATERIAL)
    estate.add("Microsoft.Web/sites", "proef", "israelcentral", subscription=ANALYSE, tags=TEST)
    estate.add(
        "Microsoft.ApiManagement/service", "poort",
        properties={"additionalLocations": [{"location": "Switzerland North"}]},
    )  # fmt: skip
    estate.add(
        "Microsoft.HybridCompute/machines", "server-rijswijk", "westeurope",
        tags={"datacentrum": "ODC Rijswijk"},
        properties={"cloudMetadata": {"provider": "N/A"}, "osName": "linux", "status": "Connected"},
    )  # fmt: skip


def _worldwide(estate: AzureEstate) -> None:
    for kind, name in (
        ("Microsoft.Cdn/profiles", "voorkant"),
        ("Microsoft.Network/frontDoors", "voordeur"),
        ("Microsoft.Network/trafficManagerProfiles", "verkeer"),
        ("Microsoft.Network/dnszones", "voorbeeld.example"),
    ):
        estate.add(kind, name, "Global")


def _models(estate: AzureEstate) -> None:
    account = partial(estate.add, "Microsoft.CognitiveServices/accounts", subscription=ANALYSE)
    deploy = partial(
        estate.add, "Microsoft.CognitiveServices/accounts/deployments", subscription=ANALYSE, tracked=False
    )
    account("ai-overal", "swedencentral", kind="OpenAI", sku="S0")
    deploy("ai-overal/gpt", sku="GlobalStandard")
    deploy("ai-overal/gpt-vast", sku="Standard")
    account("ai-zone", "francecentral", kind="AIServices", sku="S0")
    deploy("ai-zone/gpt", sku="DataZoneStandard")
    account("ai-vast", "norwayeast", kind="OpenAI", sku="S0")
    deploy("ai-vast/gpt", sku="Standard")
    deploy("ai-vast/gpt-gekocht", sku="ProvisionedManaged")
    account(
        "vertaler", "westeurope", kind="TextTranslation", sku="S1",
        properties={"locations": {"regions": [{"name": "westeurope"}, {"name": "eastus"}]}},
    )  # fmt: skip


def _analysis(estate: AzureEstate) -> None:
    workspace = partial(estate.add, "Microsoft.OperationalInsights/workspaces")
    workspace("logboek", properties={"replication": {"enabled": True, "location": "northeurope"}})
    workspace("logboek-uit", properties={"replication": {"enabled": False, "location": "uksouth"}})
    workspace("logboek-vs", "eastus", subscription=ANALYSE)
    cluster = partial(estate.add, "Microsoft.Kusto/clusters", subscription=ANALYSE)
    leader = cluster("kusto-leider", "uksouth")
    cluster("kusto-volger", "westeurope")
    estate.add(
        "Microsoft.Kusto/clusters/attachedDatabaseConfigurations", "kusto-volger/volgt",
        subscription=ANALYSE, tracked=False, properties={"clusterResourceId": leader},
    )  # fmt: skip
    estate.add("Microsoft.Search/searchServices", "zoek", "France Central", subscription=ANALYSE)
    estate.add("Microsoft.DataFactory/factories", "fabriek", "ukwest", subscription=ANALYSE)


def _replicas(estate: AzureEstate) -> None:
    estate.add("Microsoft.SignalRService/signalR", "stroom", sku="Premium_P1")
    estate.add("Microsoft.SignalRService/signalR/replicas", "stroom/zweden", "swedencentral")
    estate.add("Microsoft.SignalRService/webPubSub", "meldingen", "northeurope", sku="Free_F1")
    estate.add("Microsoft.AppConfiguration/configurationStores", "instellingen", sku="Standard")
    estate.add(
        "Microsoft.AppConfiguration/configurationStores/replicas", "instellingen/londen", "uksouth",
        tracked=False,
    )  # fmt: skip


def _only_listed(estate: AzureEstate) -> None:
    add = estate.add
    add("Microsoft.Communication/communicationServices", "post", "global")
    add("Microsoft.Logic/workflows", "stroomschema", "West Europe", tags=NOT_MATERIAL)
    add("Microsoft.Web/staticSites", "uitleg", "westus2", subscription=ANALYSE)
    add("Microsoft.Insights/components", "meting", "germanywestcentral")
    add("Microsoft.Network/virtualNetworks", "net", "uksouth")
    add("Microsoft.BotService/botServices", "robot", "global")
    add("Microsoft.Network/publicIPAddresses", "adres-oud", "eastus", subscription=OUD)
    # No kind names these; the last stands where only Resource Manager's own list is asked for them.
    add("Microsoft.AzureActiveDirectory/b2cDirectories", "burgers.example", "Europe")
    add("Microsoft.Quantum/Workspaces", "toekomst", "uksouth", subscription=ANALYSE)
    add("Microsoft.Maps/accounts", "kaart-oud", "westus2", subscription=OUD)


def _logs(estate: AzureEstate) -> None:
    """Diagnostic settings, each with another destination."""
    logs, elsewhere = (
        _id("Microsoft.OperationalInsights/workspaces", "logboek"),
        _id("Microsoft.OperationalInsights/workspaces", "logboek-vs", ANALYSE),
    )
    hub = _id("Microsoft.EventHub/namespaces", "hub-londen")
    accounts = "Microsoft.Storage/storageAccounts"
    estate.log(f"/subscriptions/{ZAKEN}", "activiteit", storageAccountId=_id(accounts, "uitgeweken"))
    estate.log(f"/subscriptions/{ANALYSE}", "activiteit", eventHubAuthorizationRuleId=f"{hub}/{_RULE}")
    estate.log(_id("Microsoft.KeyVault/vaults", "sleutels"), "audit", workspaceId=elsewhere)
    estate.log(_id("Microsoft.KeyVault/vaults", "sleutels-londen"), "audit", workspaceId=logs)
    estate.log(_id("Microsoft.Sql/servers", "sql-zaken/databases/zaken"), "controle", workspaceId=logs,
               storageAccountId=_id(accounts, "kopielonden"))  # fmt: skip
    edge = _id(accounts, "randopslag")
    estate.log(_id("Microsoft.KeyVault/vaults", "sleutels-sao", ANALYSE), "audit", storageAccountId=edge)
    partner = "/subscriptions/x/providers/Microsoft.Datadog/monitors/m"
    estate.log(_id(accounts, "Dossiers/blobServices/default"), "partner", marketplacePartnerId=partner)
    estate.log(_id("Microsoft.Web/sites", "loket"), "uit", workspaceId=elsewhere, logs=_OFF)
    estate.log(_id("Microsoft.Cdn/profiles", "voorkant"), "toegang", workspaceId=logs)


def _policies(estate: AzureEstate) -> None:
    """Assignments of allowed locations, at groups and subscriptions, and of another policy."""
    groups = "/providers/Microsoft.Management/managementGroups"
    for scope, name, places in (
        (f"{groups}/mg-onderzoek", "plaatsen", ["westeurope", "eastus"]),
        (f"/subscriptions/{ZAKEN}", "plaatsen", ["West Europe", "northeurope"]),
        (f"/subscriptions/{ANALYSE}", "plaatsen", ["uksouth", "global"]),
    ):
        given = {"listOfAllowedLocations": {"value": places}}
        estate.assign(scope, name, _ALLOWED_LOCATIONS, parameters=given)
    estate.assign(f"/subscriptions/{ZAKEN}", "versleuteling", "0a914e76-4921-4c19-b460-a2d36003525a")
