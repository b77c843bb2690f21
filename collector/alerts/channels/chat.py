"""Alerts in a room of Mattermost or Matrix, through the webhook of that room.

Mattermost takes Markdown, Matrix (through the webhooks of matrix-hookshot) plain text and HTML. What a
cloud's user can choose (names) makes no markup there, no link, and calls nobody.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from html import escape

from collector.alerts.channels.base import DeliveryError
from collector.alerts.channels.post import MESSAGE_REFUSED, Poster
from collector.alerts.cloudevent import SAMPLE_TYPE, summary
from collector.alerts.config import ChatRoute
from collector.alerts.heartbeat import Heartbeat, heartbeat_text
from collector.alerts.mail_texts import TEXTS
from collector.alerts.many_mail import many_content
from collector.alerts.many_texts import TEXTS as MANY_TEXTS
from collector.store.base import Event
from policy.ruleset import finding_texts
from wolkenzicht.model import Severity

#: Events in one message at most: Mattermost takes 16,383 characters.
MAX_EVENTS = 10
#: Lines about a notification that stands for many findings.
MANY_LINES = 25
#: Characters of a name or a summary.
SHOWN = 400

_MARKS = {Severity.LOW: "⚪", Severity.MEDIUM: "🟡", Severity.HIGH: "🟠", Severity.CRITICAL: "🔴"}
#: Control characters, surrogates and characters that turn the reading direction.
_UNFIT = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
#: What Mattermost lets a backslash take the meaning of.
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|>~])")
#: What calls people, or is made a link by itself; a space that is not seen parts it.
_CALLS = re.compile(r"@|:(?=//)|www(?=\.)", re.IGNORECASE)


class ChatChannel:
    """Posts messages; raises `ConfigurationError` where a file of the route cannot be used."""

    batch = MAX_EVENTS

    def __init__(self, route: ChatRoute, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._route = route
        self._poster = Poster(
            route.url,
            ca=route.ca,
            timeout=route.timeout,
            headers={"Content-Type": "application/json"},
            final=MESSAGE_REFUSED,
            now=now,
        )

    def deliver(self, events: Sequence[Event]) -> None:
        """Post one message with all of them; raises `DeliveryError`, which names the message."""
        compose = _mattermost if self._route.service == "mattermost" else _matrix
        body = json.dumps(compose(events, self._route.language), ensure_ascii=False).encode()
        try:
            self._poster.post(body)
        except DeliveryError as error:
            # The name keeps the events together that were sent together, as with mail.
            raise DeliveryError(
                f"message {_name(events)}: {error}", retryable=error.retryable, retry_after=error.retry_after
            ) from error

    def beat(self, beat: Heartbeat) -> None:
        """Post a message that says so."""
        title, stands = heartbeat_text(beat, self._route.language)
        message = {"username": "wolkenzicht", "text": f"💚 {title}. {stands}"}
        self._poster.post(json.dumps(message, ensure_ascii=False).encode())

    def close(self) -> None:
        """Close the connections kept open."""
        self._poster.close()


def _name(events: Sequence[Event]) -> str:
    return hashlib.sha256("\n".join(event.event_id for event in events).encode()).hexdigest()[:16]


def _mattermost(events: Sequence[Event], language: str) -> dict[str, str]:
    blocks = []
    for event in events:
        head, lines = _content(event, language)
        told = f"**{head}**: {_marked(summary(event, language))}"
        identifier = f"{TEXTS[language].fields['event']}: `{_clean(event.event_id)}`"
        blocks.append(
            "  \n".join([told, *(f"{label}: {_marked(text)}" for label, text in lines), identifier])
        )
    return {"username": "wolkenzicht", "text": "\n\n".join([*_sample(events, language), *blocks])}


def _matrix(events: Sequence[Event], language: str) -> dict[str, str]:
    plain, marked = _sample(events, language), [escape(each) for each in _sample(events, language)]
    for event in events:
        head, lines = _content(event, language)
        told = _clean(summary(event, language))
        shown = [f"{label}: {_clean(text)}" for label, text in lines]
        shown.append(f"{TEXTS[language].fields['event']}: {_clean(event.event_id)}")
        plain.append("\n".join([f"{head}: {told}", *shown]))
        first = f"<strong>{escape(head)}</strong>: {escape(told)}"
        marked.append("<br>".join([first, *map(escape, shown)]))
    return {
        "username": "wolkenzicht",
        "text": "\n\n".join(plain),
        "html": "".join(f"<p>{each}</p>" for each in marked),
    }


def _content(event: Event, language: str) -> tuple[str, list[tuple[str, str]]]:
    """The heading of an event, and what is said of it, by label."""
    texts, finding = TEXTS[language], event.finding
    if event.many is not None:
        _title, rows = many_content(event, event.many, texts, language)
        head = (
            f"{_MARKS[finding.severity]} {MANY_TEXTS[language].title} ({texts.severities[finding.severity]})"
        )
        return head, [(label, value) for label, value in rows if value][:MANY_LINES]
    happened = texts.happened.get(event.type, event.type)
    return f"{_MARKS[finding.severity]} {happened} ({texts.severities[finding.severity]})", [
        (texts.fields["organisation"], finding.organisation),
        (texts.fields["tenant"], finding.tenant),
        (texts.fields["remedy"], finding_texts(finding.kind, language).remedy),
    ]


def _sample(events: Sequence[Event], language: str) -> list[str]:
    return [TEXTS[language].sample] if any(event.type == SAMPLE_TYPE for event in events) else []


def _clean(text: str) -> str:
    shown = _UNFIT.sub("\ufffd", text)
    shown = shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"
    return _CALLS.sub("\\g<0>\u200b", shown)


def _marked(text: str) -> str:
    """The text as Markdown that shows it as it is."""
    return _MARKUP.sub(r"\\\1", _clean(text))
