"""How CSV data files are read: every fault names its file, line and column, and what to correct."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Container, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NoReturn

from policy.periods import Span, check
from wolkenzicht.errors import WolkenzichtError

_CONFIDENCES = ("high", "medium", "low")
_CODE_LENGTH = 2


class PolicyDataError(WolkenzichtError):
    """A data file of the rule set is wrong; the text starts with `file:line:column`."""

    def __init__(self, file: str, line: int, column: int, message: str) -> None:
        super().__init__(f"{file}:{line}:{column}: {message}")
        self.file = file
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a CSV file; `column` in an error is the field's place in the row, from 1."""

    file: str
    line: int
    columns: tuple[str, ...]
    values: tuple[str, ...]

    def fail(self, column: str, message: str) -> NoReturn:
        """Raise `PolicyDataError` at a field of this row."""
        place = self.columns.index(column) + 1
        raise PolicyDataError(self.file, self.line, place, f"{column}: {message}")

    def text(self, column: str) -> str:
        """The field without the white space around it; may be empty."""
        return self.values[self.columns.index(column)].strip()

    def required(self, column: str) -> str:
        """The field, which must not be empty."""
        return self.text(column) or self.fail(column, "is empty; fill it in")

    def choice(self, column: str, options: Collection[str]) -> str:
        """The field, which must be one of the options."""
        value = self.text(column)
        if value not in options:
            self.fail(
                column, f"'{value[:40]}' is not one of {', '.join(sorted(options))}; choose one of them"
            )
        return value

    def flag(self, column: str) -> bool:
        """The field, which must say yes or no."""
        return self.choice(column, ("yes", "no")) == "yes"

    def confidence(self) -> str:
        """How sure the fact is: high, medium or low."""
        return self.choice("confidence", _CONFIDENCES)

    def day(self, column: str) -> date | None:
        """The field as a date; None where it is empty."""
        value = self.text(column)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(column, f"'{value[:40]}' is no date; write it as 2026-11-22")

    def period(self) -> tuple[date | None, date | None]:
        """The fields `valid_from` and `valid_until`, in that order of time."""
        valid_from, valid_until = self.day("valid_from"), self.day("valid_until")
        if valid_from and valid_until and valid_until < valid_from:
            self.fail("valid_until", "lies before valid_from; correct one of them")
        return valid_from, valid_until

    def texts(self, column: str) -> tuple[str, ...]:
        """The field's parts between semicolons; may be none."""
        return tuple(each.strip() for each in self.text(column).split(";") if each.strip())

    def code(self, column: str) -> str:
        """The field as a country code: two capital letters."""
        return self._code(column, self.required(column))

    def country(self, column: str, known: Container[str]) -> str:
        """The field as a code of countries.csv."""
        return self._known(column, self.required(column), known)

    def countries(self, column: str, known: Container[str]) -> tuple[str, ...]:
        """The codes of countries.csv between semicolons, each once, in order; may be none."""
        codes = [self._known(column, each, known) for each in self.texts(column)]
        if len(set(codes)) < len(codes):
            self.fail(column, "names a country twice; remove one of them")
        return tuple(sorted(codes))

    def _known(self, column: str, value: str, known: Container[str]) -> str:
        if self._code(column, value) not in known:
            self.fail(
                column, f"'{value}' is no code of countries.csv; add the country there or correct the code"
            )
        return value

    def _code(self, column: str, value: str) -> str:
        if not (len(value) == _CODE_LENGTH and value.isascii() and value.isalpha() and value.isupper()):
            self.fail(column, f"'{value[:40]}' is no country code; write two capital letters")
        return value


def read_csv(file: str, content: bytes, columns: Sequence[str]) -> tuple[Row, ...]:
    """Read a CSV file with exactly these columns; raises `PolicyDataError`."""
    reader = csv.reader(io.StringIO(decode(file, content), newline=""), strict=True)
    expected = tuple(columns)
    rows: list[Row] = []
    line = 1
    try:
        for values in reader:
            if line == 1 and tuple(values) != expected:
                raise PolicyDataError(file, 1, _first_difference(values, expected), _header_message(expected))
            if len(values) != len(expected):
                message = f"{len(values)} fields instead of {len(expected)}; check quotes and commas"
                raise PolicyDataError(file, line, min(len(values), len(expected)) or 1, message)
            if line > 1:
                rows.append(Row(file, line, expected, tuple(values)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise PolicyDataError(file, line, 1, f"{error}; check the quotes of this row") from error
    if line == 1:
        raise PolicyDataError(file, 1, 1, _header_message(expected))
    return tuple(rows)


def unique(rows: Sequence[Row], *columns: str) -> None:
    """Raise `PolicyDataError` where two rows have the same values in these columns."""
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(row.text(column) for column in columns)
        if key in seen:
            row.fail(columns[0], f"'{' '.join(key)}' stands in line {seen[key]} already; remove one of them")
        seen[key] = row.line


def periods(rows: Sequence[Row], *columns: str, since: date | None = None) -> None:
    """Check the periods of the rows that have the same values in these columns; raises `PolicyDataError`.

    No two may share a day. With `since` they must leave no day out from that one on, without an end:
    what such a row tells of would be missing on the days between.
    """
    by_key: dict[tuple[str, ...], list[Span]] = {}
    for row in rows:
        key = tuple(row.text(column) for column in columns)
        by_key.setdefault(key, []).append(Span.of(*row.period(), row))
    for key, found in by_key.items():
        check(" ".join(each for each in key if each), found, since)


def decode(file: str, content: bytes) -> str:
    """The file's text; raises `PolicyDataError` where it is not UTF-8."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        raise PolicyDataError(file, line, column, "not UTF-8; save the file as UTF-8") from error


def _first_difference(values: Sequence[str], expected: Sequence[str]) -> int:
    for place, (value, wanted) in enumerate(zip(values, expected, strict=False), 1):
        if value != wanted:
            return place
    return min(len(values), len(expected)) + 1


def _header_message(expected: Sequence[str]) -> str:
    return f"the first line must name these columns: {','.join(expected)}"
