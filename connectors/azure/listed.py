"""Types that are listed and not read further: what they hold, by what Azure documents of them."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.azure import facts
from connectors.azure.kind import Call, Context, Raw, ResourceKind
from wolkenzicht.model import DataLocation, Depth, Holds, Operation

#: Lists any type; leaves out, without a word, what the caller may not read.
#: Source: https://learn.microsoft.com/rest/api/resources/resources/list
_DOCS = "https://learn.microsoft.com/rest/api/resources/resources/list"
_VERSION = "2021-04-01"


def locate(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the resource says it is; a second place of it would not be seen."""
    yield from facts.home(raw, context)


def locate_content(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """As `locate`, and an unknown place: copies are not listed, so a region is no "inside the EER"."""
    yield from facts.home(raw, context)
    yield facts.unknown(Operation.STORED, "copies", "not read: the type is listed only")


def listed(resource_type: str, title: str, holds: Holds) -> ResourceKind:
    """The kind of a type that is listed only."""
    namespace, _, rest = resource_type.partition("/")
    call = Call(
        "/subscriptions/{subscription}/resources",
        _VERSION,
        f"{resource_type}/read",
        query=f"&$filter=resourceType%20eq%20'{resource_type}'",
    )
    return ResourceKind(
        name=f"{namespace.rpartition('.')[2]}-{rest.replace('/', '-')}".lower(),
        title=title,
        type=resource_type,
        holds=holds,
        states=(Operation.STORED,),
        listing=(call,),
        locate=locate_content if holds is Holds.CONTENT else locate,
        docs_url=_DOCS,
        depth=Depth.SHALLOW,
    )


def unforeseen(resource_type: str) -> ResourceKind:
    """The kind of a type that a tenant has and no tuple names: described, and counted apart from content."""
    return listed(resource_type, resource_type, Holds.METADATA)


_CONTENT = (
    ("Microsoft.App/containerApps", "Container app"),
    ("Microsoft.Batch/batchAccounts", "Batch account"),
    ("Microsoft.Communication/communicationServices", "Communication service"),
    ("Microsoft.Compute/images", "Managed image"),
    ("Microsoft.Compute/restorePointCollections", "Restore point collection"),
    ("Microsoft.Compute/virtualMachineScaleSets", "Virtual machine scale set"),
    ("Microsoft.ContainerInstance/containerGroups", "Container group"),
    ("Microsoft.Databricks/workspaces", "Databricks workspace"),
    ("Microsoft.DBforMySQL/servers", "MySQL single server"),
    ("Microsoft.DBforPostgreSQL/servers", "PostgreSQL single server"),
    ("Microsoft.DesktopVirtualization/hostpools", "Virtual desktop host pool"),
    ("Microsoft.EventGrid/domains", "Event Grid domain"),
    ("Microsoft.Fabric/capacities", "Fabric capacity"),
    ("Microsoft.HDInsight/clusters", "HDInsight cluster"),
    ("Microsoft.HealthcareApis/workspaces", "Health data workspace"),
    ("Microsoft.Insights/components", "Application Insights component"),
    ("Microsoft.Logic/workflows", "Logic app"),
    ("Microsoft.MachineLearningServices/workspaces", "Machine learning workspace"),
    ("Microsoft.NotificationHubs/namespaces", "Notification Hubs namespace"),
    ("Microsoft.Purview/accounts", "Purview account"),
    ("Microsoft.StorageSync/storageSyncServices", "Storage sync service"),
    ("Microsoft.StreamAnalytics/streamingjobs", "Stream Analytics job"),
    ("Microsoft.Synapse/workspaces", "Synapse workspace"),
    ("Microsoft.Web/staticSites", "Static web app"),
)
_METADATA = (
    ("Microsoft.App/managedEnvironments", "Container apps environment"),
    ("Microsoft.Automation/automationAccounts", "Automation account"),
    ("Microsoft.BotService/botServices", "Bot"),
    ("Microsoft.Compute/diskEncryptionSets", "Disk encryption set"),
    ("Microsoft.EventGrid/systemTopics", "Event Grid system topic"),
    ("Microsoft.Insights/actionGroups", "Action group"),
    ("Microsoft.Insights/dataCollectionRules", "Data collection rule"),
    ("Microsoft.Insights/metricAlerts", "Metric alert"),
    ("Microsoft.ManagedIdentity/userAssignedIdentities", "Managed identity"),
    ("Microsoft.Network/applicationGateways", "Application gateway"),
    ("Microsoft.Network/azureFirewalls", "Firewall"),
    ("Microsoft.Network/privateDnsZones", "Private DNS zone"),
    ("Microsoft.OperationsManagement/solutions", "Log Analytics solution"),
    ("Microsoft.Web/connections", "API connection"),
)
_NOTHING = (
    ("Microsoft.Compute/availabilitySets", "Availability set"),
    ("Microsoft.Network/bastionHosts", "Bastion"),
    ("Microsoft.Network/expressRouteCircuits", "ExpressRoute circuit"),
    ("Microsoft.Network/loadBalancers", "Load balancer"),
    ("Microsoft.Network/natGateways", "NAT gateway"),
    ("Microsoft.Network/networkInterfaces", "Network interface"),
    ("Microsoft.Network/networkSecurityGroups", "Network security group"),
    ("Microsoft.Network/privateEndpoints", "Private endpoint"),
    ("Microsoft.Network/publicIPAddresses", "Public IP address"),
    ("Microsoft.Network/routeTables", "Route table"),
    ("Microsoft.Network/virtualNetworkGateways", "Virtual network gateway"),
    ("Microsoft.Network/virtualNetworks", "Virtual network"),
    ("Microsoft.Web/serverFarms", "App Service plan"),
)

LISTED: tuple[ResourceKind, ...] = tuple(
    listed(resource_type, title, holds)
    for holds, types in ((Holds.CONTENT, _CONTENT), (Holds.METADATA, _METADATA), (Holds.NOTHING, _NOTHING))
    for resource_type, title in types
)
