"""How commands show lists: a table for people, JSON or CSV for machines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import click
from tabulate import tabulate

Row = dict[str, str | None]
_Command = TypeVar("_Command", bound=Callable[..., Any])


def format_option(command: _Command) -> _Command:
    """The option `--format` of commands that list; the argument is called `output`."""
    option = click.option(
        "--format",
        "output",
        type=click.Choice(["table", "json", "csv"]),
        default="table",
        show_default=True,
        help="How to show the list.",
    )
    return option(command)


def show(rows: Sequence[Row], columns: Sequence[str], output: str) -> None:
    """Print rows with these columns; JSON is an object with `items`."""
    if output == "json":
        click.echo(json.dumps({"items": rows}, indent=2, ensure_ascii=False))
    elif output == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        click.echo(text.getvalue(), nl=False)
    elif rows:
        cells = [[_printable(row[column]) for column in columns] for row in rows]
        click.echo(tabulate(cells, headers=list(columns), disable_numparse=True))
    else:
        click.echo("none")


def moment(value: datetime | None) -> str | None:
    """A moment as lists show it: ISO 8601 in UTC, to the second."""
    return None if value is None else value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _printable(text: str | None) -> str:
    # What an agent or a stranger sent must not steer the operator's terminal.
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text or "")
