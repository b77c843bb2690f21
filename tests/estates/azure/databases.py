"""The estate's databases, caches and messages, with their replicas and backups."""

from __future__ import annotations

from functools import partial

from tests.estates.azure.subscriptions import (
    ANALYSE,
    MATERIAL,
    NOT_MATERIAL,
    PRODUCTION_OF_PEOPLE,
    TEST,
    TWO_ENVIRONMENTS,
)
from tests.servers.azure_estate import AzureEstate

_DATABASE = "Microsoft.Sql/servers/databases"


def fill(estate: AzureEstate) -> None:
    """Put them into the estate."""
    _cosmos(estate)
    _sql(estate)
    _instances(estate)
    _flexible(estate)
    _caches(estate)
    _messages(estate)


def _cosmos(estate: AzureEstate) -> None:
    add = partial(estate.add, "Microsoft.DocumentDB/databaseAccounts")

    def held(backups: dict[str, object], *regions: str) -> dict[str, object]:
        """Regions in the order of their failover priority, listed the other way round."""
        listed = [{"locationName": name, "failoverPriority": place} for place, name in enumerate(regions)]
        return {"locations": listed[::-1], "backupPolicy": backups}

    def periodic(redundancy: str) -> dict[str, object]:
        return {"type": "Periodic", "periodicModeProperties": {"backupStorageRedundancy": redundancy}}

    continuous: dict[str, object] = {"type": "Continuous"}
    add(
        "cosmos-zaken", "West US", tags=PRODUCTION_OF_PEOPLE,
        properties=held(continuous, "West Europe", "North Europe"),
    )  # fmt: skip
    add("cosmos-wereld", "West Europe", properties=held(periodic("Geo"), "East US", "West Europe"))
    add(
        "cosmos-lokaal", "West Europe", subscription=ANALYSE, tags=TEST,
        properties=held(periodic("Local"), "Germany West Central"),
    )  # fmt: skip
    add(
        "cosmos-zwijgt", "France Central", subscription=ANALYSE,
        properties=held({"type": "Periodic"}, "France Central"),
    )  # fmt: skip
    add("cosmos-geo", "Norway East", subscription=ANALYSE, properties=held(periodic("Geo"), "Norway East"))
    clusters = partial(estate.add, "Microsoft.DocumentDB/mongoClusters")
    source = clusters("mongo-zaken", "westeurope")
    clusters("mongo-kopie", "switzerlandnorth", properties={"replica": {"sourceResourceId": source}})


def _sql(estate: AzureEstate) -> None:
    server = partial(estate.add, "Microsoft.Sql/servers")
    group = partial(estate.add, "Microsoft.Sql/servers/failoverGroups", tracked=False)
    link = partial(estate.add, f"{_DATABASE}/replicationLinks", tracked=False)
    near = server("sql-zaken", "westeurope")
    far = server("sql-londen", "uksouth")
    group("sql-zaken/groep", properties={"partnerServers": [{"id": far, "location": "UK South"}]})
    group("sql-londen/groep", properties={"partnerServers": [{"id": near, "location": "West Europe"}]})

    database = partial(estate.add, _DATABASE)
    database("sql-zaken/master", properties={"currentBackupStorageRedundancy": "Local"})
    database(
        "sql-zaken/zaken", tags=MATERIAL,
        properties={
            "currentBackupStorageRedundancy": "Geo",
            "requestedBackupStorageRedundancy": "Geo",
            "defaultSecondaryLocation": "northeurope",
        },
    )  # fmt: skip
    link("sql-zaken/zaken/a", properties={"partnerLocation": "UK South", "replicationState": "CATCH_UP"})
    database(
        "sql-londen/zaken", "uksouth",
        properties={"currentBackupStorageRedundancy": "Geo", "secondaryType": "Geo"},
    )  # fmt: skip
    link("sql-londen/zaken/b", properties={"partnerLocation": "West Europe", "replicationState": "CATCH_UP"})
    database(
        "sql-zaken/archief", tags=TWO_ENVIRONMENTS,
        properties={"currentBackupStorageRedundancy": "Zone", "defaultSecondaryLocation": "North Europe"},
    )  # fmt: skip
    link("sql-zaken/archief/c", properties={"partnerLocation": "East US", "replicationState": "SUSPENDED"})

    server("sql-brazilie", "brazilsouth", subscription=ANALYSE)
    database(
        "sql-brazilie/cijfers", "brazilsouth", subscription=ANALYSE, tags=NOT_MATERIAL,
        properties={"currentBackupStorageRedundancy": "Local", "requestedBackupStorageRedundancy": "Geo"},
    )  # fmt: skip
    database(
        "sql-brazilie/lijsten", "brazilsouth", subscription=ANALYSE,
        properties={"currentBackupStorageRedundancy": "Zone", "requestedBackupStorageRedundancy": "Zone"},
    )  # fmt: skip


def _instances(estate: AzureEstate) -> None:
    instance = partial(estate.add, "Microsoft.Sql/managedInstances")
    zaken = instance("mi-zaken", properties={"currentBackupStorageRedundancy": "Zone"})
    noord = instance("mi-noord", "northeurope", properties={"currentBackupStorageRedundancy": "Local"})
    instance("mi-alleen", properties={"currentBackupStorageRedundancy": "GeoZone"})
    pair = {"primaryManagedInstanceId": zaken, "partnerManagedInstanceId": noord}
    for home, partner in (("westeurope", "North Europe"), ("northeurope", "West Europe")):
        estate.add(
            "Microsoft.Sql/locations/instanceFailoverGroups", f"{home}/groep", tracked=False,
            properties={"partnerRegions": [{"location": partner}], "managedInstancePairs": [pair]},
        )  # fmt: skip


def _flexible(estate: AzureEstate) -> None:
    geo, local = {"geoRedundantBackup": "Enabled"}, {"geoRedundantBackup": "Disabled"}
    mysql = partial(estate.add, "Microsoft.DBforMySQL/flexibleServers")
    pg = partial(estate.add, "Microsoft.DBforPostgreSQL/flexibleServers")
    source = mysql("mysql-zaken", "westeurope", properties={"backup": geo})
    copies = {"replicationRole": "Replica", "sourceServerResourceId": source}
    mysql("mysql-kopie", "swedencentral", properties={**copies, "backup": local})
    source = pg("pg-londen", "uksouth", properties={"backup": geo})
    copies = {"replicationRole": "AsyncReplica", "sourceServerResourceId": source}
    pg("pg-dublin", "northeurope", subscription=ANALYSE, properties={**copies, "backup": local})
    pg("pg-parijs", "francecentral", subscription=ANALYSE, properties={"backup": geo})
    restored = {"replicationRole": "None", "sourceServerResourceId": source}
    pg("pg-hersteld", "polandcentral", subscription=ANALYSE, properties={**restored, "backup": local})
    pg("pg-zwijgt", "norwayeast", subscription=ANALYSE)


def _caches(estate: AzureEstate) -> None:
    estate.add("Microsoft.Cache/redis", "cache", properties={"sku": {"name": "Premium"}})
    estate.add(
        "Microsoft.Cache/redis/linkedServers", "cache/londen", tracked=False,
        properties={"linkedRedisCacheLocation": "UK South", "serverRole": "Secondary"},
    )  # fmt: skip
    clusters = [
        estate.add("Microsoft.Cache/redisEnterprise", name, region, subscription=ANALYSE)
        for name, region in (("redis-ams", "westeurope"), ("redis-virginia", "eastus"))
    ]
    linked = [{"id": f"{each}/databases/default"} for each in clusters]
    for name in ("redis-ams", "redis-virginia"):
        estate.add(
            "Microsoft.Cache/redisEnterprise/databases", f"{name}/default", subscription=ANALYSE,
            tracked=False, properties={"geoReplication": {"linkedDatabases": linked}},
        )  # fmt: skip


def _messages(estate: AzureEstate) -> None:
    hubs = partial(estate.add, "Microsoft.EventHub/namespaces")

    def replicated(*regions: str) -> dict[str, object]:
        return {"geoDataReplication": {"locations": [{"locationName": each} for each in regions]}}

    hubs("berichten", sku="Premium", properties=replicated("westeurope", "germanywestcentral"))
    london = hubs("hub-londen", "uksouth", sku="Standard")
    hubs("hub-alias", sku="Standard")
    estate.add(
        "Microsoft.EventHub/namespaces/disasterRecoveryConfigs", "hub-alias/alias", tracked=False,
        properties={"partnerNamespace": london, "role": "Primary"},
    )  # fmt: skip
    estate.add(
        "Microsoft.ServiceBus/namespaces", "bus", sku="Premium", tags=MATERIAL,
        properties=replicated("West Europe", "UK South"),
    )  # fmt: skip
    topic = partial(estate.add, "Microsoft.EventGrid/topics")
    topic("onderwerp", "northeurope")
    topic("onderwerp-binnen", "uksouth", properties={"dataResidencyBoundary": "WithinRegion"})
    topic("onderwerp-brazilie", "brazilsouth", properties={"dataResidencyBoundary": "WithinGeopair"})
    hub = partial(estate.add, "Microsoft.Devices/IotHubs")
    pair = [{"location": "West Europe", "role": "primary"}, {"location": "North Europe", "role": "secondary"}]
    hub("sensoren", properties={"locations": pair})
    hub("sensoren-thuis", "brazilsouth", properties={"enableDataResidency": True})
