"""How many calls of a method may be made in any minute: a share of the project's quota, never more."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

_WINDOW_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Clock:
    """Reads and spends time, in seconds; tests give one that does not wait."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Quota:
    """A bucket of tokens, each of which comes back a minute after it was taken.

    So no minute, wherever it begins, holds more than `calls_per_minute × share` calls: Google counts
    by the minute, and a bucket that refills while it is being emptied would allow twice as many.
    Shared by all threads of a source.
    """

    def __init__(self, calls_per_minute: int, share: float, clock: Clock) -> None:
        self._size = max(1, int(calls_per_minute * share))
        self._clock = clock
        self._lock = threading.Lock()
        self._taken: deque[float] = deque()
        self._held_until = clock.now()

    @property
    def size(self) -> int:
        """Calls that may be made in any minute."""
        return self._size

    def take(self) -> None:
        """Wait for a token and take it."""
        while (seconds := self._try()) > 0:
            self._clock.sleep(seconds)

    def hold(self, seconds: float) -> None:
        """Give out no token for so long: Google said that the quota is used up, whoever used it."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock.now() + seconds)

    def _try(self) -> float:
        """Take a token and answer 0, or answer how many seconds to wait for the next one."""
        with self._lock:
            now = self._clock.now()
            if now < self._held_until:
                return self._held_until - now
            while self._taken and now - self._taken[0] >= _WINDOW_SECONDS:
                self._taken.popleft()
            if len(self._taken) < self._size:
                self._taken.append(now)
                return 0.0
            return max(self._taken[0] + _WINDOW_SECONDS - now, 0.001)
