"""`organisations`: the tree of ministries and what stands below them, imported from CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import click

from collector.commands.context import Commands, Context, example
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
    rows = list(_rows(name, text))
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
    try:
        return str(file), file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigurationError(
            f"{file} cannot be read ({error.strerror}); give a readable CSV file"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{file}: is not UTF-8 (byte {error.start}); save it as UTF-8 text"
        ) from error


def _rows(name: str, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells of each row, with surrounding white space gone; empty lines are skipped."""
    header, _, _ = text.partition("\n")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ConfigurationError(f"{name}:{line}: holds a NUL byte; save it as UTF-8 text")
    reader = csv.reader(
        io.StringIO(text), delimiter=";" if header.count(";") > header.count(",") else ",", strict=True
    )
    columns: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _columns(name, reader.line_num, cells)
                continue
            if len(cells) != len(columns):
                raise ConfigurationError(
                    f"{name}:{reader.line_num}: has {len(cells)} columns, the first line {len(columns)}; "
                    "correct the row"
                )
            yield reader.line_num, {key: cell.strip() for key, cell in zip(columns, cells, strict=True)}
    except csv.Error as error:
        raise ConfigurationError(
            f"{name}:{reader.line_num}: is not CSV ({error}); correct the line"
        ) from error
    if not columns:
        raise ConfigurationError(
            f"{name}: is empty; begin it with the line {','.join((*REQUIRED, *OPTIONAL[:3]))}"
        )


def _columns(name: str, line: int, cells: list[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    for column in columns:
        if column not in REQUIRED + OPTIONAL:
            raise ConfigurationError(
                f"{name}:{line}: column {column!r} is unknown; use {', '.join(REQUIRED + OPTIONAL)}"
            )
        if columns.count(column) > 1:
            raise ConfigurationError(f"{name}:{line}: column {column!r} stands there twice; remove one")
    for column in REQUIRED:
        if column not in columns:
            raise ConfigurationError(f"{name}:{line}: column {column!r} is missing; add it")
    return columns
