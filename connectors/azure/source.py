"""The Azure source: which scopes a tenant has, and how each of them is read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

from connectors.azure.client import ArmClient
from connectors.azure.clouds import CLOUDS
from connectors.azure.errors import lacking
from connectors.azure.graph import types_of
from connectors.azure.kind import GLOBAL, MALFORMED, Context, Raw, ResourceKind, gaps
from connectors.azure.kinds import KINDS
from connectors.azure.listed import unforeseen
from connectors.azure.places import Places
from connectors.azure.reading import GroupReader, Readers
from connectors.azure.rights import Rights
from connectors.azure.session import AzureSession, AzureSettings
from connectors.azure.subscriptions import Subscription, places, visible
from connectors.base import Gap, ReadError, ReadItem, Rejected, outcome_of
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import AccountStanding, Scope, ScopeOutcome

__all__ = ["AzureSettings", "AzureSource"]

#: How many subscriptions one query covers.
_BATCH = 500

#: The type of the one scope that stands for types that could not be found out.
ANY_OTHER = "*"


class AzureSource:
    """One Entra tenant, read with the credentials of the environment.

    Raises `ConfigurationError` for settings that name what does not exist.
    """

    def __init__(self, settings: AzureSettings) -> None:
        self._settings = settings
        self._kinds = _chosen(settings)
        self._by_type = {kind.type: kind for kind in KINDS}
        self._client = ArmClient(AzureSession(settings))
        self._rights = Rights(self._client)
        self._readers = Readers()
        self._lock = threading.Lock()
        self._subscriptions: dict[str, Subscription] | None = None
        self._batches: dict[str, tuple[str, ...]] = {}
        self._places = Places()
        self._unforeseen: dict[str, ResourceKind] = {}
        self._unseen: Gap | None = None

    @property
    def connector(self) -> str:
        """Name of the connector."""
        return "azure"

    def plan(self) -> Iterator[Scope]:
        """Yield a scope for each kind and subscription, kind by kind. Raises `ReadError`.

        What the roles allow and where the regions are is asked anew for each plan.
        """
        self._discover()
        self._foresee()
        for kind in (*self._kinds, *self._unforeseen.values()):
            for subscription in self._known():
                yield Scope(subscription, GLOBAL, kind.type)
        if self._unseen is not None:
            yield Scope(next(iter(self._known())), GLOBAL, ANY_OTHER)

    def standings(self) -> Iterator[AccountStanding]:
        """Yield nothing."""
        yield from ()

    def group(self, scope: Scope) -> str:
        """`type/first subscription`: what one query covers."""
        batch = self._batches.get(scope.account, (scope.account,))
        return f"{scope.type}/{batch[0]}"

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """Yield assets as they come, each followed by the gaps in it. Raises `ReadError`."""
        if scope.type == ANY_OTHER and self._unseen is not None:
            raise ReadError(self._unseen)
        kind = self._by_type.get(scope.type) or self._unforeseen.get(scope.type) or unforeseen(scope.type)
        known = self._known().get(scope.account)
        if known is not None and known.gap is not None:
            raise ReadError(known.gap)
        context = Context(scope.account, self._settings.cloud, self._places)
        for raw in self._reader(scope, kind).fetch(scope.account):
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

    def check(self) -> Iterator[ScopeOutcome]:
        """List each kind in the first subscription that can be read, and say what became of it."""
        first = next((each for each in self._known().values() if each.gap is None), None)
        if first is None:
            first = next(iter(self._known().values()))
        for kind in self._kinds:
            scope = Scope(first.identifier, GLOBAL, kind.type)
            yield self._check(kind, scope, first)

    def _check(self, kind: ResourceKind, scope: Scope, subscription: Subscription) -> ScopeOutcome:
        found: list[Gap] = [subscription.gap] if subscription.gap else []
        permission = kind.listing[-1].permission
        if not found and self._rights.missing(scope.account, permission):
            found.append(lacking(permission, f"{kind.type} in {scope.account}"))
        elif not found:
            try:
                for _ in self._client.pages(kind.listing[0], scope.account):
                    break
            except ReadError as error:
                found.append(error.gap)
        return outcome_of(scope, 0, found)

    def _discover(self) -> None:
        seen = visible(self._client, self._settings.tenant_id, self._settings.subscriptions)
        where = places(self._client, seen)
        readable = [each.identifier for each in seen if each.gap is None]
        with self._lock:
            self._places = where
            self._rights = Rights(self._client)
            self._subscriptions = {each.identifier: each for each in seen}
            self._batches = {
                each: tuple(readable[start : start + _BATCH])
                for start in range(0, len(readable), _BATCH)
                for each in readable[start : start + _BATCH]
            }

    def _foresee(self) -> None:
        """Find the types that the tenant has and no kind names; where that fails, a scope says so."""
        self._unseen, self._unforeseen = None, {}
        readable = sorted(self._batches)
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


def _chosen(settings: AzureSettings) -> tuple[ResourceKind, ...]:
    if settings.cloud not in CLOUDS:
        raise ConfigurationError(
            f"cloud: {settings.cloud!r} is no Azure cloud; choose one of {', '.join(CLOUDS)}"
        )
    if not 0 < settings.quota_share <= 1:
        raise ConfigurationError(f"quota_share: {settings.quota_share} must be more than 0 and at most 1")
    if settings.max_attempts < 1:
        raise ConfigurationError(f"max_attempts: {settings.max_attempts} is too few; give at least 1")
    if not settings.tenant_id.strip():
        raise ConfigurationError("tenant_id: is empty; give the id of the Entra tenant")
    if settings.subscriptions is not None and not settings.subscriptions:
        raise ConfigurationError("subscriptions: the list is empty; name one or leave it out for all")
    if settings.kinds is None:
        return KINDS
    unknown = sorted(set(settings.kinds) - {kind.name for kind in KINDS})
    if unknown:
        raise ConfigurationError(
            f"kinds: {unknown[0]!r} is not known; choose from {', '.join(kind.name for kind in KINDS)}"
        )
    return tuple(kind for kind in KINDS if kind.name in settings.kinds)


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
