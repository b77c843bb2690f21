"""The heartbeat as each channel brings it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from collector.alerts.channels import DeliveryError, make_channel
from collector.alerts.cloudevent import schema
from collector.alerts.config import AlertmanagerRoute, ChatRoute, LogRoute, Route, SmtpRoute, WebhookRoute
from collector.alerts.heartbeat import Heartbeat, heartbeat_event
from tests.servers.smtp_server import SmtpServer
from tests.servers.webhook_receiver import Reply, WebhookReceiver
from tests.unit.collector.alerts.samples import NOON

BEAT = Heartbeat("beat-1", NOON, "soc", 60, due=3, dead=1, oldest_due=NOON - timedelta(minutes=5))
SOURCE = "urn:nld:oin:00000001823288444000:systeem:wolkenzicht"


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    """Something that takes what is posted."""
    with WebhookReceiver() as started:
        yield started


def beat(route: Route) -> None:
    """One heartbeat over a route."""
    channel = make_channel(route)
    try:
        channel.beat(BEAT)
    finally:
        channel.close()


@pytest.mark.parametrize(
    "told", [BEAT, replace(BEAT, due=0, dead=0, oldest_due=None)], ids=["waiting", "idle"]
)
def test_it_is_a_cloudevent_by_the_profile(told: Heartbeat) -> None:
    """With a schema of its own for its data, about no finding."""
    document = heartbeat_event(told, SOURCE)

    Draft202012Validator(schema("cloudevent")).validate(document)
    Draft202012Validator.check_schema(schema("collector.v1"))
    Draft202012Validator(schema("collector.v1")).validate(document["data"])
    assert schema("collector.v1")["$id"] == document["dataschema"]
    assert document["type"] == "nl.wolkenzicht.collector.leeft.v1"


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "f-1"},
        {"dataref": "/v1/findings/f-1"},
        {"dataschema": "urn:nld:wolkenzicht:schema:bevinding:v1"},
    ],
    ids=str,
)
def test_the_schema_keeps_it_from_being_taken_for_a_finding(change: dict[str, Any]) -> None:
    """It has no subject, no reference, and no other data."""
    with pytest.raises(ValidationError):
        Draft202012Validator(schema("cloudevent")).validate(heartbeat_event(BEAT, SOURCE) | change)


def test_a_webhook_gets_a_cloudevent(receiver: WebhookReceiver) -> None:
    """Like any other event."""
    beat(WebhookRoute(name="soc", url=receiver.url, source=SOURCE))

    [request] = receiver.requests
    assert request.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert json.loads(request.body) == heartbeat_event(BEAT, SOURCE)


def test_an_alertmanager_gets_an_alert_that_ends_where_it_is_not_told_again(
    receiver: WebhookReceiver,
) -> None:
    """After three intervals."""
    beat(AlertmanagerRoute(name="soc", url=receiver.url))

    [alert] = json.loads(receiver.requests[0].body)
    assert alert["labels"] == {"alertname": "collector_leeft", "service": "wolkenzicht", "route": "soc"}
    assert alert["endsAt"] == "2026-11-22T12:03:00.000000Z"


@pytest.mark.parametrize(("language", "word"), [("nl", "De collector leeft"), ("en", "The collector lives")])
def test_a_room_is_told_in_words(receiver: WebhookReceiver, language: Any, word: str) -> None:
    """In its language."""
    beat(ChatRoute(name="soc", service="mattermost", url=receiver.url, language=language))

    assert word in json.loads(receiver.requests[0].body)["text"]


def test_mail_has_the_identifier_of_the_event() -> None:
    """In its header, as other mails have."""
    with SmtpServer() as server:
        beat(
            SmtpRoute(
                name="soc",
                host="localhost",
                port=server.port,
                security="none",
                sender="w@example.nl",
                to=("a@example.nl",),
            )
        )
        [message] = server.messages

    assert message["Subject"] == "[wolkenzicht] De collector leeft"
    assert message["X-Wolkenzicht-Event-Ids"] == "beat-1"
    assert "3 in de wacht (oudste: 2026-11-22T11:55:00.000000Z), 1 opgegeven" in " ".join(
        message.get_content().split()
    )


def test_the_log_has_a_line(caplog: pytest.LogCaptureFixture) -> None:
    """At level info: it is no alert."""
    caplog.set_level(logging.INFO)
    beat(LogRoute(name="soc"))

    [record] = caplog.records
    assert (record.message, record.levelno) == ("alert.heartbeat", logging.INFO)


def test_a_receiver_that_refuses_is_an_error(receiver: WebhookReceiver) -> None:
    """So that it is counted."""
    receiver.reply_with(Reply(503))

    with pytest.raises(DeliveryError, match="HTTP 503"):
        beat(WebhookRoute(name="soc", url=receiver.url, source=SOURCE))
