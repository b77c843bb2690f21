"""How an answer reaches standard output in the format asked for, and what the command ends with."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence

import click

from collector.client import detail, layout, notes, plain, tables
from collector.client.layout import Column, Shape
from collector.client.options import Asked
from collector.client.paging import Pages

#: Ends a command with `--strict` whose answer does not stand on a look at everything.
INCOMPLETE = 3


def overview(asked: Asked, answer: Shape, sort: str) -> None:
    """Counts by group."""
    items = _sorted(answer["items"], sort)
    if asked.format == "json":
        click.echo(plain.as_json(answer | {"items": items}))
    elif asked.format == "csv":
        _echo_lines(plain.csv_lines(items))
    else:
        group = items[0]["group"] if items else {}
        if items:
            columns = tables.overview_columns(group)
            total = tables.total_row(group, answer["total"], asked.texts)
            width = layout.terminal_width()
            click.echo(layout.table(columns, items, asked.texts, width=width, last=total))
        else:
            click.echo(asked.texts.line("empty"))
        findings = asked.texts.number("findings", answer["open_findings"])
        click.echo()
        click.echo(asked.texts.line("findings", findings=findings))
        if answer["exempted_findings"]:
            click.echo(asked.texts.line("exempted", count=answer["exempted_findings"]))
        _echo_lines(notes.law(answer["total"], asked.texts))
        click.echo(asked.texts.line("covers"))
    end(asked, answer["completeness"], answer["discrepancies"], answer)


def listing(asked: Asked, pages: Pages, columns: Sequence[Column], *, covers: bool) -> None:
    """A list; `covers` says that it shows location classes, which need a line on what they cover."""
    if asked.format == "json":
        for piece in plain.json_lines(pages):
            click.echo(piece, nl=False)
        click.echo(plain.json_end(pages.next_page_token, pages.completeness, pages.times))
    elif asked.format == "csv":
        _echo_lines(plain.csv_lines(pages))
    else:
        rows = list(pages)
        width = layout.terminal_width()
        found = layout.table(columns, rows, asked.texts, width=width) if rows else asked.texts.line("empty")
        click.echo(found)
        click.echo()
        if covers and rows:
            click.echo(asked.texts.line("covers"))
    for line in notes.search_behind(pages.search_behind, asked.texts):
        _warn(line, beside=asked.format != "table")
    if pages.next_page_token and asked.format != "json":
        more(asked, pages.next_page_token)
    end(asked, pages.completeness, pages.discrepancies, pages.times)


def asset(asked: Asked, shape: Shape) -> None:
    """One asset."""
    if asked.format == "json":
        click.echo(plain.as_json(shape))
    elif asked.format == "csv":
        _echo_lines(plain.csv_lines([shape]))
    else:
        click.echo(detail.asset(shape, asked.texts, layout.terminal_width()))
    _end_asset(asked, shape)


def explanation(asked: Asked, shape: Shape, steps: list[Shape]) -> None:
    """Why an asset has its verdict."""
    if asked.format == "json":
        click.echo(plain.as_json({"asset": shape, "steps": steps}))
    elif asked.format == "csv":
        _echo_lines(plain.csv_lines({"asset_id": shape["asset_id"], **step} for step in steps))
    else:
        click.echo(detail.explanation(shape, steps, asked.texts, layout.terminal_width()))
    _end_asset(asked, shape, earlier=any(step["rule"] == detail.EARLIER for step in steps))


def _sorted(items: list[Shape], sort: str) -> list[Shape]:
    """The items by one of their counts, `-` before it for the highest first; "" leaves them as they are."""
    if not sort:
        return items
    field = sort.removeprefix("-")
    return sorted(items, key=lambda item: item[field], reverse=sort.startswith("-"))


def versions(asked: Asked, pages: Pages) -> None:
    """The versions of an asset: what was known of it, whatever could be seen of the rest."""
    if asked.format == "json":
        for piece in plain.json_lines(pages):
            click.echo(piece, nl=False)
        click.echo(plain.json_end(pages.next_page_token))
    elif asked.format == "csv":
        _echo_lines(plain.csv_lines(pages))
    else:
        width = layout.terminal_width()
        click.echo(layout.table(tables.VERSIONS, list(pages), asked.texts, width=width))
    if pages.next_page_token and asked.format != "json":
        more(asked, pages.next_page_token)


def more(asked: Asked, page_token: str) -> None:
    """That a list goes on, and where."""
    click.echo(asked.texts.line("more", token=page_token), err=asked.format == "csv")


def end(asked: Asked, completeness: Shape, discrepancies: int, times: Shape) -> None:
    """The lines on completeness and discrepancies: under a table, beside CSV; in JSON they stand already."""
    if asked.format != "json":
        beside = asked.format == "csv"
        for line in notes.times(times, asked.texts):
            click.echo(line, err=beside)
        click.echo(notes.coverage_line(completeness, asked.texts), err=beside)
        for line in notes.discrepancies(discrepancies, asked.texts):
            click.echo(line, err=beside)
        for line in notes.warnings(completeness, asked.texts):
            _warn(line, beside=beside)
    if asked.strict and not notes.is_complete(completeness):
        sys.exit(INCOMPLETE)


def _end_asset(asked: Asked, shape: Shape, *, earlier: bool = False) -> None:
    """What the class covers, and what may make the picture untrue; of an earlier version, that it is one."""
    if asked.format == "table":
        click.echo()
        click.echo(asked.texts.line("covers"))
        for line in notes.times(shape, asked.texts):
            click.echo(line)
        if shape["depth"] == "shallow":
            click.echo(asked.texts.line("shallow"))
        told = [asked.texts.line("warning_earlier")] if earlier else notes.asset_warnings(shape, asked.texts)
        for line in told:
            _warn(line, beside=False)
    if asked.strict and not notes.is_asset_current(shape):
        sys.exit(INCOMPLETE)


def _warn(line: str, *, beside: bool) -> None:
    click.secho(line, fg="red", bold=True, err=beside)


def _echo_lines(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)
