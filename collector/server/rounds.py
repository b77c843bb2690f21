"""Whose turn it is among tenants: deficit round robin, in which those who use little go first."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

#: Bytes of a tenant in one round, about a full batch; and what the smallest frame counts for, by its work.
ROUND_BYTES, LEAST_BYTES = 256 * 1024, 16 * 1024


class Rounds:
    """Rounds over tenants: those of which `is_ready` says that something can be done for them now.

    Each has `ROUND_BYTES` in a round, and what it spends beyond them it owes to the next. Who has some left
    is before those who have none, and first of them whose next frame is of the smallest: of a thousand
    that begin at once each has some left. Who is not even `is_here` when its turn comes is forgotten, debts
    and all.
    """

    def __init__(self, is_ready: Callable[[str], bool], is_here: Callable[[str], bool]) -> None:
        self._is_ready = is_ready
        self._is_here = is_here
        # With bytes left; those that are not ready any more are passed over.
        self._smallest: deque[str] = deque()
        self._first: deque[str] = deque()
        self._among_first: set[str] = set()
        self._ring: deque[str] = deque()
        self._left: dict[str, int] = {}  # bytes left, of all that are in the ring

    def __len__(self) -> int:
        return len(self._ring)

    def enter(self, tenant: str, size: int = ROUND_BYTES) -> None:
        """A tenant has something to do, perhaps more than before; `size` is that of its next frame."""
        if tenant not in self._left:
            self._ring.append(tenant)
            self._left[tenant] = ROUND_BYTES
        if self._left[tenant] > 0 and tenant not in self._among_first:
            (self._smallest if size <= LEAST_BYTES else self._first).append(tenant)
            self._among_first.add(tenant)

    def spend(self, tenant: str, size: int) -> None:
        """So many bytes were for this tenant."""
        if tenant in self._left:
            self._left[tenant] -= max(size, LEAST_BYTES)

    def next(self) -> str | None:
        """The tenant whose turn it is; None where nobody is ready. It enters again where more is to do."""
        while self._smallest or self._first:
            tenant = (self._smallest or self._first).popleft()
            self._among_first.discard(tenant)
            if tenant in self._left and self._left[tenant] > 0 and self._is_ready(tenant):
                return tenant
        passed_over = 0
        while passed_over < len(self._ring):
            tenant = self._ring.popleft()
            if not self._is_here(tenant):
                del self._left[tenant]
                continue
            self._ring.append(tenant)
            if not self._is_ready(tenant):
                passed_over += 1
                continue
            passed_over = 0
            self._left[tenant] = min(self._left[tenant] + ROUND_BYTES, ROUND_BYTES)
            if self._left[tenant] > 0:
                return tenant
        return None
