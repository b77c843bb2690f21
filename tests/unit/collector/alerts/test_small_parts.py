"""Backoff, grouping, the log channel and the choice of a channel."""

from __future__ import annotations

import json
import logging
from datetime import timedelta

import pytest

from collector.alerts.backoff import Timing
from collector.alerts.channels import make_channel
from collector.alerts.channels.log import LogChannel
from collector.alerts.channels.smtp import SmtpChannel
from collector.alerts.channels.webhook import WebhookChannel
from collector.alerts.config import LogRoute, Route, SmtpRoute, WebhookRoute
from collector.alerts.groups import groups
from collector.store.base import Delivery
from tests.unit.collector.alerts.samples import EVENT, NOON, event, many_event
from wolkenzicht.logs import JsonFormatter


@pytest.mark.parametrize(
    ("failures", "longest"), [(1, 1.0), (2, 2.0), (5, 16.0), (9, 256.0), (10, 300.0), (10_000, 300.0)]
)
def test_the_pause_doubles_up_to_five_minutes(failures: int, longest: float) -> None:
    """Full jitter: anything from nothing to the bound, and all of that range."""
    pauses = [Timing().pause(failures) for _ in range(500)]

    assert 0 <= min(pauses) < longest / 10
    assert longest * 0.9 < max(pauses) <= longest


@pytest.mark.parametrize(
    ("age_days", "tried_hours", "over"), [(6.9, 100, False), (7, 100, True), (8, 0.5, False), (8, 1, True)]
)
def test_a_week_and_an_hour(age_days: float, tried_hours: float, over: bool) -> None:
    """Given up after seven days, though not at the first failure after a long stop."""
    created, since = NOON - timedelta(days=age_days), NOON - timedelta(hours=tried_hours)

    assert Timing().is_over(created, since, NOON) is over


def delivery(number: int, attempts: int = 0, error: str = "") -> Delivery:
    """A delivery of event `number`."""
    return Delivery("mail", event(number), attempts, error)


def numbers(deliveries: list[Delivery], batch: int) -> list[list[int]]:
    """The event numbers of the groups."""
    return [[each.event.event_no for each in group] for group in groups(deliveries, batch)]


def test_what_is_new_goes_together() -> None:
    """In order, as many as the channel takes."""
    assert numbers([delivery(each) for each in range(5)], 2) == [[0, 1], [2, 3], [4]]
    assert numbers([delivery(each) for each in range(3)], 1) == [[0], [1], [2]]


def test_what_failed_together_stays_together() -> None:
    """A message that is tried again holds what it held, and nothing else."""
    mixed = [
        delivery(1, 1, "message <a>: 451"),
        delivery(2, 2, "message <b>: 451"),
        delivery(3, 1, "message <a>: 451"),
        delivery(4),
        delivery(5, 2, "message <b>: 451"),
    ]

    assert numbers(mixed, 200) == [[1, 3], [2, 5], [4]]


def test_a_notification_goes_alone() -> None:
    """It stands for many already, and is the same message whenever it is sent."""
    mixed = [Delivery("mail", many_event(), 0), delivery(1), delivery(2)]

    assert numbers(mixed, 200) == [[-7], [1, 2]]


def test_nothing_makes_no_group() -> None:
    """No deliveries, no groups."""
    assert numbers([], 200) == []


def test_the_log_says_what_to_look_up(caplog: pytest.LogCaptureFixture) -> None:
    """One line per event; the owner, a person, stays out of it."""
    channel = LogChannel()
    channel.deliver([EVENT])
    channel.close()

    (record,) = caplog.records
    line = json.loads(JsonFormatter().format(record))
    assert record.levelno == logging.WARNING
    assert line["event"] == "alert"
    assert line["event_id"] == EVENT.event_id
    assert line["subject"] == "arn:aws:s3:::geheim-dossier"
    assert line["places"] == "replicated:us-east-1 stored:eu-west-2"
    assert "team voorbeeld" not in json.dumps(line)


@pytest.mark.parametrize(
    ("route", "kind", "batch"),
    [
        (LogRoute(), LogChannel, 1),
        (WebhookRoute(url="https://example.nl/"), WebhookChannel, 1),
        (SmtpRoute(host="example.nl", sender="w@example.nl", to=("a@example.nl",)), SmtpChannel, 200),
    ],
    ids=["log", "webhook", "smtp"],
)
def test_each_kind_of_route_has_its_channel(route: Route, kind: type, batch: int) -> None:
    """The channel and how much it takes at once."""
    channel = make_channel(route)

    assert type(channel) is kind
    assert channel.batch == batch
    channel.close()
