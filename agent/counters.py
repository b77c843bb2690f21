"""The numbers that progress, metrics and the exit code are made of."""

from __future__ import annotations

import copy
import threading
from dataclasses import dataclass

from connectors.base import INVENTORY
from wolkenzicht.model import Outcome, ScopeOutcome

#: Nothing can exist in such a scope, so it is no blind spot.
_NOTHING_THERE = frozenset({Outcome.COMPLETE, Outcome.UNSUPPORTED, Outcome.NOT_ENABLED})


def is_blind(outcome: ScopeOutcome) -> bool:
    """Whether a scope with this outcome is a blind spot.

    Where there is no inventory anything may exist: it is blind unless it was read whole.
    """
    if outcome.scope.type == INVENTORY:
        return outcome.outcome is not Outcome.COMPLETE
    return outcome.outcome not in _NOTHING_THERE


@dataclass(slots=True)
class Numbers:
    """How the scan and the stream stand. `scanning` is False between scans."""

    scanning: bool = False
    scopes_planned: int = 0
    scopes_done: int = 0
    scopes_blind: int = 0
    assets: int = 0
    rejected: int = 0
    frames_sent: int = 0
    frames_acknowledged: int = 0
    frames_waiting: int = 0
    disk_full: bool = False
    connected: bool = False
    scans_finished: int = 0
    last_finished: float = 0.0


class Counters:
    """The numbers of this process; safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = Numbers()

    def now(self) -> Numbers:
        """A copy of the numbers at this moment."""
        with self._lock:
            return copy.copy(self._numbers)

    def add(self, **amounts: int) -> None:
        """Add to numbers by name."""
        with self._lock:
            for name, more in amounts.items():
                setattr(self._numbers, name, getattr(self._numbers, name) + more)

    def put(self, **values: float) -> None:
        """Set numbers by name."""
        with self._lock:
            for name, value in values.items():
                setattr(self._numbers, name, value)
