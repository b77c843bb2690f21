"""When sight of a tenant counts as lost, and the look that says so of every tenant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SightLimits:
    """How long an agent may be silent, a new tenant unreported, and what was seen whole old."""

    silent: timedelta = timedelta(hours=24)
    never_reported: timedelta = timedelta(days=7)
    inventory: timedelta = timedelta(hours=48)


#: Gives the limits of a tenant.
LimitsOf = Callable[[str], SightLimits]


class SightLost(Protocol):
    """Findings about sight that was lost: opened, and resolved when it is back."""

    def look(self, limits_of: LimitsOf, now: datetime, up_since: datetime) -> int:
        """Look at every tenant; returns how many events came of it.

        Any number of collectors may look: what one found is found already when the next looks. An agent is
        not called silent before this collector, up since then, was there for a while for it to reach.
        """
