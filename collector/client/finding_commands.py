"""The asker's commands about findings: list them, show one, take them up, put them back."""

from __future__ import annotations

import json
from typing import Any

import click

from collector.client import answers, detail, exemption_commands, layout, plain, shapes, tables
from collector.client.connection import Collector
from collector.client.options import Asked, common, dated, filtered, paged
from collector.client.paging import Pages
from wolkenzicht.model import FindingState
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.v1.overview_service_pb2 import AssetFilter, Past
from wolkenzicht.wire import FINDING_STATES

_STANDING, _ALL = "standing", "all"


@click.group()
def findings() -> None:
    """List what needs a person, show one with its history, and say what is done about it."""


@findings.command("list")
@click.option(
    "--state",
    type=click.Choice([_STANDING, *(each.value for each in FindingState), _ALL]),
    default=_STANDING,
    show_default=True,
    help="State; standing are all but resolved.",
)
@filtered
@paged
@dated
@common
def findings_list(
    asked: Asked, past: Past | None, state: str, filters: AssetFilter, limit: int | None, page_token: str
) -> None:
    """List findings, newest first.

    \b
    Examples:
      wolkenzicht findings list --material material
      wolkenzicht findings list --state open
      wolkenzicht findings list --state all --format csv --all
    """
    question = wire.ListFindingsRequest(
        past=past,
        filter=filters,
        state=None if state in (_STANDING, _ALL) else FINDING_STATES.encode[FindingState(state)],
        include_resolved=state == _ALL,
        page_token=page_token,
        language=asked.language,
    )
    with Collector(asked.settings) as collector:
        pages = Pages(
            lambda each: collector.ask(collector.stub.ListFindings, each), question, shapes.finding, limit
        )
        answers.listing(asked, pages, tables.FINDINGS, covers=True)


@findings.command("show")
@click.argument("finding_id")
@dated
@common
def findings_show(asked: Asked, past: Past | None, finding_id: str) -> None:
    """Show a finding, and what it was before: since when, and who did it.

    \b
    Examples:
      wolkenzicht findings show 4f3c9ad27c1b4d0f9a6f0a5b8f0b2d11
      wolkenzicht findings show 4f3c9ad27c1b4d0f9a6f0a5b8f0b2d11 --as-of 2026-07-02
    """
    question = wire.GetFindingRequest(finding_id=finding_id, language=asked.language, past=past)
    with Collector(asked.settings) as collector:
        answer = collector.ask(collector.stub.GetFinding, question)
    shape = shapes.finding(answer.finding)
    history = [shapes.finding_version(each) for each in answer.history]
    if asked.format == "json":
        click.echo(plain.as_json({"finding": shape, "history": history} | shapes.times(answer)))
    elif asked.format == "csv":
        for line in plain.csv_lines(history):
            click.echo(line)
    else:
        width = layout.terminal_width()
        click.echo(detail.finding(shape, asked.texts, width))
        click.echo()
        click.echo(layout.table(tables.FINDING_VERSIONS, history, asked.texts, width=width))


@findings.command("watch")
@click.option("--position", default="", metavar="NUMBER", help="Go on after an event that came earlier.")
@common
def watch(asked: Asked, position: str) -> None:
    """Tell what becomes of findings, as it comes, until it is stopped: a line for each event.

    With --format json each line is an object; its position is where to go on.

    \b
    Examples:
      wolkenzicht findings watch --lang nl
      wolkenzicht findings watch --format json --position 81724
    """
    if asked.format == "csv":
        raise click.UsageError("findings watch has no CSV; use --format json, an object a line")
    question = wire.WatchFindingsRequest(language=asked.language, position=position)
    with Collector(asked.settings) as collector:
        for each in collector.listen(collector.stub.WatchFindings, question):
            shape = shapes.finding_event(each)
            if asked.format == "json":
                click.echo(json.dumps(shape, ensure_ascii=False))
            else:
                click.echo(layout.printable(detail.event_line(shape, asked.texts)))


@findings.command("acknowledge")
@click.argument("finding_ids", nargs=-1, required=True)
@click.option("--note", default="", metavar="TEXT", help="What to note with it.")
@common
def acknowledge(asked: Asked, finding_ids: tuple[str, ...], note: str) -> None:
    """Say that you took findings up; needs the right to acknowledge.

    One that gets worse afterwards is open again.

    \b
    Example:
      wolkenzicht findings acknowledge 4f3c9ad27c1b4d0f9a6f0a5b8f0b2d11 --note "asked the team"
    """
    question = wire.AcknowledgeFindingsRequest(finding_ids=finding_ids, note=note, language=asked.language)
    with Collector(asked.settings) as collector:
        answer = collector.ask(collector.stub.AcknowledgeFindings, question)
    _tell(asked, answer.items)


@findings.command("reopen")
@click.argument("finding_ids", nargs=-1, required=True)
@click.option("--note", required=True, metavar="TEXT", help="Why.")
@common
def reopen(asked: Asked, finding_ids: tuple[str, ...], note: str) -> None:
    """Say that nobody has findings in hand any more; needs the right to acknowledge.

    \b
    Example:
      wolkenzicht findings reopen 4f3c9ad27c1b4d0f9a6f0a5b8f0b2d11 --note "the fix did not work"
    """
    question = wire.ReopenFindingsRequest(finding_ids=finding_ids, note=note, language=asked.language)
    with Collector(asked.settings) as collector:
        answer = collector.ask(collector.stub.ReopenFindings, question)
    _tell(asked, answer.items)


for each in (exemption_commands.exempt, exemption_commands.end_exemption, exemption_commands.exemptions):
    findings.add_command(each)


def _tell(asked: Asked, items: Any) -> None:
    """Findings as they stand now."""
    rows = [shapes.finding(each) for each in items]
    if asked.format == "json":
        click.echo(plain.as_json({"items": rows}))
    elif asked.format == "csv":
        for line in plain.csv_lines(rows):
            click.echo(line)
    else:
        click.echo(layout.table(tables.FINDINGS, rows, asked.texts, width=layout.terminal_width()))
