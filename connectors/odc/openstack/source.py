"""One project of an OpenStack as a source: a scope for each region and kind, read page by page."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, urlsplit

from connectors.base import Gap, ReadError, ReadItem
from connectors.odc import checking
from connectors.odc.answer import judged
from connectors.odc.openstack.client import OpenstackClient
from connectors.odc.openstack.kinds import BY_TYPE, HEADERS, KINDS, Context, OpenstackKind
from connectors.odc.place import Place
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import AccountStanding, Asset, Outcome, Scope, ScopeOutcome


@dataclass(frozen=True, slots=True)
class OpenstackSettings:
    """What a tenant's configuration says about a project.

    The application credential needs the role `reader` on its project. `place` is where its regions
    stand; `places` names the regions that stand elsewhere. `regions` of `None` means all of the
    catalogue.
    """

    auth_url: str
    credential_id: str
    credential_secret_file: Path
    place: Place
    places: Mapping[str, Place] = field(default_factory=dict)
    regions: tuple[str, ...] | None = None
    ca: Path | None = None
    page_size: int = 500
    max_attempts: int = 5

    def __post_init__(self) -> None:
        """Check what the types cannot say. Raises `ConfigurationError`."""
        if urlsplit(self.auth_url).scheme not in {"http", "https"}:
            raise ConfigurationError(
                f"auth_url: {self.auth_url!r} is no URL; write for instance https://keystone.example.nl/v3"
            )
        if not self.credential_id.strip():
            raise ConfigurationError("credential_id: is empty; give the id of an application credential")
        if self.regions is not None and not self.regions:
            raise ConfigurationError("regions: the list is empty; name a region or leave it out for all")
        if self.page_size < 1:
            raise ConfigurationError(f"page_size: is {self.page_size}; give at least 1")
        if self.max_attempts < 1:
            raise ConfigurationError(f"max_attempts: {self.max_attempts} is too few; give at least 1")


class OpenstackSource:
    """One project. Raises `ConfigurationError`."""

    def __init__(self, settings: OpenstackSettings) -> None:
        self._settings = settings
        self._client = OpenstackClient(
            settings.auth_url,
            settings.credential_id,
            settings.credential_secret_file,
            settings.ca,
            settings.page_size,
            settings.max_attempts,
        )
        self._lock = threading.Lock()

    @property
    def connector(self) -> str:
        """Name of the connector."""
        return "odc-openstack"

    def plan(self) -> Iterator[Scope]:
        """Yield a scope for each kind in each region. Raises `ReadError`.

        A region that the configuration names and the catalogue lacks is planned all the same.
        """
        project, found = self._client.project(), self._client.regions()
        for region in self._settings.regions or tuple(sorted(found)):
            for kind in KINDS:
                yield Scope(project, region, kind.type)

    def standings(self) -> Iterator[AccountStanding]:
        """Yield nothing: a datacentre has no accounts that are opened or closed."""
        yield from ()

    def group(self, scope: Scope) -> str:
        """One group: the client is not to be used by two threads at once."""
        return scope.account

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """Yield the resources of one kind in one region, page by page. Raises `ReadError`."""
        kind = BY_TYPE[scope.type]
        with self._lock:
            services = self._client.regions().get(scope.location, set())
        if services.isdisjoint(kind.catalogue):
            raise ReadError(
                Gap(
                    Outcome.NOT_ENABLED,
                    f"the catalogue has no {kind.catalogue[0]} in region {scope.location}",
                )
            )
        place = self._settings.places.get(scope.location, self._settings.place)
        context = Context(scope.account, scope.location, place)
        query = dict(kind.query) | ({"owner": scope.account} if kind.own_only else {})
        pages = self._client.pages(
            scope.location, kind.service, kind.path, kind.key, kind.marker, kind.permission, **query
        )
        for page in pages:
            for raw in page:
                yield from self._items(raw, kind, context)

    def finish_group(self, group: str) -> None:
        """Close the connections."""
        del group  # there is one
        self._client.close()

    def check(self) -> Iterator[ScopeOutcome]:
        """Read the first page of each scope and say what became of it."""
        account = ""
        for scope in self.plan():
            account = scope.account
            first = self.read(scope)
            yield checking.outcome(scope, (item for item, _ in zip(first, range(1), strict=False)))
        self.finish_group(account)

    def _items(self, raw: object, kind: OpenstackKind, context: Context) -> Iterator[ReadItem]:
        gap = None
        if kind.marker == "name" and isinstance(raw, dict):
            path = "/" + quote(str(raw.get("name", "")), safe="")
            headers = self._client.headers(context.region, kind.service, path, "container HEAD")
            gap = headers if isinstance(headers, Gap) else None
            raw |= {HEADERS: {} if isinstance(headers, Gap) else headers}
        item = judged(raw, f"{kind.service} in {context.region}", lambda answer: kind.asset(answer, context))
        yield item
        if gap is not None:
            yield replace(gap, asset_id=item.asset_id) if isinstance(item, Asset) else gap
