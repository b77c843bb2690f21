"""What a scope's gaps come to: the one outcome that it ends with."""

from __future__ import annotations

from dataclasses import replace

from agent.guard import one_line
from connectors.base import GAP_ORDER, Gap, outcome_of
from wolkenzicht.model import Outcome, Scope, ScopeOutcome


class Gaps:
    """The gaps of one scope: the worst is kept, all are counted; there can be as many as assets."""

    def __init__(self) -> None:
        self._worst: Gap | None = None
        self._count = 0
        self._rejected = 0
        self._first_rejected = ""
        self._broken = False

    @property
    def broken(self) -> bool:
        """Whether anything went wrong; that a part is not switched on is no such thing."""
        return self._broken

    def add(self, gap: Gap) -> None:
        """Count a gap."""
        self._count += 1
        self._broken |= gap.outcome is not Outcome.NOT_ENABLED
        if self._worst is None or _rank(gap) < _rank(self._worst):
            self._worst = gap

    def for_rejected(self, first: str) -> None:
        """Count a rejected item."""
        self._rejected += 1
        self._broken = True
        self._first_rejected = self._first_rejected or first

    def outcome(self, scope: Scope, count: int) -> ScopeOutcome:
        """The outcome of the scope, of which `count` assets were read."""
        if self._rejected and self._worst is None:
            items = count + self._rejected
            self.add(
                Gap(Outcome.FAILED, f"{self._rejected} of {items} items rejected: {self._first_rejected}")
            )
        outcome = outcome_of(scope, count, [self._worst] if self._worst else [])
        more = f" (and {self._count - 1} more)" if self._count > 1 else ""
        return replace(outcome, message=one_line(outcome.message) + more)


def _rank(gap: Gap) -> int:
    return GAP_ORDER.index(gap.outcome)
