"""What is answered at an address: whose token it is comes first, then what that asker may see."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

from collector.alerts.cloudevent import many_data, rfc3339
from collector.client import shapes
from collector.feeds import atom, calendar, endings, tokens
from collector.feeds.texts import TEXTS
from collector.identity import spiffe
from collector.identity.peer import Peer
from collector.query.answers import Answers
from collector.query.errors import BadQueryError, NotFoundError
from collector.query.exemptions import ExemptionAnswers
from collector.query.handling import Handlings
from collector.query.views import EN, NL
from collector.store.base import Feed, Feeds, People
from wolkenzicht.v1 import overview_service_pb2 as wire

JSON = "application/json; charset=utf-8"
#: Entries of a feed, and days of a calendar.
MOST = 200

_FEED = re.compile(rf"/feeds/({tokens.FORM.pattern})/(findings\.atom|calendar\.ics)")
_DETAIL = re.compile(r"/v1/(findings|notifications)/([A-Za-z0-9_-]{1,100})")
_LANGUAGES = {NL: wire.Language.LANGUAGE_NL, EN: wire.Language.LANGUAGE_EN}
_QUALITY = re.compile(r"\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*")


class NoTokenError(NotFoundError):
    """A token is needed, and none was sent."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, as far as it matters; `token` is the one of the header, empty where there was none."""

    path: str
    query: str
    token: str
    accept_language: str
    address: str


@dataclass(frozen=True, slots=True)
class Document:
    """What is answered; `changed` is the last change of all that is in it, where that is known."""

    content_type: str
    body: bytes
    language: str
    changed: datetime | None = None

    @property
    def etag(self) -> str:
        """Another one for each other body."""
        return f'"{sha256(self.body).hexdigest()[:32]}"'


@dataclass(frozen=True, slots=True)
class FeedAnswers:
    """Answers over one store; `answer` reads the database.

    It raises `NotFoundError` alike where the token is not known or does not count any more, where there is
    no such address, and where its asker does not see what is asked for.
    """

    feeds: Feeds
    people: People
    answers: Answers
    handlings: Handlings
    exemptions: ExemptionAnswers
    clock: Callable[[], datetime]

    def answer(self, asked: Asked) -> Document:
        """The document at an address; raises `NotAllowedError`, `BadQueryError`, `StorageError` too."""
        if found := _FEED.fullmatch(asked.path):
            feed, peer = self._admitted(found[1], asked)
            make = self._findings if found[2] == "findings.atom" else self._calendar
            return make(feed, peer, language_of(asked))
        if found := _DETAIL.fullmatch(asked.path):
            if not asked.token:
                raise NoTokenError("send the token of a feed: Authorization: Bearer …")
            _, peer = self._admitted(asked.token, asked)
            make_one = self._finding if found[1] == "findings" else self._notification
            return make_one(peer, found[2], language_of(asked))
        raise NotFoundError("nothing is here")

    def _admitted(self, token: str, asked: Asked) -> tuple[Feed, Peer]:
        """Whose token it is, asked anew each time; a feed has no rights but to see."""
        found = self.feeds.admitted(tokens.digest(token), self.clock())
        if found is None:
            raise NotFoundError("no such token counts")
        feed, certificate = found
        return feed, Peer(
            kind=spiffe.ASKER,
            serial=certificate.serial,
            tenant="",
            organisation=feed.organisation,
            role=feed.role,
            name=feed.name,
            not_after=certificate.not_after,
            address=asked.address,
        )

    def _findings(self, feed: Feed, peer: Peer, language: str) -> Document:
        found = self.answers.reading.changed_findings(self.answers.asker(peer).sight, MOST)
        changed = max((moment for _, moment in found), default=feed.created)
        return Document(atom.CONTENT_TYPE, atom.rendered(feed, found, language), language, changed)

    def _calendar(self, feed: Feed, peer: Peer, language: str) -> Document:
        sight = self.answers.asker(peer).sight.organisations
        today = self.answers.in_force.now().date()
        listed = self.exemptions.listed(peer, wire.ListExemptionsRequest()).items
        found = [
            *endings.of_exemptions(listed, language),
            *endings.of_decisions(self.people.decisions(), sight, today, language),
            *endings.of_systems(self.people.systems(), sight, today, language),
        ]
        found.sort(key=lambda each: (each.day, each.uid))
        name = TEXTS[language].calendar.format(name=feed.name)
        # When something ended early is not known here, so no time of the last change is told.
        return Document(calendar.CONTENT_TYPE, calendar.rendered(name, found[:MOST]), language)

    def _finding(self, peer: Peer, finding_id: str, language: str) -> Document:
        """As `findings show --format json`."""
        question = wire.GetFindingRequest(finding_id=finding_id, language=_LANGUAGES[language])
        answer = self.handlings.finding(peer, question)
        history = [shapes.finding_version(each) for each in answer.history]
        return _json({"finding": shapes.finding(answer.finding), "history": history}, language)

    def _notification(self, peer: Peer, notification_id: str, language: str) -> Document:
        """The data of the CloudEvent, with its identifier and time."""
        event = self.answers.reading.notification(self.answers.asker(peer).sight, notification_id)
        if event is None or event.many is None:
            raise NotFoundError("no such notification within your sight")
        told = {"notification_id": event.event_id, "type": event.type, "time": rfc3339(event.created)}
        return _json(told | many_data(event, event.many, language), language)


def language_of(asked: Asked) -> str:
    """Dutch or English: as `lang` says, else as the reader prefers, else Dutch."""
    named = parse_qs(asked.query).get("lang", [])
    if named:
        if named[-1] not in _LANGUAGES:
            raise BadQueryError("lang", "is neither nl nor en; write ?lang=nl, ?lang=en or nothing")
        return named[-1]
    preferred, best = NL, 0.0
    for part in asked.accept_language.split(","):
        tag, *parameters = part.split(";")
        language = tag.strip().lower().partition("-")[0]
        weight = next((float(found[1]) for each in parameters if (found := _QUALITY.fullmatch(each))), 1.0)
        if language in _LANGUAGES and weight > best:
            preferred, best = language, weight
    return preferred


def _json(value: Any, language: str) -> Document:
    body = json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"
    return Document(JSON, body, language)
