"""The AWS source: which scopes an account has, and how each of them is read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace

from connectors.aws.client import ServiceClient
from connectors.aws.kind import GLOBAL, Raw, ResourceKind
from connectors.aws.kinds import KINDS
from connectors.aws.session import PARTITIONS, PLAN_OPERATIONS, AwsSession, Identity
from connectors.base import Gap, ReadError, ReadItem, Rejected, outcome_of
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Outcome, Scope, ScopeOutcome


@dataclass(frozen=True, slots=True)
class AwsSettings:
    """What a tenant's configuration says about an AWS account.

    `regions` and `kinds` of `None` mean all: the regions that are enabled for the account, the kinds
    of `KINDS` by name. Without `endpoint_url` the SDK's own settings hold (`AWS_ENDPOINT_URL`).
    """

    regions: tuple[str, ...] | None = None
    partition: str = "aws"
    kinds: tuple[str, ...] | None = None
    max_attempts: int = 8
    endpoint_url: str | None = None


class AwsSource:
    """One AWS account, read with the credentials of the standard chain.

    Raises `ConfigurationError` for settings that name what does not exist.
    """

    def __init__(self, settings: AwsSettings) -> None:
        self._settings = settings
        self._kinds = _chosen(settings)
        self._by_type = {kind.type: kind for kind in KINDS}
        self._session = AwsSession(
            partition=settings.partition,
            region=settings.regions[0] if settings.regions else None,
            max_attempts=settings.max_attempts,
            endpoint_url=settings.endpoint_url,
            operations=_operations(),
        )
        self._lock = threading.Lock()
        self._clients: dict[str, ServiceClient] = {}
        self._identity: Identity | None = None

    @property
    def connector(self) -> str:
        """Name of the connector."""
        return "aws"

    def plan(self) -> Iterator[Scope]:
        """Yield a scope for each kind and region, service by service. Raises `ReadError`.

        That order lets the scopes of a service share what the SDK keeps about it.
        """
        self._identity = identity = self._session.identity()
        regions = self._regions()
        for kind in self._kinds:
            for location in (GLOBAL,) if kind.scope == GLOBAL else regions:
                yield Scope(identity.account, location, kind.type)

    def group(self, scope: Scope) -> str:
        """`service/region`: what shares a client."""
        return f"{self._kind(scope).service}/{scope.location}"

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """Yield assets page by page, each followed by the gaps in it. Raises `ReadError`."""
        kind = self._kind(scope)
        identity = self._known_identity()
        context = kind.context(identity.account, identity.partition, self._region(scope))
        for raw in kind.fetch(self._client(scope), scope):
            if isinstance(raw, Gap):
                yield raw
                continue
            try:
                asset = kind.normalise(raw, context)
            except KeyError as error:
                yield _rejected(kind, scope, error)
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
        """Make each kind's first call in the first region and say what became of it."""
        identity = self._known_identity()
        first = self._regions()[0]
        for kind in self._kinds:
            scope = Scope(identity.account, GLOBAL if kind.scope == GLOBAL else first, kind.type)
            yield self._check(scope)
            self.finish_group(self.group(scope))

    def _check(self, scope: Scope) -> ScopeOutcome:
        gaps: list[Gap] = []
        try:
            self._client(scope).try_out(self._kind(scope).calls[0])
        except ReadError as error:
            gaps.append(error.gap)
        return outcome_of(scope, 0, gaps)

    def _regions(self) -> tuple[str, ...]:
        regions = self._settings.regions or self._session.enabled_regions()
        if not regions:
            raise ReadError(Gap(Outcome.FAILED, "ec2 DescribeRegions names no enabled region; set `regions`"))
        return regions

    def _kind(self, scope: Scope) -> ResourceKind:
        return self._by_type[scope.type]

    def _known_identity(self) -> Identity:
        with self._lock:
            if self._identity is None:
                self._identity = self._session.identity()
            return self._identity

    def _region(self, scope: Scope) -> str:
        return self._session.home_region if scope.location == GLOBAL else scope.location

    def _client(self, scope: Scope) -> ServiceClient:
        group = self.group(scope)
        with self._lock:
            if group not in self._clients:
                service = self._kind(scope).service
                self._clients[group] = ServiceClient(self._session, service, self._region(scope))
            return self._clients[group]


def _chosen(settings: AwsSettings) -> tuple[ResourceKind, ...]:
    if settings.partition not in PARTITIONS:
        raise ConfigurationError(
            f"partition: {settings.partition!r} is no AWS partition; choose one of {', '.join(PARTITIONS)}"
        )
    if settings.max_attempts < 1:
        raise ConfigurationError(f"max_attempts: {settings.max_attempts} is too few; give at least 1")
    if settings.regions is not None and not settings.regions:
        raise ConfigurationError("regions: the list is empty; name a region or leave it out for all")
    if settings.kinds is None:
        return KINDS
    unknown = sorted(set(settings.kinds) - {kind.name for kind in KINDS})
    if unknown:
        raise ConfigurationError(
            f"kinds: {unknown[0]!r} is not known; choose from {', '.join(kind.name for kind in KINDS)}"
        )
    return tuple(kind for kind in KINDS if kind.name in settings.kinds)


def _operations() -> dict[str, set[str]]:
    """Every operation that is called, by service."""
    found = {service: set(names) for service, names in PLAN_OPERATIONS.items()}
    for kind in KINDS:
        found.setdefault(kind.service, set()).update(call.operation for call in kind.calls)
    return found


def _gaps(raw: Raw) -> Iterator[Gap]:
    return (value for value in raw.values() if isinstance(value, Gap))


def _rejected(kind: ResourceKind, scope: Scope, error: KeyError) -> Rejected:
    return Rejected(
        asset_id="",
        origin=f"{kind.service} {kind.calls[0].operation} in {scope.location}",
        field=str(error.args[0]),
        reason="the provider's answer lacks this field",
    )
