"""Which assets each scope of a scan listed: compressed while read, kept until the scan ends."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Iterator

from wolkenzicht.model import Scope

#: Bytes of one part of a scope's list; parts are read back one at a time.
PART_BYTES = 256 * 1024
#: Bytes of text that are unpacked at once.
_TEXT_BYTES = 32 * 1024
#: Identifiers of one scope are alike: the fastest level leaves 15 bytes or so of each.
_LEVEL = 1
#: Stands behind every text; no identifier that can be sent holds it.
_END = b"\0"


class Listed:
    """The identifiers and home locations of what one scope listed; memory grows by the compressed size."""

    def __init__(self) -> None:
        self._compressor = zlib.compressobj(_LEVEL)
        self._bytes = bytearray()

    def add(self, asset_id: str, location: str) -> None:
        """Add an asset; its identifier holds no NUL."""
        place = location.encode().replace(_END, b"")
        self._bytes += self._compressor.compress(place + _END + asset_id.encode() + _END)

    def parts(self) -> Iterator[bytes]:
        """End the list and yield it in parts, in order."""
        self._bytes += self._compressor.flush()
        for start in range(0, len(self._bytes), PART_BYTES):
            yield bytes(self._bytes[start : start + PART_BYTES])


def assets_in(parts: Iterable[bytes]) -> Iterator[tuple[str, str]]:
    """Identifier and location of every asset in the parts of a list, in the order of the reading."""
    decompressor = zlib.decompressobj()
    rest = b""
    for part in parts:
        waiting = part
        while waiting:
            *texts, rest = (rest + decompressor.decompress(waiting, _TEXT_BYTES)).split(_END)
            waiting = decompressor.unconsumed_tail
            if len(texts) % 2:
                rest = texts.pop() + _END + rest
            for place, asset_id in zip(texts[::2], texts[1::2], strict=True):
                yield asset_id.decode(), place.decode()


def keep(connection: sqlite3.Connection, scope: Scope, listed: Listed) -> None:
    """Write the list of a scope."""
    connection.executemany(
        "INSERT OR REPLACE INTO scope_ids (account, location, type, part, ids) VALUES (?, ?, ?, ?, ?)",
        (
            (scope.account, scope.location, scope.type, number, part)
            for number, part in enumerate(listed.parts())
        ),
    )


def part_of(connection: sqlite3.Connection, scope: Scope, number: int) -> bytes | None:
    """One part of a scope's list, None behind the last one."""
    row = connection.execute(
        "SELECT ids FROM scope_ids WHERE account = ? AND location = ? AND type = ? AND part = ?",
        (scope.account, scope.location, scope.type, number),
    ).fetchone()
    return None if row is None else bytes(row[0])


def forget(connection: sqlite3.Connection) -> None:
    """Delete all lists."""
    connection.execute("DELETE FROM scope_ids")
