"""`rejected`: what agents reported and could not be kept, each with its reason."""

from __future__ import annotations

from dataclasses import asdict

import click

from collector.commands.context import Context
from collector.commands.groups import Commands, example
from collector.commands.listing import format_option, moment, show

_COLUMNS = ("moment", "tenant", "asset_id", "origin", "field", "reason", "scan_id")


@click.group(cls=Commands)
def rejected() -> None:
    """Items that were set aside instead of kept: correct them at the source."""


@rejected.command("list", epilog=example("wolkenzicht-collector rejected list --tenant rdv-odc --limit 20"))
@click.option("--tenant", help="Of this tenant only.")
@click.option(
    "--limit", default=100, show_default=True, type=click.IntRange(min=1), help="At most this many."
)
@format_option
@click.pass_obj
def list_(context: Context, tenant: str | None, limit: int, output: str) -> None:
    """List the items that were set aside latest, newest first."""
    with context.store() as (_, store):
        found = store.registry.rejected(tenant, limit)
    show([{**asdict(each), "moment": moment(each.moment)} for each in found], _COLUMNS, output)
