"""From when on the past is kept whole."""

from __future__ import annotations

import re
from datetime import UTC, datetime

_PERIOD = re.compile(r"([1-9][0-9]{0,3})(y|m)")
_MONTHS = 12
#: Instead of a period: all is kept, for ever.
OFF = "off"


def months_of(period: str) -> int:
    """How many months a period has; raises `ValueError` where it is none."""
    match = _PERIOD.fullmatch(period)
    if match is None:
        raise ValueError(f'full {period!r}: write years or months, such as "2y" or "18m", or "off"')
    number = int(match[1])
    return number * _MONTHS if match[2] == "y" else number


def whole_since(period: str, now: datetime) -> datetime:
    """The first moment of the month from which on all is kept; what ended before is thinned out."""
    months = now.year * _MONTHS + now.month - 1 - months_of(period)
    if months < _MONTHS:
        return datetime.min.replace(tzinfo=UTC)
    return datetime(months // _MONTHS, months % _MONTHS + 1, 1, tzinfo=UTC)
