"""One resource or more of every kind of Azure resource, with what makes a second place of each."""

from __future__ import annotations

from typing import Any

from connectors.azure.listed import LISTED
from tests.servers.azure_estate import GROUP, TAGS, ZAKEN, AzureEstate

#: Kinds that have no details; each has one resource in West Europe.
_PLAIN = (
    ("Microsoft.ContainerService/managedClusters", "aks-zaken"),
    ("Microsoft.Compute/virtualMachines", "vm-zaken"),
    ("Microsoft.Search/searchServices", "zoek-zaken"),
    ("Microsoft.DataFactory/factories", "fabriek-zaken"),
    ("Microsoft.Web/sites", "app-zaken"),
)
_GLOBAL = (
    ("Microsoft.Cdn/profiles", "cdn-zaken"),
    ("Microsoft.Network/frontDoors", "voordeur-zaken"),
    ("Microsoft.Network/trafficManagerProfiles", "verkeer-zaken"),
    ("Microsoft.Network/dnszones", "zaken.example"),
)


def every_kind() -> AzureEstate:
    """The estate of one subscription."""
    estate = AzureEstate()
    estate.subscribe(ZAKEN, "Zaken")
    for kind, name in _PLAIN:
        estate.add(kind, name, tags=TAGS)
    for kind, name in _GLOBAL:
        estate.add(kind, name, "global", tags=TAGS)
    for each in LISTED:
        estate.add(each.type, "/".join(["overig"] * each.type.count("/")), tags=TAGS)
    _storage(estate)
    _databases(estate)
    _servers(estate)
    _vaults(estate)
    _images(estate)
    _messages(estate)
    _replicas(estate)
    _analysis(estate)
    return estate


def _tagged(estate: AzureEstate, kind: str, name: str, location: str = "westeurope", /, **body: Any) -> str:
    return estate.add(kind, name, location, tags=TAGS, **body)


def _storage(estate: AzureEstate) -> None:
    kind = "Microsoft.Storage/storageAccounts"
    copy = _tagged(
        estate, kind, "kopie", "uksouth", sku="Standard_LRS", kind="StorageV2",
        properties={"primaryLocation": "uksouth"},
    )  # fmt: skip
    account = _tagged(
        estate, kind, "Dossiers", sku="Standard_RAGZRS", kind="StorageV2",
        properties={
            "primaryLocation": "westeurope",
            "secondaryLocation": "northeurope",
            "creationTime": "2024-03-01T10:00:00.1234567Z",
            "encryption": {"keySource": "Microsoft.Storage"},
        },
    )  # fmt: skip
    estate.add(
        f"{kind}/objectReplicationPolicies", "Dossiers/beleid",
        properties={"sourceAccount": account, "destinationAccount": copy},
    )  # fmt: skip


def _databases(estate: AzureEstate) -> None:
    _tagged(
        estate, "Microsoft.DocumentDB/databaseAccounts", "cosmos-zaken", "West US",
        properties={
            "locations": [
                {"locationName": "West Europe", "failoverPriority": 0},
                {"locationName": "East US", "failoverPriority": 1},
            ],
            "backupPolicy": {
                "type": "Periodic", "periodicModeProperties": {"backupStorageRedundancy": "Geo"}
            },
        },
    )  # fmt: skip
    cluster = _tagged(estate, "Microsoft.DocumentDB/mongoClusters", "mongo-zaken")
    _tagged(
        estate, "Microsoft.DocumentDB/mongoClusters", "mongo-kopie", "northeurope",
        properties={"replica": {"sourceResourceId": cluster}},
    )  # fmt: skip
    _tagged(estate, "Microsoft.Sql/servers", "sql-zaken")
    estate.add(
        "Microsoft.Sql/servers/failoverGroups", "sql-zaken/groep",
        properties={"partnerServers": [{"id": "/x", "location": "North Europe"}]},
    )  # fmt: skip
    _tagged(
        estate, "Microsoft.Sql/servers/databases", "sql-zaken/zaken",
        properties={
            "currentBackupStorageRedundancy": "Geo",
            "requestedBackupStorageRedundancy": "Geo",
            "defaultSecondaryLocation": "northeurope",
            "creationDate": "2024-03-01T10:00:00Z",
        },
    )  # fmt: skip
    estate.add(
        "Microsoft.Sql/servers/databases/replicationLinks", "sql-zaken/zaken/link",
        properties={"partnerLocation": "UK South", "replicationState": "CATCH_UP"},
    )  # fmt: skip
    instance = _tagged(
        estate, "Microsoft.Sql/managedInstances", "mi-zaken",
        properties={"currentBackupStorageRedundancy": "Zone"},
    )  # fmt: skip
    estate.add(
        "Microsoft.Sql/locations/instanceFailoverGroups", "westeurope/groep",
        properties={
            "partnerRegions": [{"location": "North Europe"}],
            "managedInstancePairs": [
                {"primaryManagedInstanceId": instance, "partnerManagedInstanceId": "/y"}
            ],
        },
    )  # fmt: skip


def _servers(estate: AzureEstate) -> None:
    for kind, name in (
        ("Microsoft.DBforMySQL/flexibleServers", "mysql"),
        ("Microsoft.DBforPostgreSQL/flexibleServers", "pg"),
    ):
        source = _tagged(
            estate, kind, f"{name}-zaken", properties={"backup": {"geoRedundantBackup": "Enabled"}}
        )
        _tagged(
            estate, kind, f"{name}-kopie", "swedencentral",
            properties={
                "sourceServerResourceId": source,
                "replicationRole": "Replica" if name == "mysql" else "AsyncReplica",
                "backup": {"geoRedundantBackup": "Disabled"},
            },
        )  # fmt: skip


def _vaults(estate: AzureEstate) -> None:
    _tagged(
        estate, "Microsoft.RecoveryServices/vaults", "kluis-zaken",
        properties={
            "redundancySettings": {
                "standardTierStorageRedundancy": "GeoRedundant", "crossRegionRestore": "Enabled"
            }
        },
    )  # fmt: skip
    _tagged(
        estate, "Microsoft.DataProtection/backupVaults", "backup-zaken",
        properties={
            "storageSettings": [{"datastoreType": "VaultStore", "type": "GeoRedundant"}],
            "replicatedRegions": ["westeurope", "northeurope"],
        },
    )  # fmt: skip
    _tagged(estate, "Microsoft.KeyVault/vaults", "sleutels", properties={"sku": {"name": "standard"}})
    _tagged(
        estate, "Microsoft.KeyVault/managedHSMs", "hsm-zaken",
        properties={"regions": [{"name": "uksouth", "isPrimary": False}]},
    )  # fmt: skip


def _images(estate: AzureEstate) -> None:
    _tagged(
        estate, "Microsoft.Compute/disks", "schijf",
        properties={"encryption": {"type": "EncryptionAtRestWithPlatformKey"}, "diskSizeGB": 128},
    )  # fmt: skip
    _tagged(
        estate, "Microsoft.Compute/snapshots", "momentopname", "North Europe",
        properties={
            "creationData": {
                "createOption": "CopyStart",
                "sourceResourceId": f"/subscriptions/{ZAKEN}/resourceGroups/{GROUP}/x",
            }
        },
    )  # fmt: skip
    estate.add("Microsoft.Compute/galleries", "galerij")
    estate.add("Microsoft.Compute/galleries/images", "galerij/linux")
    _tagged(
        estate, "Microsoft.Compute/galleries/images/versions", "galerij/linux/1.0.0",
        properties={
            "publishingProfile": {"targetRegions": [{"name": "West Europe"}, {"name": "Switzerland North"}]}
        },
    )  # fmt: skip
    _tagged(estate, "Microsoft.ContainerRegistry/registries", "register", sku="Premium")
    for region in ("westeurope", "northeurope"):
        estate.add("Microsoft.ContainerRegistry/registries/replications", f"register/{region}", region)


def _messages(estate: AzureEstate) -> None:
    for namespace in ("Microsoft.EventHub/namespaces", "Microsoft.ServiceBus/namespaces"):
        other = _tagged(estate, namespace, "berichten-noord", "northeurope", sku="Premium")
        _tagged(
            estate, namespace, "berichten", sku="Premium",
            properties={
                "geoDataReplication": {
                    "locations": [{"locationName": "westeurope"}, {"locationName": "germanywestcentral"}]
                }
            },
        )  # fmt: skip
        estate.add(
            f"{namespace}/disasterRecoveryConfigs", "berichten/alias",
            properties={"partnerNamespace": other, "role": "Primary"},
        )  # fmt: skip
    _tagged(
        estate,
        "Microsoft.EventGrid/topics",
        "onderwerp",
        properties={"dataResidencyBoundary": "WithinGeopair"},
    )
    _tagged(
        estate, "Microsoft.Devices/IotHubs", "sensoren",
        properties={
            "locations": [
                {"location": "West Europe", "role": "primary"},
                {"location": "North Europe", "role": "secondary"},
            ]
        },
    )  # fmt: skip


def _replicas(estate: AzureEstate) -> None:
    _tagged(estate, "Microsoft.Cache/redis", "cache", properties={"sku": {"name": "Premium"}})
    estate.add(
        "Microsoft.Cache/redis/linkedServers", "cache/ander",
        properties={"linkedRedisCacheLocation": "UK South", "serverRole": "Secondary"},
    )  # fmt: skip
    other = _tagged(estate, "Microsoft.Cache/redisEnterprise", "redis-noord", "northeurope")
    cluster = _tagged(estate, "Microsoft.Cache/redisEnterprise", "redis-zaken")
    linked = [{"id": f"{each}/databases/default"} for each in (cluster, other)]
    estate.add(
        "Microsoft.Cache/redisEnterprise/databases", "redis-zaken/default",
        properties={"geoReplication": {"linkedDatabases": linked}},
    )  # fmt: skip
    for kind in (
        "Microsoft.SignalRService/signalR",
        "Microsoft.SignalRService/webPubSub",
        "Microsoft.AppConfiguration/configurationStores",
    ):
        _tagged(estate, kind, "stroom", sku="Standard")
        estate.add(f"{kind}/replicas", "stroom/kopie", "swedencentral")
    estate.add("Microsoft.NetApp/netAppAccounts", "na")
    estate.add("Microsoft.NetApp/netAppAccounts/capacityPools", "na/pool")
    _tagged(
        estate, "Microsoft.NetApp/netAppAccounts/capacityPools/volumes", "na/pool/vol",
        properties={"dataProtection": {"replication": {"remoteVolumeRegion": "northeurope"}}},
    )  # fmt: skip


def _analysis(estate: AzureEstate) -> None:
    _tagged(
        estate, "Microsoft.OperationalInsights/workspaces", "logboek",
        properties={"replication": {"enabled": True, "location": "northeurope"}},
    )  # fmt: skip
    _tagged(
        estate, "Microsoft.CognitiveServices/accounts", "ai-zaken", kind="OpenAI", sku="S0",
        properties={"locations": {"regions": [{"name": "swedencentral"}]}},
    )  # fmt: skip
    for name, sku in (("gpt", "GlobalStandard"), ("gpt-zone", "Standard")):
        estate.add("Microsoft.CognitiveServices/accounts/deployments", f"ai-zaken/{name}", sku=sku)
    leader = _tagged(estate, "Microsoft.Kusto/clusters", "kusto-noord", "northeurope")
    _tagged(estate, "Microsoft.Kusto/clusters", "kusto-zaken")
    estate.add(
        "Microsoft.Kusto/clusters/attachedDatabaseConfigurations", "kusto-zaken/volgt",
        properties={"clusterResourceId": leader},
    )  # fmt: skip
    _tagged(
        estate, "Microsoft.ApiManagement/service", "poort",
        properties={"additionalLocations": [{"location": "Switzerland North"}]},
    )  # fmt: skip
    _tagged(
        estate, "Microsoft.HybridCompute/machines", "server-odc",
        properties={"cloudMetadata": {"provider": "N/A"}, "osName": "linux"},
    )  # fmt: skip
