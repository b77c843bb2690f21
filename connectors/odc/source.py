"""The CSV inventory as a source: one scope for each kind, read in one pass over the file each.

A row that is skipped leaves the list incomplete, so the scope it may belong to ends `failed`: what was
known before stays, and the coverage shows the gap.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from connectors.base import Gap, PermissionTried, ReadError, ReadItem, Rejected
from connectors.odc import assets, columns, lines
from connectors.odc.checking import whole_reading
from connectors.odc.kinds import BY_TYPE, KINDS, OTHER, InventoryKind
from connectors.odc.values import UnfitError
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import AccountStanding, Asset, Outcome, Scope

#: The location of every scope: the inventory names the places row by row.
LOCATION = "odc"
_ID_DIGEST_BYTES = 16


@dataclass(frozen=True, slots=True)
class OdcCsvSettings:
    """What a tenant's configuration says about an inventory.

    `site` is the account under which the assets are kept and the site of rows that name none; without
    it the account is the file's name without its ending, and the column `site` must be there.
    """

    path: Path
    site: str | None = None


@dataclass(frozen=True, slots=True)
class _Open:
    """The file as it was when the scan came to it; a replaced file is seen by the next scan."""

    stream: BinaryIO
    stamp: tuple[int, int]
    inventory: assets.Inventory


class OdcCsvSource:
    """One inventory file. Raises `ConfigurationError` for settings that cannot be."""

    def __init__(self, settings: OdcCsvSettings) -> None:
        if settings.site is not None and not settings.site.strip():
            raise ConfigurationError("site: is empty; name the site or leave the key out")
        self._path = settings.path
        self._site = (settings.site or "").strip()
        self._account = self._site or settings.path.stem
        self._lock = threading.Lock()
        self._opened: _Open | None = None

    @property
    def connector(self) -> str:
        """Name of the connector."""
        return "odc-csv"

    def plan(self) -> Iterator[Scope]:
        """Yield a scope for each kind that an inventory can hold, also where the file cannot be read."""
        for kind in KINDS:
            yield Scope(self._account, LOCATION, kind.type)

    def standings(self) -> Iterator[AccountStanding]:
        """Yield nothing: a datacentre has no accounts that are opened or closed."""
        yield from ()

    def group(self, scope: Scope) -> str:
        """One group, named after the account: its scopes share the open file."""
        return scope.account

    def read(self, scope: Scope) -> Iterator[ReadItem]:
        """Yield the assets of one kind, and each skipped row of that kind as `Rejected`.

        Rows whose kind cannot be read are reported with the kind `other`, and keep every scope of the
        file from being complete. Raises `ReadError`.
        """
        kind = BY_TYPE[scope.type]
        with self._lock:
            opened = self._open()
        tally = _Tally()
        try:
            yield from _of_kind(opened, kind, tally)
        except OSError as error:
            raise _unreadable(self._path, error) from error
        gap = tally.gap(changed=_stamp(opened.stream) != opened.stamp, file=opened.inventory.file)
        if gap is not None:
            yield gap

    def finish_group(self, group: str) -> None:
        """Close the file."""
        with self._lock:
            if self._opened is not None and group == self._account:
                self._opened.stream.close()
                self._opened = None

    def check(self) -> Iterator[PermissionTried]:
        """Read the whole inventory once for each kind: it is a local file."""
        for scope in self.plan():
            yield whole_reading(self, scope)
        self.finish_group(self._account)

    def _open(self) -> _Open:
        if self._opened is not None:
            return self._opened
        try:
            stream = self._path.open("rb")
        except OSError as error:
            raise _unreadable(self._path, error) from error
        try:
            header = _header(stream, self._path.name, site_known=bool(self._site))
        except OSError as error:
            stream.close()
            raise _unreadable(self._path, error) from error
        except ReadError:
            stream.close()
            raise
        inventory = assets.Inventory(self._path.name, header, self._account, self._site)
        self._opened = _Open(stream, _stamp(stream), inventory)
        return self._opened


def _header(stream: BinaryIO, file: str, *, site_known: bool) -> columns.Header:
    if lines.is_utf16(stream.read(2)):
        raise ReadError(Gap(Outcome.FAILED, f"{file} is UTF-16; save it as CSV UTF-8"))
    title_line = lines.first_line(stream)
    if not title_line.strip():
        raise ReadError(Gap(Outcome.FAILED, f"{file}:1: the first line is empty; put the column names there"))
    return columns.understand(title_line, file, site_known=site_known)


class _Tally:
    """Counts the rows of a pass and remembers the first that was skipped."""

    def __init__(self) -> None:
        self.rows = 0
        self.skipped = 0
        self._first = ""

    def skip(self, item: Rejected) -> None:
        """Count a skipped row."""
        self.skipped += 1
        if not self._first:
            self._first = f"{item.origin} {item.field} {item.reason}"

    def gap(self, *, changed: bool, file: str) -> Gap | None:
        """What keeps the pass from being complete, if anything."""
        if changed:
            return Gap(
                Outcome.FAILED, f"{file} was written to while it was read; replace it in one step (mv)"
            )
        if self.skipped:
            return Gap(Outcome.FAILED, f"{self.skipped} of {self.rows} rows skipped: {self._first}")
        return None


def _of_kind(opened: _Open, kind: InventoryKind, tally: _Tally) -> Iterator[Asset | Rejected]:
    inventory = opened.inventory
    seen: dict[bytes, int] = {}
    for row in lines.rows(opened.stream, inventory.header.delimiter, len(inventory.header.titles)):
        tally.rows += 1
        row_kind = None if isinstance(row, lines.Unreadable) else assets.kind_in(row, inventory)
        if row_kind is not None and row_kind is not kind:
            continue
        item = _item(row, kind, inventory, seen)
        if isinstance(item, Asset):
            yield item
            continue
        tally.skip(item)
        if row_kind is kind or kind is OTHER:
            yield item


def _item(
    row: lines.Row | lines.Unreadable,
    kind: InventoryKind,
    inventory: assets.Inventory,
    seen: dict[bytes, int],
) -> Asset | Rejected:
    if isinstance(row, lines.Unreadable):
        return assets.rejected(row.line, row.column, "row", row.reason, inventory)
    try:
        asset = assets.make_asset(row, kind, inventory)
    except UnfitError as unfit:
        column = assets.column_number(unfit.column, inventory.header)
        return assets.rejected(row.line, column, unfit.column, str(unfit), inventory)
    digest = hashlib.blake2b(asset.asset_id.encode(), digest_size=_ID_DIGEST_BYTES).digest()
    earlier = seen.setdefault(digest, row.line)
    if earlier != row.line:
        reason = f"stands on line {earlier} too, with the same site, system and kind"
        column = assets.column_number("name", inventory.header)
        return assets.rejected(row.line, column, "name", reason, inventory)
    return asset


def _stamp(stream: BinaryIO) -> tuple[int, int]:
    status = os.fstat(stream.fileno())
    return status.st_size, status.st_mtime_ns


def _unreadable(path: Path, error: OSError) -> ReadError:
    return ReadError(
        Gap(Outcome.FAILED, f"{path} cannot be read ({error.strerror}); give the path of a readable CSV file")
    )
