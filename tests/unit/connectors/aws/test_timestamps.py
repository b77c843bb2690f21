"""The fast reading of timestamps agrees with botocore's own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import botocore.utils
import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.aws import timestamps

#: The stubs know of texts only; services answer numbers too.
parse_timestamp: Any = botocore.utils.parse_timestamp


@given(
    st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2099, 12, 31)),  # noqa: DTZ001 - bounds are naive
    st.sampled_from(["seconds", "milliseconds", "microseconds"]),
    st.sampled_from(["Z", "+00:00", "+0000", "-05:30", " GMT"]),
)
def test_iso_texts_agree(moment: datetime, precision: str, zone: str) -> None:
    """Every ISO text gives the same moment as botocore's parser, in the same offset."""
    text = moment.isoformat(timespec=precision) + zone
    ours, theirs = timestamps.parse(text), parse_timestamp(text)
    assert (ours, ours.utcoffset()) == (theirs, theirs.utcoffset())


@given(st.one_of(st.integers(0, 4_000_000_000), st.floats(0, 4e9)))
def test_numbers_agree(seconds: float) -> None:
    """Numbers, and numbers in text, give the same moment as botocore's parser."""
    assert timestamps.parse(seconds) == parse_timestamp(seconds)
    assert timestamps.parse(repr(seconds)) == parse_timestamp(repr(seconds))


@pytest.mark.parametrize(
    "value",
    [
        "Sun, 22 Nov 2026 06:10:00 GMT",
        "2026-11-22",
        "20261122",
        "2026-11-22T06:10:00.123456789Z",
        "2026-11-22T06:10:00",
        "1763791800.5",
        -1,
        4_102_444_800.25,
    ],
)
def test_other_forms_are_botocores(value: str | float) -> None:
    """What is in no usual form is read as botocore reads it."""
    assert timestamps.parse(value) == parse_timestamp(value)


def test_usual_form_is_utc() -> None:
    """The usual form is read without dateutil and is in UTC."""
    parsed = timestamps.parse("2026-11-22T06:10:00.500Z")
    assert parsed == datetime(2026, 11, 22, 6, 10, 0, 500_000, tzinfo=UTC)
    assert parsed.tzinfo is UTC


@pytest.mark.parametrize("value", ["", "gisteren", "2026-13-45T00:00:00Z"])
def test_no_timestamp_is_an_error(value: str) -> None:
    """What is no timestamp is refused, as botocore refuses it."""
    with pytest.raises(ValueError, match=r".+"):
        parse_timestamp(value)
    with pytest.raises(ValueError, match=r".+"):
        timestamps.parse(value)
