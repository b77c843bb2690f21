"""The asker's commands about exemptions: record one, end one, list them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import click

from collector.client import layout, plain, shapes, tables
from collector.client.connection import Collector
from collector.client.layout import Shape
from collector.client.options import Asked, common
from wolkenzicht.model import FindingKind
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.wire import FINDING_KINDS


@click.command("exempt")
@click.option(
    "--kind",
    "kinds",
    multiple=True,
    required=True,
    type=click.Choice([each.value for each in FindingKind]),
    help="Findings of this kind; may be given again.",
)
@click.option(
    "--scope", required=True, metavar="EXPRESSION", help="About which assets; see the language of rules."
)
@click.option(
    "--organisation", default="", metavar="ID", help="Of this organisation and all below (default: yours)."
)
@click.option("--decision", required=True, metavar="REFERENCE", help="The decision, as it can be found.")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@click.option("--decided-by", required=True, metavar="NAME", help="Who decided.")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day that it holds.")
@common
def exempt(
    asked: Asked,
    kinds: tuple[str, ...],
    scope: str,
    organisation: str,
    decision: str,
    reason: str,
    decided_by: str,
    until: datetime,
) -> None:
    """Record a decision that lets findings stand until a day; needs the right to exempt.

    They stay in every list and count, as exempted. New ones come under it too. 30 days before its end
    there is an event; after its last day they are open again.

    \b
    Example:
      wolkenzicht findings exempt --kind data_outside_eea --scope 'declared.system == "archief"' \\
        --organisation bzk --decision "besluit 2026-17" --reason "moves in spring" \\
        --decided-by "CIO BZK" --until 2027-06-30
    """
    question = wire.CreateExemptionRequest(
        organisation=organisation,
        kinds=[FINDING_KINDS.encode[FindingKind(each)] for each in kinds],
        scope=scope,
        decision=decision,
        reason=reason,
        decided_by=decided_by,
        last_day=until.date().isoformat(),
    )
    with Collector(asked.settings) as collector:
        answer = collector.ask(collector.stub.CreateExemption, question)
    _tell(asked, [shapes.exemption(answer.exemption)])


@click.command("end-exemption")
@click.argument("exemption_id")
@click.option("--reason", required=True, metavar="TEXT", help="Why.")
@common
def end_exemption(asked: Asked, exemption_id: str, reason: str) -> None:
    """End an exemption before its day: what stands under it is open again; needs the right to exempt.

    \b
    Example:
      wolkenzicht findings end-exemption 9b1f0c5e2a7d4e7f8d3a6b5c4e2f1a00 --reason "moved already"
    """
    question = wire.EndExemptionRequest(exemption_id=exemption_id, reason=reason)
    with Collector(asked.settings) as collector:
        answer = collector.ask(collector.stub.EndExemption, question)
    _tell(asked, [shapes.exemption(answer.exemption)])


@click.command("exemptions")
@click.option("--ended", is_flag=True, help="Those too that ended.")
@common
def exemptions(asked: Asked, *, ended: bool) -> None:
    """List exemptions, the first to end first, with how many findings stand under each.

    \b
    Example:
      wolkenzicht findings exemptions --format json
    """
    with Collector(asked.settings) as collector:
        answer = collector.ask(collector.stub.ListExemptions, wire.ListExemptionsRequest(include_ended=ended))
    _tell(asked, [shapes.exemption(each) for each in answer.items])


def _tell(asked: Asked, rows: Sequence[Shape]) -> None:
    if asked.format == "json":
        click.echo(plain.as_json({"items": list(rows)}))
    elif asked.format == "csv":
        for line in plain.csv_lines(rows):
            click.echo(line)
    elif rows:
        click.echo(layout.table(tables.EXEMPTIONS, rows, asked.texts, width=layout.terminal_width()))
    else:
        click.echo(asked.texts.line("empty"))
