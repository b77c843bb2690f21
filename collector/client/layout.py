"""How tables are laid out: they fit the terminal, and are written in full everywhere else."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tabulate import tabulate

from collector.client.texts import Texts

#: Blanks between two columns of tabulate's format "simple".
_GAP = 2
#: A column is not made narrower than this.
_NARROWEST = 12

Shape = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its heading's key, how a row's value reads, and whether it may be shortened."""

    heading: str
    text: Callable[[Shape, Texts], str]
    flexible: bool = False
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
    """A table of rows, and `last` as a row of ready cells under them; shortened to `width` where given."""
    cells = [[printable(column.text(row, texts)) for column in columns] for row in rows]
    cells += [list(last)] if last else []
    headings = [texts.heading(column.heading) for column in columns]
    if width is not None:
        _fit(columns, headings, cells, width)
    return tabulate(
        cells,
        headings,
        tablefmt="simple",
        disable_numparse=True,
        colalign=["right" if column.number else "left" for column in columns] if cells else None,
    )


def shorten(text: str, width: int) -> str:
    """The text, its middle left out where it is longer than `width`: start and end tell most."""
    if len(text) <= width:
        return text
    behind = (width - 1) // 2
    return f"{text[: width - 1 - behind]}…{text[len(text) - behind :] if behind else ''}"


def printable(text: str) -> str:
    """The text without what could steer a terminal or turn the reading direction."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


def _fit(columns: Sequence[Column], headings: list[str], cells: list[list[str]], width: int) -> None:
    widths = [max(map(len, values)) for values in zip(headings, *cells, strict=True)]
    flexible = [place for place, column in enumerate(columns) if column.flexible]
    excess = sum(widths) + _GAP * (len(columns) - 1) - width
    while excess > 0:
        widest = max(flexible, key=lambda place: widths[place], default=None)
        if widest is None or widths[widest] <= _NARROWEST:
            break
        widths[widest] -= 1
        excess -= 1
    for row in cells:
        for place in flexible:
            row[place] = shorten(row[place], widths[place])
