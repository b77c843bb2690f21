"""A finding that comes and goes is told of once, then at rest; on every database."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from collector.store.base import Damping, Event, Outbox, Times
from collector.store.sql import flapping as flapping_steps
from collector.store.sql import store_over
from collector.store.sql.database import Database
from collector.store.sql.outbox import SqlOutbox
from tests.contract.conftest import Rows
from tests.contract.reporting import ALL_SEEN, IRELAND, Reporter, bucket, findings
from wolkenzicht.model import Asset, Declarations, FindingKind, FindingState, Severity

PREFIX = "nl.wolkenzicht.bevinding."
OUTSIDE, INSIDE, UNREAD = bucket("zaken", "us-east-1"), bucket("zaken"), bucket("zaken", "?")
COPIED, COPY_UNREAD = bucket("zaken", "eu-west-1", "us-east-1"), bucket("zaken", "eu-west-1", "?")
PERSONAL = replace(OUTSIDE, declarations=Declarations(personal_data="ja"))
HOUR = timedelta(hours=1)
OUTSIDE_KIND = FindingKind.DATA_OUTSIDE_EEA


class Told:
    """A route of a store, and what its receiver was told since it was asked last."""

    def __init__(self, agent: Reporter) -> None:
        self.agent, self.scans = agent, 0
        self.outbox: Outbox = agent.store.outbox
        assert self() == []

    def __call__(self, later: timedelta = timedelta(0), severity: Severity = Severity.LOW) -> list[str]:
        """The types of events, without prefix and version."""
        return [each.type.removeprefix(PREFIX).removesuffix(".v1") for each in self.events(later, severity)]

    def events(self, later: timedelta = timedelta(0), severity: Severity = Severity.LOW) -> list[Event]:
        """The events themselves."""
        route, now, found = f"room-{severity}", self.agent.now + later, list[Event]()
        self.outbox.fan_out({route: severity}, now)
        while due := self.outbox.due(route, now, 1000):
            self.outbox.delivered(route, [each.event.event_no for each in due], now)
            found += [each.event for each in due]
        return sorted(found, key=lambda each: each.event_no)

    def turn(self, *assets: Asset) -> None:
        """One scan after the other, an hour apart, each with the bucket so."""
        for each in assets:
            self.scans += 1
            self.agent.scan(f"s{self.scans}", {IRELAND: [each]})


@pytest.fixture
def told(agent: Reporter) -> Told:
    """A receiver that listens from the start."""
    return Told(agent)


def flapping(told: Told, *after: Asset) -> Told:
    """It turned four times, which was told, and a fifth time, which was told to be flapping."""
    told.turn(OUTSIDE, INSIDE, OUTSIDE, INSIDE)
    assert told() == ["geopend", "opgelost", "geopend", "opgelost"]
    told.turn(OUTSIDE)
    assert told() == ["wisselt"]
    told.turn(*after)
    return told


def test_what_flaps_is_told_once(told: Told) -> None:
    """Each further turn is held back, however many there are."""
    flapping(told, *[INSIDE, OUTSIDE] * 5)

    assert told() == []


def test_what_tells_of_it_names_the_finding(told: Told) -> None:
    """As it was at that moment: it stands."""
    told.turn(OUTSIDE, INSIDE, OUTSIDE, INSIDE, OUTSIDE)

    event = told.events()[-1]
    assert (event.finding.state, event.finding.opened) == (FindingState.OPEN, told.agent.now)
    assert event.finding.finding_id == findings(told.agent.store)[-1].finding_id


def test_at_rest_what_stands_is_told(told: Told) -> None:
    """After six quiet hours, not before; once."""
    flapping(told, INSIDE, OUTSIDE)

    assert told(6 * HOUR - timedelta(seconds=1)) == []
    events = told.events(6 * HOUR)
    # The finding that was told to flap is over, and another stands.
    assert [each.type for each in events] == [f"{PREFIX}{each}.v1" for each in ("opgelost", "geopend")]
    first, last = events
    assert (first.finding.state, last.finding.state) == (FindingState.RESOLVED, FindingState.OPEN)
    assert replace(last.finding, asset_name="zaken") == findings(told.agent.store)[-1]
    assert first.created == last.created == told.agent.now + 6 * HOUR
    assert told(60 * HOUR) == []


def test_a_finding_that_stays_is_told_though_it_was_told_to_flap(told: Told) -> None:
    """Its turn was held back, so it is told at rest."""
    flapping(told)

    [event] = told.events(6 * HOUR)
    assert (event.type, event.finding.state) == (f"{PREFIX}geopend.v1", FindingState.OPEN)


def test_at_rest_what_is_over_is_told(told: Told) -> None:
    """The finding that was told to flap is resolved; of those that nobody heard of nothing is told."""
    flapping(told, INSIDE, OUTSIDE, INSIDE)

    [event] = told.events(6 * HOUR)
    assert (event.type, event.finding.resolved) == (
        f"{PREFIX}opgelost.v1",
        findings(told.agent.store)[2].resolved,
    )
    assert told(60 * HOUR) == []


def test_as_long_as_it_goes_on_it_is_told_each_window(told: Told) -> None:
    """A day after it was told to flap, what it is now; then it is held back again, and told at rest."""
    flapping(told, *[INSIDE, OUTSIDE] * 11, INSIDE)
    assert told() == []
    told.turn(OUTSIDE)
    assert told() == ["opgelost", "geopend"]
    told.turn(INSIDE, OUTSIDE, INSIDE)
    assert told() == []

    assert told(6 * HOUR) == ["opgelost"]


def test_after_rest_it_is_counted_anew(told: Told) -> None:
    """What turned before does not make the next turn flap."""
    flapping(told)
    assert told(6 * HOUR) == ["geopend"]
    told.agent.later(hours=6)
    told.turn(INSIDE, OUTSIDE, INSIDE, OUTSIDE)
    assert told() == ["opgelost", "geopend", "opgelost", "geopend"]
    told.turn(INSIDE)

    assert told() == ["wisselt"]


def test_rest_that_nobody_saw_ended_it_all_the_same(told: Told) -> None:
    """No collector looked for two days; what came after counts anew, and what stood was told."""
    flapping(told, INSIDE)
    told.agent.later(hours=48)
    told.turn(OUTSIDE)

    assert sorted(told()) == ["geopend", "opgelost"]
    assert told(12 * HOUR) == []


def test_few_turns_and_slow_ones_are_told(told: Told) -> None:
    """Four turns a day are no flapping."""
    for _ in range(3):
        told.turn(OUTSIDE, INSIDE, OUTSIDE, INSIDE)
        assert told() == ["geopend", "opgelost", "geopend", "opgelost"]
        told.agent.later(hours=24)


def test_what_is_graver_is_told_at_once(told: Told) -> None:
    """What stands and is graver than what was told is never held back; of the same gravity it is."""
    flapping(told, INSIDE)
    assert told() == []
    told.turn(PERSONAL)
    [event] = told.events()
    assert (event.type, event.finding.severity) == (f"{PREFIX}geopend.v1", Severity.CRITICAL)
    told.turn(INSIDE, PERSONAL)
    assert told() == []

    # Both that it was told of are over, and the one that stands is told.
    assert told(6 * HOUR) == ["opgelost", "opgelost", "geopend"]


def test_what_becomes_graver_is_told_at_once(told: Told) -> None:
    """A standing finding of which only the severity changes does not turn."""
    flapping(told, INSIDE, OUTSIDE)
    told.turn(PERSONAL)

    assert told() == ["gewijzigd"]
    # The last that was told of what stands is how it is now.
    assert told(6 * HOUR) == ["opgelost"]


def test_unverified_and_open_again_is_flapping_too(told: Told) -> None:
    """A copy that can be read and then not; it is one finding all the while."""
    told.turn(COPIED)
    assert told() == ["geopend"]
    told.turn(COPY_UNREAD, COPIED, COPY_UNREAD)
    of_copy = [each for each in told.events() if each.finding.kind.value == "data_outside_eea"]
    assert [each.type for each in of_copy] == [
        f"{PREFIX}{each}.v1" for each in ("onbevestigd", "heropend", "onbevestigd")
    ]
    told.turn(COPIED, COPY_UNREAD, COPIED)
    kinds = [each for each in told.events() if each.finding.kind.value == "data_outside_eea"]
    assert [each.type for each in kinds] == [f"{PREFIX}wisselt.v1"]

    rest = [each for each in told.events(6 * HOUR) if each.finding.kind.value == "data_outside_eea"]
    assert [(each.type, each.finding.state) for each in rest] == [(f"{PREFIX}heropend.v1", FindingState.OPEN)]


def test_history_and_watching_stay_complete(told: Told, rows: Rows) -> None:
    """Only receivers are spared: each turn is an event, a version of its finding, and can be asked for."""
    flapping(told, INSIDE, OUTSIDE)

    assert rows("SELECT count(*) FROM finding_history") == [(7,)]
    reading = told.agent.store.reading
    watched = [each.type for each in reading.finding_events(ALL_SEEN, 0, 100)]
    assert watched.count(f"{PREFIX}geopend.v1") == 4
    assert watched.count(f"{PREFIX}opgelost.v1") == 3
    then = reading.at(Times(told.agent.now - HOUR, told.agent.now)).finding(
        ALL_SEEN, findings(told.agent.store)[2].finding_id
    )
    assert then is not None
    assert then.state is FindingState.RESOLVED


def test_another_asset_and_another_kind_are_told(told: Told) -> None:
    """What flaps is one kind of finding about one thing."""
    flapping(told)
    told.turn(UNREAD)
    assert [each.finding.kind.value for each in told.events()] == ["location_unknown"]
    told.scans += 1
    told.agent.scan(f"s{told.scans}", {IRELAND: [UNREAD, bucket("other", "us-east-1")]})

    assert [each.finding.subject for each in told.events()] == ["arn:aws:s3:::other"]


def test_nobody_is_told_of_the_end_of_what_it_was_not_told(told: Told) -> None:
    """A route for grave findings hears of the grave one only, and of its end."""
    assert told(severity=Severity.CRITICAL) == []
    flapping(told, INSIDE, PERSONAL, INSIDE)
    assert told(severity=Severity.CRITICAL) == ["geopend"]

    assert told(6 * HOUR, severity=Severity.CRITICAL) == ["opgelost"]


def test_without_damping_every_turn_is_told(database: Database, agent: Reporter) -> None:
    """It can be switched off; what was held back by then is told at once."""
    told = Told(agent)
    flapping(told, INSIDE, OUTSIDE)
    assert told() == []
    off = SqlOutbox(database, damping=Damping(turns=0))
    told.outbox = off
    told.turn(INSIDE)

    assert sorted(told()) == ["opgelost", "opgelost"]
    told.turn(OUTSIDE, INSIDE, OUTSIDE, INSIDE, OUTSIDE, INSIDE)
    assert told() == ["geopend", "opgelost"] * 3


def test_what_flaps_still_fires_where_it_is_told_again(told: Told) -> None:
    """For a receiver that forgets it stands until it is at rest, whatever it is at the moment."""
    flapping(told, INSIDE)
    letters, route = told.agent.store.letters, f"room-{Severity.LOW}"

    assert [each.type for each in letters.standing(route, 0, 10)] == [f"{PREFIX}wisselt.v1"]
    assert told(6 * HOUR) == ["opgelost"]
    assert letters.standing(route, 0, 10) == []


def test_it_is_the_same_whenever_somebody_looks(told: Told) -> None:
    """What is held back follows from when turns were committed."""
    told.turn(*[OUTSIDE, INSIDE] * 4)

    assert told() == ["geopend", "opgelost", "geopend", "opgelost", "wisselt"]
    assert told(6 * HOUR) == ["opgelost"]


def test_several_collectors_hold_back_the_same(database: Database, told: Told) -> None:
    """Each looks in turn, and both at the end: what is told is told once."""
    both = [told.outbox, store_over(database).outbox]
    heard = list[str]()
    for number, asset in enumerate([OUTSIDE, INSIDE] * 4):
        told.outbox = both[number % 2]
        told.turn(asset)
        heard += told()
    assert heard == ["geopend", "opgelost", "geopend", "opgelost", "wisselt"]
    for outbox in both:
        told.outbox = outbox
        heard += told(6 * HOUR)

    assert heard[5:] == ["opgelost"]


def test_a_look_that_breaks_off_leaves_nothing_behind(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """At the last moment before its commit, again and again: what is told is told once."""
    whole, breaks = flapping_steps.follow, [False]

    def follow(*given: Any) -> None:
        whole(*given)
        if breaks.pop():
            raise ZeroDivisionError
        breaks.append(False)

    monkeypatch.setattr(flapping_steps, "follow", follow)
    heard = list[str]()
    for asset in [OUTSIDE, INSIDE] * 4:
        told.turn(asset)
        breaks[:] = [True]
        with pytest.raises(ZeroDivisionError):
            told()
        breaks[:] = [False]
        heard += told()

    assert heard == ["geopend", "opgelost", "geopend", "opgelost", "wisselt"]
    monkeypatch.undo()
    assert told(6 * HOUR) == ["opgelost"]


def test_a_route_that_is_new_hears_of_what_stands(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much nobody looked at before it: not of what was over by then, and at rest of what flaps."""
    monkeypatch.setattr(flapping_steps, "STEP", 2)
    told.turn(OUTSIDE, INSIDE, OUTSIDE, INSIDE, OUTSIDE, INSIDE, OUTSIDE)
    told.scans += 1
    told.agent.scan(f"s{told.scans}", {IRELAND: [OUTSIDE, bucket("other", "us-east-1")]})

    assert [each.finding.subject for each in told.events(severity=Severity.MEDIUM)] == ["arn:aws:s3:::other"]
    assert told(7 * HOUR, severity=Severity.MEDIUM) == ["opgelost", "geopend"]
