"""`askers`: the certificates with which people and programs ask."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from collector.commands import asker_feeds, certificates
from collector.commands.context import Context
from collector.commands.groups import Commands, example
from collector.commands.listing import format_option, show
from collector.identity import authority, spiffe
from collector.store.base import CertificateRecord, Store
from wolkenzicht.errors import ConfigurationError

_COLUMNS = ("serial", "name", "role", "organisation", "rights", "state", "not_before", "not_after", "revoked")
_RIGHTS = click.option(
    "--right",
    "rights",
    multiple=True,
    type=click.Choice(spiffe.RIGHTS),
    help="What it may do beside asking: take findings up, record exemptions. May be given twice.",
)


@click.group(cls=Commands)
def askers() -> None:
    """Certificates of askers: CIO Rijk sees all, a department its own organisation and below."""


@askers.command(
    epilog=example(
        'wolkenzicht-collector askers issue "BZK CIO office" --role department --organisation bzk --out bzk/'
    )
)
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(spiffe.ROLES), help="What it may see.")
@click.option("--organisation", default="", help="Whose overview a department sees.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="The folder to write to.")
@click.option("--days", default=authority.CLIENT_DAYS, show_default=True, help="How long it is valid.")
@_RIGHTS
@click.option("--force", is_flag=True, help="Replace files that exist.")
@click.pass_obj
def issue(  # one argument for each option
    context: Context,
    name: str,
    role: str,
    organisation: str,
    out: Path,
    days: int,
    rights: tuple[str, ...],
    *,
    force: bool,
) -> None:
    """Write asker.pem, asker.key and ca.pem for an asker."""
    with context.store() as (config, store):
        holder = spiffe.asker(name, role, organisation)
        if organisation and organisation not in {
            each.organisation for each in store.registry.organisations()
        }:
            raise ConfigurationError(
                f"organisation {organisation!r} does not exist; see `organisations list`"
            )
        certificates.issue(config, store, holder, out, days=days, force=force, rights=frozenset(rights))


@askers.command("list", epilog=example("wolkenzicht-collector askers list"))
@format_option
@click.pass_obj
def list_(context: Context, output: str) -> None:
    """List the certificates of askers, newest first."""
    with context.store() as (_, store):
        found = [each for each in store.registry.certificates() if each.kind == spiffe.ASKER]
    show([certificates.row(each, _COLUMNS) for each in found], _COLUMNS, output)


@askers.command(epilog=example('wolkenzicht-collector askers allow "BZK CIO office" --right acknowledge'))
@click.argument("serial_or_name")
@_RIGHTS
@click.pass_obj
def allow(context: Context, serial_or_name: str, rights: tuple[str, ...]) -> None:
    """Say what a certificate, or all of a name, may do beside asking; without --right nothing any more."""
    with context.store() as (_, store):
        for each in _found(store, serial_or_name):
            store.registry.put_certificate(replace(each, rights=frozenset(rights)))
            click.echo(f"{each.name} ({each.serial}) may {' and '.join(sorted(rights)) or 'only ask'}.")


@askers.command(epilog=example('wolkenzicht-collector askers evict "BZK CIO office"'))
@click.argument("serial_or_name")
@click.pass_obj
def evict(context: Context, serial_or_name: str) -> None:
    """Revoke one certificate by its serial number, or all of a name.

    With the last valid certificate of an asker its feeds end.
    """
    with context.store() as (_, store):
        found = [each for each in _found(store, serial_or_name) if each.revoked is None]
        asker_feeds.withdraw_without(store, found)
        certificates.revoke(store, found)


for each in (asker_feeds.feed, asker_feeds.feeds, asker_feeds.withdraw_feed):
    askers.add_command(each)


def _found(store: Store, serial_or_name: str) -> list[CertificateRecord]:
    """The certificates of askers meant; raises `ConfigurationError` where there is none."""
    found = [
        each
        for each in store.registry.certificates()
        if each.kind == spiffe.ASKER and serial_or_name in {each.serial, each.name}
    ]
    if not found:
        raise ConfigurationError(
            f"{serial_or_name!r} is neither a name nor a serial number of an asker; see `askers list`"
        )
    return found
