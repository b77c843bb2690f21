"""An RVTools export as a source: one scope for each sheet, read row by row.

A sheet is held in memory while it is read; that is as far as a compressed sheet can be streamed.
"""

from __future__ import annotations

import os
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from python_calamine import CalamineError, CalamineWorkbook

from connectors.base import Gap, PermissionTried, ReadError, ReadItem, Rejected
from connectors.odc import vmware
from connectors.odc.checking import whole_reading
from connectors.odc.place import Place
from connectors.odc.rvtools.sheets import BY_TYPE, SHEETS, Cell, Sheet, columns, object_in
from connectors.odc.values import UnfitError
from wolkenzicht.model import AccountStanding, Asset, Outcome, Scope

LOCATION = "rvtools"
#: Largest workbook (bytes, unpacked) that is opened; 100,000 virtual machines take about 300 MB.
MAX_UNPACKED_BYTES = 1024**3


@dataclass(frozen=True, slots=True)
class RvtoolsSettings:
    """What a tenant's configuration says about an export.

    `place` is the site whose vCenter was exported. `account` is the name under which the assets are
    kept, the site's where it is empty; two exports of one site need two names.
    """

    path: Path
    place: Place
    account: str = ""


@dataclass(frozen=True, slots=True)
class _Open:
    """The file as it was when the scan came to it."""

    stream: BinaryIO
    stamp: tuple[int, int]
    workbook: CalamineWorkbook


class RvtoolsSource:
    """One export file."""

    def __init__(self, settings: RvtoolsSettings) -> None:
        self._path = settings.path
        self._place = settings.place
        self._account = settings.account or settings.place.site
        self._lock = threading.Lock()
        self._opened: _Open | None = None

    @property
    def connector(self) -> str:
        """Name of the connector."""
        return "odc-rvtools"

    def plan(self) -> Iterator[Scope]:
        """Yield a scope for each sheet that is read, also where the file cannot be."""
        for sheet in SHEETS:
            yield Scope(self._account, LOCATION, sheet.type)

    def standings(self) -> Iterator[AccountStanding]:
        """Yield nothing: a datacentre has no accounts that are opened or closed."""
        yield from ()

    def group(self, scope: Scope) -> str:
        """One group: its scopes share the open file."""
        return scope.account

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """Yield the assets of one sheet, and each row that is none as `Rejected`. Raises `ReadError`."""
        sheet = BY_TYPE[scope.type]
        with self._lock:
            opened = self._open()
            rows, first = self._rows(opened, sheet)
        places = columns(next(rows, []))
        for title in sheet.required:
            if title not in places:
                raise self._failed(f"sheet {sheet.name} lacks the column {title!r}; export with RVTools 4")
        seen: dict[str, int] = {}
        for line, cells in enumerate(rows, first + 1):
            if any(cell != "" for cell in cells):
                yield self._item(cells, places, sheet, line, seen)
        if _stamp(opened.stream) != opened.stamp:
            yield self._failed("was written to while it was read; replace it in one step (mv)").gap

    def finish_group(self, group: str) -> None:
        """Close the file."""
        del group  # there is one
        with self._lock:
            if self._opened is not None:
                self._opened.workbook.close()
                self._opened.stream.close()
                self._opened = None

    def check(self) -> Iterator[PermissionTried]:
        """Read the whole export: it is a local file."""
        for scope in self.plan():
            yield whole_reading(self, scope)
        self.finish_group(self._account)

    def _item(
        self, cells: list[Cell], places: dict[str, int], sheet: Sheet, line: int, seen: dict[str, int]
    ) -> Asset | Rejected:
        origin = f"{self._path.name}:{sheet.name}:{line}"
        try:
            asset = vmware.asset(object_in(cells, places, sheet), self._place, self._account)
        except UnfitError as unfit:
            return Rejected("", origin, unfit.column, str(unfit))
        earlier = seen.setdefault(asset.asset_id, line)
        if earlier != line:
            return Rejected(asset.asset_id, origin, sheet.reference, f"stands on row {earlier} too")
        return asset

    def _open(self) -> _Open:
        if self._opened is None:
            try:
                stream = self._path.open("rb")
            except OSError as error:
                raise self._failed(f"cannot be read ({error.strerror}); give a readable file") from error
            try:
                self._check_size(stream)
                workbook = CalamineWorkbook.from_filelike(stream)
            except (CalamineError, OSError, zipfile.BadZipFile) as error:
                stream.close()
                raise self._failed(f"is no XLSX workbook ({error}); export it again") from error
            except ReadError:
                stream.close()
                raise
            self._opened = _Open(stream, _stamp(stream), workbook)
        return self._opened

    def _check_size(self, stream: BinaryIO) -> None:
        with zipfile.ZipFile(stream) as archive:
            size = sum(each.file_size for each in archive.infolist())
        stream.seek(0)
        if size > MAX_UNPACKED_BYTES:
            raise self._failed(f"unpacks to {size} bytes, over {MAX_UNPACKED_BYTES}; export fewer vCenters")

    def _rows(self, opened: _Open, sheet: Sheet) -> tuple[Iterator[list[Cell]], int]:
        """The rows from the first that holds something, and its number from 1."""
        if sheet.name not in opened.workbook.sheet_names:
            raise self._failed(f"has no sheet {sheet.name}; export all sheets")
        try:
            found = opened.workbook.get_sheet_by_name(sheet.name)
        except CalamineError as error:
            raise self._failed(f"sheet {sheet.name} cannot be read ({error}); export it again") from error
        return iter(found.iter_rows()), found.start[0] + 1 if found.start else 1

    def _failed(self, what: str) -> ReadError:
        return ReadError(Gap(Outcome.FAILED, f"{self._path.name} {what}"))


def _stamp(stream: BinaryIO) -> tuple[int, int]:
    status = os.fstat(stream.fileno())
    return status.st_size, status.st_mtime_ns
