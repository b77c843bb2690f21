"""`policy status`: by which rules the verdicts of each tenant were judged, and how far judging again is."""

from __future__ import annotations

import click

from collector.commands.context import Context
from collector.commands.groups import example
from collector.commands.listing import Row, format_option, moment, show
from collector.store.base import Progress

_COLUMNS = (
    "tenant", "organisation", "state", "judged_by", "target", "since", "judged", "changed", "remaining",
    "finished",
)  # fmt: skip


@click.command(epilog=example("wolkenzicht-collector policy status"))
@format_option
@click.pass_obj
def status(context: Context, output: str) -> None:
    """Show by which rules the verdicts of each tenant were judged.

    After other rules came into force the collector judges all it holds again: `judged`, `changed` and
    `remaining` count assets, and `judged_by` is told once all of a tenant was.
    """
    with context.store() as (_, store):
        found = store.evaluation.progress()
    show([_row(each) for each in found], _COLUMNS, output)


def _row(progress: Progress) -> Row:
    return {
        "tenant": progress.tenant,
        "organisation": progress.organisation,
        "state": "done" if progress.done else "under way" if progress.target else "to begin",
        "judged_by": progress.version,
        "target": progress.target,
        "since": moment(progress.since),
        "judged": str(progress.judged),
        "changed": str(progress.changed),
        "remaining": str(progress.remaining),
        "finished": moment(progress.finished),
    }
