"""An Azure estate as Resource Manager would describe it: every kind of resource, and any number of them."""

from __future__ import annotations

from typing import Any

TENANT = "11111111-2222-4333-8444-555555555555"
ZAKEN = "aaaaaaaa-0000-4000-8000-000000000001"
TAGS = {"system": "zaaksysteem", "env": "prod"}
GROUP = "RG-Zaken"

#: name, display name, paired region; as Subscriptions_ListLocations has them.
_REGIONS = (
    ("westeurope", "West Europe", "northeurope"),
    ("northeurope", "North Europe", "westeurope"),
    ("brazilsouth", "Brazil South", "southcentralus"),
    ("southcentralus", "South Central US", "northcentralus"),
    ("eastus", "East US", "westus"),
    ("westus", "West US", "eastus"),
    ("uksouth", "UK South", "ukwest"),
    ("ukwest", "UK West", "uksouth"),
    ("switzerlandnorth", "Switzerland North", "switzerlandwest"),
    ("germanywestcentral", "Germany West Central", "germanynorth"),
    ("swedencentral", "Sweden Central", "swedensouth"),
    ("polandcentral", "Poland Central", ""),
)


class AzureEstate:
    """Subscriptions and the resources in them, by id without case."""

    def __init__(self) -> None:
        self.subscriptions: list[dict[str, Any]] = []
        self.locations = [_location(*each) for each in _REGIONS]
        self._resources: dict[str, dict[str, Any]] = {}
        self._by_type: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._by_parent: dict[str, list[dict[str, Any]]] = {}

    def subscribe(self, identifier: str, name: str, state: str = "Enabled", tenant: str = TENANT) -> None:
        """Add a subscription."""
        self.subscriptions.append(
            {
                "id": f"/subscriptions/{identifier}",
                "subscriptionId": identifier,
                "displayName": name,
                "state": state,
                "tenantId": tenant,
            }
        )

    def add(self, kind: str, name: str, location: str = "westeurope", /, **body: Any) -> str:
        """Add a resource (children: `server/database`) and give its id; `sku` may be its name only."""
        subscription = body.pop("subscription", ZAKEN)
        namespace, *types = kind.split("/")
        names = name.split("/")
        pairs = "/".join(f"{each}/{named}" for each, named in zip(types, names, strict=True))
        identifier = f"/subscriptions/{subscription}/resourceGroups/{GROUP}/providers/{namespace}/{pairs}"
        if isinstance(body.get("sku"), str):
            body["sku"] = {"name": body["sku"]}
        resource = {"id": identifier, "name": names[-1], "type": kind, "location": location, **body}
        resource.setdefault("properties", {"provisioningState": "Succeeded"})
        self.put(resource, subscription)
        return identifier

    def put(self, resource: dict[str, Any], subscription: str) -> None:
        """Add a resource as it stands."""
        identifier = str(resource["id"]).lower()
        self._resources[identifier] = resource
        self._by_type.setdefault((subscription, str(resource["type"]).lower()), []).append(resource)
        self._by_parent.setdefault(identifier.rpartition("/")[0], []).append(resource)

    def resource(self, path: str) -> dict[str, Any] | None:
        """The resource with this id, in any case."""
        return self._resources.get(path.lower())

    def listed(self, path: str) -> list[dict[str, Any]] | None:
        """What a listing's path holds; `None` where the parent does not exist."""
        parts = path.split("/")
        if len(parts) == 6:  # /subscriptions/{id}/providers/{namespace}/{type}
            return self._by_type.get((parts[2], f"{parts[4]}/{parts[5]}"), [])
        parent = path.rpartition("/")[0]
        if parent not in self._resources and "/locations/" not in path:
            return None
        return self._by_parent.get(path, [])

    def types(self) -> list[str]:
        """Every type that there is, in lower case."""
        return sorted({kind for _, kind in self._by_type})

    def rows(self, kind: str, subscriptions: list[str]) -> list[dict[str, Any]]:
        """What Resource Graph holds of a type, in the order of subscription and id."""
        return [
            {**resource, "type": kind.lower(), "subscriptionId": subscription}
            for subscription in sorted(subscriptions)
            for resource in sorted(
                self._by_type.get((subscription, kind.lower()), []), key=lambda each: str(each["id"])
            )
        ]


def _location(name: str, display: str, pair: str) -> dict[str, Any]:
    paired = [{"name": pair, "id": f"/subscriptions/{ZAKEN}/locations/{pair}"}] if pair else []
    return {
        "name": name,
        "displayName": display,
        "regionalDisplayName": f"(x) {display}",
        "type": "Region",
        "metadata": {"regionType": "Physical", "pairedRegion": paired},
    }


def generated(subscriptions: int, resources: int) -> AzureEstate:
    """Any number of subscriptions with at least so many resources each, storage accounts and disks."""
    estate = AzureEstate()
    regions = [name for name, _, _ in _REGIONS]
    for place in range(subscriptions):
        subscription = f"bbbbbbbb-0000-4000-8000-{place:012d}"
        estate.subscribe(subscription, f"sub-{place:05d}")
        for number in range((resources + 1) // 2):
            region = regions[(place + number) % len(regions)]
            name = f"opslag{place:05d}{number:05d}"
            estate.add(
                "Microsoft.Storage/storageAccounts",
                name,
                region,
                subscription=subscription,
                sku="Standard_LRS",
                kind="StorageV2",
                tags=TAGS,
                properties={"primaryLocation": region},
            )
            estate.add(
                "Microsoft.Compute/disks", f"schijf-{name}", region, subscription=subscription, tags=TAGS
            )
    return estate
