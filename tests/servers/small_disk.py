"""A file system of its own, small enough to be filled; tests are skipped where none can be had."""

from __future__ import annotations

import errno
import io
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(place: Path, size: str) -> Iterator[Path]:
    """A disk of so much room (as `mount` takes it) below a folder, until the block ends."""
    if os.geteuid() != 0:
        pytest.skip("a file system of its own needs root")
    disk = place / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.strip()}")
    try:
        yield disk
    finally:
        # Lazily: what a failed test left open must not hide why it failed.
        subprocess.run(["umount", "-l", str(disk)], check=True)


def filled_up(file: Path) -> int:
    """Write a file until the disk has no room for one more byte; returns how large it is then."""
    with file.open("wb", buffering=0) as sink:
        for block in (1 << 20, 4096, 1):
            while _written(sink, b"x" * block):
                pass
    return file.stat().st_size


def _written(sink: io.FileIO, block: bytes) -> bool:
    try:
        return sink.write(block) > 0
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        return False
