"""Days on which something ends as an iCalendar (RFC 5545): whole days, so that no time zone is needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

CONTENT_TYPE = "text/calendar; charset=utf-8"

#: A calendar has at least one component (RFC 5545, 3.6): where nothing ends that is a time zone.
_NO_EVENTS = (
    "BEGIN:VTIMEZONE",
    "TZID:Etc/UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)
#: Bytes of a line, its end not counted (RFC 5545, 3.1).
_LINE = 75
#: What a text cannot hold: control characters but the line feed, which is written as `\n`.
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Ending:
    """A day on which something ends, recorded when it was `told`; put off, it has the same `uid`."""

    uid: str
    day: date
    told: datetime
    title: str
    detail: str
    ahead: str
    category: str


def rendered(name: str, endings: Sequence[Ending]) -> bytes:
    """The calendar, with an alarm 30 days ahead of each day; the same bytes for the same days."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//wolkenzicht//feeds//NL",
        "CALSCALE:GREGORIAN",
        f"NAME:{_text(name)}",
        f"X-WR-CALNAME:{_text(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
    ]
    for each in endings:
        lines += _event(each)
    if not endings:
        lines += _NO_EVENTS
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(ending: Ending) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{_text(ending.uid)}",
        f"DTSTAMP:{ending.told.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        # Without an end or a length it is that whole day.
        f"DTSTART;VALUE=DATE:{ending.day.isoformat().replace('-', '')}",
        f"SUMMARY:{_text(ending.title)}",
        f"DESCRIPTION:{_text(ending.detail)}",
        f"CATEGORIES:{_text(ending.category)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_text(ending.ahead)}",
        "TRIGGER:-P30D",
        "END:VALARM",
        "END:VEVENT",
    ]


def _text(text: str) -> str:
    """A value of type TEXT (3.3.11)."""
    plain = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    for sign in ("\\", ";", ","):
        plain = plain.replace(sign, f"\\{sign}")
    return plain.replace("\n", "\\n")


def _folded(line: str) -> bytes:
    """A line in pieces of so many bytes, none of which ends within a character."""
    return b"\r\n ".join(_pieces(line)) + b"\r\n"


def _pieces(line: str) -> Iterator[bytes]:
    piece = b""
    for sign in line:
        encoded = sign.encode()
        # All but the first piece begin with a space.
        if len(piece) + len(encoded) > _LINE - 1:
            yield piece
            piece = b""
        piece += encoded
    yield piece
