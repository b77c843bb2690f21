"""What `[alerts.flapping]` may say: when fewer alerts say as much."""

from __future__ import annotations

import msgspec

from collector.alerts.checks import check_interval
from collector.store.base import Damping
from wolkenzicht.settings import seconds

_LEAST_TURNS, _MOST_TURNS = 3, 1000
_WEEK = 7 * 86_400.0


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
