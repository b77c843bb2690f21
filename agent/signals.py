"""What a request to stop does: the work ends at the next frame; a second request ends the process."""

from __future__ import annotations

import contextlib
import queue
import signal
import threading
from collections.abc import Callable, Iterator

_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextlib.contextmanager
def calling(on_stop: Callable[[str], None]) -> Iterator[None]:
    """Call `on_stop` with the signal's name in a thread of its own when a stop is asked for.

    A handler may interrupt the main thread inside any lock, so it does nothing but put the signal in a
    queue that is safe for that.
    """
    arrived: queue.SimpleQueue[int | None] = queue.SimpleQueue()

    def handle(number: int, _frame: object) -> None:
        signal.signal(number, signal.SIG_DFL)
        arrived.put(number)

    def watch() -> None:
        while (number := arrived.get()) is not None:
            on_stop(signal.Signals(number).name)

    watcher = threading.Thread(target=watch, name="signals", daemon=True)
    watcher.start()
    before = {number: signal.signal(number, handle) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        arrived.put(None)
        watcher.join()
