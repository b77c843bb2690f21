"""`askers`: the certificates with which people and programs ask."""

from __future__ import annotations

from pathlib import Path

import click

from collector.commands import certificates
from collector.commands.context import Context
from collector.commands.groups import Commands, example
from collector.commands.listing import format_option, show
from collector.identity import authority, spiffe
from wolkenzicht.errors import ConfigurationError

_COLUMNS = ("serial", "name", "role", "organisation", "state", "not_before", "not_after", "revoked")


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
@click.option("--force", is_flag=True, help="Replace files that exist.")
@click.pass_obj
def issue(
    context: Context, name: str, role: str, organisation: str, out: Path, days: int, *, force: bool
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
        certificates.issue(config, store, holder, out, days=days, force=force)


@askers.command("list", epilog=example("wolkenzicht-collector askers list"))
@format_option
@click.pass_obj
def list_(context: Context, output: str) -> None:
    """List the certificates of askers, newest first."""
    with context.store() as (_, store):
        found = [each for each in store.registry.certificates() if each.kind == spiffe.ASKER]
    show([certificates.row(each, _COLUMNS) for each in found], _COLUMNS, output)


@askers.command(epilog=example('wolkenzicht-collector askers evict "BZK CIO office"'))
@click.argument("serial_or_name")
@click.pass_obj
def evict(context: Context, serial_or_name: str) -> None:
    """Revoke one certificate by its serial number, or all of a name."""
    with context.store() as (_, store):
        found = [
            each
            for each in store.registry.certificates()
            if each.kind == spiffe.ASKER and serial_or_name in {each.serial, each.name}
        ]
        if not found:
            raise ConfigurationError(
                f"{serial_or_name!r} is neither a name nor a serial number of an asker; see `askers list`"
            )
        certificates.revoke(store, [each for each in found if each.revoked is None])
