"""How tables are laid out: they fit the terminal, and are written in full everywhere else."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tabulate import tabulate

from collector.client.texts import Texts

#: Blanks that tabulate puts between two columns.
_GAP = 2
Shape = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading's key, how a row's value reads, and what becomes of it in a narrow terminal.

    With `narrowest` its values are shortened to no less than that; with `spare` it is left out where
    shortening is not enough.
    """

    heading: str
    text: Callable[[Shape, Texts], str]
    narrowest: int | None = None
    spare: bool = False
    number: bool = False


def terminal_width() -> int | None:
    """The width to fit, None where standard output is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def table(
    columns: Sequence[Column],
    rows: Sequence[Shape],
    texts: Texts,
    *,
    width: int | None,
    last: Sequence[str] = (),
) -> str:
    """A table of rows, and `last` as a row of ready cells under them; fitted to `width` where given.

    What had to be left out is named in a line below it.
    """
    cells = [[printable(column.text(row, texts)) for column in columns] for row in rows]
    cells += [list(last)] if last else []
    lines = [[texts.heading(column.heading) for column in columns], *cells]
    kept = _kept(columns, lines, width)
    left_out = [lines[0][place] for place in range(len(columns)) if place not in kept]
    columns = [columns[place] for place in kept]
    lines = [[line[place] for place in kept] for line in lines]
    widths = _widths(columns, lines, width)
    fitted = [[shorten(text, widths[place]) for place, text in enumerate(line)] for line in lines[1:]]
    # Headings go in as a row: as headers tabulate would make each column two blanks wider than it must.
    found = tabulate(
        [lines[0], ["-" * each for each in widths], *fitted],
        tablefmt="plain",
        disable_numparse=True,
        colalign=["right" if column.number else "left" for column in columns],
    )
    return f"{found}\n{texts.line('left_out', columns=', '.join(left_out))}" if left_out else found


def shorten(text: str, width: int) -> str:
    """The text, part of it left out where it is longer than `width`: its end tells most, then its start."""
    if len(text) <= width:
        return text
    before = (width - 1) // 3
    behind = width - 1 - before
    return f"{text[:before]}…{text[len(text) - behind :]}"


def printable(text: str) -> str:
    """The text without what could steer a terminal or turn the reading direction."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _kept(columns: Sequence[Column], lines: Sequence[Sequence[str]], width: int | None) -> list[int]:
    """Places of the columns that there is room for; of the spare ones the last goes first."""
    kept = list(range(len(columns)))
    least = [
        full if column.narrowest is None else min(full, max(column.narrowest, len(heading)))
        for column, full, heading in zip(columns, _full_widths(lines), lines[0], strict=True)
    ]
    spare = [place for place in kept if columns[place].spare]
    while width is not None and spare and sum(least[each] + _GAP for each in kept) - _GAP > width:
        kept.remove(spare.pop())
    return kept


def _widths(columns: Sequence[Column], lines: Sequence[Sequence[str]], width: int | None) -> list[int]:
    """How wide each column is, the widest of those that may be shortened narrowed until all fit."""
    widths = _full_widths(lines)
    if width is None:
        return widths
    excess = sum(widths) + _GAP * (len(columns) - 1) - width
    while excess > 0:
        room = [
            (widths[place], place)
            for place, column in enumerate(columns)
            if column.narrowest is not None and widths[place] > max(column.narrowest, len(lines[0][place]))
        ]
        if not room:
            break
        widths[max(room)[1]] -= 1
        excess -= 1
    return widths


def _full_widths(lines: Sequence[Sequence[str]]) -> list[int]:
    return [max(map(len, values)) for values in zip(*lines, strict=True)]
