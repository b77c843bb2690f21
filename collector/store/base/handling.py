"""How people handle findings that stand: who took one up, and who put it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from collector.store.base.rows import FindingRow, Sight
from wolkenzicht.errors import WolkenzichtError


class NotHandledError(WolkenzichtError):
    """Findings that cannot be handled so: they are not there, are over, or are not in that state."""

    def __init__(self, finding_id: str, reason: str) -> None:
        super().__init__(f"finding {finding_id!r} {reason}")
        self.finding_id = finding_id


class Handling(Protocol):
    """Changes how findings are handled, each time with a version and an event; all that is asked, or none."""

    def acknowledge(
        self, sight: Sight, finding_ids: Sequence[str], by: str, note: str, now: datetime
    ) -> list[FindingRow]:
        """Say of findings in sight that somebody took them up; returns them in the order asked.

        One that has been already by the same person and with the same note stays as it is. Raises
        `NotHandledError` for the first that is not in sight or does not stand.
        """

    def reopen(
        self, sight: Sight, finding_ids: Sequence[str], by: str, note: str, now: datetime
    ) -> list[FindingRow]:
        """Say of findings that were taken up that they are not any more; likewise."""
