"""`systems`: the register of systems, imported from CSV, with its history."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import click

from collector.commands import csv_files
from collector.commands.context import Context, now
from collector.commands.days import DAY, day
from collector.commands.groups import Commands, example
from collector.commands.listing import format_option, moment, show
from collector.commands.system_file import SAID, Reader
from collector.rulebook.activation import stored
from collector.rulebook.in_force import InForce
from collector.store.base import System
from collector.store.base.places import OPERATIONS
from policy import rule_book
from wolkenzicht.signatures import load_public_keys


@click.group(cls=Commands)
def systems() -> None:
    """Systems: what the register says of them counts for the assets that belong to them."""


@systems.command(
    "import",
    epilog=example("wolkenzicht-collector systems import systems.csv"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--since", type=DAY, help="The day from which it is so.  [default: today]")
@click.pass_obj
def import_(context: Context, file: Path, since: datetime | None) -> None:
    """Add or replace systems from a CSV file: all of it, or nothing.

    Columns organisation, system, name (required), material, personal_data, base_registry, tbb, marking,
    managed_countries, viewed_countries, processed_countries, edited_countries, support_countries, contract,
    source; separated by comma or semicolon, UTF-8. Support counts as managing and viewing. Countries need
    the contract that proves them. Words and countries are those of the rules in force. What a system was
    before that day stays in its history.
    """
    with context.store() as (config, store):
        known = {each.organisation for each in store.registry.organisations()}
        edition = stored(store.bundles, load_public_keys(config.policy.keys))
        book = edition.book if edition else rule_book.packaged()
        reader = Reader(InForce(book, now).policy(), known, day(since, now().date()))
        found = reader.read(str(file), csv_files.text_of(file))
        changed = store.people.put_systems(found, now())
    click.echo(f"{len(found)} systems read, {changed} new or changed.")


@systems.command(
    epilog=example("wolkenzicht-collector systems end zaaksysteem --organisation bzk"),
)
@click.argument("system")
@click.option("--organisation", default="", help="Whose it is, where several have one of this name.")
@click.option("--until", type=DAY, help="The last day of its entry.  [default: yesterday]")
@click.pass_obj
def end(context: Context, system: str, organisation: str, until: datetime | None) -> None:
    """End a system's entry; its history stays."""
    with context.store() as (_, store):
        subject = store.people.subject_of_system(system, organisation)
        last = day(until, now().date() - timedelta(days=1))
        store.people.end_system(subject.organisation, subject.system, last, now())
    click.echo(f"System {subject.system} of {subject.organisation} ends on {last}.")


@systems.command("list", epilog=example("wolkenzicht-collector systems list --format csv"))
@click.option("--history", is_flag=True, help="Show what was known earlier too.")
@format_option
@click.pass_obj
def list_(context: Context, output: str, *, history: bool) -> None:
    """List systems, each with the days that it is so."""
    with context.store() as (_, store):
        found = store.people.systems(history=history)
    columns = ["organisation", "system", "name", *SAID, *OPERATIONS, "contract", "source"]
    columns += ["valid_from", "valid_until", "recorded", *(("superseded",) if history else ())]
    show(
        [{column: value for column, value in _row(each).items() if column in columns} for each in found],
        columns,
        output,
    )


def _row(each: System) -> dict[str, str | None]:
    entry, places = each.entry, dict(each.places)
    return {
        "organisation": entry.organisation,
        "system": entry.system,
        "name": entry.name,
        **{column: getattr(entry, column) for column in SAID},
        **{column: " ".join(places.get(column, ())) for column in OPERATIONS},
        "contract": each.contract,
        "source": entry.source,
        "valid_from": str(each.valid_from),
        "valid_until": str(each.valid_until) if each.valid_until else None,
        "recorded": moment(each.recorded),
        "superseded": moment(each.superseded),
    }
