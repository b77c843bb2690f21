"""Space on the disk that is kept so that acknowledgements can be written when the rest is full.

A file of fixed size beside the spool. It is emptied when the disk is full, and filled again when there is
room for it and half as much more: so that the next frame does not empty it at once.
"""

from __future__ import annotations

import errno
import logging
import os
from pathlib import Path

from wolkenzicht.logs import event

FILE_NAME = "spool.reserve"
#: What was committed and has no place in the spool's file yet (`Spool` sees to that) fits in, twice over.
RESERVE_BYTES = 32 * 1024 * 1024
_ROOM = 1.5
#: At most one part of so many of a disk.
_SHARE = 4
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)

_log = logging.getLogger(__name__)


class Reserve:
    """The space kept in the folder `state`; whoever calls sees to it that one thread does at a time.

    `given_up` says that the disk was full and that the space was not taken back since, by an earlier process
    too. Where the file system cannot set space apart there is none, and nothing is given up.
    """

    def __init__(self, state: Path, size: int = RESERVE_BYTES) -> None:
        self._path = state / FILE_NAME
        disk = os.statvfs(state)
        #: Bytes: of a small disk not all.
        self.size = min(size, disk.f_blocks * disk.f_frsize // _SHARE)
        found = self._path.stat().st_size if self._path.exists() else None
        self.held = found is not None and found >= self.size
        self.given_up = found is not None and not self.held

    def free(self) -> int:
        """Bytes that are free on the disk."""
        found = os.statvfs(self._path.parent)
        return found.f_bavail * found.f_frsize

    def take(self) -> bool:
        """Set the space apart; whether there was room for it, also where the file system cannot do so."""
        if not self.held and self.free() >= self.size * _ROOM:
            try:
                self._fill(self.size)
            except OSError as error:
                self._empty()
                if error.errno in _NO_ROOM:
                    return False
                event(
                    _log,
                    logging.WARNING,
                    "spool.no_reserve",
                    file=str(self._path),
                    reason=str(error.strerror),
                    remedy="see that the disk does not fill up: acknowledgements would wait for space then",
                )
                return True
            self.held, self.given_up = True, False
        return self.held

    def give_up(self) -> bool:
        """Let go of the space, for what must be written; whether there was any."""
        if not self._path.exists() or not self._path.stat().st_size:
            return False
        self._empty()
        self.held, self.given_up = False, True
        return True

    def leave(self) -> None:
        """The process ends: where the space was given up, what there is stays for the next one."""
        if self.given_up:
            try:
                self._fill(max(1, min(self.size - 1, self.free())))
            except OSError:
                self._empty()

    def _fill(self, size: int) -> None:
        with self._path.open("ab") as file:
            os.posix_fallocate(file.fileno(), 0, size)
            os.fsync(file.fileno())

    def _empty(self) -> None:
        # The empty file remembers that the space was given up; truncating needs none.
        self._path.open("wb").close()
