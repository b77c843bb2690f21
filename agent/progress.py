"""What a person or a log sees while a scan runs: one line that is rewritten, or an event now and then."""

from __future__ import annotations

import contextlib
import io
import logging
import shutil
import threading
from collections.abc import Iterator
from typing import TextIO, cast

from agent.counters import Counters, Numbers
from wolkenzicht.logs import event

_LINE_SECONDS = 0.2
_EVENT_SECONDS = 30.0
_CLEAR = "\r\x1b[2K"

_log = logging.getLogger(__name__)


class Terminal(io.TextIOBase):
    """A terminal whose last line is rewritten; what is written meanwhile goes above that line."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._lock = threading.Lock()
        self._line = ""

    def isatty(self) -> bool:
        """A terminal it is."""
        return True

    def write(self, text: str) -> int:
        """Write above the line."""
        with self._lock:
            self._stream.write((_CLEAR if self._line else "") + text)
            if self._line and text.endswith("\n"):
                self._stream.write(self._line)
            self._stream.flush()
        return len(text)

    def show(self, line: str) -> None:
        """Rewrite the line; an empty one removes it."""
        with self._lock:
            if line != self._line:
                self._stream.write(_CLEAR + line)
                self._stream.flush()
                self._line = line


def log_stream(stream: TextIO) -> TextIO:
    """Where logs go: above the progress line on a terminal, else the stream itself."""
    # TextIO is a class of typing only; logging needs no more than write and flush.
    return cast("TextIO", Terminal(stream)) if stream.isatty() else stream


@contextlib.contextmanager
def shown(counters: Counters, stream: TextIO) -> Iterator[None]:
    """Show progress while the block runs: a line where `stream` is a `Terminal`, else events."""
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(_LINE_SECONDS if isinstance(stream, Terminal) else _EVENT_SECONDS):
            numbers = counters.now()
            if isinstance(stream, Terminal):
                stream.show(_line(numbers, shutil.get_terminal_size().columns))
            elif numbers.scanning:
                _event(numbers)

    watcher = threading.Thread(target=watch, name="progress", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
        if isinstance(stream, Terminal):
            stream.show("")


def _line(numbers: Numbers, width: int) -> str:
    line = (
        f"scopes {numbers.scopes_done}/{numbers.scopes_planned} · assets {numbers.assets} · "
        f"blind spots {numbers.scopes_blind} · sent {numbers.frames_sent}, "
        f"acknowledged {numbers.frames_acknowledged}"
    )
    if not numbers.connected:
        line += " · collector not connected"
    return line[: max(width - 1, 1)]


def _event(numbers: Numbers) -> None:
    event(
        _log,
        logging.INFO,
        "scan.progress",
        scopes_done=numbers.scopes_done,
        scopes_planned=numbers.scopes_planned,
        assets=numbers.assets,
        blind=numbers.scopes_blind,
        rejected=numbers.rejected,
        sent=numbers.frames_sent,
        acknowledged=numbers.frames_acknowledged,
        connected=numbers.connected,
    )
