"""Which collector an agent speaks to, of several over one store: one at a time, the next after a failure."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence


class Addresses:
    """Addresses of collectors in an order drawn once, so that agents spread over them; for all threads."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._order = random.sample(list(addresses), len(addresses))
        self._at = 0
        self._refusing: set[str] = set()
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

    def failed(self, address: str, *, final: bool) -> bool:
        """Move on from one that failed; whether all of them now refuse what only a person can mend."""
        with self._lock:
            if address == self._order[self._at]:
                self._at = (self._at + 1) % len(self._order)
            if not final:
                self._refusing.discard(address)
                return False
            self._refusing.add(address)
            return len(self._refusing) == len(self._order)

    def rounds(self, failures: int) -> int:
        """How often each was tried after so many failures in a row: waits grow with this."""
        return -(-failures // len(self._order))
