"""How policy assignments about allowed locations come in: from each subscription and each management group.

Resource Manager is asked, not Resource Graph: the latter leaves out without a word what may not be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from connectors.azure import facts, policies
from connectors.azure.client import ArmClient
from connectors.azure.errors import lacking, nonsense
from connectors.azure.kind import Raw
from connectors.azure.rights import Rights
from connectors.base import Gap, ReadError
from wolkenzicht.model import Outcome

#: So many groups in a row that could not be had, and the rest is not asked.
_MOST_REFUSED = 5


def of_subscription(client: ArmClient, rights: Rights, subscription: str) -> Iterator[Raw]:
    """The assignments at a subscription or in it, not those of groups above it. Raises `ReadError`."""
    where = f"{policies.ASSIGNMENTS.type} in {subscription}"
    if rights.missing(subscription, policies.PERMISSION):
        raise ReadError(lacking(policies.PERMISSION, where))
    for answer in client.items(policies.OF_SUBSCRIPTION, subscription):
        if _is_about_places(answer, where) and _is_under(answer, f"/subscriptions/{subscription}"):
            yield _shown(answer)


def of_groups(client: ArmClient, groups: Iterable[Raw]) -> Iterator[Raw | Gap]:
    """The assignments at each management group, and a gap for each that refuses. Raises `ReadError`."""
    refused = 0
    for group in groups:
        identifier = str(group["id"])
        name = identifier.rpartition("/")[2]
        where = f"{policies.ASSIGNMENTS.type} of management group {name}"
        try:
            for answer in client.items(policies.OF_GROUP, group=name):
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
    return definition.rpartition("/")[2].lower() in policies.DEFINITIONS


def _is_under(answer: Raw, scope: str) -> bool:
    return bool(answer["id"].lower().startswith(f"{scope}/".lower()))


def _shown(answer: Raw) -> Raw:
    """An assignment by the name that people gave it."""
    return {**answer, "name": str(facts.held(answer).get("displayName") or answer["name"])}
