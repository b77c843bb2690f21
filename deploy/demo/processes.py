"""Starts and stops the demo's processes, so that nothing is left running whatever happens."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

_PATIENCE_SECONDS = 60.0


class DemoError(Exception):
    """A step of the demo failed; the text says which and where to look."""


def command(name: str) -> str:
    """Path of one of our commands, beside the Python that runs the demo."""
    return str(Path(sys.executable).with_name(name))


def free_port() -> int:
    """A port on 127.0.0.1 that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(
    arguments: Sequence[str], *, environment: Mapping[str, str] | None = None, quiet: bool = False
) -> int:
    """Run one of our commands to its end; returns its exit code. With `quiet` its output is dropped."""
    finished = subprocess.run(
        [command(arguments[0]), *arguments[1:]],
        env={**os.environ, **(environment or {})},
        stdout=subprocess.DEVNULL if quiet else None,
        check=False,
    )
    return finished.returncode


@contextlib.contextmanager
def background(
    arguments: Sequence[str],
    port: int,
    log: Path,
    environment: Mapping[str, str] | None = None,
    patience: float = _PATIENCE_SECONDS,
    writes: Path | None = None,
) -> Iterator[None]:
    """Run a server until the block ends; `writes` is a file that it makes once it is ready.

    Raises `DemoError` where it does not listen within `patience` seconds.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            arguments,
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env={**os.environ, **(environment or {})},
        )
    try:
        _wait(process, port, log, patience, writes)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(
    process: subprocess.Popen[bytes], port: int, log: Path, patience: float, writes: Path | None
) -> None:
    until = time.monotonic() + patience
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0 and (writes is None or writes.exists()):
                return
        time.sleep(0.05)
    lines = log.read_text(errors="replace").splitlines()
    raise DemoError(f"a server did not start: {lines[-1] if lines else 'it said nothing'} (all of it: {log})")
