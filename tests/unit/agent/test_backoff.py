"""When an agent tries again: spread where many lose their collector, and never before it is told to."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.stream import DEFAULT_BACKOFF, Backoff
from wolkenzicht.errors import TransportError

AGENTS = 1_000


@pytest.fixture(autouse=True)
def _seeded() -> None:
    random.seed(20261130)


@pytest.mark.parametrize("failures", [1, 2, 3, 6, 40])
def test_a_thousand_agents_are_evenly_spread(failures: int) -> None:
    """In each tenth of the time there are about a tenth of them, the first tenth included."""
    bound = min(DEFAULT_BACKOFF.longest, DEFAULT_BACKOFF.first * 2.0 ** (failures - 1))

    delays = [DEFAULT_BACKOFF.delay(failures) for _ in range(AGENTS)]

    tenths = Counter(int(10 * delay / bound) for delay in delays)
    assert max(delays) <= bound
    assert set(tenths) == set(range(10))
    # Five standard deviations of a fair spread (9.5) on either side.
    assert all(52 <= count <= 148 for count in tenths.values()), tenths


def test_a_thousand_agents_never_come_back_in_step() -> None:
    """In the first minute no second sees more attempts than two fifths of them, later far fewer."""
    attempts: Counter[int] = Counter()
    for _ in range(AGENTS):
        at, failures = 0.0, 0
        while at < 60:
            failures += 1
            at += DEFAULT_BACKOFF.delay(failures)
            attempts[int(at)] += 1

    assert max(attempts.values()) <= AGENTS * 2 / 5
    assert max(attempts[second] for second in range(30, 60)) <= AGENTS / 10


@given(st.floats(0, 3_600), st.integers(1, 100))
def test_what_is_told_is_kept_to(told: float, failures: int) -> None:
    """Never earlier, and a tenth later at most, however often it failed before."""
    assert told <= DEFAULT_BACKOFF.delay(failures, told) <= told * 1.1 + 1e-9


@given(st.floats(0.01, 10), st.floats(10, 1_000), st.integers(1, 10_000))
def test_no_wait_is_longer_than_the_longest(first: float, longest: float, failures: int) -> None:
    """However many failures there were."""
    assert 0 <= Backoff(first, longest).delay(failures) <= longest


def test_what_only_a_person_can_mend_waits_for_the_longest() -> None:
    """Also where a time was told."""
    trouble = TransportError("refused", retryable=False, retry_after=1.0)

    assert DEFAULT_BACKOFF.after(trouble, 1, hopeless=True) == DEFAULT_BACKOFF.longest


def test_what_one_collector_asks_for_holds_for_that_one() -> None:
    """The next is tried as soon as it may be; the one that asked is left alone for as long as it said."""
    trouble = TransportError("full", retryable=True, retry_after=300.0)

    assert 300.0 <= DEFAULT_BACKOFF.stay_away(trouble) <= 330.0
    assert DEFAULT_BACKOFF.after(trouble, 9, hopeless=False) == 0.0
    assert DEFAULT_BACKOFF.after(trouble, 9, hopeless=False, wait=12.0) == 12.0


def test_who_said_nothing_is_waited_for_as_ever() -> None:
    """And for no less than the next one asked for."""
    trouble = TransportError("cut", retryable=True)

    assert DEFAULT_BACKOFF.stay_away(trouble) == 0.0
    assert DEFAULT_BACKOFF.after(trouble, 3, hopeless=False, wait=1_000.0) >= 1_000.0
    assert {DEFAULT_BACKOFF.after(trouble, 3, hopeless=False) > 1.0 for _ in range(200)} == {True, False}
