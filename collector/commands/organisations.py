"""`organisations`: the tree of ministries and what stands below them, imported from CSV."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from collector.commands import csv_files
from collector.commands.context import Context
from collector.commands.groups import Commands, example
from collector.commands.listing import format_option, show
from collector.identity.spiffe import identifier
from collector.store.base import Organisation
from wolkenzicht.errors import ConfigurationError

REQUIRED = ("organisation", "name")
#: `source` says where a row comes from; it is for the reader of the file and is not kept.
OPTIONAL = ("kind", "parent", "tooi", "source")


@click.group(cls=Commands)
def organisations() -> None:
    """Ministries, agencies and other bodies: the tree that overviews and rights follow."""


@organisations.command(
    "import",
    epilog=example(
        "wolkenzicht-collector organisations import organisations.csv",
        "wolkenzicht-collector organisations import --rijk",
    ),
)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@click.option("--rijk", is_flag=True, help="Import the packaged list of Dutch ministries and agencies.")
@click.pass_obj
def import_(context: Context, file: Path | None, *, rijk: bool) -> None:
    """Add or replace organisations from a CSV file: all of it, or nothing.

    Columns organisation, name, kind, parent, tooi (the first two required), separated by comma or
    semicolon, UTF-8. The parent is the identifier of the organisation above.
    """
    if (file is None) is not rijk:
        raise click.UsageError("Give either FILE or --rijk.")
    with context.store() as (_, store):
        known = {each.organisation for each in store.registry.organisations()}
        name, text = _source(file)
        count = store.registry.put_organisations(read(name, text, known))
    click.echo(f"{count} organisations imported.")


@organisations.command("list", epilog=example("wolkenzicht-collector organisations list --format csv"))
@format_option
@click.pass_obj
def list_(context: Context, output: str) -> None:
    """List all organisations."""
    with context.store() as (_, store):
        found = store.registry.organisations()
    columns = ("organisation", "name", "kind", "parent", "tooi")
    show([{column: getattr(each, column) for column in columns} for each in found], columns, output)


def read(name: str, text: str, known: set[str]) -> list[Organisation]:
    """The organisations in a CSV text; raises `ConfigurationError` naming file, line and column.

    `known` are those that the store has already: they may be named as parents.
    """
    example = (*REQUIRED, *OPTIONAL[:3])
    rows = list(csv_files.rows(name, text, required=REQUIRED, optional=OPTIONAL, example=example))
    identifiers = known | {row["organisation"] for _, row in rows}
    lines: dict[str, int] = {}
    found = []
    for line, row in rows:
        organisation, parent = row["organisation"], row.get("parent", "")
        try:
            identifier(organisation, "organisation")
        except ConfigurationError as error:
            raise ConfigurationError(f"{name}:{line}: column organisation: {error}") from error
        if organisation in lines:
            raise ConfigurationError(
                f"{name}:{line}: column organisation: {organisation!r} stands on line {lines[organisation]} "
                "as well; keep one of the two"
            )
        lines[organisation] = line
        if not row["name"]:
            raise ConfigurationError(
                f"{name}:{line}: column name: is empty; give the name of {organisation!r}"
            )
        if parent and parent not in identifiers:
            raise ConfigurationError(
                f"{name}:{line}: column parent: {parent!r} is no organisation of this file or the store; "
                "add it"
            )
        found.append(
            Organisation(organisation, row["name"], row.get("kind", ""), parent, row.get("tooi", ""))
        )
    return found


def _source(file: Path | None) -> tuple[str, str]:
    if file is None:
        return "organisations.csv", files("collector.data").joinpath("organisations.csv").read_text("utf-8")
    return str(file), csv_files.text_of(file)
