"""What the store keeps of organisations, tenants and certificates, and of what was turned away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


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
    (empty for `cio_rijk`) and a name. Its rights are what it may do beside asking: acknowledge, exempt.
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
    rights: frozenset[str] = frozenset()


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

    def organisation_of(self, tenant: str) -> str:
        """The organisation that a tenant belongs to; empty where there is no such tenant."""

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
