"""What `[alerts.flapping]` and `[alerts.grouping]` may say: when fewer alerts say as much."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

import msgspec

from collector.alerts.checks import check_interval
from collector.store.base import Damping, Grouping
from wolkenzicht.settings import seconds

_LEAST_TURNS, _MOST_TURNS = 3, 1000
_WEEK = 7 * 86_400.0
_MOST_ALONE, _MOST_PAUSES, _MOST_LISTED = 1000, 10, 100


class FlappingConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[alerts.flapping]`: see `Damping`; with `turns` 0 every turn is told."""

    turns: int = 5
    window: str = "24h"
    quiet: str = "6h"

    def __post_init__(self) -> None:
        if self.turns and not _LEAST_TURNS <= self.turns <= _MOST_TURNS:
            raise ValueError(
                f"turns {self.turns}: give how often a finding turns before it flaps, from {_LEAST_TURNS} to "
                f"{_MOST_TURNS}, or 0 to hold nothing back"
            )
        check_interval("window", self.window, least=60.0, most=_WEEK)
        check_interval("quiet", self.quiet, least=60.0, most=_WEEK)

    @property
    def damping(self) -> Damping:
        """The same for the store."""
        return Damping(self.turns, seconds(self.window), seconds(self.quiet))


class GroupingConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[alerts.grouping]`: see `Grouping`; findings at the same places belong together `by` this."""

    alone: int = 10
    memory: str = "1m"
    gather: str = "1s"
    pauses: tuple[str, ...] = ("30s", "2m", "10m")
    listed: int = 20
    by: Literal["organisation", "tenant"] = "organisation"

    def __post_init__(self) -> None:
        if not 0 <= self.alone <= _MOST_ALONE:
            raise ValueError(
                f"alone {self.alone}: give how many are told each for itself, from 0 to {_MOST_ALONE}"
            )
        if not 1 <= self.listed <= _MOST_LISTED:
            raise ValueError(
                f"listed {self.listed}: give how many a notification names, from 1 to {_MOST_LISTED}"
            )
        check_interval("memory", self.memory, most=3600.0)
        check_interval("gather", self.gather, least=0.1, most=60.0)
        if not 1 <= len(self.pauses) <= _MOST_PAUSES:
            raise ValueError(f'pauses: give 1 to {_MOST_PAUSES} of them, such as ["30s", "2m", "10m"]')
        for each in self.pauses:
            check_interval("pauses", each)
        for before, after in pairwise(self.pauses):
            if seconds(after) < seconds(before):
                raise ValueError(f"pauses: {after!r} is shorter than {before!r} before it; let them grow")

    @property
    def grouping(self) -> Grouping:
        """The same for the store."""
        return Grouping(
            alone=self.alone,
            memory=seconds(self.memory),
            gather=seconds(self.gather),
            pauses=tuple(map(seconds, self.pauses)),
            listed=self.listed,
            by_tenant=self.by == "tenant",
        )
