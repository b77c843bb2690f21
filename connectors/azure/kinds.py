"""Every kind of Azure resource that is read, in the order of the plan; those only listed come last."""

from __future__ import annotations

from connectors.azure import (
    analytics,
    cache,
    cognitive,
    compute,
    containers,
    cosmos,
    diagnostics,
    edge,
    events,
    flexible_servers,
    hybrid,
    keyvault,
    listed,
    messaging,
    monitor,
    netapp,
    policies,
    replicas,
    sql,
    storage,
    tenant,
    vaults,
    web,
)
from connectors.azure.kind import ResourceKind

KINDS: tuple[ResourceKind, ...] = (
    storage.ACCOUNTS,
    cosmos.ACCOUNTS,
    cosmos.CLUSTERS,
    sql.SERVERS,
    sql.DATABASES,
    sql.INSTANCES,
    flexible_servers.MYSQL,
    flexible_servers.POSTGRES,
    vaults.RECOVERY,
    vaults.BACKUP,
    containers.REGISTRIES,
    containers.CLUSTERS,
    keyvault.VAULTS,
    keyvault.HSMS,
    compute.MACHINES,
    compute.DISKS,
    compute.SNAPSHOTS,
    compute.IMAGE_VERSIONS,
    monitor.WORKSPACES,
    cognitive.ACCOUNTS,
    messaging.EVENT_HUBS,
    messaging.SERVICE_BUS,
    events.TOPICS,
    events.IOT_HUBS,
    cache.CACHES,
    cache.CLUSTERS,
    replicas.SIGNALR,
    replicas.PUBSUB,
    replicas.CONFIGURATION_STORES,
    netapp.VOLUMES,
    analytics.KUSTO_CLUSTERS,
    analytics.SEARCH_SERVICES,
    analytics.FACTORIES,
    web.SITES,
    web.GATEWAYS,
    edge.CDN_PROFILES,
    edge.FRONT_DOORS,
    edge.TRAFFIC_MANAGERS,
    edge.DNS_ZONES,
    hybrid.MACHINES,
    *listed.LISTED,
)

#: Of what stands above subscriptions there is one scope for the tenant.
OF_TENANT = (tenant.DIRECTORIES, tenant.GROUPS)

#: Kinds that Resource Graph does not have, or that stand above resources; each is read in its own way.
FURTHER: tuple[ResourceKind, ...] = (
    *OF_TENANT,
    tenant.SUBSCRIPTIONS,
    policies.ASSIGNMENTS,
    diagnostics.SETTINGS,
)
