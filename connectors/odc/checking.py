"""How a source is tried out before the first scan: one outcome for each scope, from reading it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from connectors.base import Gap, ReadError, ReadItem, Rejected, outcome_of
from wolkenzicht.model import Asset, Outcome, Scope, ScopeOutcome


class _Reader(Protocol):
    def read(self, scope: Scope) -> Iterator[ReadItem]: ...


def whole_reading(source: _Reader, scope: Scope) -> ScopeOutcome:
    """What became of a scope that was read to its end."""
    return outcome(scope, source.read(scope))


def outcome(scope: Scope, items: Iterable[ReadItem]) -> ScopeOutcome:
    """What the items of a scope come to; a rejected one keeps it from being complete."""
    count, gaps = 0, []
    try:
        for item in items:
            if isinstance(item, Gap):
                gaps.append(item)
            elif isinstance(item, Rejected):
                gaps.append(Gap(Outcome.FAILED, f"{item.origin} {item.field} {item.reason}"))
            elif isinstance(item, Asset):
                count += 1
    except ReadError as error:
        gaps.append(error.gap)
    return outcome_of(scope, count, gaps)
