"""The AWS source: which scopes the accounts have, and how each of them is read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from connectors.aws import checking, organization, regions
from connectors.aws.accounts import TOGETHER, Accounts
from connectors.aws.checking import Trial, TryingClient
from connectors.aws.client import ServiceClient
from connectors.aws.global_services import control_region
from connectors.aws.inventory import reading as inventory
from connectors.aws.kind import GLOBAL, Context, Raw, ResourceKind
from connectors.aws.kinds import KINDS
from connectors.aws.limits import Limits
from connectors.aws.ownership import owner_of, owning
from connectors.aws.session import own_session
from connectors.aws.settings import AwsSettings, checked
from connectors.base import INVENTORY, Gap, PermissionTried, ReadError, ReadItem, Rejected, tried
from wolkenzicht.model import AccountStanding, Asset, Outcome, Scope

__all__ = ["AwsSettings", "AwsSource"]


class AwsSource:
    """AWS accounts, read with the credentials of the standard chain and the roles that these may assume.

    Raises `ConfigurationError` for settings that name what does not exist.
    """

    def __init__(self, settings: AwsSettings) -> None:
        self._settings = settings
        self._kinds = checked(settings)
        self._by_type = {kind.type: kind for kind in KINDS}
        self._session = own_session(
            partition=settings.partition,
            region=settings.regions[0] if settings.regions else None,
            max_attempts=settings.max_attempts,
            endpoint_url=settings.endpoint_url,
            limits=Limits(settings.quota_share),
            operations=_operations(),
            members=_members(),
        )
        self._accounts = Accounts(self._session, settings)
        self._lock = threading.Lock()
        self._clients: dict[str, ServiceClient] = {}

    @property
    def connector(self) -> str:
        """Name of the connector."""
        return "aws"

    def plan(self) -> Iterator[Scope]:
        """Yield a scope for each account, kind and region, a number of accounts together. Raises `ReadError`.

        Within such a number they go by kind, region and account, so that scopes which follow each other
        share what calls their service. Where all kinds are read the accounts' inventories come after them.
        """
        for accounts in _together(self._accounts.listed()):
            locations = {account: self._accounts.regions(account) for account in accounts}
            everywhere = tuple(dict.fromkeys(each for found in locations.values() for each in found))
            for kind in self._kinds:
                for location in (GLOBAL,) if kind.scope == GLOBAL else everywhere:
                    for account, found in locations.items():
                        if (location == GLOBAL or location in found) and self._sees(account, kind):
                            yield Scope(account, location, kind.type)
            if self._settings.kinds is None:
                yield from (Scope(account, GLOBAL, INVENTORY) for account in accounts)

    def standings(self) -> Iterator[AccountStanding]:
        """Yield how each account of the latest plan stands."""
        yield from self._accounts.standings()

    def group(self, scope: Scope) -> str:
        """`account/service/region`: what shares a client."""
        return f"{scope.account}/{self._service(scope)}/{scope.location}"

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """Yield assets page by page, each followed by the gaps in it. Raises `ReadError`.

        What another account of the plan owns and shares is left to the scope of its owner; what is of the
        organization is its management account's, and has this one scope.
        """
        if scope.type == INVENTORY:
            yield from self._inventory(scope)
            return
        kind = self._kind(scope)
        self._refuse_declared(kind, scope)
        client = self._client(scope)
        context = kind.context(scope.account, self._settings.partition, self._region(scope))
        for raw in kind.fetch(client, scope):
            if isinstance(raw, Gap):
                yield raw
                continue
            asset = _normalised(kind, raw, context, scope)
            if isinstance(asset, Rejected):
                yield asset
                continue
            if not kind.of_organization and self._owned_elsewhere(asset, scope):
                continue
            yield asset
            yield from (replace(gap, asset_id=asset.asset_id) for gap in _gaps(raw))

    def finish_group(self, group: str) -> None:
        """Close the group's client and forget it."""
        with self._lock:
            client = self._clients.pop(group, None)
        if client is not None:
            client.close()

    def check(self) -> Iterator[PermissionTried]:
        """Try each permission of each kind in the first account, and one call in each of the others."""
        for number, account in enumerate(self._accounts.listed()):
            first = self._accounts.regions(account)[0]
            kinds = [kind for kind in self._kinds if self._sees(account, kind)]
            for kind in kinds[:1] if number else kinds:
                scope = Scope(account, GLOBAL if kind.scope == GLOBAL else first, kind.type)
                if number:
                    yield from self._try_entry(scope)
                else:
                    yield from checking.permissions(kind, scope, partial(self._trying, scope))
            if not number and self._settings.kinds is None:
                scope = Scope(account, GLOBAL, INVENTORY)
                yield from checking.inventories(scope, (first,), partial(self._trying, scope))

    def _sees(self, account: str, kind: ResourceKind) -> bool:
        """Whether a kind is read in the account: what is of an organization in the agent's own only."""
        whole = self._settings.accounts == "organization"
        return not kind.of_organization or (whole and account == self._accounts.identity().account)

    def _trying(self, scope: Scope, trial: Trial) -> TryingClient:
        if scope.type != INVENTORY:
            self._refuse_declared(self._kind(scope), scope)
        session = self._accounts.session(scope.account)
        return TryingClient(session, self._service(scope), self._region(scope), trial)

    def _try_entry(self, scope: Scope) -> Iterator[PermissionTried]:
        """Whether the account lets the agent in."""
        call = self._kind(scope).calls[0]
        gap: Gap | None = None
        try:
            self._client(scope).try_out(call, scope.account)
        except ReadError as error:
            gap = error.gap
        yield tried(call.permission, scope, gap)
        self.finish_group(self.group(scope))

    def _inventory(self, scope: Scope) -> Iterator[ReadItem]:
        regions = self._accounts.planned_regions(scope.account)
        for item in inventory.read(self._client(scope), scope, regions):
            if not (isinstance(item, Asset) and self._owned_elsewhere(item, scope)):
                yield item

    def _owned_elsewhere(self, asset: Asset, scope: Scope) -> bool:
        """Whether another account of the plan owns the asset, so that it is read there."""
        return asset.account != scope.account and self._accounts.readable(asset.account)

    def _refuse_declared(self, kind: ResourceKind, scope: Scope) -> None:
        where = f"{kind.prefix}/{self._region(scope)}"
        if where in self._settings.not_offered:
            raise ReadError(Gap(Outcome.UNSUPPORTED, f"{where}: declared in `not_offered` of this source"))

    def _service(self, scope: Scope) -> str:
        return inventory.FIRST_SERVICE if scope.type == INVENTORY else self._kind(scope).service

    def _kind(self, scope: Scope) -> ResourceKind:
        return self._by_type[scope.type]

    def _region(self, scope: Scope) -> str:
        if scope.location != GLOBAL:
            return scope.location
        if scope.type == INVENTORY:
            return self._session.home_region
        # Some services without regions answer in the region that they are managed from only.
        service = self._kind(scope).service
        return control_region(service, self._settings.partition) or self._session.home_region

    def _client(self, scope: Scope) -> ServiceClient:
        session = self._accounts.session(scope.account)
        group = self.group(scope)
        with self._lock:
            if group not in self._clients:
                self._clients[group] = ServiceClient(session, self._service(scope), self._region(scope))
            return self._clients[group]


def _together(accounts: Iterator[str]) -> Iterator[list[str]]:
    """The accounts, some at a time; those that were listed before an error come before it."""
    found: list[str] = []
    try:
        for account in accounts:
            found.append(account)
            if len(found) == TOGETHER:
                yield found
                found = []
    except ReadError:
        yield found
        raise
    yield found


def _members() -> dict[str, dict[str, tuple[str, ...]]]:
    """By service and shape the members that are read, where not all of them are."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for kind in KINDS:
        for call in kind.calls:
            if call.only is not None:
                shape, members = call.only
                found.setdefault(call.service or kind.service, {})[shape] = members
    return found


def _operations() -> dict[str, set[str]]:
    """Every operation that is called, by service."""
    found: dict[str, set[str]] = {}
    for planning in (organization.OPERATIONS, regions.OPERATIONS):
        for service, names in planning.items():
            found.setdefault(service, set()).update(names)
    for service, calls in inventory.CALLS.items():
        found.setdefault(service, set()).update(call.operation for call in calls)
    for kind in KINDS:
        for call in kind.calls:
            found.setdefault(call.service or kind.service, set()).add(call.operation)
    return found


def _gaps(raw: Raw) -> Iterator[Gap]:
    return (value for value in raw.values() if isinstance(value, Gap))


def _normalised(kind: ResourceKind, raw: Raw, context: Context, scope: Scope) -> Asset | Rejected:
    try:
        return owning(kind.normalise(raw, replace(context, account=owner_of(raw) or scope.account)))
    except KeyError as error:
        return Rejected(
            asset_id="",
            origin=f"{kind.service} {kind.calls[0].operation} in {scope.location}",
            field=str(error.args[0]),
            reason="the provider's answer lacks this field",
        )
