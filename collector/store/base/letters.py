"""What routes hold beside what is due: deliveries that were given up, and findings that still stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from collector.store.base.outbox import Delivery, Event


class Letters(Protocol):
    """The deliveries of a route that are over: accepted, or given up."""

    def dead(self, route: str, limit: int) -> list[Delivery]:
        """The newest deliveries that were given up, oldest event first."""

    def resend(self, route: str, events: Sequence[str] | None, now: datetime) -> int:
        """Make deliveries that were given up due again: these events', or all; returns how many."""

    def discard(self, route: str, events: Sequence[str] | None, by: str, now: datetime) -> int:
        """Let deliveries that were given up be: these events', or all; returns how many.

        They are kept with who said so and when, and are not sent again.
        """

    def discarded(self, route: str, limit: int) -> list[Delivery]:
        """The newest that are let be, oldest event first."""

    def standing(self, route: str, after: int, limit: int) -> list[Event]:
        """Of each open finding the newest event that the route's receiver accepted.

        Those with a higher number than `after`, by number. Where `after` is 0 the newest notification of each
        group that stands comes before them.
        """
