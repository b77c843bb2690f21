"""The durable outbox: what waits on disk, in order, until the collector has it for certain.

Frames are numbered from 1 without gaps. Appends are committed in groups; the sender reads over a
connection of its own and so sees only what is committed. A frame is deleted after its acknowledgement.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent import expiry, frames, merging, spool_file
from agent.base import Base
from agent.group_commit import GroupCommit
from agent.rejections import Rejections
from agent.scan_state import ScanState
from agent.told import Told
from wolkenzicht.errors import StorageError
from wolkenzicht.logs import event
from wolkenzicht.v1.collector_service_pb2 import ReportRequest
from wolkenzicht.v1.gap_pb2 import GapCause

_log = logging.getLogger(__name__)

#: What else is written in the transaction of a frame.
Also = Callable[[sqlite3.Connection], None]
#: Makes the frames of one transaction, and writes what goes with each before it is yielded.
Make = Callable[[sqlite3.Connection], Iterable[ReportRequest]]


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: frames and bytes, and the sequences kept (`first` is above `last` where none)."""

    frames: int
    size_bytes: int
    first: int
    last: int


class SpoolFullError(StorageError):
    """The spool stayed full for longer than a scan is to wait."""


class Spool:
    """One spool file, in the folder `state`; safe to use from any thread.

    `max_bytes` bounds what waits; an append waits up to `max_wait` seconds for room, then makes one of the
    scans that wait. Raises `StorageError`, after an error in writing at every call.
    """

    def __init__(self, state: Path, *, max_bytes: int, max_wait: float) -> None:
        self._path = state / spool_file.FILE_NAME
        self._max_bytes = max_bytes
        self._max_wait = max_wait
        connection = spool_file.open_or_replace(state)
        self._reader = spool_file.reader(state)
        self._read_lock = threading.Lock()
        with spool_file.told(self._path):
            row = connection.execute("SELECT spool_id, last, gap_cause FROM spool").fetchone()
            self.spool_id: str = row[0]
            self._last: int = row[1]
            self.gap_cause: int = row[2]
            [(first,)] = connection.execute(
                "SELECT min(first) FROM (SELECT min(sequence) AS first FROM frame "
                "UNION ALL SELECT first FROM lost)"
            )
            self._frames, self._bytes = frames.totals(connection, self._last)
        self._first: int = self._last + 1 if first is None else first
        self._committed: int = self._last
        self._waiting_allowed = True
        self._writer = GroupCommit(connection, self._path, self._after_commit)
        self._changed = self._writer.changed
        self.scan = ScanState(self._writer)
        self.base = Base(self._writer)
        self.told = Told(self._writer)
        self.rejections = Rejections(self._writer)

    def append(self, frame: ReportRequest, also: Also | None = None) -> int:
        """Add a frame and return its sequence; durable within 0.1 s, with what `also` writes.

        Waits for room. Raises `SpoolFullError`, `StorageError`.
        """
        body = _body(frame)
        with self._changed:
            self._wait_for_room(len(body))
            with self._writer.group(len(body)) as connection:
                self._insert(connection, body)
                if also is not None:
                    also(connection)
            self._writer.commit_if_large()
            return self._last

    def append_together(self, make: Make, *, size: int = 0, urgent: bool = False) -> None:
        """Add all frames that `make` yields, or none of them; waits for room for `size` bytes.

        With `urgent` it does not wait. Raises `SpoolFullError`, `StorageError`.
        """
        with self._changed:
            if not urgent:
                self._wait_for_room(size)
            # Nobody else commits meanwhile: that needs what is held here.
            with self._writer.group() as connection:
                for made in make(connection):
                    self._insert(connection, _body(made))
            self._writer.commit_if_large()

    def flush(self) -> None:
        """Commit what is pending; durable on return."""
        self._writer.flush()

    def backlog(self) -> Backlog:
        """What waits, pending appends included."""
        with self._changed:
            return Backlog(self._frames, self._bytes, self._first, self._last)

    def read_after(self, sequence: int, limit: int) -> list[tuple[int, bytes]]:
        """Up to `limit` committed frames after `sequence`: their sequences and bytes, ready to send.

        One that is not what was written is set aside and left out; the numbers then have a hole.
        """
        with self._read_lock, spool_file.told(self._path):
            found = frames.read(self._reader, sequence, limit)
        damaged = [each for each in found if not each.whole]
        if damaged:
            self._set_aside(damaged)
        return [(each.sequence, frames.numbered(each.sequence, each.body)) for each in found if each.whole]

    def wait_for_frames(self, after: int, timeout: float) -> bool:
        """Wait up to `timeout` seconds until a frame after `after` is committed; whether one is."""
        with self._changed:
            self._changed.wait_for(lambda: self._committed > after or self._writer.closed, timeout)
            return self._committed > after

    def acknowledge(self, sequence: int, spool_id: str | None = None) -> None:
        """Delete the frames up to `sequence`: the collector has them.

        Nothing is deleted where the number was given under another `spool_id` than the present one.
        """
        with self._changed:
            if spool_id not in (None, self.spool_id):
                return
            with self._writer.group() as connection:
                count, size = frames.totals(connection, sequence)
                connection.execute("DELETE FROM frame WHERE sequence <= ?", (sequence,))
                # What was lost here after it was sent is not lost.
                connection.execute("DELETE FROM lost WHERE last <= ?", (sequence,))
                if sequence and self.gap_cause:
                    connection.execute("UPDATE spool SET gap_cause = 0")
                    self.gap_cause = GapCause.GAP_CAUSE_UNSPECIFIED
            self._frames -= count
            self._bytes -= size
            self._first = max(self._first, min(sequence, self._last) + 1)
            self._changed.notify_all()

    def renumber(self, cause: int) -> int:
        """Take a new identifier and number what waits from 1 on; returns how many frames that are.

        For a collector whose count of this spool does not fit what is here; it is told the `cause`.
        """
        with self._changed:
            with self._writer.group() as connection:
                self._number_anew(connection, cause, frames.numbers(connection))
            self._writer.flush()
            return self._frames

    def lost(self) -> frames.Lost | None:
        """The hole that lost frames left in the numbers, if there is one."""
        with self._writer.group() as connection:
            return frames.lost(connection)

    def merge(self) -> bool:
        """Make one of the scans that wait, where there are several; whether that was so."""
        with self._changed:
            before = Backlog(self._frames, self._bytes, self._first, self._last)
            with self._writer.group() as connection:
                merged = merging.merge(connection)
                if merged is not None:
                    self._number_anew(connection, GapCause.GAP_CAUSE_SPOOL_FULL, merged.order)
            self._writer.flush()
        if merged is None:
            return False
        event(
            _log,
            logging.WARNING,
            "spool.merged",
            scans=merged.scans,
            frames=before.frames - self._frames,
            bytes=before.size_bytes - self._bytes,
            reason="the spool is full; of each asset and scope the newest is kept",
            remedy="see that the collector can be reached, or raise `max_bytes` in [spool]",
        )
        return True

    def expire(self, max_age: float) -> None:
        """Let go of scans that waited for longer than so many seconds; what they said is told anew."""
        with self._changed, self._writer.group() as connection:
            gone = expiry.expire(connection, time.time() - max_age)
            self._frames, self._bytes = frames.totals(connection, self._last)
            self._changed.notify_all()
        if gone:
            event(
                _log,
                logging.WARNING,
                "spool.expired",
                frames=gone,
                reason=f"they waited for more than {max_age / 86_400:.1f} days",
                remedy="see that the collector can be reached, or raise `max_age` in [spool]",
            )

    def stop_waiting(self) -> None:
        """Let appends that wait for room give up now."""
        with self._changed:
            self._waiting_allowed = False
            self._changed.notify_all()

    def close(self) -> None:
        """Commit what is pending and let go of the file; what waits stays in it."""
        self._writer.close()
        with self._read_lock:
            self._reader.close()

    def _number_anew(self, connection: sqlite3.Connection, cause: int, order: Sequence[int]) -> None:
        self.spool_id = uuid.uuid4().hex
        self.gap_cause = cause
        frames.number_anew(connection, order)
        self._last = len(order)
        self._frames, self._bytes = frames.totals(connection, self._last)
        self._first = 1
        connection.execute(
            "UPDATE spool SET spool_id = ?, last = ?, gap_cause = ?", (self.spool_id, self._last, cause)
        )

    def _set_aside(self, damaged: Sequence[frames.Stored]) -> None:
        numbers = [each.sequence for each in damaged]
        with self._changed:
            with self._writer.group() as connection:
                self.rejections.keep_damaged(connection, damaged)
                frames.lose(connection, numbers, GapCause.GAP_CAUSE_SPOOL_DAMAGED)
                self._frames, self._bytes = frames.totals(connection, self._last)
            self._writer.flush()
        event(
            _log,
            logging.ERROR,
            "spool.frame_damaged",
            file=str(self._path),
            frames=len(numbers),
            first=numbers[0],
            remedy="kept in the table `rejected`; the next scan makes up for it; check the disk",
        )

    def _insert(self, connection: sqlite3.Connection, body: bytes) -> None:
        sequence = self._last + 1
        frames.insert(connection, sequence, body, time.time())
        connection.execute("UPDATE spool SET last = ?", (sequence,))
        self._last = sequence
        self._frames += 1
        self._bytes += len(body)

    def _after_commit(self) -> None:
        self._committed = self._last

    def _wait_for_room(self, size: int) -> None:
        """Wait while the spool is full; an empty one takes a frame of any size."""
        deadline = time.monotonic() + self._max_wait
        while self._frames and self._bytes + size > self._max_bytes:
            self._writer.flush()
            left = deadline - time.monotonic()
            if left <= 0 and self._waiting_allowed and self.merge():
                continue
            if left <= 0 or not self._waiting_allowed:
                raise SpoolFullError(
                    f"spool {self._path} is full ({self._bytes} of {self._max_bytes} bytes) and the "
                    "collector takes nothing; see that it can be reached, or raise `max_bytes` in [spool]"
                )
            self._changed.wait(left)


def _body(frame: ReportRequest) -> bytes:
    frame.ClearField("sequence")
    return frame.SerializeToString()
