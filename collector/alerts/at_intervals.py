"""What a route does at intervals beside delivering events, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from collector.alerts.backoff import Timing
from collector.alerts.channels import DeliveryError
from wolkenzicht.errors import StorageError


class AtIntervals(threading.Thread):
    """Does something at its start and at each interval after it (seconds), until asked to stop.

    What fails is tried again sooner; `failed` is told after how many seconds, and why. `stopped` is called
    where the thread ends by a defect, `close` in any case.
    """

    def __init__(
        self,
        name: str,
        interval: float,
        do: Callable[[], None],
        *,
        failed: Callable[[float, str], None],
        stopped: Callable[[], None],
        timing: Timing,
        close: Callable[[], None] | None = None,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._interval, self._do, self._timing = interval, do, timing
        self._failed, self._stopped, self._close = failed, stopped, close
        self._stopping = threading.Event()

    def ask_to_stop(self) -> None:
        """Stop after what is under way."""
        self._stopping.set()

    def run(self) -> None:
        """The thread."""
        try:
            self._work()
        finally:
            if not self._stopping.is_set():
                self._stopped()
            if self._close is not None:
                self._close()

    def _work(self) -> None:
        failures = 0
        wait = 0.0
        while not self._stopping.wait(wait):
            try:
                self._do()
            except (DeliveryError, StorageError) as error:
                failures += 1
                asked = error.retry_after if isinstance(error, DeliveryError) else None
                wait = min(self._interval, max(asked or 0.0, self._timing.pause(failures)))
                self._failed(round(wait, 3), str(error))
            else:
                failures, wait = 0, self._interval
