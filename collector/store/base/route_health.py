"""Routes over which alerts do not arrive: findings, opened and resolved."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Protocol


class RouteHealth(Protocol):
    """Findings about routes, one for each tenant whose alerts do not arrive over one."""

    def look(self, routes: Collection[str], late: timedelta, now: datetime) -> int:
        """Look at these routes; returns how many events came of it.

        An alert does not arrive where it was given up, or was tried and is not accepted so long after it was
        committed. Of routes that are not among these nothing stands. Any number of collectors may look.
        """
