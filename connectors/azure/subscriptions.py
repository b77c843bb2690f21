"""Which subscriptions a tenant has, seen by the credentials or only known of, and how each is read."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from connectors.azure.client import ArmClient
from connectors.azure.kind import Call, Raw
from connectors.azure.places import Places
from connectors.azure.tenant import ALL_SUBSCRIPTIONS
from connectors.azure.tree import Tree
from connectors.base import Gap, ReadError
from wolkenzicht.model import AccountStanding, AccountState, Outcome

_LOCATIONS = Call(
    "/subscriptions/{subscription}/locations",
    "2022-12-01",
    "Microsoft.Resources/subscriptions/locations/read",
)

#: How many subscriptions are asked for their locations at once.
_ASKED_AT_ONCE = 8

#: What each state means. A disabled or expired subscription keeps its resources, which can still be got and
#: not posted about; a deleted one has gone with all its data.
#: Source: https://learn.microsoft.com/azure/cost-management-billing/manage/subscription-states
_STATES = {
    "Enabled": AccountState.ACTIVE,
    "Warned": AccountState.ACTIVE,
    "PastDue": AccountState.ACTIVE,
    "Disabled": AccountState.SUSPENDED,
    "Expired": AccountState.SUSPENDED,
    "Deleted": AccountState.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscription and the gap that stands for all of it, `None` where it can be read.

    `answer` is what Azure says of it, `path` where it stands in the tree of management groups; both are
    empty where they are not known.
    """

    identifier: str
    name: str
    gap: Gap | None = None
    state: AccountState | None = None
    path: str = ""
    answer: Mapping[str, Any] = field(default_factory=dict)

    @property
    def queried(self) -> bool:
        """Whether Resource Graph is asked about it: a suspended one takes GET only."""
        return self.gap is None and self.state is AccountState.ACTIVE

    def raw(self) -> Raw:
        """The subscription as a resource."""
        return {
            **self.answer,
            "id": f"/subscriptions/{self.identifier}",
            "name": self.name,
            "path": self.path,
        }


def visible(
    client: ArmClient, tenant: str, wanted: tuple[str, ...] | None, tree: Tree, *, inside: bool
) -> tuple[Subscription, ...]:
    """The subscriptions to account for, sorted by id: those seen, and those that are known of and not seen.

    Known of are those of `wanted`, else those in the tree; `inside` restricts to the tree. Subscriptions of
    another tenant that were delegated to this one (Lighthouse) are that tenant's to tell.
    Raises `ReadError` where there is none.
    """
    found: dict[str, Subscription] = {}
    strangers = 0
    for each in client.items(ALL_SUBSCRIPTIONS):
        identifier = str(each.get("subscriptionId") or "").lower()
        if str(each.get("tenantId") or tenant).lower() != tenant.lower():
            strangers += 1
        elif identifier:
            found[identifier] = _subscription(identifier, each, tree.paths.get(identifier, ""))
    if wanted is not None:
        chosen = {each.lower() for each in wanted}
    else:
        chosen = set(tree.paths) if inside else {*found, *tree.paths}
    if not chosen:
        raise ReadError(_none(tenant, tree, strangers, inside=inside))
    return tuple(found.get(each) or _unseen(each, tree) for each in sorted(chosen))


def places(
    client: ArmClient, subscriptions: Iterable[Subscription]
) -> tuple[Places, dict[str, tuple[str, ...]]]:
    """What the names of places mean, and by subscription the codes of the regions that it lists.

    Where a subscription does not answer it has no regions. Raises `ReadError` where none does: without a
    list no pair is known, and all would be unknown.
    """
    merged: dict[str, Mapping[str, Any]] = {}
    shared: dict[tuple[str, ...], tuple[str, ...]] = {}
    refusals: list[ReadError] = []
    lock = threading.Lock()

    def ask(identifier: str) -> tuple[str, ...]:
        try:
            items = [item for item in client.items(_LOCATIONS, identifier) if item.get("name")]
        except ReadError as error:
            refusals.append(error)
            return ()
        codes = Places(items).physical()
        with lock:
            for item in items:
                merged.setdefault(str(item["name"]), item)
            return shared.setdefault(codes, codes)

    asked = [each.identifier for each in subscriptions if each.gap is None]
    with ThreadPoolExecutor(_ASKED_AT_ONCE, thread_name_prefix="azure-locations") as pool:
        regions = dict(zip(asked, pool.map(ask, asked), strict=True))
    if refusals and not merged:
        raise refusals[0]
    return Places(merged.values()), regions


def standings(
    subscriptions: Iterable[Subscription], regions: Mapping[str, tuple[str, ...]]
) -> Iterator[AccountStanding]:
    """How each subscription that is seen stands; the other regions are those that any of them lists."""
    every = {code for codes in regions.values() for code in codes}
    others: dict[tuple[str, ...], tuple[str, ...]] = {}
    for each in subscriptions:
        if each.state is None:
            continue
        own = regions.get(each.identifier, ())
        if own not in others:
            others[own] = tuple(sorted(every.difference(own))) if own else ()
        yield AccountStanding(each.identifier, "azure", each.state, own, others[own])


def _subscription(identifier: str, answer: Mapping[str, Any], path: str) -> Subscription:
    name = str(answer.get("displayName") or identifier)
    told = str(answer.get("state") or "Enabled")
    state = _STATES.get(told)
    gap = None
    if state is AccountState.CLOSED:
        gap = Gap(Outcome.NOT_ENABLED, f"subscription {identifier} is deleted, and all that it held with it")
    elif state is None:
        gap = Gap(
            Outcome.FAILED, f"subscription {identifier} is in state {told[:40]!r}, of which nothing is known"
        )
    return Subscription(identifier, name, gap, state or AccountState.SUSPENDED, path, answer)


def _unseen(identifier: str, tree: Tree) -> Subscription:
    path = tree.paths.get(identifier, "")
    where = f", which stands under {path} of the management groups" if path else ""
    gap = Gap(
        Outcome.DENIED,
        f"the credentials do not see subscription {identifier}{where}; give the agent's role there"
        + ("" if path else ", or correct `subscriptions`"),
        permission=ALL_SUBSCRIPTIONS.permission,
    )
    return Subscription(identifier, identifier, gap, None, path)


def _none(tenant: str, tree: Tree, strangers: int, *, inside: bool) -> Gap:
    if inside:
        return Gap(
            Outcome.FAILED,
            f"management group {tree.top} has no subscription; correct `management_group`",
        )
    other = f" ({strangers} belong to another tenant)" if strangers else ""
    return Gap(
        Outcome.DENIED,
        f"the credentials see no subscription of tenant {tenant}{other}; "
        "give the agent's role at the root management group or at each subscription",
        permission=ALL_SUBSCRIPTIONS.permission,
    )
