"""When rows about one thing hold: no two on one day, and none missing where there must always be one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NoReturn, Protocol


class Written(Protocol):
    """What a period was written in: a row or a table of a data file."""

    @property
    def line(self) -> int:
        """The line that it starts at."""

    def fail(self, column: str, message: str, /) -> NoReturn:
        """Raise `PolicyDataError` at a field."""


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day that a row holds on; the calendar's own ends where it has none."""

    first: date
    last: date
    row: Written

    @classmethod
    def of(cls, valid_from: date | None, valid_until: date | None, row: Written) -> Span:
        """The span of a row's period."""
        return cls(valid_from or date.min, valid_until or date.max, row)


def check(key: str, spans: Iterable[Span], since: date | None = None, until: date | None = None) -> None:
    """Refuse a day that two spans share; with `since` also one that none has, up to `until` or for ever.

    Raises `PolicyDataError` at the row that must be corrected.
    """
    found = sorted(spans, key=lambda each: (each.first, each.last))
    for earlier, later in pairwise(found):
        if later.first <= earlier.last:
            message = f"the period of '{key}' overlaps that in line {earlier.row.line}; correct one of them"
            later.row.fail("valid_from", message)
        if since and earlier.last + timedelta(days=1) < later.first:
            message = f"'{key}' has no row after {earlier.last}, the end in line {earlier.row.line}; add one"
            later.row.fail("valid_from", message)
    if since and found[0].first > since:
        message = f"'{key}' has no row for {since} up to {found[0].first}; add one or begin earlier"
        found[0].row.fail("valid_from", message)
    if since and found[-1].last < (until or date.max):
        message = f"'{key}' has no row after {found[-1].last}; add one or end later"
        found[-1].row.fail("valid_until", message)
