"""The Google Cloud source: which scopes an organization has, and how each of them is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from connectors.base import INVENTORY, Gap, PermissionTried, ReadError, ReadItem, Rejected, tried
from connectors.gcp import inventory
from connectors.gcp.client import AssetClient
from connectors.gcp.kind import GLOBAL, LIST_PERMISSION, SEARCH_PERMISSION, Raw, ResourceKind
from connectors.gcp.kinds import KINDS
from connectors.gcp.quota import Clock
from connectors.gcp.session import GcpSession
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import AccountStanding, DeniedBy, Depth, Outcome, Scope

_SCOPE = re.compile(r"(?:organizations|folders)/\d+|projects/[a-z0-9.:-]+", re.ASCII)
_CLOCK = Clock()


@dataclass(frozen=True, slots=True)
class GcpSettings:
    """What a tenant's configuration says about a Google Cloud estate.

    `scope` is `organizations/123`, `folders/123` or `projects/id`. Without `endpoint` Google's own is
    called with application default credentials; `http://127.0.0.1:PORT` is a test server on this
    machine, called in plain text and without credentials. `quota_share` is the part of the project's
    Cloud Asset quota that the agent may use, over 0 up to 1. `kinds` of `None` means all of `KINDS`,
    and the inventory.
    """

    scope: str
    endpoint: str | None = None
    quota_share: float = 0.3
    kinds: tuple[str, ...] | None = None
    max_attempts: int = 6


class GcpSource:
    """One organization, folder or project, read through Cloud Asset Inventory.

    Raises `ConfigurationError` for settings that cannot be used. Tests give a `clock` that does not
    wait.
    """

    def __init__(self, settings: GcpSettings, clock: Clock = _CLOCK) -> None:
        self._kinds = _chosen(settings)
        self._by_type = {kind.type: kind for kind in KINDS}
        self._whole = settings.kinds is None
        self._scope = settings.scope
        self._session = GcpSession(
            endpoint=settings.endpoint,
            quota_share=settings.quota_share,
            max_attempts=settings.max_attempts,
            clock=clock,
        )
        self._client = AssetClient(self._session, settings.scope)

    @property
    def connector(self) -> str:
        """Name of the connector."""
        return "gcp"

    def plan(self) -> Iterator[Scope]:
        """Yield a scope for each kind: a type is listed over all places at once.

        Where all kinds are read, another for whatever else a search shows.
        """
        self._client.forget()
        for kind in self._kinds:
            yield Scope(self._scope, GLOBAL, kind.type)
        if self._whole:
            yield Scope(self._scope, GLOBAL, INVENTORY)

    def standings(self) -> Iterator[AccountStanding]:
        """Yield each project of the scope, its regions empty: the inventory does not tell them.

        Raises `ReadError` where the projects cannot be listed, without which no scope can be read either.
        """
        yield from self._client.standings()

    def group(self, scope: Scope) -> str:
        """The service: its types are read in turn, services side by side."""
        return INVENTORY if scope.type == INVENTORY else self._by_type[scope.type].service

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """Yield assets page by page, each followed by the gaps in it. Raises `ReadError`.

        Where listing in depth is denied from the start, what a search shows is yielded, and a gap that
        says so: the scope is not complete, because nobody read where the data is copied to.
        """
        if scope.type == INVENTORY:
            yield from inventory.read(self._client)
            return
        kind = self._by_type[scope.type]
        refused: Gap | None = None
        begun = False
        try:
            for item in self._deep(kind):
                begun = True
                yield item
        except ReadError as error:
            denied = error.gap.outcome is Outcome.DENIED
            if begun or not denied or not kind.searchable or kind.depth is Depth.SHALLOW:
                raise
            refused = error.gap
        if refused is not None:
            yield from self._shallow(kind, refused)

    def finish_group(self, group: str) -> None:
        """Nothing to let go of: all groups share one channel."""

    def close(self) -> None:
        """Close the channel."""
        self._session.close()

    def check(self) -> Iterator[PermissionTried]:
        """Ask for one entry of each kind, and once for a search where looking up needs it."""
        searched: Gap | None = None
        searches = False
        for kind in self._kinds:
            scope = Scope(self._scope, GLOBAL, kind.type)
            for permission in kind.permissions:
                search = permission == SEARCH_PERMISSION
                if search and searches and kind.depth is Depth.DEEP:
                    yield tried(permission, scope, searched)
                    continue
                gap = self._refusal(kind.type, search=search)
                searched, searches = (gap, True) if search else (searched, searches)
                yield tried(permission, scope, gap)

    def _refusal(self, asset_type: str, *, search: bool) -> Gap | None:
        try:
            self._client.try_out(asset_type, search=search)
        except ReadError as error:
            return error.gap
        return None

    def _deep(self, kind: ResourceKind) -> Iterator[ReadItem]:
        for raw in kind.fetch(self._client, kind):
            if isinstance(raw, Gap):
                yield raw
                continue
            wrong = _wrong(raw, kind)
            if wrong is not None:
                yield wrong
                continue
            if kind.depth is Depth.DEEP and not raw.data:
                yield kind.shallow(raw)
                yield _untold(raw)
                continue
            yield kind.normalise(raw, kind)
            for gap in raw.places.values():
                if isinstance(gap, Gap):
                    yield replace(gap, asset_id=raw.name)

    def _shallow(self, kind: ResourceKind, refused: Gap) -> Iterator[ReadItem]:
        try:
            for raw in self._client.found(kind.type):
                yield _wrong(raw, kind) or kind.shallow(raw)
        except ReadError as error:
            if error.gap.outcome is Outcome.DENIED:
                raise ReadError(refused) from error
            raise
        yield Gap(
            Outcome.DENIED,
            f"{refused.message}; until then the assets are listed by search, without their properties",
            permission=refused.permission or LIST_PERMISSION,
            denied_by=refused.denied_by or DeniedBy.NOT_TOLD,
        )


def _untold(raw: Raw) -> Gap:
    """The gap of an entry that is listed and tells nothing of what only its own data can tell."""
    message = f"ListAssets of {raw.type}: an entry comes without its properties; scan again"
    return Gap(Outcome.FAILED, message, asset_id=raw.name)


def _wrong(raw: Raw, kind: ResourceKind) -> Rejected | None:
    """Why an entry cannot be an asset of the kind, if so."""
    if not raw.name:
        return Rejected("", f"Cloud Asset Inventory, {kind.type}", "name", "the entry has no name")
    if raw.type != kind.type:
        reason = f"the entry is a {raw.type!r} in a list of {kind.type!r}"
        return Rejected(raw.name, f"Cloud Asset Inventory, {kind.type}", "asset_type", reason)
    return None


def _chosen(settings: GcpSettings) -> tuple[ResourceKind, ...]:
    if not _SCOPE.fullmatch(settings.scope):
        raise ConfigurationError(
            f'scope: {settings.scope!r} is no scope; write "organizations/NUMBER", "folders/NUMBER" '
            'or "projects/ID"'
        )
    if not 0 < settings.quota_share <= 1:
        raise ConfigurationError(
            f"quota_share: {settings.quota_share} is no share; give more than 0 and at most 1"
        )
    if settings.max_attempts < 1:
        raise ConfigurationError(f"max_attempts: {settings.max_attempts} is too few; give at least 1")
    if settings.kinds is None:
        return KINDS
    unknown = sorted(set(settings.kinds) - {kind.name for kind in KINDS})
    if unknown:
        raise ConfigurationError(
            f"kinds: {unknown[0]!r} is not known; choose from {', '.join(kind.name for kind in KINDS)}"
        )
    return tuple(kind for kind in KINDS if kind.name in settings.kinds)
