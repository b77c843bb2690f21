"""The Alertmanager channel against a real HTTP server: who we are, and what fires and what does not."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from collector.alerts.channels.alertmanager import AlertmanagerChannel
from collector.alerts.channels.base import DeliveryError
from collector.alerts.cloudevent import FLAPS
from collector.alerts.config import AlertmanagerRoute
from collector.store.base import Event
from tests.servers.webhook_receiver import Reply, WebhookReceiver
from tests.unit.collector.alerts.samples import EVENT, NOON, event, many_event
from wolkenzicht.model import FindingState, Severity

IN_FIFTEEN_MINUTES = "2026-11-22T12:15:00.000000Z"
AT_NOON = "2026-11-22T12:00:00.000000Z"


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    """Something that takes what is posted."""
    with WebhookReceiver() as started:
        yield started


@pytest.fixture
def channel(receiver: WebhookReceiver) -> Iterator[AlertmanagerChannel]:
    """A channel to it, at noon."""
    made = AlertmanagerChannel(AlertmanagerRoute(name="am", url=receiver.url), now=lambda: NOON)
    yield made
    made.close()


def alerts(receiver: WebhookReceiver) -> list[dict[str, Any]]:
    """The alerts of the last request."""
    found: list[dict[str, Any]] = json.loads(receiver.requests[-1].body)
    return found


def test_what_stands_fires_for_three_intervals(
    channel: AlertmanagerChannel, receiver: WebhookReceiver
) -> None:
    """Below the address that was given; whoever took it up."""
    for state in (FindingState.OPEN, FindingState.ACKNOWLEDGED, FindingState.UNVERIFIED):
        channel.deliver([event(state=state)])
        assert [each["endsAt"] for each in alerts(receiver)] == [IN_FIFTEEN_MINUTES]

    assert {request.path for request in receiver.requests} == {"/hook/api/v2/alerts"}


@pytest.mark.parametrize(
    "over",
    [
        event(state=FindingState.RESOLVED, resolved=NOON),
        event(state=FindingState.EXEMPTED),
    ],
    ids=["resolved", "exempted"],
)
def test_what_is_over_ends(channel: AlertmanagerChannel, receiver: WebhookReceiver, over: Event) -> None:
    """At once, and it is not told again."""
    channel.deliver([over])
    assert [each["endsAt"] for each in alerts(receiver)] == [AT_NOON]

    assert channel.repeat(_pages([over], [])) == 0
    assert len(receiver.requests) == 1


def test_what_flaps_fires_until_it_is_told_at_rest(
    channel: AlertmanagerChannel, receiver: WebhookReceiver
) -> None:
    """Whatever it is at the moment, and its text says so."""
    over = event(state=FindingState.RESOLVED, resolved=NOON)
    channel.deliver([replace(over, type=FLAPS)])
    [flaps] = alerts(receiver)
    channel.deliver([over])
    [rests] = alerts(receiver)

    assert [flaps["endsAt"], rests["endsAt"]] == [IN_FIFTEEN_MINUTES, AT_NOON]
    told = f"{rests['annotations']['summary']}; dit komt en gaat, en wordt gemeld als het tot rust is"
    assert flaps["annotations"]["summary"] == told


def test_other_labels_end_the_alert_under_the_first(
    channel: AlertmanagerChannel, receiver: WebhookReceiver
) -> None:
    """In the same request, so that there is never none of the two."""
    channel.deliver([event(severity=Severity.LOW)])
    channel.deliver([event(severity=Severity.CRITICAL)])

    ended, fires = alerts(receiver)
    assert (ended["labels"]["severity"], ended["endsAt"]) == ("low", AT_NOON)
    assert (fires["labels"]["severity"], fires["endsAt"]) == ("critical", IN_FIFTEEN_MINUTES)


def test_what_was_not_accepted_does_not_count_as_told(
    channel: AlertmanagerChannel, receiver: WebhookReceiver
) -> None:
    """The alert that fires there is still the first."""
    channel.deliver([event(severity=Severity.LOW)])
    receiver.reply_with(Reply(503))
    with pytest.raises(DeliveryError):
        channel.deliver([event(severity=Severity.HIGH)])
    channel.deliver([event(severity=Severity.HIGH)])

    assert [each["labels"]["severity"] for each in alerts(receiver)] == ["low", "high"]


def test_what_stands_is_told_again_page_by_page(
    channel: AlertmanagerChannel, receiver: WebhookReceiver
) -> None:
    """Each page asked for behind the one before."""
    first, second = (
        [event(1), event(2)],
        [replace(event(3), finding=replace(EVENT.finding, finding_id="f-3"))],
    )

    assert channel.repeat(_pages(first, second, [])) == 3
    assert len(receiver.requests) == 2


def test_a_notification_names_no_tenant(channel: AlertmanagerChannel, receiver: WebhookReceiver) -> None:
    """It is known by its group, and by its cause where that is not a kind."""
    channel.deliver([many_event()])
    [places] = alerts(receiver)
    channel.deliver([many_event("activation")])

    assert places["labels"]["alertname"] == "data_outside_eea"
    assert alerts(receiver)[-1]["labels"]["alertname"] == "activation"
    assert {"tenant", "provider"}.isdisjoint(places["labels"])
    assert "10000" in places["annotations"]["summary"]


def test_a_group_is_as_severe_as_the_gravest_that_is_open(
    channel: AlertmanagerChannel, receiver: WebhookReceiver
) -> None:
    """Whatever the notification tells; that it is over ends the alert that fired."""
    light = many_event(severities={"low": 3}, gravest=Severity.CRITICAL)
    light = replace(light, finding=replace(light.finding, severity=Severity.LOW))
    over = replace(light.finding, state=FindingState.RESOLVED, resolved=NOON)
    channel.deliver([light])
    [fires] = alerts(receiver)
    channel.deliver([replace(light, finding=over)])
    [ends] = alerts(receiver)

    assert fires["labels"]["severity"] == "critical"
    assert (fires["endsAt"], ends["endsAt"]) == (IN_FIFTEEN_MINUTES, AT_NOON)
    assert fires["labels"] == ends["labels"]


def test_it_knows_us_by_token_or_password(receiver: WebhookReceiver, tmp_path: Path) -> None:
    """From files; without either nothing is said."""
    (tmp_path / "secret").write_text("een geheim\n")
    basic = base64.b64encode(b"w:een geheim").decode()
    for keys, expected in (
        ({"token_file": tmp_path / "secret"}, "Bearer een geheim"),
        ({"username": "w", "password_file": tmp_path / "secret"}, f"Basic {basic}"),
        ({}, None),
    ):
        made = AlertmanagerChannel(AlertmanagerRoute(url=receiver.url, **keys))
        made.deliver([EVENT])
        made.close()
        assert receiver.requests[-1].headers.get("Authorization") == expected


def _pages(*pages: list[Event]) -> Any:
    """A store that has these."""
    waiting = list(pages)
    before = [0]

    def read(after: int, limit: int) -> Sequence[Event]:
        assert (after, limit) == (before[-1], 500)
        page = waiting.pop(0)
        before.append(page[-1].event_no if page else 0)
        return page

    return read
