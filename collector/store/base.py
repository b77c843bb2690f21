"""The interface of the store, by subject: registry, ingest, reading, outbox.

Every implementation passes the same contract suite (`tests/contract/test_store_*.py`). Times are
aware UTC datetimes here; implementations may keep them otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from wolkenzicht.model import FindingKind, FindingState, LocationClass, Outcome, ScopeOutcome, Severity
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.v1.collector_service_pb2 import RejectedItem, ReportRequest

# --- registry: organisations, tenants, certificates ------------------------------------------------


@dataclass(frozen=True, slots=True)
class Organisation:
    """A ministry, agency or other body; `parent` is the organisation above it, empty at the top."""

    organisation: str
    name: str
    kind: str = ""
    parent: str = ""
    tooi: str = ""


@dataclass(frozen=True, slots=True)
class Tenant:
    """What one agent is deployed for; belongs to one organisation."""

    tenant: str
    organisation: str
    provider: str
    title: str = ""
    created: datetime | None = None
    last_scan: datetime | None = None


@dataclass(frozen=True, slots=True)
class CertificateRecord:
    """A certificate that the collector issued. `kind` is `agent` or `asker`.

    An agent's has a tenant; an asker's has a role (`cio_rijk`, `department`), an organisation
    (empty for `cio_rijk`) and a name.
    """

    serial: str
    kind: str
    not_before: datetime
    not_after: datetime
    tenant: str = ""
    organisation: str = ""
    role: str = ""
    name: str = ""
    revoked: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A stream or call that was refused, kept for the auditor."""

    moment: datetime
    peer: str
    subject: str
    reason: str


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """An item or frame that was set aside instead of kept.

    `origin` says where in the source it stands, `field` which field is at fault; `asset_id` is
    shortened to 256 bytes.
    """

    moment: datetime
    tenant: str
    scan_id: str
    asset_id: str
    origin: str
    field: str
    reason: str


class Registry(Protocol):
    """Who exists, who may connect, and what was turned away."""

    def put_organisations(self, organisations: Iterable[Organisation]) -> int:
        """Add or replace, all or none; returns how many. Raises `ConfigurationError`.

        A parent must exist, in the store or among those given, and no organisation may stand above
        itself.
        """

    def organisations(self) -> list[Organisation]:
        """All, sorted by identifier."""

    def add_tenant(self, tenant: Tenant) -> None:
        """Add one; raises `ConfigurationError` where it exists or its organisation does not."""

    def tenants(self) -> list[Tenant]:
        """All, sorted by identifier, each with its last completed scan."""

    def put_certificate(self, record: CertificateRecord) -> None:
        """Keep the record of an issued certificate."""

    def certificate(self, serial: str) -> CertificateRecord | None:
        """The record with this serial number (lower-case hexadecimal), None where not issued here."""

    def certificates(self) -> list[CertificateRecord]:
        """All, newest first."""

    def put_refusal(self, refusal: Refusal) -> None:
        """Keep a refusal."""

    def refusals(self, limit: int = 100) -> list[Refusal]:
        """The latest, newest first."""

    def rejected(self, tenant: str | None = None, limit: int = 100) -> list[RejectedRow]:
        """The items that were set aside latest, of one tenant or all, newest first."""


# --- ingest -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Incoming:
    """One frame of a tenant's stream, still in wire form."""

    tenant: str
    spool_id: str
    agent_version: str
    frame: ReportRequest


@dataclass(frozen=True, slots=True)
class Committed:
    """What became of one frame: committed, with the items that were set aside.

    `duplicate` says that it had been committed before. `refused` is not empty where the frame as a
    whole was set aside.
    """

    sequence: int
    duplicate: bool = False
    rejected: tuple[RejectedItem, ...] = ()
    refused: str = ""
    events: int = 0


class Ingest(Protocol):
    """The one way in for what agents report."""

    def position(self, tenant: str, spool_id: str) -> int:
        """The last sequence committed of this spool; 0 where none."""

    def commit(self, frames: Sequence[Incoming], now: datetime) -> list[Committed]:
        """Apply frames in their order in one transaction; durable on return.

        Idempotent: a frame at or below its spool's position changes nothing. Assets, their earlier
        versions, scope outcomes, findings and outbox events change together. An asset is removed
        only where its scope was complete and did not list it. Raises `StorageError` (nothing is
        applied then).
        """


# --- reading ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sight:
    """Which tenants an asker may see; made in `collector.query.sight` only.

    `organisations` is None for an asker who sees all, else the organisations in sight.
    """

    organisations: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class AssetQuery:
    """Which assets; None does not restrict. `organisations` already holds those below it."""

    organisations: frozenset[str] | None = None
    tenant: str | None = None
    provider: str | None = None
    country: str | None = None
    location_class: str | None = None
    material: str | None = None
    type: str | None = None
    holds: str | None = None


@dataclass(frozen=True, slots=True)
class AssetRow:
    """An asset as kept: the record in wire form and what the collector adds.

    `last_seen` is when it was last seen for certain: its last change or the last complete look at its
    scope. `scope_outcome` is None where its scope has had no outcome yet, and for one that vanished.
    """

    record: ClassifiedAsset
    tenant: str
    organisation: str
    first_seen: datetime
    last_seen: datetime
    scope_outcome: Outcome | None
    removed: datetime | None = None


@dataclass(frozen=True, slots=True)
class CountRow:
    """A count of assets that are alike in everything that an overview groups by."""

    organisation: str
    provider: str
    countries: tuple[str, ...]
    location_class: str
    material: str
    holds: str
    type: str
    assets: int


@dataclass(frozen=True, slots=True)
class CompletenessRow:
    """How much of the estate in sight was seen at the last look."""

    scopes_planned: int
    scopes_complete: int
    scopes_blind: int
    oldest_look: datetime | None
    tenants_silent: int


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as kept; `details` are the (operation, place) pairs that gave cause for it.

    `asset_name` is filled in by reading only; it is empty where the asset has no name or vanished.
    """

    finding_id: str
    tenant: str
    organisation: str
    asset_id: str
    kind: FindingKind
    severity: Severity
    state: FindingState
    clause: str
    details: tuple[tuple[str, str], ...]
    owner: str
    opened: datetime
    resolved: datetime | None = None
    asset_name: str = ""


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """A scope and its outcome at the last look; `outcome` is None where it never had one."""

    tenant: str
    organisation: str
    account: str
    location: str
    type: str
    outcome: ScopeOutcome | None
    looked: datetime | None
    last_complete: datetime | None
    planned: bool


class Reading(Protocol):
    """The one read side. Every method takes the asker's `Sight` first."""

    def counts(self, sight: Sight, query: AssetQuery) -> list[CountRow]:
        """Counts by everything an overview groups by; the caller adds them up."""

    def assets(
        self, sight: Sight, query: AssetQuery, *, order_by: str, after: tuple[str, ...], limit: int
    ) -> list[tuple[AssetRow, tuple[str, ...]]]:
        """A page of present assets, each with its position (for `after`; empty for the first page).

        `order_by` is one of asset_id, name, type, location_class, organisation, with "-" before it
        to reverse; raises `ConfigurationError` for another.
        """

    def asset(self, sight: Sight, asset_id: str) -> AssetRow | None:
        """One asset in sight, also one that vanished; None where there is none."""

    def asset_scope(self, sight: Sight, asset_id: str) -> CoverageRow | None:
        """The scope that an asset in sight was read in; None where the asset is not present."""

    def versions(self, sight: Sight, asset_id: str) -> list[AssetRow]:
        """Earlier versions of an asset in sight, newest first.

        `first_seen` and `last_seen` are the time that the version held.
        """

    def findings(
        self,
        sight: Sight,
        query: AssetQuery,
        *,
        states: frozenset[FindingState],
        after: tuple[str, ...],
        limit: int,
    ) -> list[tuple[FindingRow, tuple[str, ...]]]:
        """A page of findings, newest first, each with its position."""

    def open_findings(self, sight: Sight, query: AssetQuery) -> int:
        """How many findings are open."""

    def coverage(
        self,
        sight: Sight,
        *,
        organisations: frozenset[str] | None,
        tenant: str | None,
        blind_only: bool,
        after: tuple[str, ...],
        limit: int,
    ) -> list[tuple[CoverageRow, tuple[str, ...]]]:
        """A page of scopes, blind spots first, each with its position."""

    def completeness(
        self, sight: Sight, *, organisations: frozenset[str] | None, tenant: str | None
    ) -> CompletenessRow:
        """How much was seen of the scopes that are planned, or no longer planned and still hold assets.

        `unsupported` and `not_enabled` count as complete where the scope holds no assets: nothing can
        exist there. A scope that is no longer planned and still holds assets is blind.
        """


# --- outbox -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """A finding that opened or resolved, to be delivered; `event_id` is the same at every delivery."""

    event_no: int
    event_id: str
    type: str
    created: datetime
    finding: FindingRow
    asset_name: str
    asset_type: str
    provider: str
    location_class: LocationClass


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way over one route."""

    route: str
    event: Event
    attempts: int
    last_error: str = ""


@dataclass(frozen=True, slots=True)
class RouteState:
    """How a route stands: deliveries waiting, delivered and given up."""

    route: str
    due: int
    delivered: int
    dead: int
    oldest_due: datetime | None = None
    last_error: str = ""


class Outbox(Protocol):
    """Events committed with the data, and what became of each on every route."""

    def fan_out(self, routes: Mapping[str, Severity], now: datetime) -> int:
        """Make deliveries of the new events for each route; returns how many. Durable on return.

        A route names the least severity that it wants. Once a finding has reached it, the route gets
        every later event of that finding, so that nobody waits for the end of what became less
        severe. A route seen for the first time starts with the events of findings still open.
        """

    def due(self, route: str, now: datetime, limit: int) -> list[Delivery]:
        """Deliveries of a route whose time has come, oldest event first."""

    def delivered(self, route: str, event_nos: Sequence[int], now: datetime) -> None:
        """Record success."""

    def failed(
        self, route: str, event_nos: Sequence[int], error: str, next_attempt: datetime | None, now: datetime
    ) -> None:
        """Record failure; `next_attempt` None gives the deliveries up (kept, visible)."""

    def routes(self) -> list[RouteState]:
        """How every route stands."""


@dataclass(frozen=True, slots=True)
class Store:
    """One open store."""

    registry: Registry
    ingest: Ingest
    reading: Reading
    outbox: Outbox
    closers: tuple[object, ...] = field(default=())
