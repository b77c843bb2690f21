"""How the store keeps a moment: whole microseconds since 1970 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LAST_MONTH = 12


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 of an aware datetime; raises `ValueError` for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone cannot be kept; give an aware datetime")
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Aware UTC datetime of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


def month_of(micros: int) -> str:
    """The month of a moment, as '2024-07'."""
    return f"{from_micros(micros):%Y-%m}"


def bounds_of(month: str) -> tuple[int, int]:
    """The first microsecond of a month, and that of the next."""
    year, number = (int(part) for part in month.split("-"))
    follows = (year + 1, 1) if number == _LAST_MONTH else (year, number + 1)
    first, after = (datetime(*each, 1, tzinfo=UTC) for each in ((year, number), follows))
    return to_micros(first), to_micros(after)


def end_of(month: str) -> int:
    """The first microsecond after a month."""
    return bounds_of(month)[1]
