"""Policy assignments about allowed locations: where they let resources be made, though nothing is there yet.

Resource Manager is asked, not Resource Graph: the latter leaves out without a word what may not be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from connectors.azure import facts
from connectors.azure.client import ArmClient
from connectors.azure.errors import lacking, nonsense
from connectors.azure.kind import Call, Context, Raw, ResourceKind
from connectors.azure.rights import Rights
from connectors.base import Gap, ReadError
from wolkenzicht.model import DataLocation, Holds, Operation, Outcome

_TYPE = "Microsoft.Authorization/policyAssignments"
_VERSION = "2022-06-01"
_PERMISSION = f"{_TYPE}/read"

#: Lists what applies to a subscription and to what is in it, also what was assigned to groups above it.
#: Source: https://learn.microsoft.com/rest/api/policy/policy-assignments/list
OF_SUBSCRIPTION = Call(
    f"/subscriptions/{{subscription}}/providers/{_TYPE}",
    _VERSION,
    _PERMISSION,
)
#: What was assigned to this group itself.
#: Source: https://learn.microsoft.com/rest/api/policy/policy-assignments/list-for-management-group
OF_GROUP = Call(
    f"/providers/Microsoft.Management/managementGroups/{{group}}/providers/{_TYPE}",
    _VERSION,
    _PERMISSION,
    query="&$filter=atExactScope()",
)

#: The built-in definitions "Allowed locations" and "Allowed locations for resource groups".
#: Source: https://github.com/Azure/azure-policy, built-in-policies/policyDefinitions/General
_DEFINITIONS = frozenset(
    {"e56962a6-4747-49cd-b67b-bf8b01975c4c", "e765b5de-1225-4ba3-bd56-1ac6695af988"},
)
_PARAMETER = "listOfAllowedLocations"
_ALLOWED = f"properties.parameters.{_PARAMETER}.value[]"
_NOT_ENFORCED = "DoNotEnforce"
_DISABLED = "disabled"

#: So many groups in a row that could not be had, and the rest is not asked.
_MOST_REFUSED = 5


def of_subscription(client: ArmClient, rights: Rights, subscription: str) -> Iterator[Raw]:
    """The assignments at a subscription or in it, not those of groups above it. Raises `ReadError`."""
    where = f"{_TYPE} in {subscription}"
    if rights.missing(subscription, _PERMISSION):
        raise ReadError(lacking(_PERMISSION, where))
    for answer in client.items(OF_SUBSCRIPTION, subscription):
        if _is_about_places(answer, where) and _is_under(answer, f"/subscriptions/{subscription}"):
            yield _shown(answer)


def of_groups(client: ArmClient, groups: Iterable[Raw]) -> Iterator[Raw | Gap]:
    """The assignments at each management group, and a gap for each that refuses. Raises `ReadError`."""
    refused = 0
    for group in groups:
        identifier = str(group["id"])
        name = identifier.rpartition("/")[2]
        where = f"{_TYPE} of management group {name}"
        try:
            for answer in client.items(OF_GROUP, group=name):
                if _is_about_places(answer, where) and _is_under(answer, identifier):
                    yield _shown(answer)
        except ReadError as error:
            gap = replace(error.gap, message=f"management group {name}: {error.gap.message}")
            refused += 1
            if gap.outcome is Outcome.THROTTLED or refused >= _MOST_REFUSED:
                raise ReadError(gap) from error
            yield gap
        else:
            refused = 0


def _is_about_places(answer: Raw, where: str) -> bool:
    properties = answer.get("properties")
    definition = properties.get("policyDefinitionId") if isinstance(properties, dict) else None
    if not isinstance(answer.get("id"), str) or not isinstance(definition, str):
        raise nonsense(where, "an assignment has no id or does not say of which policy")
    return definition.rpartition("/")[2].lower() in _DEFINITIONS


def _is_under(answer: Raw, scope: str) -> bool:
    return bool(answer["id"].lower().startswith(f"{scope}/".lower()))


def _shown(answer: Raw) -> Raw:
    """An assignment by the name that people gave it."""
    return {**answer, "name": str(facts.held(answer).get("displayName") or answer["name"])}


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
