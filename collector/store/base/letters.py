"""What routes hold beside what is due: deliveries that were given up, and findings that still stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from collector.store.base.outbox import Delivery, Event

#: Before all that `Letters.standing` finds.
FIRST = -(2**63) + 1


class Letters(Protocol):
    """The deliveries of a route that are over: accepted, or given up."""

    def dead(self, route: str, limit: int) -> list[Delivery]:
        """The newest deliveries that were given up, oldest event first."""

    def resend(self, route: str, identifiers: Sequence[str] | None, now: datetime) -> int:
        """Make deliveries that were given up due again: these events', or all; returns how many."""

    def standing(self, route: str, after: int, limit: int) -> list[Event]:
        """Of each open finding, and each group with open ones, the newest event that the receiver accepted.

        Those with a higher number than `after`, by number; from `FIRST` on all, from 0 on no notifications.
        """
