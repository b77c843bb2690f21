"""Diagnostic settings: where the logs of resources, and a subscription's activity log, are sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Call, Context, Raw, ResourceKind, by_id
from wolkenzicht.model import DataLocation, Holds, Operation

_PERMISSION = "Microsoft.Insights/diagnosticSettings/read"
_VERSION = "2021-05-01-preview"

#: The settings of a subscription's activity log; the same question at a resource tells its logs.
#: Source: https://learn.microsoft.com/rest/api/monitor/subscription-diagnostic-settings/list
ACTIVITY_LOG = Call(
    "/subscriptions/{subscription}/providers/Microsoft.Insights/diagnosticSettings", _VERSION, _PERMISSION
)
#: Source: https://learn.microsoft.com/rest/api/monitor/diagnostic-settings/list
OF_RESOURCE = Call(
    "{id}/providers/Microsoft.Insights/diagnosticSettings",
    _VERSION,
    _PERMISSION,
    name="diagnosticSettings",
    absent=("ResourceTypeNotSupported",),
)

#: Types whose logs tell of people or of content; machines, disks and networks send metrics only, or nothing.
#: Source: https://learn.microsoft.com/azure/azure-monitor/reference/logs-index
LOGGING = frozenset(
    each.lower()
    for each in (
        "Microsoft.ApiManagement/service",
        "Microsoft.AppConfiguration/configurationStores",
        "Microsoft.Cache/redis",
        "Microsoft.Cdn/profiles",
        "Microsoft.CognitiveServices/accounts",
        "Microsoft.ContainerRegistry/registries",
        "Microsoft.ContainerService/managedClusters",
        "Microsoft.DataFactory/factories",
        "Microsoft.DataProtection/backupVaults",
        "Microsoft.DBforMySQL/flexibleServers",
        "Microsoft.DBforPostgreSQL/flexibleServers",
        "Microsoft.Devices/IotHubs",
        "Microsoft.DocumentDB/databaseAccounts",
        "Microsoft.EventGrid/topics",
        "Microsoft.EventHub/namespaces",
        "Microsoft.KeyVault/managedHSMs",
        "Microsoft.KeyVault/vaults",
        "Microsoft.Kusto/clusters",
        "Microsoft.Logic/workflows",
        "Microsoft.Network/applicationGateways",
        "Microsoft.Network/azureFirewalls",
        "Microsoft.Network/frontDoors",
        "Microsoft.OperationalInsights/workspaces",
        "Microsoft.RecoveryServices/vaults",
        "Microsoft.Search/searchServices",
        "Microsoft.ServiceBus/namespaces",
        "Microsoft.SignalRService/signalR",
        "Microsoft.SignalRService/webPubSub",
        "Microsoft.Sql/managedInstances",
        "Microsoft.Sql/servers/databases",
        "Microsoft.Web/sites",
    )
)
_STORAGE = "microsoft.storage/storageaccounts"
#: A storage account logs by service; which services there are follows from its kind.
#: Source: https://learn.microsoft.com/azure/storage/blobs/monitor-blob-storage
_SERVICES = {
    "BlobStorage": ("blobServices",),
    "BlockBlobStorage": ("blobServices",),
    "FileStorage": ("fileServices",),
}
_ALL_SERVICES = ("blobServices", "fileServices", "queueServices", "tableServices")

#: Property that names a destination, and the call that tells where it is.
_DESTINATIONS = {
    "workspaceId": by_id("Microsoft.OperationalInsights/workspaces", "2025-07-01"),
    "storageAccountId": by_id("Microsoft.Storage/storageAccounts", "2023-05-01"),
    "eventHubAuthorizationRuleId": by_id("Microsoft.EventHub/namespaces", "2026-01-01"),
    "serviceBusRuleId": by_id("Microsoft.ServiceBus/namespaces", "2026-01-01"),
}
#: A partner's own service: Azure does not know where it keeps logs.
_PARTNER = "marketplacePartnerId"
_RULE = "/authorizationrules/"


def logging(resource: Raw) -> Iterator[str]:
    """The ids at which a resource of the general list is asked for settings; none where it has no logs."""
    kind = str(resource.get("type") or "").lower()
    if kind in LOGGING:
        yield resource["id"]
    elif kind == _STORAGE:
        for service in _SERVICES.get(str(resource.get("kind") or ""), _ALL_SERVICES):
            yield f"{resource['id']}/{service}/default"


def setting(answer: Raw, resource: Raw) -> Raw:
    """A setting of a resource (or of a subscription, then without location) as a resource itself."""
    identifier = "/" + str(answer["id"]).lstrip("/")
    return {**answer, "id": identifier, "location": resource.get("location") or "", "of": resource["id"]}


def destinations(raw: Raw) -> Iterator[tuple[str, str, Call]]:
    """Property, id and call of each resource that the setting sends something to."""
    if not _sends(raw):
        return
    properties = facts.held(raw)
    for name, call in _DESTINATIONS.items():
        identifier = str(properties.get(name) or "")
        if identifier:
            yield name, _owner(identifier), call


def locate(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where each destination is, as looked up; the resource whose logs they are is an asset of its own."""
    home = str(raw.get("location") or "")
    regional = bool(home) and home.lower() != "global"
    if regional:
        yield facts.located(Operation.MANAGED, home, "location", context)
    if not _sends(raw):
        name = home if regional else ""
        yield facts.located(Operation.STORED, name, "location", context)
        return
    sent = False
    for name, identifier, _ in destinations(raw):
        sent = True
        yield facts.looked_up(Operation.REPLICATED, raw, identifier, f"properties.{name}", context)
    partner = str(facts.held(raw).get(_PARTNER) or "")
    if partner or not sent:
        yield facts.unknown(Operation.REPLICATED, f"properties.{_PARTNER}", partner or facts.NOT_TOLD)


def _sends(raw: Raw) -> bool:
    """Whether a category of logs or metrics is switched on; a setting that names none counts as sending."""
    properties = facts.held(raw)
    categories = [*(properties.get("logs") or ()), *(properties.get("metrics") or ())]
    return not categories or any(each.get("enabled", True) for each in categories)


def _owner(identifier: str) -> str:
    """The namespace of an authorization rule; any other id as it stands."""
    at = identifier.lower().find(_RULE)
    return identifier if at < 0 else identifier[:at]


def _facts(raw: Raw) -> Mapping[str, object]:
    logs = facts.held(raw).get("logs") or ()
    named = (each.get("category") or each.get("categoryGroup") for each in logs if each.get("enabled", True))
    return {"logs": ",".join(sorted({str(each) for each in named if each})), "of": raw.get("of")}


SETTINGS = ResourceKind(
    name="diagnostic-setting",
    title="Diagnostic setting",
    type="Microsoft.Insights/diagnosticSettings",
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.MANAGED),
    listing=(ACTIVITY_LOG,),
    details=(OF_RESOURCE,),
    locate=locate,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/monitor/diagnostic-settings/list",
    tracked=False,
)
