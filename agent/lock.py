"""One agent for each state folder: a second one would send the same frames twice and mix the scans."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from wolkenzicht.errors import StorageError

FILE_NAME = "agent.lock"


@contextlib.contextmanager
def held(state: Path) -> Iterator[None]:
    """Hold the lock of `state`, which is made where it does not exist; the kernel frees it at any end.

    Raises `StorageError` where another agent holds it or the folder cannot be written.
    """
    path = state / FILE_NAME
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StorageError(
            f"state folder {state}: {error.strerror}; give `state` a folder that the agent may write"
        ) from error
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            who = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise StorageError(
                f"state folder {state} is in use by another agent (process {who}); "
                "stop that one or give this one a `state` of its own"
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)
