"""Which subscriptions a tenant has, as far as the credentials see, and which of them can be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.azure.client import ArmClient
from connectors.azure.kind import Call
from connectors.azure.places import Places
from connectors.base import Gap, ReadError
from wolkenzicht.model import Outcome

_SUBSCRIPTIONS = Call("/subscriptions", "2022-12-01", "Microsoft.Resources/subscriptions/read")
_LOCATIONS = Call(
    "/subscriptions/{subscription}/locations",
    "2022-12-01",
    "Microsoft.Resources/subscriptions/locations/read",
)

#: States in which resources can be listed.
#: Source: https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states
_READABLE = frozenset({"Enabled", "Warned", "PastDue"})


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription and the gap that stands for all of it, `None` where it can be read."""

    identifier: str
    name: str
    gap: Gap | None = None


def visible(client: ArmClient, tenant: str, wanted: tuple[str, ...] | None) -> tuple[Subscription, ...]:
    """The tenant's subscriptions, sorted by id; of `wanted` those too that the credentials do not see.

    Subscriptions of another tenant that were delegated to this one (Lighthouse) are that tenant's to tell.
    Raises `ReadError` where none is seen.
    """
    found: dict[str, Subscription] = {}
    strangers = 0
    for each in client.items(_SUBSCRIPTIONS):
        identifier = str(each.get("subscriptionId") or "").lower()
        if str(each.get("tenantId") or tenant).lower() != tenant.lower():
            strangers += 1
        elif identifier:
            found[identifier] = _subscription(identifier, each)
    if wanted is not None:
        chosen = [each.lower() for each in wanted]
        return tuple(found.get(each) or _unseen(each) for each in sorted(set(chosen)))
    if not found:
        other = f" ({strangers} belong to another tenant)" if strangers else ""
        raise ReadError(
            Gap(
                Outcome.DENIED,
                f"the credentials see no subscription of tenant {tenant}{other}; "
                "give the agent's role at the root management group or at each subscription",
                permission=_SUBSCRIPTIONS.permission,
            )
        )
    return tuple(found[each] for each in sorted(found))


def places(client: ArmClient, subscriptions: tuple[Subscription, ...]) -> Places:
    """The locations as the first subscription that answers lists them.

    Raises `ReadError` where none does: without the list no pair is known, and all would be unknown.
    """
    refusal: ReadError | None = None
    for each in subscriptions:
        if each.gap is not None:
            continue
        try:
            return Places([item for item in client.items(_LOCATIONS, each.identifier) if item.get("name")])
        except ReadError as error:
            refusal = refusal or error
    if refusal is not None:
        raise refusal
    return Places()


def _subscription(identifier: str, answer: Mapping[str, object]) -> Subscription:
    name = str(answer.get("displayName") or identifier)
    state = str(answer.get("state") or "Enabled")
    gap = None
    if state not in _READABLE:
        gap = Gap(
            Outcome.NOT_ENABLED,
            f"subscription {identifier} is {state.lower()}; what it still holds cannot be read",
        )
    return Subscription(identifier, name, gap)


def _unseen(identifier: str) -> Subscription:
    gap = Gap(
        Outcome.DENIED,
        f"the credentials do not see subscription {identifier}; give the agent's role there, "
        "or correct `subscriptions`",
        permission=_SUBSCRIPTIONS.permission,
    )
    return Subscription(identifier, identifier, gap)


#: What planning needs, besides what the kinds do.
PLAN_PERMISSIONS = (_SUBSCRIPTIONS.permission, _LOCATIONS.permission)
