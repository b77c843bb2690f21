"""`decisions`: what a person decided about material use: who, when, why, and until when."""

from __future__ import annotations

from datetime import datetime, timedelta

import click

from collector.commands.context import Context, now
from collector.commands.days import DAY, day
from collector.commands.groups import Commands, example
from collector.commands.listing import format_option, moment, show
from collector.store.base import DecisionRow, DecisionSubject, Store
from policy.context import Decision
from wolkenzicht.model import MaterialUse


@click.group(cls=Commands)
def decisions() -> None:
    """Decisions on material use: they go before everything else that says something about it."""


_SUBJECT = (
    click.option("--asset", "asset_id", default="", help="The asset, by its provider's identifier."),
    click.option("--system", default="", help="Or the system of the register."),
    click.option("--tenant", default="", help="Whose the asset is, where several tenants have it."),
    click.option("--organisation", default="", help="Whose the system is, where several have one so named."),
)


@decisions.command(
    epilog=example(
        "wolkenzicht-collector decisions record --system zaaksysteem --material material "
        '--by "CISO" --reason "primary process" --until 2027-06-30'
    )
)
@_SUBJECT[0]
@_SUBJECT[1]
@_SUBJECT[2]
@_SUBJECT[3]
@click.option(
    "--material",
    required=True,
    type=click.Choice([each.value for each in MaterialUse]),
    help="What is decided.",
)
@click.option("--by", "decided_by", required=True, help="Who decided.")
@click.option("--reason", required=True, help="Why.")
@click.option("--until", type=DAY, help="The last day that it holds.  [default: until it is ended]")
@click.pass_obj
def record(  # one argument for each option
    context: Context,
    asset_id: str,
    system: str,
    tenant: str,
    organisation: str,
    material: str,
    decided_by: str,
    reason: str,
    until: datetime | None,
) -> None:
    """Record a decision from today on, in the place of an earlier one, which stays in the history."""
    with context.store() as (_, store):
        subject = _subject(store, asset_id, system, tenant, organisation)
        end = until.date() if until else None
        decision = Decision(MaterialUse(material), decided_by.strip(), now().date(), reason.strip(), end)
        store.people.record_decision(subject, decision, now())
    click.echo(f"Decided: {subject.asset_id or subject.system} is {material}.")


@decisions.command(
    epilog=example("wolkenzicht-collector decisions end --system zaaksysteem --by CIO --reason replaced")
)
@_SUBJECT[0]
@_SUBJECT[1]
@_SUBJECT[2]
@_SUBJECT[3]
@click.option("--by", "ended_by", required=True, help="Who ends it.")
@click.option("--reason", required=True, help="Why.")
@click.option("--until", type=DAY, help="The last day that it holds.  [default: yesterday]")
@click.pass_obj
def end(  # one argument for each option
    context: Context,
    asset_id: str,
    system: str,
    tenant: str,
    organisation: str,
    ended_by: str,
    reason: str,
    until: datetime | None,
) -> None:
    """End a decision; that it was, and who ended it, stays in the history."""
    with context.store() as (_, store):
        subject = _subject(store, asset_id, system, tenant, organisation)
        last = day(until, now().date() - timedelta(days=1))
        store.people.end_decision(subject, last, ended_by.strip(), reason.strip(), now())
    click.echo(f"The decision on {subject.asset_id or subject.system} ends on {last}.")


@decisions.command("list", epilog=example("wolkenzicht-collector decisions list --history"))
@click.option("--history", is_flag=True, help="Show what was known earlier too.")
@format_option
@click.pass_obj
def list_(context: Context, output: str, *, history: bool) -> None:
    """List decisions, newest first."""
    with context.store() as (_, store):
        found = store.people.decisions(history=history)
    columns = ["organisation", "tenant", "asset_id", "system", "material", "decided_by", "valid_from"]
    columns += ["valid_until", "reason", "ended_by", "end_reason", "recorded"]
    columns += ["superseded"] if history else []
    show(
        [{column: value for column, value in _row(each).items() if column in columns} for each in found],
        columns,
        output,
    )


def _subject(store: Store, asset_id: str, system: str, tenant: str, organisation: str) -> DecisionSubject:
    if bool(asset_id) is bool(system):
        raise click.UsageError("Give either --asset or --system.")
    if asset_id:
        return store.people.subject_of(asset_id, tenant)
    return store.people.subject_of_system(system, organisation)


def _row(each: DecisionRow) -> dict[str, str | None]:
    subject, decision = each.subject, each.decision
    return {
        "organisation": subject.organisation,
        "tenant": subject.tenant,
        "asset_id": subject.asset_id,
        "system": subject.system,
        "material": decision.material.value,
        "decided_by": decision.decided_by,
        "valid_from": str(decision.decided_on),
        "valid_until": str(decision.valid_until) if decision.valid_until else None,
        "reason": decision.reason,
        "ended_by": each.ended_by,
        "end_reason": each.end_reason,
        "recorded": moment(each.recorded),
        "superseded": moment(each.superseded),
    }
