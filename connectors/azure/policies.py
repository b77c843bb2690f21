"""Policy assignments about allowed locations: where resources may be made, though nothing is there yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.azure import facts
from connectors.azure.kind import Call, Context, Raw, ResourceKind
from wolkenzicht.model import DataLocation, Holds, Operation

_TYPE = "Microsoft.Authorization/policyAssignments"
_VERSION = "2022-06-01"
PERMISSION = f"{_TYPE}/read"

#: Lists what applies to a subscription and to what is in it, also what was assigned to groups above it.
#: Source: https://learn.microsoft.com/rest/api/policy/policy-assignments/list
OF_SUBSCRIPTION = Call(
    f"/subscriptions/{{subscription}}/providers/{_TYPE}",
    _VERSION,
    PERMISSION,
)
#: What was assigned to this group itself.
#: Source: https://learn.microsoft.com/rest/api/policy/policy-assignments/list-for-management-group
OF_GROUP = Call(
    f"/providers/Microsoft.Management/managementGroups/{{group}}/providers/{_TYPE}",
    _VERSION,
    PERMISSION,
    query="&$filter=atExactScope()",
)

#: The built-in definitions "Allowed locations" and "Allowed locations for resource groups".
#: Source: https://github.com/Azure/azure-policy, built-in-policies/policyDefinitions/General
DEFINITIONS = frozenset(
    {"e56962a6-4747-49cd-b67b-bf8b01975c4c", "e765b5de-1225-4ba3-bd56-1ac6695af988"},
)
_PARAMETER = "listOfAllowedLocations"
_ALLOWED = f"properties.parameters.{_PARAMETER}.value[]"
_NOT_ENFORCED = "DoNotEnforce"
_DISABLED = "disabled"


def locate(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """The places that it allows; from where the assignment itself is managed is not told.

    One that is not enforced, or whose effect is switched off, allows nothing that was not allowed before.
    """
    yield facts.unknown(Operation.MANAGED, "location")
    if not _acts(raw):
        return
    allowed = _parameter(raw, _PARAMETER)
    if not isinstance(allowed, list) or not allowed:
        yield facts.unknown(Operation.REPLICATED, _ALLOWED, str(allowed or facts.NOT_TOLD)[:200])
        return
    for place in allowed:
        if isinstance(place, str):
            yield facts.located(Operation.REPLICATED, place, _ALLOWED, context)
        else:
            yield facts.unknown(Operation.REPLICATED, _ALLOWED, str(place)[:200])


def _acts(raw: Raw) -> bool:
    effect = _parameter(raw, "effect")
    disabled = isinstance(effect, str) and effect.lower() == _DISABLED
    return facts.held(raw).get("enforcementMode") != _NOT_ENFORCED and not disabled


def _parameter(raw: Raw, name: str) -> Any:
    """The value that an assignment gives a parameter; None where it gives none."""
    given = facts.held(raw).get("parameters") or {}
    return (given.get(name) or {}).get("value")


def _facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "definition": properties.get("policyDefinitionId"),
        "effect": _parameter(raw, "effect"),
        "enforcement": properties.get("enforcementMode"),
        "scope": properties.get("scope"),
    }


ASSIGNMENTS = ResourceKind(
    name="policy-allowed-locations",
    title="Policy assignment of allowed locations",
    type=_TYPE,
    holds=Holds.METADATA,
    states=(Operation.MANAGED, Operation.REPLICATED),
    listing=(OF_SUBSCRIPTION,),
    locate=locate,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/policy/policy-assignments/list",
    tracked=False,
)
