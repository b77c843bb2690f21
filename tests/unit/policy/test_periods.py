"""Rows about one thing share no day, and where there must always be one, leave none out."""

from __future__ import annotations

from datetime import date

import pytest

from policy.periods import Span, check
from policy.rows import PolicyDataError, Row

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
END_OF_JANUARY, END_OF_FEBRUARY = date(2026, 1, 31), date(2026, 2, 28)


def span(line: int, first: date | None, last: date | None) -> Span:
    """A period that was written in a line of a file."""
    return Span.of(first, last, Row("facts.csv", line, ("valid_from", "valid_until"), ("", "")))


def refused(*spans: Span, since: date | None = None, until: date | None = None) -> str:
    """What is said of the periods of NL."""
    with pytest.raises(PolicyDataError) as caught:
        check("NL", spans, since, until)
    return str(caught.value)


def test_an_open_end_reaches_to_the_end_of_the_calendar() -> None:
    """Without a date a row has always held, and holds for ever."""
    found = span(2, None, None)
    assert (found.first, found.last) == (date.min, date.max)
    found = span(2, JANUARY, MARCH)
    assert (found.first, found.last) == (JANUARY, MARCH)


def test_periods_that_follow_each_other() -> None:
    """In any order; the first may start on the day from which there must be one, or before it."""
    check("NL", [span(3, FEBRUARY, None), span(2, JANUARY, END_OF_JANUARY)], since=JANUARY)
    check("NL", [span(2, JANUARY, END_OF_JANUARY)], since=JANUARY, until=END_OF_JANUARY)
    check("NL", [span(2, JANUARY, MARCH)], since=FEBRUARY, until=END_OF_FEBRUARY)
    check("NL", [span(2, JANUARY, END_OF_JANUARY), span(3, MARCH, None)])
    check("NL", [span(2, None, JANUARY)])


def test_a_day_that_two_share() -> None:
    """The later row is to be corrected, and the earlier one is named, in whatever order they stand."""
    expected = "facts.csv:2:1: valid_from: the period of 'NL' overlaps that in line 9; correct one of them"
    assert expected == refused(span(2, END_OF_JANUARY, None), span(9, JANUARY, END_OF_JANUARY))
    assert expected == refused(span(9, JANUARY, END_OF_JANUARY), span(2, JANUARY, MARCH))


def test_a_day_that_none_has() -> None:
    """Between two rows, before the first, after the last: each with the day and the row to correct."""
    gap = (span(2, JANUARY, END_OF_JANUARY), span(3, date(2026, 2, 2), None))
    assert refused(*gap, since=JANUARY) == (
        "facts.csv:3:1: valid_from: 'NL' has no row after 2026-01-31, the end in line 2; add one"
    )
    assert refused(span(2, FEBRUARY, None), since=END_OF_JANUARY) == (
        "facts.csv:2:1: valid_from: 'NL' has no row for 2026-01-31 up to 2026-02-01; add one or begin earlier"
    )
    ended = (
        span(2, JANUARY, date(2026, 1, 15)),
        span(3, date(2026, 1, 16), END_OF_JANUARY),
        span(4, FEBRUARY, END_OF_FEBRUARY),
    )
    expected = "facts.csv:4:2: valid_until: 'NL' has no row after 2026-02-28; add one or end later"
    assert expected == refused(*ended, since=JANUARY)
    assert expected == refused(*ended, since=JANUARY, until=MARCH)
