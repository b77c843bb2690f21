"""The frames that wait: a row each, with a checksum, numbered without gaps as long as none is lost.

A lost frame leaves a hole in the numbers, which is remembered until the frames are numbered anew.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

#: Field 1, wire type 0 (varint): https://protobuf.dev/programming-guides/encoding/
_SEQUENCE_TAG = b"\x08"
_SEVEN_BITS = 0x7F

_INSERT = "INSERT INTO frame (sequence, size, body, checksum, spooled) VALUES (?, ?, ?, ?, ?)"
_LOST = """
INSERT INTO lost VALUES (1, ?, ?, ?) ON CONFLICT (one) DO UPDATE SET
    first = CASE WHEN excluded.first < first THEN excluded.first ELSE first END,
    last = CASE WHEN excluded.last > last THEN excluded.last ELSE last END,
    cause = excluded.cause
"""


@dataclass(frozen=True, slots=True)
class Lost:
    """That frames from `first` to `last` are not whole any more, and the `cause` that the last one has."""

    first: int
    last: int
    cause: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A frame as it is read back; `whole` says that its bytes are those that were written."""

    sequence: int
    body: bytes
    whole: bool


def insert(connection: sqlite3.Connection, sequence: int, body: bytes, now: float) -> None:
    """Keep a frame under a number."""
    connection.execute(_INSERT, (sequence, len(body), body, zlib.crc32(body), int(now)))


def read(connection: sqlite3.Connection, after: int, limit: int) -> list[Stored]:
    """Up to so many frames after a number."""
    rows = connection.execute(
        # A damaged file may say that the bytes are text, or nothing at all.
        "SELECT sequence, CAST(body AS BLOB), checksum FROM frame "
        "WHERE sequence > ? ORDER BY sequence LIMIT ?",
        (after, limit),
    ).fetchall()
    return [
        Stored(number, body or b"", body is not None and zlib.crc32(body) == checksum)
        for number, body, checksum in rows
    ]


def totals(connection: sqlite3.Connection, before: int) -> tuple[int, int]:
    """How many frames there are up to a number, and their bytes."""
    [(count, size)] = connection.execute(
        "SELECT count(*), coalesce(sum(size), 0) FROM frame WHERE sequence <= ?", (before,)
    )
    return count, size


def delete(connection: sqlite3.Connection, sequences: Iterable[int]) -> None:
    """Let go of frames by number."""
    connection.executemany("DELETE FROM frame WHERE sequence = ?", ((each,) for each in sequences))


def lose(connection: sqlite3.Connection, sequences: Sequence[int], cause: int) -> None:
    """Let go of frames that were not sent, and remember that there is a hole."""
    delete(connection, sequences)
    connection.execute(_LOST, (min(sequences), max(sequences), cause))


def lost(connection: sqlite3.Connection) -> Lost | None:
    """The hole, if there is one."""
    row = connection.execute("SELECT first, last, cause FROM lost").fetchone()
    return Lost(*row) if row else None


def replace(connection: sqlite3.Connection, sequence: int, body: bytes) -> None:
    """A frame says something else from now on; it is as old as before."""
    connection.execute(
        "UPDATE frame SET size = ?, body = ?, checksum = ? WHERE sequence = ?",
        (len(body), body, zlib.crc32(body), sequence),
    )


def numbers(connection: sqlite3.Connection) -> list[int]:
    """The numbers of what waits, in order."""
    return [number for (number,) in connection.execute("SELECT sequence FROM frame ORDER BY sequence")]


def number_anew(connection: sqlite3.Connection, order: Sequence[int]) -> None:
    """Number what waits from 1 on, in this order."""
    # Over negative numbers: no two frames may have the same one, not even halfway.
    connection.executemany(
        "UPDATE frame SET sequence = ? WHERE sequence = ?",
        ((-new, old) for new, old in enumerate(order, start=1)),
    )
    connection.execute("UPDATE frame SET sequence = -sequence")
    connection.execute("DELETE FROM lost")


def numbered(sequence: int, body: bytes) -> bytes:
    """The frame's bytes with its sequence, field 1 of `ReportRequest`, put before them."""
    number = bytearray(_SEQUENCE_TAG)
    while sequence > _SEVEN_BITS:
        number.append(sequence & _SEVEN_BITS | 0x80)
        sequence >>= 7
    number.append(sequence)
    return bytes(number) + body
