"""How an inventory's bytes become rows with a place in the file, whatever is wrong with some of them.

A row that cannot be read costs that row only. Memory is bounded by the longest row that is allowed,
not by the file.
"""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

#: Longest physical line (bytes); a longer one is one bad row.
MAX_LINE_BYTES = 256 * 1024
#: A quoted field may hold line breaks; a quote still open after this many lines was never closed.
MAX_LINES_IN_ROW = 20

_BOM = b"\xef\xbb\xbf"
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of one row; `line` counts from 1. Bytes that are no UTF-8 stand there as surrogates."""

    line: int
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that is no row; `column` is the number of the field at fault, from 1."""

    line: int
    column: int
    reason: str


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str
    too_long: bool = False


def is_utf16(start: bytes) -> bool:
    """Whether a file that begins with these bytes is UTF-16, as spreadsheets write "Unicode text"."""
    return start.startswith(_UTF16)


def first_line(stream: BinaryIO) -> str:
    """The header line, without byte order mark; empty where the file is empty."""
    stream.seek(0)
    start = stream.readline(MAX_LINE_BYTES)
    return start.removeprefix(_BOM).decode("utf-8", "surrogateescape").rstrip("\r\n")


def rows(stream: BinaryIO, delimiter: str, width: int) -> Iterator[Row | Unreadable]:
    """Yield the rows after the header; `width` is how many fields each must have.

    Empty lines, also those of delimiters only, are passed over. Reads from the stream's start.
    """
    stream.seek(0)
    source = _lines(stream)
    next(source, None)
    waiting: deque[_Line] = deque()
    while True:
        line = waiting.popleft() if waiting else next(source, None)
        if line is None:
            return
        if not line.text.strip(delimiter + " \t\r\n"):
            continue
        yield _row(line, waiting, source, delimiter, width)


class _BrokenError(Exception):
    """The text is no row of CSV; `open_quote` says that more lines might make it one."""

    def __init__(self, reason: str, *, open_quote: bool = False) -> None:
        super().__init__(reason)
        self.open_quote = open_quote


def _row(
    line: _Line, waiting: deque[_Line], source: Iterator[_Line], delimiter: str, width: int
) -> Row | Unreadable:
    if line.too_long:
        return Unreadable(line.number, 1, f"the line is longer than {MAX_LINE_BYTES} bytes")
    try:
        fields = _parsed(line.text, delimiter)
    except _BrokenError as broken:
        if broken.open_quote:
            longer = _continued(line.text, waiting, source, delimiter, width)
            if longer is not None:
                return Row(line.number, longer)
        return Unreadable(line.number, _last_column(line.text, delimiter), str(broken))
    if len(fields) != width:
        reason = f"the row has {len(fields)} fields, the first line {width}"
        return Unreadable(line.number, min(len(fields), width + 1), reason)
    return Row(line.number, fields)


def _continued(
    text: str, waiting: deque[_Line], source: Iterator[_Line], delimiter: str, width: int
) -> tuple[str, ...] | None:
    """The fields of a row that goes on over the next lines; None leaves those lines waiting."""
    for ahead in range(MAX_LINES_IN_ROW - 1):
        if len(waiting) <= ahead:
            following = next(source, None)
            if following is None:
                return None
            waiting.append(following)
        text += waiting[ahead].text
        if len(text) > MAX_LINE_BYTES or waiting[ahead].too_long:
            return None
        try:
            fields = _parsed(text, delimiter)
        except _BrokenError:
            continue
        if len(fields) == width:
            for _ in range(ahead + 1):
                waiting.popleft()
            return fields
    return None


def _parsed(text: str, delimiter: str) -> tuple[str, ...]:
    """The fields of a text that is one row; raises `_BrokenError`."""
    records = csv.reader(_LINE.findall(text), delimiter=delimiter, strict=True)
    try:
        fields = next(records, [])
        if next(records, None) is not None:
            raise _BrokenError("a line break stands outside quotes; put the field inside quotes")
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            reason = "a quote is opened and not closed; close it, or write a quote inside a field twice"
            raise _BrokenError(reason, open_quote=True) from error
        raise _BrokenError(f"no row of CSV ({error}); put fields with a quote inside quotes") from error
    return tuple(fields)


def _last_column(text: str, delimiter: str) -> int:
    """The number of the field in which reading stopped, as near as a broken row lets it be told."""
    try:
        return max(1, len(next(csv.reader([text], delimiter=delimiter), [])))
    except csv.Error:
        return 1


def _lines(stream: BinaryIO) -> Iterator[_Line]:
    number = 0
    while line := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if number == 1:
            line = line.removeprefix(_BOM)
        if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
            while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield _Line(number, "too long", too_long=True)
        else:
            yield _Line(number, line.decode("utf-8", "surrogateescape"))
