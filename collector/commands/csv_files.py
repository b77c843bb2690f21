"""How commands read CSV files: every fault names file, line and column, and what to correct."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from wolkenzicht.errors import ConfigurationError

Row = dict[str, str]


def text_of(file: Path) -> str:
    """The text of a file; raises `ConfigurationError` where it cannot be read or is not UTF-8."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigurationError(
            f"{file} cannot be read ({error.strerror}); give a readable CSV file"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"{file}: is not UTF-8 (byte {error.start}); save it as UTF-8 text"
        ) from error


def rows(
    name: str, text: str, *, required: Sequence[str], optional: Sequence[str], example: Sequence[str]
) -> Iterator[tuple[int, Row]]:
    """Line number and cells of each row, with surrounding white space gone; empty lines are skipped.

    `example` are the columns that an empty file is told to begin with. Raises `ConfigurationError`.
    """
    header, _, _ = text.partition("\n")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise ConfigurationError(f"{name}:{line}: holds a NUL byte; save it as UTF-8 text")
    reader = csv.reader(
        io.StringIO(text), delimiter=";" if header.count(";") > header.count(",") else ",", strict=True
    )
    columns: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not columns:
                columns = _columns(name, reader.line_num, cells, required, optional)
                continue
            if len(cells) != len(columns):
                raise ConfigurationError(
                    f"{name}:{reader.line_num}: has {len(cells)} columns, the first line {len(columns)}; "
                    "correct the row"
                )
            yield reader.line_num, {key: cell.strip() for key, cell in zip(columns, cells, strict=True)}
    except csv.Error as error:
        raise ConfigurationError(
            f"{name}:{reader.line_num}: is not CSV ({error}); correct the line"
        ) from error
    if not columns:
        raise ConfigurationError(f"{name}: is empty; begin it with the line {','.join(example)}")


def _columns(
    name: str, line: int, cells: list[str], required: Sequence[str], optional: Sequence[str]
) -> list[str]:
    known = (*required, *optional)
    columns = [cell.strip().lower() for cell in cells]
    for column in columns:
        if column not in known:
            raise ConfigurationError(f"{name}:{line}: column {column!r} is unknown; use {', '.join(known)}")
        if columns.count(column) > 1:
            raise ConfigurationError(f"{name}:{line}: column {column!r} stands there twice; remove one")
    for column in required:
        if column not in columns:
            raise ConfigurationError(f"{name}:{line}: column {column!r} is missing; add it")
    return columns
