"""One NetBox as a source: a scope for each kind of object, read page by page."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from connectors.base import PermissionTried, ReadItem
from connectors.odc import checking
from connectors.odc.answer import judged
from connectors.odc.netbox.client import NetboxClient
from connectors.odc.netbox.kinds import BY_TYPE, FIELDS, KINDS, Context, NetboxKind
from connectors.odc.netbox.places import Places, read_places
from connectors.odc.values import COUNTRY
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import AccountStanding, Scope

LOCATION = "netbox"
_MOST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class NetboxSettings:
    """What a tenant's configuration says about a NetBox.

    `token_file` holds the token of a user with the object permissions of `KINDS`, and `view_region`;
    `account` is the name under which the assets are kept, by default the URL's host. `countries` gives
    the country of a region by its slug, `fields` the names of custom fields where they are not those of
    `FIELDS`, `roles_without_data` the slugs of device roles that hold no data (switches).
    """

    url: str
    token_file: Path
    ca: Path | None = None
    account: str = ""
    countries: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)
    roles_without_data: tuple[str, ...] = ()
    page_size: int = 250
    max_attempts: int = 5

    def __post_init__(self) -> None:
        """Check what the types cannot say. Raises `ConfigurationError`."""
        for slug, code in self.countries.items():
            if not COUNTRY.fullmatch(code):
                raise ConfigurationError(
                    f"countries.{slug}: {code!r} is no ISO 3166-1 alpha-2 code; write two letters, such as NL"
                )
        for name in self.fields:
            if name not in FIELDS:
                raise ConfigurationError(f"fields.{name}: is not known; choose from {', '.join(FIELDS)}")
        if not 1 <= self.page_size <= _MOST_PAGE:
            raise ConfigurationError(f"page_size: is {self.page_size}; give a number from 1 to {_MOST_PAGE}")
        if self.max_attempts < 1:
            raise ConfigurationError(f"max_attempts: {self.max_attempts} is too few; give at least 1")


class NetboxSource:
    """One NetBox, read with one token. Raises `ConfigurationError`."""

    def __init__(self, settings: NetboxSettings) -> None:
        self._settings = settings
        self._fields = FIELDS | dict(settings.fields)
        self._account = settings.account or urlsplit(settings.url).hostname or ""
        self._client = NetboxClient(
            settings.url, settings.token_file, settings.ca, settings.page_size, settings.max_attempts
        )
        self._lock = threading.Lock()
        self._places: Places | None = None

    @property
    def connector(self) -> str:
        """Name of the connector."""
        return "odc-netbox"

    def plan(self) -> Iterator[Scope]:
        """Yield a scope for each kind of object."""
        for kind in KINDS:
            yield Scope(self._account, LOCATION, kind.type)

    def standings(self) -> Iterator[AccountStanding]:
        """Yield nothing: a datacentre has no accounts that are opened or closed."""
        yield from ()

    def group(self, scope: Scope) -> str:
        """One group: its scopes share what was read about places."""
        return scope.account

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """Yield the objects of one kind, page by page. Raises `ReadError`."""
        yield from self._read(BY_TYPE[scope.type], None)

    def finish_group(self, group: str) -> None:
        """Forget the places and close the connections."""
        del group  # there is one
        with self._lock:
            self._places = None
            self._client.close()

    def check(self) -> Iterator[PermissionTried]:
        """Ask for the first object of each kind and say what became of it."""
        for scope in self.plan():
            yield checking.reading(BY_TYPE[scope.type].permission, scope, self._read(BY_TYPE[scope.type], 1))
        self.finish_group(self._account)

    def _read(self, kind: NetboxKind, most: int | None) -> Iterator[ReadItem]:
        with self._lock:
            if self._places is None:
                self._places = read_places(self._client, self._fields, self._settings.countries)
            places = self._places
        context = Context(self._account, places, self._fields, self._settings.roles_without_data)
        for raw in self._client.items(kind.endpoint, kind.permission, most=most):
            yield judged(raw, f"{self._account} {kind.endpoint}", lambda item: kind.asset(item, context))
        yield from (places.gaps[each] for each in kind.needs if each in places.gaps)
