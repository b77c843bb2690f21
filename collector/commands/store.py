"""`store`: whether what the store prepares for its answers fits what it holds."""

from __future__ import annotations

import sys

import click

from collector.commands.context import Context
from collector.commands.groups import Commands, example
from collector.store.base import CountDifference

#: Differences that are told one by one.
_SHOWN = 20


@click.group(cls=Commands)
def store() -> None:
    """The store itself: check what it prepares, and make it anew."""


@store.command(
    epilog=example("wolkenzicht-collector store check", "wolkenzicht-collector store check --repair")
)
@click.option("--repair", is_flag=True, help="Where they differ, make the prepared counts anew.")
@click.pass_obj
def check(context: Context, *, repair: bool) -> None:
    """Count every asset again and compare with the prepared counts; exits with 1 where they differ.

    Takes minutes where there are millions. Agents go on reporting while it counts, and wait while it repairs.
    """
    with context.store() as (_, opened):
        differences = opened.upkeep.check_counts()
        for each in differences[:_SHOWN]:
            click.echo(_line(each))
        if differences and repair:
            opened.upkeep.repair_counts()
    if not differences:
        click.echo("The prepared counts are those of the assets.")
        return
    click.echo(f"{len(differences)} prepared counts differ{', made anew' if repair else ''}.")
    if not repair:
        click.echo(
            "Make them anew with 'wolkenzicht-collector store check --repair', and report it as a defect."
        )
        sys.exit(1)


def _line(each: CountDifference) -> str:
    group = ", ".join(f"{name} {value.strip(',')}" for name, value in each.group)
    return f"{each.tenant}: {group}: {each.counted} counted, {each.there} there"
