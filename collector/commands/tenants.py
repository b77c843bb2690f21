"""`tenants`: what agents are deployed for."""

from __future__ import annotations

import click

from collector.commands.context import Context, now
from collector.commands.groups import Commands, example
from collector.commands.listing import format_option, moment, show
from collector.identity.spiffe import identifier
from collector.store.base import Tenant

PROVIDERS = ("aws", "azure", "gcp", "odc")


@click.group(cls=Commands)
def tenants() -> None:
    """Tenants: a cloud organization or account, or a datacentre, each with an agent of its own."""


@tenants.command(
    epilog=example(
        'wolkenzicht-collector tenants add bzk-aws --organisation bzk --provider aws --title "BZK on AWS"'
    )
)
@click.argument("name")
@click.option("--organisation", required=True, help="The organisation that it belongs to.")
@click.option("--provider", required=True, type=click.Choice(PROVIDERS), help="Whose cloud it is.")
@click.option("--title", default="", help="What people call it.")
@click.pass_obj
def add(context: Context, name: str, organisation: str, provider: str, title: str) -> None:
    """Add a tenant."""
    with context.store() as (_, store):
        store.registry.add_tenant(Tenant(identifier(name, "tenant"), organisation, provider, title, now()))
    click.echo(f"Tenant {name} added. Next: `agents issue {name} --out DIR`.")


@tenants.command("list", epilog=example("wolkenzicht-collector tenants list"))
@format_option
@click.pass_obj
def list_(context: Context, output: str) -> None:
    """List all tenants, each with the end of its last completed scan."""
    with context.store() as (_, store):
        found = store.registry.tenants()
    rows = [
        {
            "tenant": each.tenant,
            "organisation": each.organisation,
            "provider": each.provider,
            "title": each.title,
            "created": moment(each.created),
            "last_scan": moment(each.last_scan),
        }
        for each in found
    ]
    show(rows, ("tenant", "organisation", "provider", "title", "created", "last_scan"), output)
