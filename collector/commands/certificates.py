"""How commands issue, list and revoke certificates; what agents and askers have in common."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from collector.commands.context import now
from collector.commands.listing import Row, moment
from collector.config import CollectorConfig
from collector.identity import authority, files
from collector.identity.spiffe import Holder
from collector.store.base import CertificateRecord, Store


def issue(
    config: CollectorConfig,
    store: Store,
    holder: Holder,
    out: Path,
    *,
    days: int,
    force: bool,
    rights: frozenset[str] = frozenset(),
) -> None:
    """Write KIND.pem, KIND.key and ca.pem to `out` and keep the record; raises `IdentityError`.

    The record is kept before the files are written: a certificate that nobody holds does no harm, one
    that is not known would be refused.
    """
    ca = authority.load(config.data)
    certificate, key = out / f"{holder.kind}.pem", out / f"{holder.kind}.key"
    trusted = out / authority.CA_CERTIFICATE
    files.refuse_existing([certificate, key], force=force)
    if trusted.exists() and trusted.read_bytes() != ca.pem:
        files.refuse_existing([trusted], force=force)
    issued = ca.client(holder, days=days)
    if issued.record is not None:
        store.registry.put_certificate(replace(issued.record, rights=rights))
        files.write_all({key: issued.key, certificate: issued.certificate, trusted: ca.pem}, force=True)
        end = f"{issued.record.not_after:%Y-%m-%d}"
        click.echo(f"Wrote {certificate}, {key.name} and {trusted.name}: valid until {end}.")


def revoke(store: Store, records: list[CertificateRecord]) -> None:
    """Revoke certificates that are not yet; open streams of theirs end within seconds."""
    for record in records:
        store.registry.put_certificate(replace(record, revoked=now()))
        click.echo(f"Revoked {record.serial} of {record.tenant or record.name}.")


def row(record: CertificateRecord, columns: tuple[str, ...]) -> Row:
    """A certificate as lists show it."""
    cells: Row = {
        "serial": record.serial,
        "tenant": record.tenant,
        "name": record.name,
        "role": record.role,
        "organisation": record.organisation,
        "state": _state(record),
        "not_before": moment(record.not_before),
        "not_after": moment(record.not_after),
        "revoked": moment(record.revoked),
        "rights": " ".join(sorted(record.rights)),
    }
    return {column: cells[column] for column in columns}


def _state(record: CertificateRecord) -> str:
    if record.revoked is not None:
        return "revoked"
    return "expired" if record.not_after <= now() else "valid"
