"""What the store's keeper may ask: whether what was prepared fits what it was prepared from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class CountDifference:
    """Assets of a tenant that are alike, of which the roll-up has another number than there are.

    `group` names the values that they share; those that the part of the roll-up leaves out are missing. Of
    scopes it names the account, and what is counted of its `scopes`.
    """

    tenant: str
    part: int
    group: tuple[tuple[str, str], ...]
    counted: int
    there: int


class Upkeep(Protocol):
    """Checks of the store as a whole. Each reads every asset: minutes where there are millions."""

    def check_counts(self) -> list[CountDifference]:
        """Where the roll-up differs from a full recount; empty where it does nowhere."""

    def repair_counts(self) -> None:
        """Make the roll-up anew from the assets, in one transaction."""
