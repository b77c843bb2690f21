"""The frames that wait: a row each, with a checksum, numbered without gaps as long as none is lost.

A lost frame leaves a hole in the numbers, which is remembered until the frames are numbered anew. Its
sequence, and the scan that it became part of, stand in a narrow row of their own, so that numbering anew
writes no body again: on a full disk there is no room for that.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from wolkenzicht.v1.collector_service_pb2 import ReportRequest

#: Field 1, wire type 0 (varint): https://protobuf.dev/programming-guides/encoding/
_SEQUENCE_TAG = b"\x08"
_SEVEN_BITS = 0x7F

_INSERT = "INSERT INTO frame (size, body, checksum, spooled) VALUES (?, ?, ?, ?)"
_QUEUE = "INSERT INTO queue (sequence, frame, size) VALUES (?, ?, ?)"
_AT = "SELECT frame FROM queue WHERE sequence = ?"
_UP_TO = "SELECT frame FROM queue WHERE sequence <= ?"
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
    row = connection.execute(_INSERT, (len(body), body, zlib.crc32(body), int(now)))
    connection.execute(_QUEUE, (sequence, row.lastrowid, len(body)))


def read(connection: sqlite3.Connection, after: int, limit: int) -> list[Stored]:
    """Up to so many frames after a number."""
    rows = connection.execute(
        # A damaged file may say that the bytes are text, or nothing at all.
        "SELECT q.sequence, CAST(f.body AS BLOB), f.checksum, q.scan_id "
        "FROM queue AS q LEFT JOIN frame AS f ON f.number = q.frame "
        "WHERE q.sequence > ? ORDER BY q.sequence LIMIT ?",
        (after, limit),
    ).fetchall()
    return [
        Stored(
            number,
            (body or b"") + _renamed(scan_id),
            body is not None and zlib.crc32(body) == checksum,
        )
        for number, body, checksum, scan_id in rows
    ]


def _renamed(scan_id: str | None) -> bytes:
    """Put after a frame's bytes it makes it another scan's: of a field that comes twice the last counts."""
    return ReportRequest(scan_id=scan_id).SerializeToString() if scan_id else b""


def totals(connection: sqlite3.Connection, before: int) -> tuple[int, int]:
    """How many frames there are up to a number, and their bytes."""
    [(count, size)] = connection.execute(
        "SELECT count(*), coalesce(sum(size), 0) FROM queue WHERE sequence <= ?", (before,)
    )
    return count, size


def delete_up_to(connection: sqlite3.Connection, sequence: int) -> None:
    """Let go of all frames up to a number."""
    connection.execute(f"DELETE FROM frame WHERE number IN ({_UP_TO})", (sequence,))  # noqa: S608
    connection.execute("DELETE FROM queue WHERE sequence <= ?", (sequence,))


def delete(connection: sqlite3.Connection, sequences: Sequence[int]) -> None:
    """Let go of frames by number."""
    numbers = [(each,) for each in sequences]
    connection.executemany(f"DELETE FROM frame WHERE number = ({_AT})", numbers)  # noqa: S608
    connection.executemany("DELETE FROM queue WHERE sequence = ?", numbers)


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
        f"UPDATE frame SET size = ?, body = ?, checksum = ? WHERE number = ({_AT})",  # noqa: S608
        (len(body), body, zlib.crc32(body), sequence),
    )
    connection.execute("UPDATE queue SET size = ? WHERE sequence = ?", (len(body), sequence))


def give_to(connection: sqlite3.Connection, sequence: int, scan_id: str) -> None:
    """A frame is part of this scan from now on."""
    connection.execute("UPDATE queue SET scan_id = ? WHERE sequence = ?", (scan_id, sequence))


def numbers(connection: sqlite3.Connection) -> list[int]:
    """The numbers of what waits, in order."""
    return [number for (number,) in connection.execute("SELECT sequence FROM queue ORDER BY sequence")]


def number_anew(connection: sqlite3.Connection, order: Sequence[int]) -> None:
    """Number what waits from 1 on, in this order."""
    # Over negative numbers: no two frames may have the same one, not even halfway.
    connection.executemany(
        "UPDATE queue SET sequence = ? WHERE sequence = ?",
        ((-new, old) for new, old in enumerate(order, start=1)),
    )
    connection.execute("UPDATE queue SET sequence = -sequence")
    connection.execute("DELETE FROM lost")


def numbered(sequence: int, body: bytes) -> bytes:
    """The frame's bytes with its sequence, field 1 of `ReportRequest`, put before them."""
    number = bytearray(_SEQUENCE_TAG)
    while sequence > _SEVEN_BITS:
        number.append(sequence & _SEVEN_BITS | 0x80)
        sequence >>= 7
    number.append(sequence)
    return bytes(number) + body
