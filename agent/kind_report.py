"""What `kinds` shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click

from agent import catalogue
from agent.catalogue import KindRow
from agent.tables import rendered

_COLUMNS = ("connector", "type", "name", "depth", "holds", "permissions", "states", "docs", "reason")

_FOR_PEOPLE = ("connector", "type", "name", "depth", "holds", "permissions")


def kinds(connectors: tuple[str, ...], form: str) -> int:
    """Print a row for each type of these families of connectors, or of all that are installed.

    Returns the exit code.
    Raises `ConfigurationError` for a connector that is asked for and not installed.
    """
    chosen = connectors or catalogue.installed()
    rows = [row for connector in chosen for row in catalogue.rows(connector)]
    if form == "table":
        click.echo(rendered(_FOR_PEOPLE, _for_people(rows), form))
    elif form == "json":
        click.echo(rendered(_COLUMNS, [_values(row, list) for row in rows], form))
    else:
        click.echo(rendered(_COLUMNS, [_values(row, " ".join) for row in rows], form))
    if not connectors:
        for absent in sorted(set(catalogue.FAMILIES) - set(chosen)):
            click.echo(f"{absent}: not installed; its kinds are not shown", err=True)
    return 0


def _values(row: KindRow, several: Callable[[Iterable[str]], object]) -> tuple[object, ...]:
    return (
        row.connector,
        row.type,
        row.name,
        _depth(row),
        row.holds.value if row.holds else "",
        several(row.permissions),
        several([each.value for each in row.states]),
        row.docs_url,
        row.reason,
    )


def _depth(row: KindRow) -> str:
    return row.depth.value if row.depth else "none"


def _for_people(rows: list[KindRow]) -> list[tuple[str, ...]]:
    """A permission on each line; the reason stands there for what is not read."""
    return [
        (
            row.connector,
            row.type,
            row.name,
            _depth(row),
            row.holds.value if row.holds else "",
            row.reason or "\n".join(row.permissions),
        )
        for row in rows
    ]
