"""How an asker is told what becomes of findings: what the outbox has, a look each second."""

from __future__ import annotations

from dataclasses import dataclass

from collector.identity.peer import Peer
from collector.query import views
from collector.query.answers import Answers
from collector.query.errors import BadQueryError
from collector.store.base import Event
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.wire import timestamp

#: Seconds between two looks, and events of one look.
LOOK_SECONDS, MOST_EVENTS = 1.0, 200
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Watching:
    """What becomes of findings, for one asker at a time; methods belong in a worker thread."""

    answers: Answers

    def start(self, peer: Peer, asked: wire.WatchFindingsRequest) -> int:
        """The event after which to begin; raises as the methods of `Answers` do."""
        asker = self.answers.asker(peer)
        if not asked.position:
            return self.answers.reading.newest_event(asker.sight)
        if not (asked.position.isascii() and asked.position.isdigit()) or len(asked.position) > _MOST_DIGITS:
            raise BadQueryError("position", "is none that was given out; leave it out to begin now")
        return int(asked.position)

    def since(self, peer: Peer, asked: tuple[int, int]) -> list[wire.WatchFindingsResponse]:
        """What came after an event, in a language; the sight is looked up anew each time."""
        after, language = asked
        events = self.answers.reading.finding_events(self.answers.asker(peer).sight, after, MOST_EVENTS)
        return [_view(each, views.language_of(language)) for each in events]


def _view(event: Event, language: str) -> wire.WatchFindingsResponse:
    return wire.WatchFindingsResponse(
        position=str(event.event_no),
        event_type=event.type,
        event_time=timestamp(event.created),
        finding=views.finding(event.finding, language),
        done_by=event.by,
        note=event.note,
    )
