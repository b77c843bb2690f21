"""How file descriptor 2 is read: through a pipe and a thread, so that gRPC core's lines become events."""

from __future__ import annotations

import faulthandler
import io
import os
import select
import threading
from collections.abc import Callable
from typing import Self, TextIO

from collector.server.tls_log import HandshakeLines, Other, Refused

#: Seconds that a refusal may wait for the record that names its address.
_PATIENCE = 0.5
_CHUNK = 65536
_MAX_LINE = 256 * 1024


def ignore(refused: Refused) -> None:
    """Nobody wants to know of refused handshakes now."""


class StderrTap:
    """Stands between file descriptor 2 and the process's real standard error, as `stream` (UTF-8 text).

    A context manager. `on_refused` is called in the reading thread. All else that is written to
    descriptor 2 reaches the real one unchanged; a crash of the interpreter reports to the real one at once.
    """

    def __init__(self) -> None:
        self._real = os.dup(2)
        self.stream: TextIO = io.TextIOWrapper(
            os.fdopen(os.dup(self._real), "wb", buffering=0),
            encoding="utf-8",
            errors="backslashreplace",
            write_through=True,
        )
        self._reading, self._writing = os.pipe()
        self._lines = HandshakeLines()
        self._thread: threading.Thread | None = None
        self.on_refused: Callable[[Refused], None] = ignore

    def __enter__(self) -> Self:
        """Take over descriptor 2."""
        self._thread = threading.Thread(target=self._run, name="stderr", daemon=True)
        self._thread.start()
        faulthandler.enable(self._real)
        os.dup2(self._writing, 2)
        return self

    def __exit__(self, *_: object) -> None:
        """Give descriptor 2 back, after what was written to it has been read."""
        os.dup2(self._real, 2)
        faulthandler.enable(2)
        os.close(self._writing)
        if self._thread is not None:
            self._thread.join()
        self.stream.close()
        os.close(self._reading)
        os.close(self._real)

    def _run(self) -> None:
        rest = b""
        while True:
            patience = _PATIENCE if self._lines.waiting else None
            readable, _, _ = select.select([self._reading], [], [], patience)
            self._refused_without_address(_PATIENCE)
            if not readable:
                continue
            chunk = os.read(self._reading, _CHUNK)
            if not chunk:
                break
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._line(line)
            if len(rest) > _MAX_LINE:  # no line of core's is as long: pass it on as it comes
                self._pass(rest)
                rest = b""
        if rest:
            self._line(rest)
        self._refused_without_address(0)

    def _line(self, line: bytes) -> None:
        text = line.decode("utf-8", "surrogateescape")
        for found in self._lines.feed(text):
            if isinstance(found, Other):
                self._pass(line + b"\n")
            else:
                self.on_refused(found)

    def _refused_without_address(self, seconds: float) -> None:
        for refused in self._lines.overdue(seconds):
            self.on_refused(refused)

    def _pass(self, content: bytes) -> None:
        view = memoryview(content)
        while view:
            view = view[os.write(self._real, view) :]
