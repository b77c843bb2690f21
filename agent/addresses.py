"""Which collector an agent speaks to, of several over one store: one at a time, the next after a failure."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence


class Addresses:
    """Addresses of collectors in an order drawn once, so that agents spread over them; for all threads.

    A collector that said when to come back is not spoken to before; that says nothing of the others.
    """

    def __init__(self, addresses: Sequence[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._order = random.sample(list(addresses), len(addresses))
        self._clock = clock
        self._at = 0
        self._refusing: set[str] = set()
        self._not_before: dict[str, float] = {}
        self._lock = threading.Lock()

    @property
    def current(self) -> str:
        """The one to speak to."""
        with self._lock:
            return self._order[self._at]

    def in_turn(self) -> list[str]:
        """All of them, the current one first."""
        with self._lock:
            return self._order[self._at :] + self._order[: self._at]

    def failed(self, address: str, *, final: bool, stay_away: float = 0.0) -> bool:
        """Move on from one that failed; whether all of them now refuse what only a person can mend.

        It is not spoken to for `stay_away` seconds.
        """
        with self._lock:
            self._not_before[address] = self._clock() + stay_away
            if address == self._order[self._at]:
                self._at = self._next()
            if not final:
                self._refusing.discard(address)
                return False
            self._refusing.add(address)
            return len(self._refusing) == len(self._order)

    def wait(self) -> float:
        """Seconds until the current one may be spoken to."""
        with self._lock:
            return max(0.0, self._not_before.get(self._order[self._at], 0.0) - self._clock())

    def _next(self) -> int:
        """The next in order that may be spoken to now; where none may, the one that may first."""
        now = self._clock()
        following = [(self._at + step) % len(self._order) for step in range(1, len(self._order) + 1)]
        # Of equals `min` takes the first.
        return min(following, key=lambda at: max(now, self._not_before.get(self._order[at], now)))

    def rounds(self, failures: int) -> int:
        """How often each was tried after so many failures in a row: waits grow with this."""
        return -(-failures // len(self._order))
