"""On which days rules or facts change: between two of them every verdict stays what it is."""

from __future__ import annotations

import csv
import io
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta

from policy.operator_files import ODC

_FIRST, _LAST = "valid_from", "valid_until"


def change_days(contents: Mapping[str, bytes]) -> tuple[date, ...]:
    """The first days of all periods in data files, the days after their ends, and the ends of takeovers.

    In order. For files that were checked before: what is no date is passed over here.
    """
    found: set[date] = set()
    for name, content in contents.items():
        if name.endswith(".csv"):
            found.update(_in_rows(content))
        elif name.endswith(".toml"):
            found.update(_in_tables(tomllib.loads(content.decode())))
    found.update(_takeover_ends(contents))
    return tuple(sorted(found))


def latest(days: Sequence[date], day: date) -> date:
    """The last day of change up to a day, that day included; the calendar's first where there is none."""
    place = bisect_right(days, day)
    return days[place - 1] if place else date.min


def _takeover_ends(contents: Mapping[str, bytes]) -> Iterator[date]:
    """The days on which takeovers stop being recent, of partitions that had more than one owner."""
    table = tomllib.loads(contents.get("settings.toml", b"").decode()).get("takeover")
    open_days = table.get("open_days") if isinstance(table, dict) else None
    if not isinstance(open_days, int):
        return
    owners: dict[tuple[str, str], set[tuple[str, str]]] = {}
    days: dict[tuple[str, str], list[date]] = {}
    for file, partition in (("operators.csv", "partition"), ("odc_sites.csv", "site")):
        content = contents.get(file, b"")
        for row in csv.DictReader(io.StringIO(content.decode(), newline="")):
            if row.get("logical_access") == "no":
                continue
            key = (row.get("provider", ODC), row[partition])
            owners.setdefault(key, set()).add((row["parent"], row["parent_country"]))
            days.setdefault(key, []).extend(_of_row(row))
    for key, found in days.items():
        if len(owners[key]) > 1:
            yield from (day + timedelta(open_days) for day in found if (date.max - day).days >= open_days)


def _in_rows(content: bytes) -> Iterator[date]:
    for row in csv.DictReader(io.StringIO(content.decode(), newline="")):
        yield from _of_row(row)


def _of_row(row: Mapping[str, str]) -> Iterator[date]:
    if row.get(_FIRST):
        yield date.fromisoformat(row[_FIRST])
    if row.get(_LAST):
        yield from _after(date.fromisoformat(row[_LAST]))


def _in_tables(value: object) -> Iterator[date]:
    if isinstance(value, dict):
        first, last = value.get(_FIRST), value.get(_LAST)
        if isinstance(first, date):
            yield first
        if isinstance(last, date):
            yield from _after(last)
        for each in value.values():
            yield from _in_tables(each)
    elif isinstance(value, list):
        for each in value:
            yield from _in_tables(each)


def _after(day: date) -> Iterator[date]:
    if day < date.max:
        yield day + timedelta(days=1)
