"""The tree of management groups: under which path each subscription stands, seen by the agent or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.azure.client import ArmClient
from connectors.azure.errors import nonsense
from connectors.azure.kind import Raw
from connectors.azure.tenant import DESCENDANTS
from connectors.base import Gap, ReadError

_GROUP_ID = "/providers/Microsoft.Management/managementGroups/"
_WHERE = "the tree of management groups"


@dataclass(frozen=True, slots=True)
class Tree:
    """What stands under the group `top`: groups as they are answered, with `path`, and subscriptions by id.

    A path begins with `/` for the tenant's root group, else with the id of `top`. `gap` says why the tree
    could not be read; it is empty then.
    """

    top: str
    groups: tuple[Raw, ...] = ()
    paths: Mapping[str, str] = field(default_factory=dict)
    gap: Gap | None = None


def read_tree(client: ArmClient, top: str, tenant: str) -> Tree:
    """The tree under a group (the root group has the tenant's id). Raises `ReadError`."""
    parents: dict[str, str] = {}
    groups: dict[str, Raw] = {}
    subscriptions: dict[str, str] = {}
    for each in client.items(DESCENDANTS, group=top):
        name = each.get("name")
        properties = each.get("properties")
        parent = properties.get("parent") if isinstance(properties, dict) else None
        above = parent.get("id") if isinstance(parent, dict) else None
        if not isinstance(name, str) or not isinstance(above, str) or not name:
            raise nonsense(_WHERE, "something in it has no name or no parent")
        if str(each.get("type") or "").lower().endswith("/subscriptions"):
            subscriptions[name.lower()] = _last(above)
        else:
            groups[name.lower()] = each
            parents[name.lower()] = _last(above)
    root = top.lower()
    paths = {root: "/" if root == tenant.lower() else top}
    for name in groups:
        _climb(name, root, parents, groups, paths)
    own = {"id": _GROUP_ID + top, "name": top, "path": paths[root]}
    return Tree(
        top,
        (own, *({**groups[name], "path": paths[name]} for name in sorted(groups))),
        {each: _known(paths, above) for each, above in sorted(subscriptions.items())},
    )


def try_tree(client: ArmClient, tenant: str) -> Tree:
    """The whole tenant's tree; where it cannot be read, none with the gap."""
    try:
        return read_tree(client, tenant, tenant)
    except ReadError as error:
        return Tree(tenant, gap=error.gap)


def _climb(
    name: str, root: str, parents: Mapping[str, str], groups: Mapping[str, Raw], paths: dict[str, str]
) -> None:
    """Find the path of a group, and of those above it that have none yet."""
    chain: list[str] = []
    while name not in paths:
        if name in chain or name not in parents:
            raise nonsense(_WHERE, f"{name[:80]!r} does not stand under {root!r}")
        chain.append(name)
        name = parents[name]
    for each in reversed(chain):
        shown = str(groups[each]["properties"].get("displayName") or groups[each]["name"])
        paths[each] = f"{paths[parents[each]].rstrip('/')}/{shown}"


def _known(paths: Mapping[str, str], group: str) -> str:
    if group not in paths:
        raise nonsense(_WHERE, f"a subscription stands under {group[:80]!r}, which is not in it")
    return paths[group]


def _last(identifier: str) -> str:
    return identifier.rstrip("/").rpartition("/")[2].lower()
