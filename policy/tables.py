"""How TOML data files are read: every fault names its file, line and column, and what to correct."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from policy.rows import PolicyDataError, decode

_OPENED = re.compile(r"""[\w."'-]+\s*=\s*('''|\"{3}|'|")""")
#: What opens a text that may go on over several lines; a comment before it opens none.
_SEVERAL_LINES = re.compile(r"""^[^#]*?('{3}|"{3})""")
_TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a TOML file, and at which line it starts; the root table is that of the whole file."""

    file: str
    lines: tuple[str, ...]
    start: int
    values: Mapping[str, object]
    root: bool = False

    @property
    def line(self) -> int:
        """The line that the table starts at."""
        return self.start

    def fail(self, key: str, message: str) -> NoReturn:
        """Raise `PolicyDataError` at a key, or at the table's start where the key is missing."""
        line, column = self._place(key)
        raise PolicyDataError(self.file, line, column, f"{key}: {message}")

    def text(self, key: str) -> str:
        """The text under a key, which must not be empty."""
        value = self.values.get(key)
        if not isinstance(value, str) or not value.strip():
            self.fail(key, "must be a text that is not empty; fill it in")
        return value

    def texts(self, key: str, *, least: int = 1) -> tuple[str, ...]:
        """The list of texts under a key, of at least that many."""
        value = self.values.get(key)
        if (
            not isinstance(value, list)
            or len(value) < least
            or not all(isinstance(each, str) for each in value)
        ):
            self.fail(key, 'must be a list of texts that is not empty, such as ["a", "b"]')
        return tuple(value)

    def day(self, key: str) -> date:
        """The date under a key."""
        value = self.values.get(key)
        if type(value) is not date:
            self.fail(key, "must be a date; write it without quotes, as 2026-11-22")
        return value

    def period(self, within: tuple[date, date | None] | None = None) -> tuple[date | None, date | None]:
        """The dates under `valid_from` and `valid_until`; where left out, those of `within`."""
        first, last = within or (None, None)
        valid_from = self.day("valid_from") if "valid_from" in self.values else first
        valid_until = self.day("valid_until") if "valid_until" in self.values else last
        if valid_from and valid_until and valid_until < valid_from:
            self.fail("valid_until", "lies before valid_from; correct one of them")
        return valid_from, valid_until

    def flag(self, key: str) -> bool:
        """True or false under a key."""
        value = self.values.get(key)
        if not isinstance(value, bool):
            self.fail(key, "must be true or false; write it without quotes")
        return value

    def choice(self, key: str, options: Collection[str]) -> str:
        """The text under a key, which must be one of the options."""
        return self._one_of(key, self.text(key), options)

    def choices(self, key: str, options: Collection[str]) -> tuple[str, ...]:
        """The list of texts under a key, each one of the options."""
        return tuple(self._one_of(key, each, options) for each in self.texts(key))

    def _one_of(self, key: str, value: str, options: Collection[str]) -> str:
        if value not in options:
            self.fail(key, f"'{value[:40]}' is not one of {', '.join(options)}; choose one of them")
        return value

    def place_of_text(self, key: str) -> tuple[int, int]:
        """Line and column of the first character of a text, so that what is in it can be pointed at.

        Right where the text has no escapes, as between three apostrophes it never has.
        """
        line, column = self._place(key)
        opened = _OPENED.match(self.lines[line - 1], column - 1)
        if opened is None:
            return line, column
        after = opened.end()
        if len(opened[1]) > 1 and not self.lines[line - 1][after:]:
            # A line break right behind the three quotes is none of the text.
            return line + 1, 1
        return line, after + 1

    def only(self, *keys: str) -> None:
        """Refuse keys that mean nothing here."""
        for key in self.values:
            if key not in keys:
                self.fail(key, f"is not known here; use {', '.join(keys)}")

    def _place(self, key: str) -> tuple[int, int]:
        """Where a key of this table stands; of the root table also a table of that name."""
        name = re.escape(key)
        assigned = re.compile(rf"""\s*(["']?){name}\1\s*[.=]""")
        table = re.compile(rf"\s*\[\[?\s*{name}\s*[.\]]")
        own = True
        for number, text in _statements(self.lines):
            if number < self.start:
                continue
            header = text.lstrip().startswith("[")
            own = own and (not header or (number == self.start and not self.root))
            if not own and not self.root:
                break
            if (assigned if own else table).match(text):
                return number, len(text) - len(text.lstrip()) + 1
        return self.start, 1


def read_toml(file: str, content: bytes) -> Table:
    """Read a TOML file as its root table; raises `PolicyDataError`."""
    text = decode(file, content)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _TOML_PLACE.search(str(error))
        line, column = (int(place[1]), int(place[2])) if place else (text.count("\n") + 1, 1)
        message = _TOML_PLACE.sub("", str(error)).strip()
        raise PolicyDataError(file, line, column, f"{message}; correct the TOML") from error
    return Table(file, tuple(text.splitlines()), 1, values, root=True)


def subtable(root: Table, key: str) -> Table:
    """The table `[key]`; raises `PolicyDataError` where it is missing."""
    values = root.values.get(key)
    if not isinstance(values, dict):
        root.fail(key, f"the table [{key}] is missing; add it")
    return Table(root.file, root.lines, _header_lines(root, f"[{key}]")[0], values)


def subtables(root: Table, key: str) -> tuple[Table, ...]:
    """The tables `[[key]]`, in order; raises `PolicyDataError` where there is none."""
    values = root.values.get(key)
    if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
        root.fail(key, f"there are no tables [[{key}]]; add one")
    starts = _header_lines(root, f"[[{key}]]")
    if len(starts) != len(values):
        root.fail(key, f"write each as a table of its own, under a line [[{key}]]")
    return tuple(
        Table(root.file, root.lines, start, each) for start, each in zip(starts, values, strict=True)
    )


def inner_tables(table: Table, key: str, inner: str) -> tuple[Table, ...]:
    """The tables `[[key.inner]]` of a table `[[key]]`, in order; may be none. Raises `PolicyDataError`."""
    values = table.values.get(inner, [])
    if not isinstance(values, list) or not all(isinstance(each, dict) for each in values):
        table.fail(inner, f"write tables [[{key}.{inner}]]")
    starts: list[int] = []
    for number in range(table.start + 1, len(table.lines) + 1):
        header = table.lines[number - 1].split("#")[0].strip()
        if header == f"[[{key}]]":
            break
        if header == f"[[{key}.{inner}]]":
            starts.append(number)
    if len(starts) != len(values):
        table.fail(inner, f"write each as a table of its own, under a line [[{key}.{inner}]]")
    return tuple(
        Table(table.file, table.lines, start, each) for start, each in zip(starts, values, strict=True)
    )


def _header_lines(root: Table, header: str) -> list[int]:
    lines = [number for number, text in _statements(root.lines) if text.split("#")[0].strip() == header]
    return lines or [1]


def _statements(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines with their numbers, but for those that begin within a text of several lines."""
    closing = ""
    for number, text in enumerate(lines, 1):
        if not closing:
            yield number, text
            opened = _SEVERAL_LINES.search(text)
            rest = text[opened.end() :] if opened else ""
            closing = opened[1] if opened and opened[1] not in rest else ""
        elif closing in text:
            closing = ""
