"""An OpenStack as a source: a scope for each project, region and kind, read page by page."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote, urlsplit

from connectors.base import Gap, PermissionTried, ReadError, ReadItem
from connectors.odc import checking
from connectors.odc.answer import judged
from connectors.odc.openstack.client import OpenstackClient
from connectors.odc.openstack.facts import HEADERS
from connectors.odc.openstack.identity import Credential, Project, Projects, projects_of
from connectors.odc.openstack.kinds import (
    BY_TYPE,
    IN_PROJECT,
    PROJECT,
    Context,
    OpenstackKind,
)
from connectors.odc.place import PROVIDER, Place
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import AccountStanding, AccountState, Asset, Outcome, Scope

#: The location of the one scope that lists projects; it belongs to no region.
IDENTITY = "identity"


@dataclass(frozen=True, slots=True)
class OpenstackSettings:
    """What a tenant's configuration says about an OpenStack.

    An application credential is for one project and needs the role `reader` there. A `user` instead
    (`credential_id` empty, the password in `credential_secret_file`) stands for every project on which
    it has that role; with the role on the system too, the projects that it cannot read are known.
    `place` is where the regions stand; `places` names those that stand elsewhere; `backups` is where
    Cinder writes its backups. `regions` of `None` means all of the catalogue.
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
    user: str = ""
    user_domain: str = "Default"
    backups: Place | None = None

    def __post_init__(self) -> None:
        """Check what the types cannot say. Raises `ConfigurationError`."""
        if self.regions is not None and not self.regions:
            raise ConfigurationError("regions: the list is empty; name a region or leave it out for all")
        if self.page_size < 1:
            raise ConfigurationError(f"page_size: is {self.page_size}; give at least 1")
        if self.max_attempts < 1:
            raise ConfigurationError(f"max_attempts: {self.max_attempts} is too few; give at least 1")


class OpenstackSource:
    """The projects of one credential. Raises `ConfigurationError`."""

    def __init__(self, settings: OpenstackSettings) -> None:
        self._settings = settings
        self._credential = Credential(
            auth_url=settings.auth_url,
            credential_id=settings.credential_id,
            secret_file=settings.credential_secret_file,
            user=settings.user,
            user_domain=settings.user_domain,
            ca=settings.ca,
            page_size=settings.page_size,
            attempts=settings.max_attempts,
        )
        #: Keystone's own name: the account under which the projects of the cloud are kept.
        self._cloud = urlsplit(settings.auth_url).hostname or ""
        self._lock = threading.Lock()
        self._clients: dict[str, OpenstackClient] = {}
        self._projects: Projects | None = None
        self._standings: tuple[AccountStanding, ...] = ()

    @property
    def connector(self) -> str:
        """Name of the connector."""
        return "odc-openstack"

    def plan(self) -> Iterator[Scope]:
        """Yield a scope for each kind in each region of each project. Raises `ReadError`.

        A region that the configuration names and the catalogue lacks is planned all the same, and so is
        a project that cannot be read, in the regions of the others.
        """
        projects, catalogues = self._planned()
        everywhere = sorted({region for found in catalogues.values() for region in found})
        self._standings = tuple(
            AccountStanding(
                each.identifier,
                PROVIDER,
                AccountState.ACTIVE if each.enabled else AccountState.SUSPENDED,
                tuple(sorted(catalogues.get(each.identifier, ()))),
            )
            for each in projects
        )
        if self._settings.user:
            yield Scope(self._cloud, IDENTITY, PROJECT.type)
        for project in projects:
            found = sorted(catalogues.get(project.identifier, everywhere))
            for region in self._settings.regions or found:
                for kind in IN_PROJECT:
                    yield Scope(project.identifier, region, kind.type)

    def standings(self) -> Iterator[AccountStanding]:
        """Yield how each project stands, and the regions of its catalogue."""
        yield from self._standings

    def group(self, scope: Scope) -> str:
        """One group for each project: its client is not to be used by two threads at once."""
        return scope.account

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """Yield the resources of one kind in one region, page by page. Raises `ReadError`."""
        kind = BY_TYPE[scope.type]
        if kind is PROJECT:
            yield from self._read_projects(scope)
            return
        client = self._client(scope.account)
        endpoint = _endpoint(self._catalogue(client, kind), scope, kind)
        context = Context(
            project=scope.account,
            region=scope.location,
            place=self._settings.places.get(scope.location, self._settings.place),
            endpoint=endpoint,
            backups=self._settings.backups,
        )
        query = dict(kind.query) | ({"owner": scope.account} if kind.own_only else {})
        pages = client.pages(
            scope.location, kind.service, kind.path, kind.key, kind.marker, kind.permission, **query
        )
        for page in pages:
            for raw in page:
                yield from self._items(client, raw, kind, context)

    def finish_group(self, group: str) -> None:
        """Close the project's connections."""
        with self._lock:
            client = self._clients.pop(group, None)
        if client is not None:
            client.close()

    def check(self) -> Iterator[PermissionTried]:
        """Read the first page of each scope and say what became of it."""
        accounts: dict[str, None] = {}
        for scope in self.plan():
            accounts[scope.account] = None
            first = (item for item, _ in zip(self.read(scope), range(1), strict=False))
            yield checking.reading(BY_TYPE[scope.type].permission, scope, first)
        for account in accounts:
            self.finish_group(account)

    def _planned(self) -> tuple[tuple[Project, ...], dict[str, dict[str, dict[str, str]]]]:
        """The projects, and the catalogue of each that gives one. Raises `ReadError` where none does."""
        if not self._settings.user:
            client = self._client("")
            project = client.project()
            with self._lock:
                self._clients[project] = self._clients.pop("")
            return (Project(project, enabled=True, raw={}),), {project: client.regions()}
        self._projects = projects_of(self._credential)
        catalogues, refusal = dict[str, dict[str, dict[str, str]]](), None
        for each in self._projects.known:
            try:
                catalogues[each.identifier] = self._client(each.identifier).regions()
            except ReadError as error:
                refusal = refusal or error
            finally:
                self.finish_group(each.identifier)
        if refusal is not None and not catalogues:
            raise refusal
        return self._projects.known, catalogues

    def _read_projects(self, scope: Scope) -> Iterator[ReadItem]:
        """Every project that is known, and what keeps the list from being whole."""
        projects = self._projects or projects_of(self._credential)
        context = Context(scope.account, scope.account, self._settings.place)
        for each in projects.known:
            yield judged(each.raw, f"{scope.account} projects", lambda item: PROJECT.asset(item, context))
        if projects.gap is not None:
            yield projects.gap

    def _client(self, project: str) -> OpenstackClient:
        with self._lock:
            if project not in self._clients:
                self._clients[project] = self._credential.client(project)
            return self._clients[project]

    def _catalogue(self, client: OpenstackClient, kind: OpenstackKind) -> dict[str, dict[str, str]]:
        """The regions of a project. Raises `ReadError`, naming what may not be read."""
        try:
            return client.regions()
        except ReadError as error:
            if error.gap.outcome is not Outcome.DENIED:
                raise
            raise ReadError(replace(error.gap, permission=kind.permission)) from error

    def _items(
        self, client: OpenstackClient, raw: object, kind: OpenstackKind, context: Context
    ) -> Iterator[ReadItem]:
        gap = None
        if kind.marker == "name" and isinstance(raw, dict):
            path = "/" + quote(str(raw.get("name", "")), safe="")
            headers = client.headers(context.region, kind.service, path, "container HEAD")
            gap = headers if isinstance(headers, Gap) else None
            raw |= {HEADERS: {} if isinstance(headers, Gap) else headers}
        item = judged(raw, f"{kind.service} in {context.region}", lambda answer: kind.asset(answer, context))
        yield item
        if gap is not None:
            yield replace(gap, asset_id=item.asset_id) if isinstance(item, Asset) else gap


def _endpoint(regions: Mapping[str, Mapping[str, str]], scope: Scope, kind: OpenstackKind) -> str:
    """The host that serves a kind in a region. Raises `ReadError`.

    Only a service that a known region lacks is not enabled; whatever else is missing leaves things unseen.
    """
    services = regions.get(scope.location)
    if services is None:
        raise ReadError(
            Gap(Outcome.FAILED, f"the catalogue has no region {scope.location}; correct `regions`")
        )
    served = [services[name] for name in kind.catalogue if name in services]
    if not served:
        raise ReadError(
            Gap(Outcome.NOT_ENABLED, f"the catalogue has no {kind.catalogue[0]} in region {scope.location}")
        )
    if not any(served):
        raise ReadError(
            Gap(
                Outcome.FAILED,
                f"the catalogue has no public endpoint for {kind.catalogue[0]} in {scope.location}; add one",
            )
        )
    return next(filter(None, served))
