"""An Azure estate as Resource Manager would describe it: every kind of resource, and any number of them."""

from __future__ import annotations

from typing import Any

TENANT = "11111111-2222-4333-8444-555555555555"
ZAKEN = "aaaaaaaa-0000-4000-8000-000000000001"
TAGS = {"system": "zaaksysteem", "env": "prod"}
GROUP = "RG-Zaken"

#: Subscriptions of a generated estate in each management group.
_IN_GROUP = 10

_SETTINGS = "/providers/microsoft.insights/diagnosticsettings"
ASSIGNMENTS = "/providers/microsoft.authorization/policyassignments"

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
        self.groups: list[dict[str, Any]] = []
        self.tenants = [_directory(TENANT)]
        self.group_of: dict[str, str] = {}
        self.locations = [_location(*each) for each in _REGIONS]
        self._settings: dict[str, list[dict[str, Any]]] = {}
        self._assigned: list[dict[str, Any]] = []
        self._resources: dict[str, dict[str, Any]] = {}
        self._by_type: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._by_parent: dict[str, list[dict[str, Any]]] = {}

    def subscribe(
        self, identifier: str, name: str, state: str = "Enabled", tenant: str = TENANT, group: str = TENANT
    ) -> None:
        """Add a subscription under a management group."""
        if tenant == TENANT:
            self.group_of[identifier] = group
        self.subscriptions.append(
            {
                "id": f"/subscriptions/{identifier}",
                "subscriptionId": identifier,
                "displayName": name,
                "state": state,
                "tenantId": tenant,
            }
        )

    def group(self, name: str, shown: str, parent: str = TENANT) -> None:
        """Add a management group."""
        self.groups.append(_entity("Microsoft.Management/managementGroups", name, shown, parent))

    def descendants(self, name: str) -> list[dict[str, Any]] | None:
        """Groups and subscriptions under a group, in no order; `None` where there is no such group."""
        if name not in {TENANT, *(each["name"] for each in self.groups)}:
            return None
        under = {name}
        for _ in self.groups:
            under.update(each["name"] for each in self.groups if _parent(each) in under)
        subscriptions = [
            _entity("/subscriptions", each["subscriptionId"], each["displayName"], group)
            for each in self.subscriptions
            if (group := self.group_of.get(each["subscriptionId"], "")) in under
        ]
        return [*subscriptions, *(each for each in reversed(self.groups) if _parent(each) in under)]

    def add(self, kind: str, name: str, location: str = "westeurope", /, **body: Any) -> str:
        """Add a resource (children: `server/database`) and give its id; `sku` may be its name only.

        What is not `tracked` is listed by the resource above it alone.
        """
        subscription = body.pop("subscription", ZAKEN)
        tracked = body.pop("tracked", True)
        namespace, *types = kind.split("/")
        names = name.split("/")
        pairs = "/".join(f"{each}/{named}" for each, named in zip(types, names, strict=True))
        identifier = f"/subscriptions/{subscription}/resourceGroups/{GROUP}/providers/{namespace}/{pairs}"
        if isinstance(body.get("sku"), str):
            body["sku"] = {"name": body["sku"]}
        resource = {"id": identifier, "name": names[-1], "type": kind, "location": location, **body}
        resource.setdefault("properties", {"provisioningState": "Succeeded"})
        self.put(resource, subscription, tracked=tracked)
        return identifier

    def log(self, identifier: str, name: str, **properties: Any) -> str:
        """Add a diagnostic setting to a resource or a subscription, and give its id."""
        setting = f"{identifier}/providers/microsoft.insights/diagnosticSettings/{name}"
        logs = properties.pop("logs", [{"category": "AuditEvent", "enabled": True}])
        answer = {"id": setting, "name": name, "type": "Microsoft.Insights/diagnosticSettings"}
        self._settings.setdefault(identifier.lower(), []).append(
            {
                **answer,
                "location": None,
                "tags": None,
                "properties": {"logs": logs, "metrics": [], **properties},
            }
        )
        return setting

    def assign(self, scope: str, name: str, definition: str, **properties: Any) -> str:
        """Assign a policy at the id of a group, a subscription or what is in it, and give its own id."""
        identifier = f"{scope}/providers/Microsoft.Authorization/policyAssignments/{name}"
        builtin = f"/providers/Microsoft.Authorization/policyDefinitions/{definition}"
        self._assigned.append(
            {
                "id": identifier,
                "name": name,
                "type": "Microsoft.Authorization/policyAssignments",
                "properties": {
                    "displayName": f"Beleid {name}",
                    "policyDefinitionId": builtin,
                    "scope": scope,
                    "enforcementMode": "Default",
                    **properties,
                },
            }
        )
        return identifier

    def assigned(self, path: str) -> list[dict[str, Any]]:
        """What is assigned at a group, or applies to a subscription: of groups and of its parts too."""
        scope = path.removesuffix(ASSIGNMENTS)
        if not scope.startswith("/subscriptions/"):
            return [each for each in self._assigned if each["properties"]["scope"].lower() == scope]
        under = ("/providers/", f"{scope}/")
        return [each for each in self._assigned if each["id"].lower().startswith(under)]

    def put(self, resource: dict[str, Any], subscription: str, *, tracked: bool = True) -> None:
        """Add a resource as it stands."""
        identifier = str(resource["id"]).lower()
        self._resources[identifier] = resource
        if tracked:
            self._by_type.setdefault((subscription, str(resource["type"]).lower()), []).append(resource)
        self._by_parent.setdefault(identifier.rpartition("/")[0], []).append(resource)

    def resource(self, path: str) -> dict[str, Any] | None:
        """The resource with this id, in any case."""
        return self._resources.get(path.lower())

    def listed(self, path: str) -> list[dict[str, Any]] | None:
        """What a listing's path holds; `None` where the parent does not exist."""
        if path.endswith(_SETTINGS):
            return self._settings.get(path.removesuffix(_SETTINGS), [])
        if path.endswith(ASSIGNMENTS):
            return self.assigned(path)
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

    def entries(self, kind: str, subscription: str) -> list[dict[str, Any]]:
        """What the general list holds of a type: no properties, nested resources named by their parents."""
        return [
            {**{key: value for key, value in each.items() if key != "properties"}, "name": _nested(each)}
            for each in self._by_type.get((subscription, kind.lower()), [])
            if "location" in each
        ]

    def rows(self, kind: str, subscriptions: list[str]) -> list[dict[str, Any]]:
        """What Resource Graph holds of a type, in the order of subscription and id."""
        return [
            {**resource, "type": kind.lower(), "subscriptionId": subscription}
            for subscription in sorted(subscriptions)
            for resource in sorted(
                self._by_type.get((subscription, kind.lower()), []), key=lambda each: str(each["id"])
            )
        ]


def _nested(resource: dict[str, Any]) -> str:
    """`server/database`, from the names between the types of an id."""
    _, _, rest = str(resource["id"]).rpartition("/providers/")
    return "/".join(rest.split("/")[2::2]) or str(resource["name"])


def _entity(kind: str, name: str, shown: str, parent: str) -> dict[str, Any]:
    """A member of the tree of management groups, as ManagementGroups_GetDescendants has it."""
    root = "/providers/Microsoft.Management/managementGroups"
    return {
        "id": f"/subscriptions/{name}" if kind == "/subscriptions" else f"{root}/{name}",
        "type": kind,
        "name": name,
        "properties": {"displayName": shown, "parent": {"id": f"{root}/{parent}"}},
    }


def _parent(entity: dict[str, Any]) -> str:
    return str(entity["properties"]["parent"]["id"]).rpartition("/")[2]


def _directory(tenant: str) -> dict[str, Any]:
    """A tenant, as Tenants_List has it."""
    return {
        "id": f"/tenants/{tenant}",
        "tenantId": tenant,
        "countryCode": "NL",
        "displayName": "Ministerie van Voorbeelden",
        "domains": ["voorbeeld.example"],
        "tenantCategory": "Home",
        "defaultDomain": "voorbeeld.example",
        "tenantType": "AAD",
    }


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
    """Any number of subscriptions with at least so many resources each, storage accounts and disks.

    Ten subscriptions stand in each management group, and their activity logs go to one storage account.
    """
    estate = AzureEstate()
    regions = [name for name, _, _ in _REGIONS]
    for place in range(subscriptions):
        subscription = f"bbbbbbbb-0000-4000-8000-{place:012d}"
        if place % _IN_GROUP == 0:
            estate.group(f"groep-{place // _IN_GROUP:04d}", f"Afdeling {place // _IN_GROUP}")
        estate.subscribe(subscription, f"sub-{place:05d}", group=f"groep-{place // _IN_GROUP:04d}")
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
    central = estate.rows("Microsoft.Storage/storageAccounts", ["bbbbbbbb-0000-4000-8000-000000000000"])
    for each in estate.subscriptions if central else ():
        estate.log(each["id"], "activiteit", storageAccountId=central[0]["id"])
    return estate
