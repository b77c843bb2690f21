"""How answers are written for programs: JSON, and CSV with the same names flattened."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping

from collector.client.layout import Shape

#: A cell that starts so would be run as a formula by a spreadsheet (OWASP, CSV injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def as_json(shape: object) -> str:
    """A value, for people to read too."""
    return json.dumps(shape, ensure_ascii=False, indent=2)


def json_lines(items: Iterable[Shape]) -> Iterator[str]:
    """The start of a list's JSON, one item a line; `json_end` closes it. Nothing is kept in memory."""
    yield '{\n  "items": ['
    before = "\n"
    for item in items:
        yield f"{before}    {json.dumps(item, ensure_ascii=False)}"
        before = ",\n"


def json_end(next_page_token: str, completeness: Shape | None = None, times: Shape | None = None) -> str:
    """What closes a list's JSON; `times` stand in it where it is about the past."""
    known = {} if completeness is None else {"completeness": completeness}
    end = {"next_page_token": next_page_token} | known | (times or {})
    fields = ",".join(f"\n  {json.dumps(key)}: {json.dumps(value)}" for key, value in end.items())
    return f"\n  ],{fields}\n}}"


def csv_lines(items: Iterable[Shape]) -> Iterator[str]:
    """A list as CSV (RFC 4180): a line of names, then one for each item; without items nothing.

    Objects of fixed fields become `object.field`, lists of words are joined by blanks, everything
    else that is nested stands as JSON in its cell.
    """
    first = True
    for item in items:
        row = dict(_flat(item))
        if first:
            yield _line(row)
            first = False
        yield _line(row.values())


def _flat(shape: Mapping[str, object], above: str = "") -> Iterator[tuple[str, str]]:
    for key, value in shape.items():
        name = f"{above}{key}"
        if isinstance(value, dict) and key in _FIXED:
            yield from _flat(value, f"{name}.")
        elif isinstance(value, list) and all(isinstance(each, str) for each in value):
            yield name, " ".join(value)
        elif isinstance(value, dict | list):
            yield name, json.dumps(value, ensure_ascii=False)
        elif isinstance(value, bool):
            yield name, "true" if value else "false"
        else:
            yield name, "" if value is None else _harmless(str(value))


#: Objects that have the same fields in every item.
_FIXED = ("group", "declarations")


def _harmless(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def _line(cells: Iterable[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="").writerow(list(cells))
    return buffer.getvalue()
