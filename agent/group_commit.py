"""When writes to the spool become durable: in groups, so that a sync to disk is paid once for many."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from agent.spool_file import DiskFullError, told
from wolkenzicht import crash_points
from wolkenzicht.errors import StorageError

#: A group is committed at this many entries or bytes, or this many seconds after it was begun.
GROUP_ENTRIES = 64
GROUP_BYTES = 4 * 1024 * 1024
GROUP_SECONDS = 0.1

Made = TypeVar("Made")


class GroupCommit:
    """The one writer of a SQLite file, shared by threads; `changed` guards all that belongs to it.

    After an error nothing more is written: every later call raises the same `StorageError`, so that
    no number is left out. What was committed before stays.

    A full disk is no such error: the group is taken back and `on_full` called, which makes room, puts right
    what is remembered of the group, and writes again what must not be lost. Where that fails too it is one.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        after_commit: Callable[[], None],
        on_full: Callable[[DiskFullError], None],
    ) -> None:
        self.changed = threading.Condition(threading.RLock())
        self._connection = connection
        self._path = path
        self._after_commit = after_commit
        self._on_full = on_full
        self._relieving = False
        self._since: float | None = None
        self._entries = 0
        self._bytes = 0
        self._error: StorageError | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="spool-commit", daemon=True)
        self._thread.start()

    @contextlib.contextmanager
    def group(self, size: int = 0) -> Iterator[sqlite3.Connection]:
        """Write inside the current group, which is begun where there is none; `size` is in bytes."""
        with self.changed:
            self.usable()
            with self._or_never_again():
                if self._since is None:
                    self._connection.execute("BEGIN IMMEDIATE")
                    self._since = time.monotonic()
                    self.changed.notify_all()
                yield self._connection
            self._entries += 1
            self._bytes += size

    def commit_if_large(self) -> None:
        """Commit where the group is large enough not to wait for its time."""
        with self.changed:
            if self._entries >= GROUP_ENTRIES or self._bytes >= GROUP_BYTES:
                self.flush()

    def flush(self) -> None:
        """Commit what is pending; durable on return. Raises `StorageError`."""
        with self.changed:
            self.usable()
            if self._since is None:
                return
            with self._or_never_again():
                crash_points.passed("agent.before_spool_commit")
                self._connection.execute("COMMIT")
                crash_points.passed("agent.after_spool_commit")
                self._begin_anew()
                self._after_commit()
            self.changed.notify_all()

    def urgently(self, work: Callable[[sqlite3.Connection], Made]) -> Made:
        """Commit what does not wait for others: on a full disk in the space that is kept for it."""
        with self.changed:
            try:
                self.flush()
            except DiskFullError:
                self.usable()
            try:
                return self._committed(work)
            except DiskFullError:
                self.usable()
                return self._committed(work)

    def _committed(self, work: Callable[[sqlite3.Connection], Made]) -> Made:
        with self.group() as connection:
            made = work(connection)
        self.flush()
        return made

    def _begin_anew(self) -> None:
        self._since = None
        self._entries = self._bytes = 0

    def usable(self) -> None:
        """Raise the error that ended writing, if there was one."""
        if self._error is not None:
            raise self._error
        if self._closed:
            raise StorageError(f"spool {self._path} is closed; open it again")

    @property
    def closed(self) -> bool:
        """Whether nothing will be committed any more."""
        return self._closed or self._error is not None

    def close(self) -> None:
        """Commit what is pending and close the connection."""
        with self.changed:
            if self._closed:
                return
            try:
                if self._error is None:
                    self.flush()
            finally:
                self._closed = True
                self.changed.notify_all()
        self._thread.join()
        self._connection.close()

    @contextlib.contextmanager
    def _or_never_again(self) -> Iterator[None]:
        whole = False
        try:
            with told(self._path):
                yield
            whole = True
        except DiskFullError as error:
            whole = self._is_relieved(error)
            raise
        except StorageError as error:
            self._error = error
            raise
        finally:
            if not whole:
                # Half a group must never be committed, whatever ended it.
                broken_off = StorageError(f"spool {self._path}: writing was broken off; start again")
                self._error = self._error or broken_off
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                self.changed.notify_all()

    def _is_relieved(self, error: DiskFullError) -> bool:
        """Take the group back and let room be made; whether writing may go on."""
        with contextlib.suppress(sqlite3.Error):
            self._connection.execute("ROLLBACK")
        self._begin_anew()
        if self._relieving:
            self._error = self._error or error
            return False
        self._relieving = True
        try:
            self._on_full(error)
        except StorageError as failure:
            self._error = self._error or failure
        finally:
            self._relieving = False
        return self._error is None

    def _run(self) -> None:
        with self.changed:
            while not self.closed:
                if self._since is None:
                    self.changed.wait()
                    continue
                left = self._since + GROUP_SECONDS - time.monotonic()
                if left > 0:
                    self.changed.wait(left)
                else:
                    # The error is kept: whoever writes or waits next is told.
                    with contextlib.suppress(StorageError):
                        self.flush()
