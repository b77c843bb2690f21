"""The AWS source: which scopes the accounts have, and how each of them is read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

from connectors.aws import organization, regions
from connectors.aws.accounts import Accounts
from connectors.aws.client import ServiceClient
from connectors.aws.global_services import control_region
from connectors.aws.kind import GLOBAL, Context, Raw, ResourceKind
from connectors.aws.kinds import KINDS
from connectors.aws.limits import Limits
from connectors.aws.ownership import owner_of, owning
from connectors.aws.session import own_session
from connectors.aws.settings import AwsSettings, checked
from connectors.base import Gap, ReadError, ReadItem, Rejected, outcome_of
from wolkenzicht.model import AccountStanding, Asset, Scope, ScopeOutcome

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
        )
        self._accounts = Accounts(self._session, settings)
        self._lock = threading.Lock()
        self._clients: dict[str, ServiceClient] = {}

    @property
    def connector(self) -> str:
        """Name of the connector."""
        return "aws"

    def plan(self) -> Iterator[Scope]:
        """Yield a scope for each account, kind and region, in that order. Raises `ReadError`.

        That order lets the scopes of an account share its credentials, and those of a service what
        the SDK keeps about it.
        """
        for account in self._accounts.listed():
            locations = self._accounts.regions(account)
            for kind in self._kinds:
                for location in (GLOBAL,) if kind.scope == GLOBAL else locations:
                    yield Scope(account, location, kind.type)

    def standings(self) -> Iterator[AccountStanding]:
        """Yield nothing."""
        yield from ()

    def group(self, scope: Scope) -> str:
        """`account/service/region`: what shares a client."""
        return f"{scope.account}/{self._kind(scope).service}/{scope.location}"

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """Yield assets page by page, each followed by the gaps in it. Raises `ReadError`.

        What another account of the plan owns and shares is left to the scope of its owner.
        """
        kind = self._kind(scope)
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
            if asset.account != scope.account and self._accounts.readable(asset.account):
                continue
            yield asset
            yield from (replace(gap, asset_id=asset.asset_id) for gap in _gaps(raw))

    def finish_group(self, group: str) -> None:
        """Close the group's client and forget it."""
        with self._lock:
            client = self._clients.pop(group, None)
        if client is not None:
            client.close()

    def check(self) -> Iterator[ScopeOutcome]:
        """Make each kind's first call in the first account, the first kind's in the others."""
        kinds = self._kinds
        for account in self._accounts.listed():
            first = self._accounts.regions(account)[0]
            for kind in kinds:
                scope = Scope(account, GLOBAL if kind.scope == GLOBAL else first, kind.type)
                yield self._check(scope)
                self.finish_group(self.group(scope))
            kinds = kinds[:1]

    def _check(self, scope: Scope) -> ScopeOutcome:
        gaps: list[Gap] = []
        try:
            self._client(scope).try_out(self._kind(scope).calls[0], scope.account)
        except ReadError as error:
            gaps.append(error.gap)
        return outcome_of(scope, 0, gaps)

    def _kind(self, scope: Scope) -> ResourceKind:
        return self._by_type[scope.type]

    def _region(self, scope: Scope) -> str:
        if scope.location != GLOBAL:
            return scope.location
        # Some services without regions answer in the region that they are managed from only.
        service = self._kind(scope).service
        return control_region(service, self._settings.partition) or self._session.home_region

    def _client(self, scope: Scope) -> ServiceClient:
        session = self._accounts.session(scope.account)
        group = self.group(scope)
        with self._lock:
            if group not in self._clients:
                service = self._kind(scope).service
                self._clients[group] = ServiceClient(session, service, self._region(scope))
            return self._clients[group]


def _operations() -> dict[str, set[str]]:
    """Every operation that is called, by service."""
    found: dict[str, set[str]] = {}
    for planning in (organization.OPERATIONS, regions.OPERATIONS):
        for service, names in planning.items():
            found.setdefault(service, set()).update(names)
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
