"""What stands above resources: the tenant's directory, its management groups and its subscriptions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Call, Context, Raw, ResourceKind
from wolkenzicht.model import DataLocation, Holds, Operation

ALL_TENANTS = Call("/tenants", "2022-12-01", "Microsoft.Resources/tenants/read")
ALL_SUBSCRIPTIONS = Call("/subscriptions", "2022-12-01", "Microsoft.Resources/subscriptions/read")
#: Everything under a group, however deep, in pages; shows subscriptions that the caller may not read.
#: Source: https://learn.microsoft.com/rest/api/managementgroups/management-groups/get-descendants
DESCENDANTS = Call(
    "/providers/Microsoft.Management/managementGroups/{group}/descendants",
    "2020-05-01",
    "Microsoft.Management/managementGroups/descendants/read",
)
_COUNTRY = "countryCode"


def locate_directory(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """The country that the organisation gave is evidence of no more than a geo-location.

    Entra ID has a few of these (Europe with the Middle East and Africa is one), keeps a directory in two or
    more regions of the one that was chosen when it was made, and names none of them.
    Source: https://learn.microsoft.com/entra/fundamentals/data-residency
    """
    del context
    yield facts.unknown(Operation.STORED, _COUNTRY, str(raw.get(_COUNTRY) or "").upper() or facts.NOT_TOLD)


def locate_description(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Resource Manager names no place of what describes groups and subscriptions."""
    del raw, context
    yield facts.unknown(Operation.STORED, "location")


def _directory_facts(raw: Raw) -> Mapping[str, object]:
    return {
        "category": raw.get("tenantCategory"),
        "country": raw.get(_COUNTRY),
        "domain": raw.get("defaultDomain"),
        "kind": raw.get("tenantType"),
    }


def _group_facts(raw: Raw) -> Mapping[str, object]:
    return {"management_group": raw.get("path")}


def _subscription_facts(raw: Raw) -> Mapping[str, object]:
    policies = raw.get("subscriptionPolicies") or {}
    return {
        "management_group": raw.get("path"),
        "offer": policies.get("quotaId"),
        "placement": policies.get("locationPlacementId"),
        "state": raw.get("state"),
    }


#: Users and groups are content; the directory is one asset, as its parts need rights in Microsoft Graph.
DIRECTORIES = ResourceKind(
    name="entra-tenant",
    title="Entra tenant (directory)",
    type="Microsoft.Resources/tenants",
    holds=Holds.CONTENT,
    states=(Operation.STORED,),
    listing=(ALL_TENANTS,),
    locate=locate_directory,
    facts=_directory_facts,
    docs_url="https://learn.microsoft.com/rest/api/resources/tenants/list",
    scope="tenant",
    tracked=False,
)
GROUPS = ResourceKind(
    name="management-group",
    title="Management group",
    type="Microsoft.Management/managementGroups",
    holds=Holds.METADATA,
    states=(Operation.STORED,),
    listing=(DESCENDANTS,),
    locate=locate_description,
    facts=_group_facts,
    docs_url="https://learn.microsoft.com/rest/api/managementgroups/management-groups/get-descendants",
    scope="tenant",
    tracked=False,
)
SUBSCRIPTIONS = ResourceKind(
    name="subscription",
    title="Subscription",
    type="Microsoft.Resources/subscriptions",
    holds=Holds.METADATA,
    states=(Operation.STORED,),
    listing=(ALL_SUBSCRIPTIONS,),
    locate=locate_description,
    facts=_subscription_facts,
    docs_url="https://learn.microsoft.com/rest/api/resources/subscriptions/list",
    tracked=False,
)


def group(answer: Raw) -> Raw:
    """A management group as a resource: shown by the name that people gave it."""
    properties = answer.get("properties") or {}
    return {**answer, "name": str(properties.get("displayName") or answer["name"])}
