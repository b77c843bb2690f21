"""The Azure source: which scopes a tenant has, and how each of them is read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

from connectors.azure import checking, inventory, policies_reading, tenant
from connectors.azure.chosen import chosen, is_whole
from connectors.azure.client import ArmClient
from connectors.azure.diagnostics import SETTINGS
from connectors.azure.directory import directory
from connectors.azure.graph import types_of
from connectors.azure.kind import GLOBAL, MALFORMED, Context, Raw, ResourceKind, gaps
from connectors.azure.kinds import FURTHER, KINDS, OF_TENANT
from connectors.azure.listed import unforeseen
from connectors.azure.logs_reading import LogsReader
from connectors.azure.places import Places
from connectors.azure.policies import ASSIGNMENTS
from connectors.azure.reading import GroupReader, Readers
from connectors.azure.rights import Rights
from connectors.azure.session import AzureSession, AzureSettings
from connectors.azure.subscriptions import Subscription, places, standings, visible
from connectors.azure.tree import Tree, read_tree, try_tree
from connectors.base import INVENTORY, Gap, PermissionTried, ReadError, ReadItem, Rejected, tried
from wolkenzicht.model import AccountStanding, Scope

__all__ = ["AzureSettings", "AzureSource"]

#: How many subscriptions one query covers.
_BATCH = 500


class AzureSource:
    """One Entra tenant, read with the credentials of the environment.

    Raises `ConfigurationError` for settings that name what does not exist.
    """

    def __init__(self, settings: AzureSettings) -> None:
        self._settings = settings
        self._kinds, self._further = chosen(settings)
        self._by_type = {kind.type: kind for kind in (*KINDS, *FURTHER)}
        self._client = ArmClient(AzureSession(settings))
        self._rights = Rights(self._client)
        self._readers = Readers()
        self._lock = threading.Lock()
        self._subscriptions: dict[str, Subscription] | None = None
        self._batches: dict[str, tuple[str, ...]] = {}
        self._places = Places()
        self._tree = Tree(settings.tenant_id)
        self._regions: dict[str, tuple[str, ...]] = {}
        self._unforeseen: dict[str, ResourceKind] = {}
        self._unseen: Gap | None = None

    @property
    def connector(self) -> str:
        """Name of the connector."""
        return "azure"

    def plan(self) -> Iterator[Scope]:
        """Yield a scope for each kind and subscription, kind by kind. Raises `ReadError`.

        Those of the tenant come first, the inventories of the subscriptions last. What the roles allow and
        where the regions are is asked anew for each plan.
        """
        self._discover()
        self._foresee()
        for kind in self._further:
            if kind in OF_TENANT or (kind is ASSIGNMENTS and is_whole(self._settings)):
                yield Scope(self._tenant, GLOBAL, kind.type)
        of_each = (kind for kind in self._further if kind not in OF_TENANT)
        for kind in (*of_each, *self._kinds, *self._unforeseen.values()):
            for subscription in self._known():
                yield Scope(subscription, GLOBAL, kind.type)
        if self._settings.kinds is None:
            for subscription in self._known():
                yield Scope(subscription, GLOBAL, INVENTORY)

    def standings(self) -> Iterator[AccountStanding]:
        """Yield the state and regions of each subscription that the credentials see."""
        with self._lock:
            known, regions = self._subscriptions or {}, self._regions
        yield from standings(known.values(), regions)

    def group(self, scope: Scope) -> str:
        """`type/first subscription`: what one query covers; others are read by themselves."""
        alone = scope.type == INVENTORY or self._by_type.get(scope.type) in FURTHER
        batch = () if alone else self._batches.get(scope.account, ())
        return f"{scope.type}/{batch[0] if batch else scope.account}"

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """Yield assets as they come, each followed by the gaps in it. Raises `ReadError`."""
        known = self._known().get(scope.account)
        if known is not None and known.gap is not None:
            raise ReadError(known.gap)
        context = Context(scope.account, self._settings.cloud, self._places)
        if scope.type == INVENTORY:
            yield from inventory.read(self._client, self._rights, context, self._unseen)
            return
        kind = self._by_type.get(scope.type) or self._unforeseen.get(scope.type) or unforeseen(scope.type)
        for raw in self._fetch(scope, kind, known):
            if isinstance(raw, Gap):
                yield raw
                continue
            try:
                asset = kind.normalise(raw, context)
            except MALFORMED as error:
                yield _rejected(kind, scope, raw, error)
                continue
            yield asset
            yield from (replace(gap, asset_id=asset.asset_id) for gap in gaps(raw))

    def finish_group(self, group: str) -> None:
        """Forget what the group's query still held."""
        self._readers.drop(group)

    def check(self) -> Iterator[PermissionTried]:
        """Say of each permission whether the roles grant it in the first subscription that can be read."""
        known = self._known().values()
        first = next((each for each in known if each.gap is None), None) or next(iter(known))
        for kind in self._further:
            if kind in OF_TENANT:
                yield self._try_tenant(kind)
        for kind in (*self._kinds, *(each for each in self._further if each not in OF_TENANT)):
            yield from checking.permissions(self._client, self._rights, kind, first)

    def _try_tenant(self, kind: ResourceKind) -> PermissionTried:
        scope = Scope(self._tenant, GLOBAL, kind.type)
        gap: Gap | None = None
        try:
            next(self._fetch(scope, kind, None), None)
        except ReadError as error:
            gap = error.gap
        return tried(kind.permissions[0], scope, gap)

    @property
    def _tenant(self) -> str:
        return self._settings.tenant_id.lower()

    def _fetch(self, scope: Scope, kind: ResourceKind, known: Subscription | None) -> Iterator[Raw | Gap]:
        if kind is tenant.DIRECTORIES:
            yield directory(self._client, self._tenant)
        elif kind is tenant.GROUPS:
            yield from map(tenant.group, self._groups())
        elif kind is tenant.SUBSCRIPTIONS:
            if known is not None:
                yield known.raw()
        elif kind is ASSIGNMENTS and scope.account == self._tenant:
            yield from policies_reading.of_groups(self._client, self._groups())
        elif kind is ASSIGNMENTS:
            yield from policies_reading.of_subscription(self._client, self._rights, scope.account)
        elif kind is SETTINGS:
            yield from LogsReader(self._client, self._rights).fetch(scope.account)
        else:
            yield from self._reader(scope, kind).fetch(scope.account)

    def _groups(self) -> tuple[Raw, ...]:
        if self._tree.gap is not None:
            raise ReadError(self._tree.gap)
        return self._tree.groups

    def _discover(self) -> None:
        settings = self._settings
        if settings.management_group is not None:
            tree = read_tree(self._client, settings.management_group, settings.tenant_id)
        else:
            tree = try_tree(self._client, settings.tenant_id)
        inside = settings.management_group is not None
        seen = visible(self._client, settings.tenant_id, settings.subscriptions, tree, inside=inside)
        where, regions = places(self._client, seen)
        readable = [each.identifier for each in seen if each.queried]
        with self._lock:
            self._tree = tree
            self._places = where
            self._regions = regions
            self._rights = Rights(self._client)
            self._subscriptions = {each.identifier: each for each in seen}
            self._batches = {
                each: tuple(readable[start : start + _BATCH])
                for start in range(0, len(readable), _BATCH)
                for each in readable[start : start + _BATCH]
            } | {each.identifier: () for each in seen if not each.queried}

    def _foresee(self) -> None:
        """Find the types that the tenant has and no kind names; where that fails, the inventories say so."""
        self._unseen, self._unforeseen = None, {}
        readable = sorted(each for each, batch in self._batches.items() if batch)
        if self._settings.kinds is not None or not readable:
            return
        named = {kind.type.lower() for kind in KINDS}
        found: set[str] = set()
        try:
            for start in range(0, len(readable), _BATCH):
                found.update(types_of(self._client, readable[start : start + _BATCH]))
        except ReadError as error:
            self._unseen = error.gap
        self._unforeseen = {each: unforeseen(each) for each in sorted(found - named)}

    def _known(self) -> dict[str, Subscription]:
        if self._subscriptions is None:
            self._discover()
        return self._subscriptions or {}

    def _reader(self, scope: Scope, kind: ResourceKind) -> GroupReader:
        group = self.group(scope)
        reader = self._readers.get(group)
        if reader is None:
            batch = self._batches.get(scope.account, (scope.account,))
            reader = self._readers.put(group, GroupReader(self._client, self._rights, kind, batch))
        return reader


def _rejected(kind: ResourceKind, scope: Scope, raw: Raw, error: Exception) -> Rejected:
    missing = isinstance(error, KeyError)
    return Rejected(
        asset_id=str(raw.get("id") or "").lower(),
        origin=f"{kind.type} in {scope.account}",
        field=str(error.args[0]) if missing else "properties",
        reason="the provider's answer lacks this field"
        if missing
        else "it is not of the form that Azure documents",
    )
