"""One vCenter as a source: a scope for each kind of object, read page by page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from connectors.base import Gap, PermissionTried, ReadItem, Rejected
from connectors.odc import checking, vmware
from connectors.odc.place import Place
from connectors.odc.values import UnfitError
from connectors.odc.vcenter.client import VcenterClient, gap_of
from connectors.odc.vcenter.kinds import BY_TYPE, KINDS, VcenterKind
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import AccountStanding, Asset, Scope

LOCATION = "vcenter"


@dataclass(frozen=True, slots=True)
class VcenterSettings:
    """What a tenant's configuration says about a vCenter.

    `user` needs the role Read-only on the top folder, propagated: what it may not see is not told by
    vCenter at all. `place` is where the vCenter's machines stand; `account` the name under which the
    assets are kept, the site's where it is empty.
    """

    url: str
    user: str
    password_file: Path
    place: Place
    account: str = ""
    ca: Path | None = None
    page_size: int = 500

    def __post_init__(self) -> None:
        """Check what the types cannot say. Raises `ConfigurationError`."""
        if not self.user.strip():
            raise ConfigurationError("user: is empty; name the agent's user")
        if self.page_size < 1:
            raise ConfigurationError(f"page_size: is {self.page_size}; give at least 1")


class VcenterSource:
    """One vCenter. Raises `ConfigurationError`."""

    def __init__(self, settings: VcenterSettings) -> None:
        self._place = settings.place
        self._account = settings.account or settings.place.site
        self._client = VcenterClient(
            settings.url, settings.user, settings.password_file, settings.ca, settings.page_size
        )
        self._lock = threading.Lock()
        self._vcenter = ""

    @property
    def connector(self) -> str:
        """Name of the connector."""
        return "odc-vcenter"

    def plan(self) -> Iterator[Scope]:
        """Yield a scope for each kind of object."""
        for kind in KINDS:
            yield Scope(self._account, LOCATION, kind.type)

    def standings(self) -> Iterator[AccountStanding]:
        """Yield nothing: a datacentre has no accounts that are opened or closed."""
        yield from ()

    def group(self, scope: Scope) -> str:
        """One group: its scopes share the session."""
        return scope.account

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """Yield the objects of one kind, page by page, each followed by its gaps. Raises `ReadError`."""
        yield from self._read(BY_TYPE[scope.type], None)

    def finish_group(self, group: str) -> None:
        """End the session."""
        del group  # there is one
        with self._lock:
            self._vcenter = ""
            self._client.close()

    def check(self) -> Iterator[PermissionTried]:
        """Ask for the first object of each kind and say what became of it."""
        for scope in self.plan():
            yield checking.reading(BY_TYPE[scope.type].permission, scope, self._read(BY_TYPE[scope.type], 1))
        self.finish_group(self._account)

    def _read(self, kind: VcenterKind, most: int | None) -> Iterator[ReadItem]:
        with self._lock:
            if not self._vcenter:
                self._vcenter = self._client.identity()
        for found in self._client.objects(kind.name, kind.paths, most=most):
            item = self._item(found, kind)
            yield item
            identity = item.asset_id if isinstance(item, Asset) else ""
            for missing in found.missingSet:
                yield replace(_gap(missing, kind), asset_id=identity)

    def _item(self, found: Any, kind: VcenterKind) -> Asset | Rejected:
        try:
            return vmware.asset(kind.read(found, self._vcenter), self._place, self._account)
        except UnfitError as unfit:
            return Rejected("", f"vCenter {kind.name}", unfit.column, str(unfit))


def _gap(missing: Any, kind: VcenterKind) -> Gap:
    return gap_of(missing.fault, f"vCenter {kind.name} {missing.path}")
