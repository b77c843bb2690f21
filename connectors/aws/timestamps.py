"""How timestamps in AWS's answers are read: the two usual forms fast, all others by the SDK."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from botocore.utils import parse_timestamp

#: `2026-11-22T06:10:00Z`, with or without a fraction of up to six digits.
_ISO_UTC = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z", re.ASCII)


def parse(value: Any) -> datetime:
    """The moment that `value` states, aware; equal to what botocore's own parser makes of it.

    botocore hands every text to dateutil, which costs a tenth of reading EC2 instances. Numbers are
    seconds since 1970 and become UTC rather than the machine's zone.
    Raises `ValueError` where the value is no timestamp.
    """
    if isinstance(value, str):
        if _ISO_UTC.fullmatch(value):
            return datetime.fromisoformat(value)
    elif isinstance(value, (int, float)):
        try:
            return datetime.fromtimestamp(value, UTC)
        except (OSError, OverflowError):
            pass  # botocore counts by timedelta where the platform's clock cannot
    parsed: datetime = parse_timestamp(value)
    return parsed
