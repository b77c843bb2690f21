"""`refusals`: who was refused, when and why."""

from __future__ import annotations

import click

from collector.commands.context import Context
from collector.commands.groups import Commands, example
from collector.commands.listing import format_option, moment, show


@click.group(cls=Commands)
def refusals() -> None:
    """Streams, calls and handshakes that were refused, kept for the auditor."""


@refusals.command("list", epilog=example("wolkenzicht-collector refusals list --limit 20"))
@click.option(
    "--limit", default=100, show_default=True, type=click.IntRange(min=1), help="At most this many."
)
@format_option
@click.pass_obj
def list_(context: Context, limit: int, output: str) -> None:
    """List the latest refusals, newest first."""
    with context.store() as (_, store):
        found = store.registry.refusals(limit)
    columns = ("moment", "peer", "subject", "reason")
    rows = [
        {"moment": moment(each.moment), "peer": each.peer, "subject": each.subject, "reason": each.reason}
        for each in found
    ]
    show(rows, columns, output)
