"""How a source is tried out before the first scan: what reading each scope comes to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

from connectors.base import Gap, PermissionTried, ReadError, ReadItem, Rejected, outcome_of
from wolkenzicht.model import Outcome, Scope


class _Reader(Protocol):
    def read(self, scope: Scope) -> Iterator[ReadItem]: ...


def whole_reading(source: _Reader, scope: Scope) -> PermissionTried:
    """What became of a scope that was read to its end; a file needs no permission."""
    return reading("", scope, source.read(scope))


def reading(permission: str, scope: Scope, items: Iterable[ReadItem]) -> PermissionTried:
    """What the items of a scope say of the permission; a rejected one keeps it from being complete."""
    gaps = []
    try:
        for item in items:
            if isinstance(item, Gap):
                gaps.append(item)
            elif isinstance(item, Rejected):
                gaps.append(Gap(Outcome.FAILED, f"{item.origin} {item.field} {item.reason}"))
    except ReadError as error:
        gaps.append(error.gap)
    found = outcome_of(scope, 0, gaps)
    return PermissionTried(
        found.permission or permission, scope, found.outcome, found.denied_by, found.message
    )
