"""How many calls a minute may hold: a share of the quota, in any minute, over all threads."""

from __future__ import annotations

import pytest

from connectors.gcp.quota import Quota
from tests.servers.gcp_reading import StoppedClock


def test_no_minute_holds_more_than_the_share() -> None:
    """Of a hundred calls at a share of 0.3, any sixty seconds hold thirty at most."""
    time = StoppedClock()
    quota = Quota(100, 0.3, time.clock)
    taken = []
    for _ in range(100):
        quota.take()
        taken.append(time.seconds)
    assert max(sum(1 for each in taken if start <= each < start + 60) for start in taken) == 30
    assert taken[-1] == pytest.approx(180)


def test_tokens_come_back_a_minute_after_they_were_taken() -> None:
    """Calls that were spread out are not held up by a clock's minute."""
    time = StoppedClock()
    quota = Quota(2, 1.0, time.clock)
    quota.take()
    time.seconds = 50.0
    quota.take()
    quota.take()
    assert time.seconds == pytest.approx(60)


def test_a_quota_that_is_used_up_holds_every_thread() -> None:
    """What one call is told to wait, the next one waits too."""
    time = StoppedClock()
    quota = Quota(100, 0.3, time.clock)
    quota.hold(17.0)
    quota.hold(5.0)
    quota.take()
    assert time.slept == [17.0]


def test_the_smallest_share_allows_a_call() -> None:
    """A share that rounds to nothing still reads, once a minute."""
    assert Quota(100, 0.001, StoppedClock().clock).size == 1
