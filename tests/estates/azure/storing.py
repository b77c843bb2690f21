"""Where the estate keeps files, images, keys and backups: accounts, disks, vaults and registries."""

from __future__ import annotations

from functools import partial

from tests.estates.azure.subscriptions import (
    ANALYSE,
    CONTRADICTION,
    LARGE_SCALE,
    MATERIAL,
    NO_WORD,
    NOT_MATERIAL,
    OUD,
    PRIMARY,
    PRODUCTION,
    TEST,
)
from tests.servers.azure_estate import AzureEstate

_ACCOUNT = "Microsoft.Storage/storageAccounts"
_POLICY = "Microsoft.Storage/storageAccounts/objectReplicationPolicies"
_EDGE = {"name": "microsoftlosangeles1", "type": "EdgeZone"}
_OWN = {"name": "/subscriptions/x/customLocations/utrecht", "type": "CustomLocation"}


def fill(estate: AzureEstate) -> None:
    """Put them into the estate."""
    _redundancy(estate)
    _copies(estate)
    _disks(estate)
    _images(estate)
    _keys(estate)
    _backups(estate)


def _redundancy(estate: AzureEstate) -> None:
    zaken = partial(estate.add, _ACCOUNT, kind="StorageV2")
    analyse = partial(estate.add, _ACCOUNT, kind="StorageV2", subscription=ANALYSE)
    zaken(
        "Dossiers", "westeurope", sku="Standard_RAGZRS", tags=MATERIAL,
        properties={"primaryLocation": "westeurope", "secondaryLocation": "northeurope"},
    )  # fmt: skip
    zaken(
        "brazilie", "brazilsouth", sku="Standard_GRS",
        properties={"primaryLocation": "brazilsouth", "secondaryLocation": "southcentralus"},
    )  # fmt: skip
    zaken(
        "londengeo", "UK South", sku="Standard_RAGRS",
        properties={"primaryLocation": "uksouth", "secondaryLocation": "ukwest"},
    )  # fmt: skip
    zaken(
        "hongkong", "eastasia", sku="Standard_LRS",
        properties={"primaryLocation": "southeastasia", "statusOfPrimary": "available"},
    )  # fmt: skip
    zaken("randopslag", "westus", sku="Premium_LRS", extendedLocation=_EDGE)
    analyse("duits", "germanywestcentral", sku="Standard_GRS", tags=NO_WORD)
    analyse(
        "zweden", "swedencentral", sku="Standard_GZRS",
        properties={"primaryLocation": "swedencentral", "secondaryLocation": "swedensouth"},
    )  # fmt: skip
    analyse("noorwegen", "Norway East", sku="StandardV2_GRS", tags=PRIMARY)
    analyse("finland", "finlandcentral", sku="Standard_LRS", properties={"primaryLocation": "finlandcentral"})
    analyse("mexico", "mexicocentral", sku="Standard_GRS")
    analyse(
        "zurich", "switzerlandnorth", sku="Standard_RAGRS",
        properties={"primaryLocation": "switzerlandnorth", "secondaryLocation": "switzerlandwest"},
    )  # fmt: skip
    analyse("polen", "POLAND CENTRAL", sku="Standard_ZRS")
    estate.add(
        _ACCOUNT, "oud", "eastus", subscription=OUD, sku="Standard_GRS", kind="StorageV2", tags=TEST,
        properties={"primaryLocation": "eastus", "secondaryLocation": "westus"},
    )  # fmt: skip


def _copies(estate: AzureEstate) -> None:
    """Accounts whose blobs are copied to another; a policy stands with both of them."""
    add = partial(estate.add, _ACCOUNT, kind="StorageV2", sku="Standard_LRS")
    policy = partial(estate.add, _POLICY, tracked=False)
    london = add("kopielonden", "uksouth", properties={"primaryLocation": "uksouth"})
    source = add("publicaties", "westEurope", tags=PRODUCTION, properties={"primaryLocation": "westeurope"})
    copied = {"sourceAccount": source, "destinationAccount": london}
    policy("publicaties/naar-londen", properties=copied)
    policy("kopielonden/van-publicaties", properties=copied)
    # Both were created in West Europe; this one runs in its pair since its failover.
    moved = add("uitgeweken", "westeurope", properties={"primaryLocation": "northeurope"})
    policy("uitgeweken/terug", properties={"sourceAccount": moved, "destinationAccount": source})
    back = add("naaruitgeweken", "westeurope", properties={"primaryLocation": "westeurope"})
    policy("naaruitgeweken/heen", properties={"sourceAccount": back, "destinationAccount": moved})
    lost = add("naarnergens", "westeurope", properties={"primaryLocation": "westeurope"})
    gone = london.replace("kopielonden", "opgeheven")
    policy("naarnergens/weg", properties={"sourceAccount": lost, "destinationAccount": gone})


def _disks(estate: AzureEstate) -> None:
    estate.add("Microsoft.Compute/disks", "schijf", sku="Premium_ZRS", tags=CONTRADICTION)
    estate.add("Microsoft.Compute/disks", "schijf-rand", "westus", extendedLocation=_EDGE)
    estate.add(
        "Microsoft.AzureStackHCI/virtualHardDisks", "schijf-eigen", extendedLocation=_OWN, tags=PRODUCTION
    )
    estate.add(
        "Microsoft.Compute/snapshots", "momentopname", "North Europe",
        properties={"creationData": {"createOption": "CopyStart", "sourceResourceId": "/subscriptions/x"}},
    )  # fmt: skip
    volumes = "Microsoft.NetApp/netAppAccounts/capacityPools/volumes"
    estate.add("Microsoft.NetApp/netAppAccounts", "na")
    estate.add("Microsoft.NetApp/netAppAccounts/capacityPools", "na/pool")
    replication = {"endpointType": "Src", "remoteVolumeRegion": "uksouth"}
    estate.add(volumes, "na/pool/tekeningen", properties={"dataProtection": {"replication": replication}})
    estate.add(volumes, "na/pool/kaarten", tags=LARGE_SCALE, properties={"usageThreshold": 107374182400})


def _images(estate: AzureEstate) -> None:
    estate.add("Microsoft.Compute/galleries", "galerij")
    estate.add("Microsoft.Compute/galleries/images", "galerij/linux")
    version = partial(estate.add, "Microsoft.Compute/galleries/images/versions")
    near = [{"name": "West Europe"}, {"name": "North Europe"}]
    version("galerij/linux/1.0.0", "West Europe", properties={"publishingProfile": {"targetRegions": near}})
    far = [*near, {"name": "Switzerland North"}, {"name": "East US"}]
    version("galerij/linux/2.0.0", "westeurope", properties={"publishingProfile": {"targetRegions": far}})
    registry = "Microsoft.ContainerRegistry/registries"
    estate.add(registry, "register", "West Europe", sku="Premium")
    for region in ("westeurope", "northeurope", "uksouth"):
        estate.add(f"{registry}/replications", f"register/{region}", region)
    estate.add(registry, "registerklein", subscription=ANALYSE, sku="Basic", tags=NOT_MATERIAL)


def _keys(estate: AzureEstate) -> None:
    zaken = partial(estate.add, "Microsoft.KeyVault/vaults")
    analyse = partial(estate.add, "Microsoft.KeyVault/vaults", subscription=ANALYSE)
    zaken("sleutels", "westeurope", tags=MATERIAL)
    zaken("sleutels-londen", "uksouth")
    analyse("sleutels-sao", "brazilsouth")
    analyse("sleutels-polen", "polandcentral")
    analyse("sleutels-zweden", "swedensouth")
    hsm = partial(estate.add, "Microsoft.KeyVault/managedHSMs")
    home = {"name": "westeurope", "isPrimary": True}
    hsm("hsm-zaken", "westeurope", properties={"regions": [home, {"name": "northeurope"}]})
    away = [{"name": "germanywestcentral", "isPrimary": True}, {"name": "switzerlandnorth"}]
    hsm("hsm-analyse", "germanywestcentral", subscription=ANALYSE, properties={"regions": away})


def _backups(estate: AzureEstate) -> None:
    def recovery(redundancy: str, restore: str) -> dict[str, object]:
        settings = {"standardTierStorageRedundancy": redundancy, "crossRegionRestore": restore}
        return {"redundancySettings": settings}

    zaken = partial(estate.add, "Microsoft.RecoveryServices/vaults")
    analyse = partial(estate.add, "Microsoft.RecoveryServices/vaults", subscription=ANALYSE)
    zaken("kluis-zaken", "westeurope", tags=PRIMARY, properties=recovery("GeoRedundant", "Enabled"))
    zaken("kluis-londen", "uksouth", properties=recovery("GeoRedundant", "Disabled"))
    analyse("kluis-brazilie", "brazilsouth", properties=recovery("GeoRedundant", "Enabled"))
    analyse("kluis-polen", "polandcentral", properties=recovery("ZoneRedundant", "Disabled"))
    analyse("kluis-zwijgt", "francecentral")
    vault = partial(estate.add, "Microsoft.DataProtection/backupVaults")
    geo = [{"datastoreType": "VaultStore", "type": "GeoRedundant"}]
    vault("bv-zaken", properties={"storageSettings": geo, "replicatedRegions": ["westeurope", "northeurope"]})
    local = [{"datastoreType": "VaultStore", "type": "LocallyRedundant"}]
    vault("bv-zurich", "switzerlandnorth", subscription=ANALYSE, properties={"storageSettings": local})
