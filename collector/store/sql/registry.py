"""Who exists, who may connect, and what was turned away: organisations, tenants, certificates, refusals."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from collector.store.base import CertificateRecord, Organisation, Refusal, RejectedRow, Tenant
from collector.store.sql.clock import from_micros, to_micros
from collector.store.sql.database import Connection, Database, repeatable, undone_first
from wolkenzicht.errors import ConfigurationError

_TENANTS = """
    SELECT tenant, organisation, provider, title, created,
           (SELECT max(ended) FROM scan WHERE scan.tenant = tenant.tenant AND interrupted = 0)
    FROM tenant ORDER BY tenant
"""
_CERTIFICATE = """
    SELECT serial, kind, not_before, not_after, tenant, organisation, role, name, revoked,
        rights
    FROM certificate -- fan-out: a certificate is known by its serial number, and askers have no tenant
"""
_PUT_CERTIFICATE = """
    INSERT INTO certificate (serial, kind, not_before, not_after, tenant, organisation, role, name, revoked,
        rights)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (serial) DO UPDATE SET kind = excluded.kind, not_before = excluded.not_before,
        not_after = excluded.not_after, tenant = excluded.tenant, organisation = excluded.organisation,
        role = excluded.role, name = excluded.name, revoked = excluded.revoked,
        rights = excluded.rights
"""
_REJECTED = """
    SELECT moment, tenant, scan_id, asset_id, origin, field, reason FROM rejected_item
    -- fan-out: an auditor asks for what was set aside anywhere
    WHERE {which} ORDER BY item_no DESC LIMIT ?
"""


class SqlRegistry:
    """The registry; what each method promises stands with `Registry`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @repeatable
    def put_organisations(self, organisations: Iterable[Organisation]) -> int:
        """Add or replace, all or none; see `Registry.put_organisations`."""
        given = list(organisations)
        _refuse_doubles(given)
        with self._database.writer() as connection:
            connection.lock("registry")
            parents = dict(connection.execute("SELECT organisation, parent FROM organisation"))
            parents.update({each.organisation: each.parent for each in given})
            _refuse_broken_tree(parents, given)
            connection.executemany(
                "INSERT INTO organisation (organisation, name, kind, parent, tooi) VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (organisation) DO UPDATE SET "
                "name = excluded.name, kind = excluded.kind, parent = excluded.parent, tooi = excluded.tooi",
                [(each.organisation, each.name, each.kind, each.parent, each.tooi) for each in given],
            )
        return len(given)

    @repeatable
    def organisations(self) -> list[Organisation]:
        """All, sorted by identifier."""
        with self._database.reader() as connection:
            rows = connection.execute(
                "SELECT organisation, name, kind, parent, tooi FROM organisation ORDER BY organisation"
            )
            return [Organisation(*row) for row in rows]

    @undone_first
    def add_tenant(self, tenant: Tenant) -> None:
        """Add one; a tenant without a moment of creation cannot be kept."""
        if not tenant.tenant:
            raise ConfigurationError("tenant: is empty; give it an identifier")
        if tenant.created is None:
            raise ConfigurationError(f"tenant '{tenant.tenant}': created is not set; give the moment")
        with self._database.writer() as connection:
            connection.lock("registry")
            if _exists(connection, "SELECT 1 FROM tenant WHERE tenant = ?", tenant.tenant):
                raise ConfigurationError(
                    f"tenant '{tenant.tenant}' exists already: choose another identifier"
                )
            if not _exists(
                connection, "SELECT 1 FROM organisation WHERE organisation = ?", tenant.organisation
            ):
                raise ConfigurationError(
                    f"organisation '{tenant.organisation}' of tenant '{tenant.tenant}' does not exist: "
                    "import it first"
                )
            connection.execute(
                "INSERT INTO tenant (tenant, organisation, provider, title, created) VALUES (?, ?, ?, ?, ?)",
                (
                    tenant.tenant,
                    tenant.organisation,
                    tenant.provider,
                    tenant.title,
                    to_micros(tenant.created),
                ),
            )

    @repeatable
    def tenants(self) -> list[Tenant]:
        """All, sorted by identifier, each with the end of its last scan that was not broken off."""
        with self._database.reader() as connection:
            return [
                Tenant(tenant, organisation, provider, title, from_micros(created), _moment(ended))
                for tenant, organisation, provider, title, created, ended in connection.execute(_TENANTS)
            ]

    @repeatable
    def organisation_of(self, tenant: str) -> str:
        """The organisation that a tenant belongs to; see `Registry.organisation_of`."""
        with self._database.reader() as connection:
            row = connection.execute("SELECT organisation FROM tenant WHERE tenant = ?", (tenant,)).fetchone()
        return row[0] if row else ""

    @repeatable
    def put_certificate(self, record: CertificateRecord) -> None:
        """Keep the record of an issued certificate; one with the same serial number is replaced."""
        with self._database.writer() as connection:
            connection.execute(
                _PUT_CERTIFICATE,
                (
                    record.serial,
                    record.kind,
                    to_micros(record.not_before),
                    to_micros(record.not_after),
                    record.tenant,
                    record.organisation,
                    record.role,
                    record.name,
                    to_micros(record.revoked) if record.revoked else None,
                    " ".join(sorted(record.rights)),
                ),
            )

    @repeatable
    def certificate(self, serial: str) -> CertificateRecord | None:
        """The record with this serial number, None where not issued here."""
        with self._database.reader() as connection:
            row = connection.execute(_CERTIFICATE + " WHERE serial = ?", (serial,)).fetchone()
        return _certificate(*row) if row else None

    @repeatable
    def certificates(self) -> list[CertificateRecord]:
        """All, newest first."""
        with self._database.reader() as connection:
            rows = connection.execute(_CERTIFICATE + " ORDER BY not_before DESC, serial DESC").fetchall()
        return [_certificate(*row) for row in rows]

    @undone_first
    def put_refusal(self, refusal: Refusal) -> None:
        """Keep a refusal."""
        with self._database.writer() as connection:
            connection.execute(
                "INSERT INTO refusal (moment, peer, subject, reason) VALUES (?, ?, ?, ?)",
                (to_micros(refusal.moment), refusal.peer, refusal.subject, refusal.reason),
            )

    @repeatable
    def refusals(self, limit: int = 100) -> list[Refusal]:
        """The latest, newest first."""
        with self._database.reader() as connection:
            rows = connection.execute(
                "SELECT moment, peer, subject, reason FROM refusal ORDER BY refusal_no DESC LIMIT ?", (limit,)
            )
            return [Refusal(from_micros(moment), *texts) for moment, *texts in rows]

    @repeatable
    def rejected(self, tenant: str | None = None, limit: int = 100) -> list[RejectedRow]:
        """The items that were set aside latest, of one tenant or all, newest first."""
        with self._database.reader() as connection:
            if tenant is None:
                rows = connection.execute(_REJECTED.replace("{which}", "tenant IS NOT NULL"), (limit,))
            else:
                rows = connection.execute(_REJECTED.replace("{which}", "tenant = ?"), (tenant, limit))
            return [RejectedRow(from_micros(moment), *texts) for moment, *texts in rows]


def _refuse_doubles(given: list[Organisation]) -> None:
    seen: set[str] = set()
    for each in given:
        if not each.organisation:
            raise ConfigurationError("organisation: is empty; give it an identifier")
        if each.organisation in seen:
            raise ConfigurationError(f"organisation '{each.organisation}' is given twice: keep one of them")
        seen.add(each.organisation)


def _refuse_broken_tree(parents: dict[str, str], given: list[Organisation]) -> None:
    """Raise where a given organisation's way up does not end at the top; `parents` holds all of them."""
    for each in given:
        path = [each.organisation]
        while parent := parents[path[-1]]:
            if parent not in parents:
                raise ConfigurationError(
                    f"parent '{parent}' of organisation '{path[-1]}' does not exist: import it as well"
                )
            if parent in path:
                way = " → ".join((*path, parent))
                raise ConfigurationError(
                    f"organisation '{parent}' stands above itself ({way}): change a parent"
                )
            path.append(parent)


def _exists(connection: Connection, query: str, key: str) -> bool:
    return connection.execute(query, (key,)).fetchone() is not None


def _moment(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)


def _certificate(
    serial: str,
    kind: str,
    not_before: int,
    not_after: int,
    tenant: str,
    organisation: str,
    role: str,
    name: str,
    revoked: int | None,
    rights: str,
) -> CertificateRecord:
    return CertificateRecord(
        serial=serial,
        kind=kind,
        not_before=from_micros(not_before),
        not_after=from_micros(not_after),
        tenant=tenant,
        organisation=organisation,
        role=role,
        name=name,
        revoked=_moment(revoked),
        rights=frozenset(rights.split()),
    )
