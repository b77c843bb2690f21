"""When a route is told: always, in office hours only, or once a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = r"([01]\d|2[0-3]):([0-5]\d)"
_HOURS = re.compile(rf"(?P<first>[a-z]{{3}})(?:-(?P<last>[a-z]{{3}}))? {_CLOCK}-(?:{_CLOCK}|24:00)")
_MOMENT = re.compile(_CLOCK)


@dataclass(frozen=True, slots=True)
class Hours:
    """Office hours: these days of the week (0 is Monday), from and until a time of day (None: midnight)."""

    days: frozenset[int]
    begin: time
    end: time | None

    def include(self, local: datetime) -> bool:
        """Whether a local time falls within them."""
        clock = local.time()
        return local.weekday() in self.days and self.begin <= clock and (self.end is None or clock < self.end)


@lru_cache(maxsize=128)
def hours_of(text: str) -> Hours:
    """Office hours such as "mon-fri 08:00-18:00"; raises `ValueError`."""
    match = _HOURS.fullmatch(text)
    if match is None or match["first"] not in _DAYS or (match["last"] or "mon") not in _DAYS:
        raise ValueError(f'{text[:40]!r}: write days and times such as "mon-fri 08:00-18:00"')
    first = _DAYS.index(match["first"])
    last = _DAYS.index(match["last"]) if match["last"] else first
    days = frozenset((first + each) % 7 for each in range((last - first) % 7 + 1))
    begin, end = (_time(each) for each in text.split(" ")[1].split("-"))
    if begin is None or (end is not None and end <= begin):
        raise ValueError(f"{text!r}: the end is not after the beginning; give hours of one day")
    return Hours(days, begin, end)


def moment_of(text: str) -> time:
    """A time of day such as "08:00"; raises `ValueError`."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(f'{text[:20]!r}: write a time of day such as "08:00"')
    return time.fromisoformat(text)


@lru_cache(maxsize=32)
def zone_of(name: str) -> ZoneInfo:
    """A time zone by its name; raises `ValueError`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:
        raise ValueError(f"{name[:40]!r} is not known; write for instance Europe/Amsterdam") from error


def latest(moment: time, now: datetime, zone: ZoneInfo) -> datetime:
    """When it was that time of day last."""
    local = now.astimezone(zone)
    today = datetime.combine(local.date(), moment, zone)
    # A day back by the calendar, so that a night of 23 or 25 hours changes nothing.
    found = today if today <= local else datetime.combine(local.date() - timedelta(days=1), moment, zone)
    return found.astimezone(UTC)


def _time(text: str) -> time | None:
    return None if text == "24:00" else time.fromisoformat(text)
