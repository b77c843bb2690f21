"""Office hours and the moment of a digest, also where the clock is moved."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from collector.alerts.config import LogRoute
from collector.alerts.hours import hours_of, latest, moment_of, zone_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def at(day: int, clock: str, month: int = 11) -> datetime:
    """A moment in Amsterdam in the autumn of 2026; the 23rd of November is a Monday."""
    return datetime.fromisoformat(f"2026-{month:02}-{day:02}T{clock}").replace(tzinfo=AMSTERDAM)


@pytest.mark.parametrize(
    ("text", "moment", "within"),
    [
        ("mon-fri 08:00-18:00", at(23, "08:00"), True),
        ("mon-fri 08:00-18:00", at(27, "17:59:59"), True),
        ("mon-fri 08:00-18:00", at(27, "18:00"), False),
        ("mon-fri 08:00-18:00", at(23, "07:59:59"), False),
        ("mon-fri 08:00-18:00", at(28, "12:00"), False),
        ("sat-mon 00:00-24:00", at(29, "23:59:59"), True),
        ("sat-mon 00:00-24:00", at(23, "00:00"), True),
        ("sat-mon 00:00-24:00", at(24, "00:00"), False),
        ("wed 09:00-17:00", at(25, "12:00"), True),
        ("wed 09:00-17:00", at(26, "12:00"), False),
    ],
)
def test_office_hours(text: str, moment: datetime, within: bool) -> None:
    """By day of the week and time of day; days may go round the week's end."""
    assert (LogRoute(hours=text).told_until(moment) is not None) is within


def test_office_hours_are_local() -> None:
    """Eight o'clock is an hour earlier by UTC in summer than in winter."""
    route = LogRoute(hours="mon-fri 08:00-18:00")

    assert route.told_until(datetime(2026, 7, 1, 6, 0, tzinfo=UTC)) is not None
    assert route.told_until(datetime(2026, 12, 1, 6, 0, tzinfo=UTC)) is None
    assert route.told_until(datetime(2026, 12, 1, 7, 0, tzinfo=UTC)) is not None


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (at(23, "08:00"), at(23, "08:00")),
        (at(23, "07:59"), at(22, "08:00")),
        (at(23, "23:00"), at(23, "08:00")),
        (at(25, "07:00", month=10), at(24, "08:00", month=10)),
        (at(25, "09:00", month=10), at(25, "08:00", month=10)),
    ],
    ids=["now", "yesterday", "this morning", "summer time of the day before", "winter time"],
)
def test_a_digest_tells_what_came_before_its_moment(now: datetime, expected: datetime) -> None:
    """The latest one, be the night between an hour longer."""
    assert LogRoute(digest="08:00").told_until(now) == expected
    assert latest(moment_of("08:00"), now, AMSTERDAM).tzinfo is UTC


def test_without_either_all_is_told_at_once() -> None:
    """The usual route."""
    now = at(23, "03:00")

    assert LogRoute().told_until(now) == now


@pytest.mark.parametrize(
    "text",
    [
        "",
        "mon-fri",
        "08:00-18:00",
        "mo-fr 08:00-18:00",
        "mon-fri 18:00-08:00",
        "mon-fri 8:00-18:00",
        "mon 08:00-08:00",
    ],
)
def test_hours_that_cannot_be_read_are_refused(text: str) -> None:
    """With an example, or what is wrong."""
    with pytest.raises(ValueError, match=r"mon-fri 08:00-18:00|not after the beginning"):
        hours_of(text)


@pytest.mark.parametrize("text", ["24:00", "8:00", "08.00", "08:60"])
def test_moments_that_cannot_be_read_are_refused(text: str) -> None:
    """A time of day."""
    with pytest.raises(ValueError, match="write a time of day"):
        moment_of(text)


@pytest.mark.parametrize("name", ["Amsterdam", "../etc/passwd", "Europe/Nowhere"])
def test_a_zone_that_is_not_known_is_refused(name: str) -> None:
    """And no file is read by that name."""
    with pytest.raises(ValueError, match="is not known; write for instance Europe/Amsterdam"):
        zone_of(name)
