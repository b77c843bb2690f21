"""What the collector says about coming back is read as it was meant, and nonsense harms nobody."""

from __future__ import annotations

import grpc
import pytest
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped] # generated without types
from hypothesis import given
from hypothesis import strategies as st

from wolkenzicht.retry import DETAILS_KEY, LONGEST_SECONDS, retry_details, told_seconds

FULL = grpc.StatusCode.RESOURCE_EXHAUSTED


@given(st.floats(0, LONGEST_SECONDS))
def test_seconds_arrive_as_told(seconds: float) -> None:
    """To a nanosecond."""
    metadata: list[tuple[str, str | bytes]] = [("other", "x"), retry_details(FULL, "full", seconds)]

    assert told_seconds(metadata) == pytest.approx(seconds, abs=1e-8)


def test_the_details_are_those_that_grpc_defines() -> None:
    """Code and message agree with the call's own, as clients of other makers check."""
    key, value = retry_details(FULL, "full", 1.5)
    status = Status.FromString(value)

    assert key == "grpc-status-details-bin"
    assert (status.code, status.message) == (8, "full")
    assert [each.type_url for each in status.details] == ["type.googleapis.com/google.rpc.RetryInfo"]


@given(st.binary(max_size=200))
def test_whatever_comes_is_a_bounded_time_or_none(value: bytes) -> None:
    """A collector gone wrong neither stops the agent nor keeps it away for good."""
    told = told_seconds([(DETAILS_KEY, value)])

    assert told is None or 0 <= told <= LONGEST_SECONDS


def test_times_out_of_bounds_are_brought_within() -> None:
    """A negative time is now; a year is an hour."""
    assert told_seconds([retry_details(FULL, "", -5)]) == 0
    assert told_seconds([retry_details(FULL, "", 31_536_000)]) == LONGEST_SECONDS
    assert told_seconds([]) is None
