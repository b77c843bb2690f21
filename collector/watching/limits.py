"""`[sight]`: from when on sight of a tenant counts as lost."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from collector.store.base import SightLimits
from wolkenzicht import settings

#: What may be said, for all tenants and of one.
LIMITS = ("silent", "never_reported", "inventory")
_LEAST = timedelta(minutes=1)
_MOST = timedelta(days=3660)


class TenantSightConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[[sight.tenant]]`: other limits of one tenant; what is left out is as for all."""

    tenant: str
    silent: str | None = None
    never_reported: str | None = None
    inventory: str | None = None

    def __post_init__(self) -> None:
        if not self.tenant:
            raise ValueError("tenant: is empty; write the tenant that these limits are of")
        for name in LIMITS:
            if (text := getattr(self, name)) is not None:
                _length(name, text)


class SightConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[sight]`: how long an agent may be silent, a tenant unreported, what was seen whole old."""

    silent: str = "24h"
    never_reported: str = "7d"
    inventory: str = "48h"
    tenant: tuple[TenantSightConfig, ...] = ()

    def __post_init__(self) -> None:
        for name in LIMITS:
            _length(name, getattr(self, name))
        named = [each.tenant for each in self.tenant]
        for each in named:
            if named.count(each) > 1:
                raise ValueError(f"tenant {each[:80]!r}: has two tables; keep one of them")

    def limits_of(self, tenant: str) -> SightLimits:
        """The limits of a tenant."""
        own = next((each for each in self.tenant if each.tenant == tenant), None)
        return SightLimits(
            *(_length(name, getattr(own, name, None) or getattr(self, name)) for name in LIMITS)
        )


def _length(name: str, text: str) -> timedelta:
    try:
        length = timedelta(seconds=settings.seconds(text))
    except (ValueError, OverflowError) as error:
        raise ValueError(f'{name} {text[:80]!r}: write a length of time, such as "36h" or "7d"') from error
    if not _LEAST <= length <= _MOST:
        raise ValueError(f"{name} {text!r}: write a length of time from 1m to {_MOST.days}d")
    return length
