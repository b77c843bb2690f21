"""How long the past is kept whole, and what became of months of which only the end is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Thinned:
    """A month of a tenant, as '2024-07', and how many versions went or would go.

    `digest` is over all that went, in their order; `finished` is None while it is under way.
    """

    tenant: str
    month: str
    versions: int
    digest: bytes = b""
    started: datetime | None = None
    finished: datetime | None = None


class Retention(Protocol):
    """Thins out what ended long ago: the state at the end of every month stays, in both times."""

    def due(self, before: datetime) -> list[Thinned]:
        """The next month of each tenant that lies wholly before a moment and is not thinned out yet."""

    def thin(self, tenant: str, month: str, now: datetime, limit: int) -> Thinned:
        """Look at the next so many versions of a month and let those go that no month's end shows.

        What goes and how far it has come is one transaction. Done where `finished` is set.
        """

    def preview(self, before: datetime) -> list[Thinned]:
        """What would go of every month that is due, without a change."""

    def thinned(self) -> list[Thinned]:
        """Every month that was thinned out or is under way, by tenant and month."""
