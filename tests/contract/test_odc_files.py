"""What holds for every source that is a file: whatever is wrong with it, it is never taken for whole."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from connectors.base import Gap, Source
from connectors.odc.kinds import KINDS
from connectors.odc.place import Place
from connectors.odc.rvtools.sheets import SHEETS
from connectors.odc.rvtools.source import RvtoolsSettings, RvtoolsSource
from connectors.odc.source import OdcCsvSettings, OdcCsvSource
from tests.servers.odc_reading import read
from wolkenzicht.model import Asset, Outcome, Scope, ScopeOutcome

#: Longest that a scope may take, whatever the file is (seconds).
BOUND = 10
_COLUMNS = ("site", "country", "system", "kind", "name")
_UUID = "9f1b2c3d-0000-4000-8000-0123456789ab"

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Filed:
    """A source that is a file: how it is written from rows of a kind, and read. `rows` has two rows."""

    connector: str
    kinds: tuple[Any, ...]
    suffix: str
    titles: Callable[[Any], Sequence[str]]
    row: Callable[[Any, int], Sequence[object]]
    write: Callable[[Path, Any, Rows], None]
    source: Callable[[Path], Source]
    location: str


def _write_csv(path: Path, _: Any, rows: Rows) -> None:
    path.write_text("".join(",".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")


def _write_xlsx(path: Path, sheet: Any, rows: Rows) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(sheet.name)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)


FILED = (
    Filed(
        connector="odc-csv",
        kinds=KINDS,
        suffix=".csv",
        titles=lambda _: _COLUMNS,
        row=lambda kind, number: ("odc-noord", "NL", "zaak", kind.word, f"name-{number}"),
        write=_write_csv,
        source=lambda path: OdcCsvSource(OdcCsvSettings(path, "odc-noord")),
        location="odc",
    ),
    Filed(
        connector="odc-rvtools",
        kinds=SHEETS,
        suffix=".xlsx",
        titles=lambda sheet: sheet.required,
        row=lambda _, number: (f"name-{number}", f"reference-{number}", _UUID),
        write=_write_xlsx,
        source=lambda path: RvtoolsSource(RvtoolsSettings(path, Place("odc-noord", "NL"))),
        location="rvtools",
    ),
)
_EVERY = [(filed, kind) for filed in FILED for kind in filed.kinds]
each_kind = pytest.mark.parametrize(
    ("filed", "kind"), _EVERY, ids=[f"{filed.connector}-{kind.type}" for filed, kind in _EVERY]
)


def written(filed: Filed, kind: Any, folder: Path, *more: Sequence[object]) -> Path:
    """A good file with two rows of the kind, and more."""
    path = folder / f"inventory{filed.suffix}"
    filed.write(path, kind, [filed.titles(kind), filed.row(kind, 1), filed.row(kind, 2), *more])
    return path


def outcome(filed: Filed, kind: Any, path: Path) -> ScopeOutcome:
    """What became of the kind's scope; it took bounded time."""
    reading = read(filed.source(path), Scope("odc-noord", filed.location, kind.type))
    assert reading.seconds < BOUND
    return reading.outcome


@each_kind
def test_a_good_file_is_whole(filed: Filed, kind: Any, tmp_path: Path) -> None:
    """Both rows are assets of the kind."""
    found = outcome(filed, kind, written(filed, kind, tmp_path))
    assert (found.outcome, found.asset_count) == (Outcome.COMPLETE, 2)


@each_kind
@pytest.mark.parametrize("share", [0, 1, 50, 99])
def test_a_file_that_is_cut_off_is_not_whole(filed: Filed, kind: Any, share: int, tmp_path: Path) -> None:
    """A copy that broke off: nothing of a workbook can be read, and of a text the rows before the cut."""
    path = written(filed, kind, tmp_path)
    content = path.read_bytes().rstrip(b"\n")
    path.write_bytes(content[: len(content) * share // 100 - (share == 99) * 8])

    found = outcome(filed, kind, path)

    assert found.outcome is Outcome.FAILED
    assert found.asset_count == (1 if filed.connector == "odc-csv" and share == 99 else 0)


@each_kind
def test_a_missing_column_is_named(filed: Filed, kind: Any, tmp_path: Path) -> None:
    """Without the last column nothing can be told apart, and the message says which one it is."""
    path = tmp_path / f"inventory{filed.suffix}"
    filed.write(path, kind, [filed.titles(kind)[:-1], filed.row(kind, 1)[:-1]])

    found = outcome(filed, kind, path)

    assert (found.outcome, found.asset_count) == (Outcome.FAILED, 0)
    assert repr(filed.titles(kind)[-1]) in found.message


@each_kind
def test_a_row_that_stands_there_twice_is_named(filed: Filed, kind: Any, tmp_path: Path) -> None:
    """The first of the two is kept; which of them is right nobody knows."""
    found = outcome(filed, kind, written(filed, kind, tmp_path, filed.row(kind, 2)))
    assert (found.outcome, found.asset_count) == (Outcome.FAILED, 2)
    assert "too" in found.message


@each_kind
@pytest.mark.parametrize("content", [b"\xff\xfea\x00", b"PK\x03\x04", b"\x00" * 64, "é;ü".encode("latin-1")])
def test_another_encoding_or_format_is_refused(
    filed: Filed, kind: Any, content: bytes, tmp_path: Path
) -> None:
    """UTF-16, half a zip, a sparse file, Latin-1: none of them is an empty inventory."""
    path = tmp_path / f"inventory{filed.suffix}"
    path.write_bytes(content)
    assert outcome(filed, kind, path).outcome is Outcome.FAILED


@each_kind
def test_a_file_that_cannot_be_read_is_a_failure(filed: Filed, kind: Any, tmp_path: Path) -> None:
    """One that is not there, and a folder in its place."""
    for path in (tmp_path / "gone", tmp_path):
        found = outcome(filed, kind, path)
        assert (found.outcome, found.asset_count) == (Outcome.FAILED, 0)
        assert "cannot be read" in found.message


@each_kind
def test_a_file_that_changes_is_not_whole(filed: Filed, kind: Any, tmp_path: Path) -> None:
    """What was read is kept; rows may have been missed."""
    path = written(filed, kind, tmp_path)
    source = filed.source(path)
    reading = source.read(Scope("odc-noord", filed.location, kind.type))
    first = next(reading)
    with path.open("ab") as file:
        file.write(b" ")
    os.utime(path, (1, 1))

    rest = list(reading)
    source.finish_group("odc-noord")

    assert isinstance(first, Asset)
    gap = rest[-1]
    assert isinstance(gap, Gap)
    assert gap.outcome is Outcome.FAILED
    assert "was written to while it was read" in gap.message


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_a_workbook_of_other_sheets_is_not_empty(sheet: Any, tmp_path: Path) -> None:
    """An export of some sheets only says nothing about the others."""
    other = next(each for each in SHEETS if each is not sheet)
    path = written(FILED[1], other, tmp_path)
    found = outcome(FILED[1], sheet, path)
    assert found.outcome is Outcome.FAILED
    assert f"has no sheet {sheet.name}" in found.message


def test_text_that_is_no_utf_8_costs_its_own_row(tmp_path: Path) -> None:
    """A CSV saved in the code page of some computer: the rows with other letters are named."""
    path = tmp_path / "inventory.csv"
    path.write_bytes(
        b"site,country,system,kind,name\n"
        b"odc-noord,NL,zaak,vm,good\n" + "odc-noord,NL,zaak,vm,coördinatie\n".encode("latin-1")
    )
    found = outcome(FILED[0], KINDS[1], path)
    assert (found.outcome, found.asset_count) == (Outcome.FAILED, 1)
    assert "is not UTF-8" in found.message
