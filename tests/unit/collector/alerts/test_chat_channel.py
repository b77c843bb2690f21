"""The chat channel against a real HTTP server: what rooms of Mattermost and Matrix are sent."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.alerts.channels.base import DeliveryError
from collector.alerts.channels.chat import SHOWN, ChatChannel
from collector.alerts.config import ChatRoute
from collector.alerts.sample import sample_event
from collector.store.base import Event
from tests.servers.webhook_receiver import Reply, WebhookReceiver
from tests.unit.collector.alerts.samples import EVENT, NOON, event, many_event
from wolkenzicht.model import Severity

Service = Literal["mattermost", "matrix"]


@pytest.fixture(scope="module")
def room() -> Iterator[WebhookReceiver]:
    """The webhook of a room."""
    with WebhookReceiver() as started:
        yield started


def post(
    room: WebhookReceiver, service: Service, *events: Event, language: Literal["nl", "en"] = "nl"
) -> dict[str, Any]:
    """Post one message, and what arrived."""
    channel = ChatChannel(
        ChatRoute(name="room", service=service, url=room.url, language=language, timeout="2s"), lambda: NOON
    )
    try:
        channel.deliver(events)
    finally:
        channel.close()
    found: dict[str, Any] = json.loads(room.requests[-1].body)
    return found


def test_a_room_of_mattermost_gets_markdown(room: WebhookReceiver) -> None:
    """What, how urgent, where, what to do, and the identifier to know a message by that comes twice."""
    message = post(room, "mattermost", EVENT)

    assert room.requests[-1].headers["Content-Type"] == "application/json"
    assert message["username"] == "wolkenzicht"
    lines = message["text"].split("  \n")
    assert lines[0] == (
        r"**🟠 Nieuwe bevinding (hoog)**: geheim\-dossier: gegevens buiten de EER op us\-east\-1, eu\-west\-2"
    )
    assert lines[1:3] == ["Organisatie: rdv", r"Tenant: rdv\-aws"]
    assert lines[3].startswith("Wat te doen: Verplaats de gegevens")
    assert lines[4] == f"Gebeurtenis: `{EVENT.event_id}`"


def test_a_room_of_matrix_gets_text_and_html(room: WebhookReceiver) -> None:
    """Both say the same."""
    message = post(room, "matrix", EVENT, language="en")

    assert message["text"].splitlines()[0] == (
        "🟠 New finding (high): geheim-dossier: data outside the EER at us-east-1, eu-west-2"
    )
    plain = re.sub(r"</?(p|strong)>", "", message["html"]).replace("<br>", "\n")
    assert unescape(plain) == message["text"]


@pytest.mark.parametrize("service", ["mattermost", "matrix"])
def test_several_events_are_one_message(room: WebhookReceiver, service: Service) -> None:
    """As many as go in one delivery, each with its identifier, within what Mattermost takes."""
    events = [event(number, subject="arn:" + "x" * 2000) for number in range(ChatChannel.batch)]
    long = [replace(each, asset_name="n" * 2000) for each in events]

    text = post(room, service, *long)["text"]

    assert all(f"event-{number}" in text for number in range(ChatChannel.batch))
    assert len(text) < 16_383


@pytest.mark.parametrize("service", ["mattermost", "matrix"])
def test_a_sample_says_that_it_is_one(room: WebhookReceiver, service: Service) -> None:
    """Before all else."""
    assert post(room, service, sample_event(NOON))["text"].startswith("Dit is een proefmelding")


def test_names_call_nobody_and_make_no_markup(room: WebhookReceiver) -> None:
    """A bucket may be called anything."""
    forged = replace(EVENT, asset_name="**x** @channel [click](https://evil.example) www.evil.example\n# y")

    marked = post(room, "mattermost", forged)["text"]
    plain = post(room, "matrix", replace(forged, asset_name="<b>x</b> @room"))

    assert r"\*\*x\*\*" in marked
    assert r"\[click\]\(https" in marked
    for calling in ("@channel", "https://", "www.", "www\\.", "\n# y", "\n\\# y"):
        assert calling not in marked
    assert "@room" not in plain["text"] + plain["html"]
    assert "<b>" not in plain["html"]


@given(name=st.text(max_size=2 * SHOWN), service=st.sampled_from(["mattermost", "matrix"]))
def test_every_name_can_be_posted(room: WebhookReceiver, name: str, service: Service) -> None:
    """No text that a cloud may hold keeps a message from being sent, or calls the room."""
    text = post(room, service, replace(EVENT, asset_name=name))["text"]

    assert EVENT.event_id in text
    assert not re.search(r"@(?!\u200b)", text)


@pytest.mark.parametrize(
    ("status", "retryable"), [(400, False), (413, False), (404, True), (401, True), (500, True)]
)
def test_a_refusal_of_the_message_is_final(room: WebhookReceiver, status: int, retryable: bool) -> None:
    """Any other refusal is the route's; the error names the message, whatever it holds."""
    room.reply_with(Reply(status, body=b"no"), Reply(status, body=b"no"))
    names = []
    for events in ([event(1), event(2)], [event(1), event(2)]):
        with pytest.raises(DeliveryError) as caught:
            post(room, "mattermost", *events)
        assert caught.value.retryable is retryable
        names.append(str(caught.value))

    assert names[0] == names[1]
    assert re.match(rf"message [0-9a-f]{{16}}: HTTP {status}", names[0])


@pytest.mark.parametrize("service", ["mattermost", "matrix"])
def test_a_notification_for_many_is_one_message(room: WebhookReceiver, service: Service) -> None:
    """With its counts, within what a room takes."""
    text = post(room, service, many_event())["text"].replace("\\", "")

    assert text.splitlines()[0].strip("* ").startswith("🟠 Samenvatting (hoog)")
    assert "Aantal: 10000" in text
    assert "event-many" in text
    assert len(text) < 16_383


def test_every_severity_has_its_mark(room: WebhookReceiver) -> None:
    """So that the worst stand out."""
    marks = {post(room, "mattermost", event(1, severity=severity))["text"][2] for severity in Severity}

    assert len(marks) == len(Severity)
