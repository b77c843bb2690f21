"""The durable outbox: what waits on disk, in order, until the collector has it for certain.

Frames are numbered from 1 without gaps. Appends are committed in groups; the sender reads over a
connection of its own and so sees only what is committed. A frame is deleted after its acknowledgement.
"""

from __future__ import annotations

import contextlib
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
from agent.reserve import RESERVE_BYTES, Reserve
from agent.scan_state import ScanState
from agent.spool_file import DiskFullError, SpoolFullError
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

#: Frames that are deleted at once on a full disk, and seconds between looks at whether it still is.
_FEW = 64
_LOOK_SECONDS = 2.0
#: Bytes of scans below which making one of them is not worth the while.
_LEAST_MERGED = 64 * 1024


@dataclass(frozen=True, slots=True)
class Backlog:
    """What waits: frames and bytes, and the sequences kept (`first` is above `last` where none)."""

    frames: int
    size_bytes: int
    first: int
    last: int


class Spool:
    """One spool file, in the folder `state`; safe to use from any thread.

    `max_bytes` bounds what waits; an append waits up to `max_wait` seconds for room, then makes one of the
    scans that wait. Raises `StorageError`, after an error in writing at every call.

    On a full disk the scan in hand ends: every append raises `DiskFullError` until `ready` found room again.
    Acknowledgements are written all the same, in `reserve_bytes` that are kept for them.
    """

    #: Under which the collector counts the frames, and why it is another one than before.
    spool_id: str
    gap_cause: int
    _last: int
    _first: int
    _committed: int

    def __init__(
        self, state: Path, *, max_bytes: int, max_wait: float, reserve_bytes: int = RESERVE_BYTES
    ) -> None:
        self._path = state / spool_file.FILE_NAME
        self._max_bytes = max_bytes
        self._max_wait = max_wait
        self._reserve = Reserve(state, reserve_bytes)
        try:
            connection = spool_file.open_or_replace(state)
        except StorageError:
            if not self._reserve.give_up():
                raise
            connection = spool_file.open_or_replace(state)
        self._reader = spool_file.reader(state)
        self._read_lock = threading.Lock()
        self._connection = connection
        self._recall()
        self._acknowledged = 0
        self._waiting_allowed = True
        self._full: DiskFullError | None = None
        if self._reserve.given_up:
            self._full = DiskFullError(f"spool {self._path}: the disk was full; free space")
        else:
            self._reserve.take()
        self._writer = GroupCommit(connection, self._path, self._after_commit, self._on_full)
        self._changed = self._writer.changed
        self.scan = ScanState(self._writer)
        self.base = Base(self._writer)
        self.told = Told(self._writer)
        self.rejections = Rejections(self._writer)

    @property
    def disk_full(self) -> bool:
        """Whether the disk was full, and no scan has found room since."""
        return self._full is not None

    def ready(self) -> None:
        """Let a scan write again after the disk was full: when there is room, and space is kept once more.

        Waits for as long as an append does, then makes one of the scans that wait. What was not read
        meanwhile is a gap, which the collector is told. Raises `SpoolFullError`, `StorageError`.
        """
        with self._changed:
            deadline = time.monotonic() + self._max_wait
            while self._full is not None:
                self._writer.usable()
                if self._has_recovered():
                    self._full = None
                    self.renumber(GapCause.GAP_CAUSE_DISK_FULL)
                    event(_log, logging.INFO, "spool.disk_has_room", file=str(self._path))
                    return
                left = deadline - time.monotonic()
                if left <= 0 and self._waiting_allowed and self.merge():
                    continue
                if left <= 0 or not self._waiting_allowed:
                    raise self._full
                self._changed.wait(min(left, _LOOK_SECONDS))

    def append(self, frame: ReportRequest, also: Also | None = None) -> int:
        """Add a frame and return its sequence; durable within 0.1 s, with what `also` writes.

        Waits for room. Raises `SpoolFullError`, `StorageError`.
        """
        body = _body(frame)
        with self._changed:
            self._wait_for_room(len(body))
            self._raise_if_full()
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
            self._raise_if_full()
            # Nobody else commits meanwhile: that needs what is held here.
            with self._writer.group() as connection:
                for made in make(connection):
                    self._insert(connection, _body(made))
            self._writer.commit_if_large()

    def flush(self) -> None:
        """Commit what is pending; durable on return. Raises `DiskFullError` where it was lost before."""
        with self._changed:
            self._raise_if_full()
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
            self._acknowledged = max(self._acknowledged, sequence)
            try:
                self._forget(sequence)
            except DiskFullError:
                # `_on_full` wrote it then, or ended writing.
                self._writer.usable()
            if self._full is not None:
                self._has_recovered()
            self._changed.notify_all()

    def renumber(self, cause: int) -> int:
        """Take a new identifier and number what waits from 1 on; returns how many frames that are.

        For a collector whose count of this spool does not fit what is here; it is told the `cause`.
        """
        with self._changed:
            self._writer.urgently(
                lambda connection: self._number_anew(connection, cause, frames.numbers(connection))
            )
            return self._frames

    def lost(self) -> frames.Lost | None:
        """The hole that lost frames left in the numbers, if there is one."""
        with self._writer.group() as connection:
            return frames.lost(connection)

    def merge(self) -> bool:
        """Make one of the scans that wait, where there are several; whether that was so.

        No more are made one at once than the disk has room for.
        """
        with self._changed:
            before = Backlog(self._frames, self._bytes, self._first, self._last)
            merged = self._merged()
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
        self._reserve.leave()

    def _number_anew(self, connection: sqlite3.Connection, cause: int, order: Sequence[int]) -> None:
        self.spool_id = uuid.uuid4().hex
        self.gap_cause = cause
        self._acknowledged = 0
        frames.number_anew(connection, order)
        self._last = len(order)
        self._frames, self._bytes = frames.totals(connection, self._last)
        self._first = 1
        connection.execute(
            "UPDATE spool SET spool_id = ?, last = ?, gap_cause = ?", (self.spool_id, self._last, cause)
        )

    def _merged(self) -> merging.Merged | None:
        # What merging may take is far above what it mostly takes. Where the space for acknowledgements is
        # still kept it must not be lost to this; where it is in use, what does not fit is taken back.
        most_bytes = self._bytes if self.disk_full else self._reserve.free() // 2
        while most_bytes >= _LEAST_MERGED:
            try:
                with self._writer.group() as connection:
                    merged = merging.merge(connection, most_bytes)
                    if merged is not None:
                        self._number_anew(connection, GapCause.GAP_CAUSE_SPOOL_FULL, merged.order)
                self._writer.flush()
            except DiskFullError:
                self._writer.usable()
                most_bytes //= 2
            else:
                return merged
        return None

    def _set_aside(self, damaged: Sequence[frames.Stored]) -> None:
        numbers = [each.sequence for each in damaged]

        def write(connection: sqlite3.Connection) -> None:
            self.rejections.keep_damaged(connection, damaged)
            frames.lose(connection, numbers, GapCause.GAP_CAUSE_SPOOL_DAMAGED)
            self._frames, self._bytes = frames.totals(connection, self._last)

        self._writer.urgently(write)
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
        # SQLite does this by itself too, but tells nobody where the disk has no room for it.
        if spool_file.unwritten(self._connection, self._path) > self._reserve.size // 4:
            spool_file.checkpoint(self._connection)

    def _recall(self) -> None:
        """Remember what stands in the file, and nothing else."""
        with spool_file.told(self._path):
            connection = self._connection
            row = connection.execute("SELECT spool_id, last, gap_cause FROM spool").fetchone()
            self.spool_id, self._last, self.gap_cause = row
            [(first,)] = connection.execute(
                "SELECT min(first) FROM (SELECT min(sequence) AS first FROM queue "
                "UNION ALL SELECT first FROM lost)"
            )
            self._frames, self._bytes = frames.totals(connection, self._last)
        self._first = self._last + 1 if first is None else first
        self._committed = self._last

    def _on_full(self, error: DiskFullError) -> None:
        """The disk is full: in the space that was kept, write what was acknowledged; the scan waits."""
        kept = self._reserve.give_up()
        with contextlib.suppress(DiskFullError), spool_file.told(self._path):
            spool_file.checkpoint(self._connection)
        before = self.spool_id
        self._recall()
        if self._full is None:
            event(
                _log,
                logging.ERROR,
                "spool.disk_full",
                file=str(self._path),
                reserve_bytes=self._reserve.size if kept else 0,
                waiting=self._frames,
                remedy="free space; what waits is delivered meanwhile, and the scan goes on then",
            )
        self._full = error
        # A number that was taken back will be another frame's.
        self._acknowledged = min(self._acknowledged, self._last)
        if before == self.spool_id and self._acknowledged >= self._first:
            for upto in range(self._first + _FEW, self._acknowledged + _FEW, _FEW):
                self._forget(min(upto, self._acknowledged))
                self._writer.flush()
        self._changed.notify_all()

    def _forget(self, sequence: int) -> None:
        with self._writer.group() as connection:
            count, size = frames.totals(connection, sequence)
            frames.delete_up_to(connection, sequence)
            # What was lost here after it was sent is not lost.
            connection.execute("DELETE FROM lost WHERE last <= ?", (sequence,))
            if sequence and self.gap_cause:
                connection.execute("UPDATE spool SET gap_cause = 0")
                self.gap_cause = GapCause.GAP_CAUSE_UNSPECIFIED
        self._frames -= count
        self._bytes -= size
        self._first = max(self._first, min(sequence, self._last) + 1)

    def _has_recovered(self) -> bool:
        """Give back what the file does not need; whether space is kept for acknowledgements again."""
        while True:
            try:
                self._writer.flush()
                with spool_file.told(self._path):
                    spool_file.shrink(self._connection)
            except DiskFullError:
                self._writer.usable()
                # To give space back takes some: what a process before this one could keep.
                if self._reserve.give_up():
                    continue
            return self._reserve.take()

    def _raise_if_full(self) -> None:
        if self._full is not None:
            raise self._full

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
