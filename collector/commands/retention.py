"""`retention`: which months were thinned out, and with `--dry-run` what the rule would let go."""

from __future__ import annotations

import click

from collector.commands.context import Context, now
from collector.commands.groups import example
from collector.commands.listing import Row, format_option, moment, show
from collector.retention.rule import OFF, months_of, whole_since
from collector.store.base import Thinned
from wolkenzicht.errors import ConfigurationError

_COLUMNS = ("tenant", "month", "versions", "finished", "digest")


@click.command(
    epilog=example("wolkenzicht-collector retention", "wolkenzicht-collector retention --dry-run --full 18m")
)
@click.option("--dry-run", is_flag=True, help="Show what would go, month by month, and change nothing.")
@click.option("--full", default="", metavar="PERIOD", help="With --dry-run: by this rule (2y, 18m).")
@format_option
@click.pass_obj
def retention(context: Context, output: str, full: str, *, dry_run: bool) -> None:
    """Show the months of which only the state at their end is kept.

    A running collector lets go of versions that ended longer ago than `[retention] full` (two years) and that
    no month's end shows. `digest` is over what went.
    """
    if full and not dry_run:
        raise click.UsageError("--full goes with --dry-run; what is done follows [retention] full")
    with context.store() as (config, store):
        if not dry_run:
            found = store.retention.thinned()
        else:
            period = full or config.retention.full
            if period == OFF:
                raise ConfigurationError('retention.full is "off": all is kept; try a rule with --full 2y')
            try:
                months_of(period)
            except ValueError as error:
                raise ConfigurationError(f"--full: {error}") from error
            found = store.retention.preview(whole_since(period, now()))
    show([_row(each) for each in found], _COLUMNS, output)


def _row(each: Thinned) -> Row:
    return {
        "tenant": each.tenant,
        "month": each.month,
        "versions": str(each.versions),
        "finished": moment(each.finished),
        "digest": each.digest.hex(),
    }
