"""The calendar is one that a reader written by others takes, whatever people wrote."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from collector.feeds.calendar import Ending, rendered

RECORDED = datetime(2026, 11, 22, 12, 0, 30, tzinfo=UTC)
ENDING = Ending("u1", date(2027, 6, 30), RECORDED, "title", "detail", "ahead", "exemption")
#: What may stand in a text: no control characters, for which there is no way to write them.
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"])).map(str.strip)


def read(calendar: bytes) -> list[icalendar.Component]:
    """The events, as the library reads them."""
    return icalendar.Calendar.from_ical(calendar).walk("VEVENT")


def test_a_day_on_which_something_ends() -> None:
    """It lasts all of the day, takes no time, and has an alarm 30 days ahead."""
    calendar = rendered("name", [ENDING])

    [event] = read(calendar)
    assert icalendar.Calendar.from_ical(calendar)["X-WR-CALNAME"] == "name"
    assert (event["UID"], event.decoded("DTSTART"), event.decoded("DTSTAMP")) == ("u1", ENDING.day, RECORDED)
    assert (event["SUMMARY"], event["DESCRIPTION"], event["TRANSP"]) == ("title", "detail", "TRANSPARENT")
    [alarm] = event.walk("VALARM")
    assert (alarm.decoded("TRIGGER"), alarm["ACTION"], alarm["DESCRIPTION"]) == (
        timedelta(days=-30),
        "DISPLAY",
        "ahead",
    )


def test_nothing_ends() -> None:
    """A calendar without days is one too, and the same bytes each time."""
    assert read(rendered("name", [])) == []
    [zone] = icalendar.Calendar.from_ical(rendered("name", [])).subcomponents
    assert (zone.name, str(zone["TZID"])) == ("VTIMEZONE", "Etc/UTC")
    assert rendered("name", []) == rendered("name", [])


@given(title=TEXTS, detail=st.lists(TEXTS).map("\n".join))
def test_texts_come_back_whole(title: str, detail: str) -> None:
    """With commas, semicolons, backslashes and lines; no line has more than 75 bytes."""
    calendar = rendered(title, [Ending("u", ENDING.day, RECORDED, title, detail, title, "system")])

    [event] = read(calendar)
    assert (str(event["SUMMARY"]), str(event["DESCRIPTION"])) == (title, detail)
    assert calendar.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in calendar.split(b"\r\n"))


def test_a_text_cannot_add_a_line() -> None:
    """Whatever ends a line elsewhere does not end one here."""
    calendar = rendered("n", [Ending("u", ENDING.day, RECORDED, "a\r\nSUMMARY:b\rc\x0bd\x00", "", "", "x")])

    [event] = read(calendar)
    assert str(event["SUMMARY"]) == "a\nSUMMARY:b\nc d "
    assert b"\0" not in calendar
