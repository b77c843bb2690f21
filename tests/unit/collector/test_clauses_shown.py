"""Wherever a person reads a finding its clause stands in the language of the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest

from collector.alerts.channels.alertmanager import AlertmanagerChannel
from collector.alerts.cloudevent import to_cloudevent
from collector.alerts.config import AlertmanagerRoute
from collector.alerts.mail import compose
from collector.feeds.atom import rendered
from collector.query import views
from collector.store.base import Feed
from policy.ruleset import load
from tests.servers.webhook_receiver import WebhookReceiver
from tests.unit.collector.alerts.samples import FINDING, NOON, event
from wolkenzicht.model import FindingKind

CLAUSE = load().settings.clauses[FindingKind.DATA_OUTSIDE_EEA]
EVENT = event(clause=CLAUSE)
SHOWN = {
    "en": "data is stored and processed in the EER or Switzerland, not in the Caribbean Netherlands",
    "nl": "gegevens worden opgeslagen en verwerkt in de EER of Zwitserland, niet in Caribisch Nederland",
}


def mailed(language: str) -> str:
    """The text of a mail."""
    made = compose([EVENT], sender="a@example.nl", to=["b@example.nl"], language=language, now=NOON)
    body = made.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def posted(language: str) -> str:
    """What an Alertmanager gets."""
    with WebhookReceiver() as receiver:
        channel = AlertmanagerChannel(
            AlertmanagerRoute(name="am", url=receiver.url, language="nl" if language == "nl" else "en"),
            now=lambda: NOON,
        )
        channel.deliver([EVENT])
        channel.close()
        return receiver.requests[-1].body.decode()


def fed(language: str) -> str:
    """An Atom feed."""
    feed = Feed("f1", "department", "bzk", "desk", NOON)
    return rendered(feed, [(EVENT.finding, NOON + timedelta(hours=1))], language).decode()


def evented(language: str) -> str:
    """A CloudEvent."""
    return str(to_cloudevent(EVENT, "https://c.example.nl", language)["data"])


def answered(language: str) -> str:
    """What a client gets."""
    return views.finding(EVENT.finding, language).clause


WAYS = {
    "mail": mailed,
    "alertmanager": posted,
    "atom": fed,
    "cloudevent": evented,
    "answer": answered,
}


@pytest.mark.parametrize("language", ["en", "nl"])
@pytest.mark.parametrize("way", WAYS)
def test_the_clause_is_in_the_readers_language(way: str, language: str) -> None:
    """And in no other."""
    told = " ".join(WAYS[way](language).split())
    assert SHOWN[language] in told
    assert SHOWN["nl" if language == "en" else "en"] not in told
    assert FINDING.finding_id in told or way == "answer"
