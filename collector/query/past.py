"""Which time a question is about: a day or a moment, refused where nothing can be known of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from collector.query.errors import BadQueryError
from collector.store.base import Reading, Sight, Times
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.wire import timestamp

_SHOWN = 60


def times_asked(asked: wire.Past, reading: Reading, sight: Sight, now: datetime) -> Times | None:
    """The times that are asked for, None for the present.

    Raises `BadQueryError` where one cannot be read, is still to come, or lies before the first record, and
    where what was so is asked for before it could be known.
    """
    if not (asked.as_of or asked.known_at):
        return None
    return times_of(asked.as_of, asked.known_at, reading, sight, now)


def times_of(as_of_text: str, known_at_text: str, reading: Reading, sight: Sight, now: datetime) -> Times:
    """The same, where one of them is given."""
    known_at = _moment("past.known_at", known_at_text, now) if known_at_text else now
    as_of = _moment("past.as_of", as_of_text, now) if as_of_text else known_at
    if known_at < as_of:
        raise BadQueryError(
            "past.known_at",
            f"{_told(known_at)} lies before as_of, {_told(as_of)}: what was not yet so was not known; "
            "give a later time, or leave it out",
        )
    first = reading.first_record(sight)
    if first is None:
        raise BadQueryError("past.as_of", "nothing has been recorded yet within your sight; ask without it")
    if as_of < first:
        field = "past.as_of" if as_of_text else "past.known_at"
        raise BadQueryError(
            field, f"{_told(as_of)} lies before the first record, of {_told(first)}; ask from then on"
        )
    return _kept(Times(as_of, known_at), reading.thinned_until(sight))


def _kept(times: Times, thinned_until: datetime | None) -> Times:
    """The times that there is an answer for: in months that were thinned out, their end."""
    if thinned_until is None or times.as_of >= thinned_until:
        return times
    known_at = times.known_at if times.known_at >= thinned_until else _end_of_month(times.known_at)
    return Times(_end_of_month(times.as_of), known_at, thinned=True)


def _end_of_month(moment: datetime) -> datetime:
    following = (moment.replace(day=1) + timedelta(days=32)).replace(day=1)
    return following.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(microseconds=1)


def encoded(times: Times | None) -> wire.PastTimes | None:
    """The times as an answer tells them."""
    if times is None:
        return None
    return wire.PastTimes(
        as_of_time=timestamp(times.as_of),
        known_at_time=timestamp(times.known_at),
        month_end=times.thinned,
    )


def two_times(
    asked: wire.ListDifferencesRequest, reading: Reading, sight: Sight, now: datetime
) -> tuple[Times, Times]:
    """The two times to compare; raises `BadQueryError` as above, and where they are not in order."""
    if not asked.since:
        raise BadQueryError("since", "is empty; give the first time to compare, such as 2026-07-02")
    known_at = asked.known_at or now.isoformat()
    until = (
        _moment("until", asked.until, now) if asked.until else min(_moment("known_at", known_at, now), now)
    )
    since = _moment("since", asked.since, now)
    if since >= until:
        raise BadQueryError("until", f"{_told(until)} does not come after {_told(since)}; give a later time")
    pair = [
        times_asked(wire.Past(as_of=each.isoformat(), known_at=known_at), reading, sight, now)
        for each in (since, until)
    ]
    before, after = (each for each in pair if each is not None)
    return before, after


def _moment(field: str, text: str, now: datetime) -> datetime:
    """A moment, of a day its end; today ends now."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        moment = _instant(field, text)
    else:
        if day == now.date():
            return now
        moment = datetime.combine(day, time.max, UTC)
    if moment > now:
        raise BadQueryError(field, f"{_told(moment)} is still to come; leave it out for the present")
    return moment


def _instant(field: str, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadQueryError(
            field, f"{text[:_SHOWN]!r} is no time; write 2026-07-02 or 2026-07-02T06:00:00Z"
        ) from error
    raise BadQueryError(field, f"{text[:_SHOWN]!r} has no offset; write 2026-07-02T06:00:00Z")


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
