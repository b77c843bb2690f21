"""Alerts to the real Alertmanager: they fire, end, are told again, and outlive its restart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from collector.alerts.config import AlertmanagerRoute
from collector.alerts.deliverer import Deliverer
from collector.alerts.metrics import REPEATS_FAILED, AlertMetrics
from collector.alerts.sample import send_sample
from collector.store.sql.letters import SqlLetters
from tests.contract.outbox_seed import SqliteSeed
from tests.integration.alerting import delivering, eventually, now, settled
from tests.servers.alertmanager import Alertmanager, needs_alertmanager
from tests.servers.webhook_receiver import WebhookReceiver

pytestmark = needs_alertmanager


@pytest.fixture
def behind() -> Iterator[WebhookReceiver]:
    """Whom the Alertmanager tells."""
    with WebhookReceiver() as receiver:
        yield receiver


@pytest.fixture
def alertmanager(tmp_path: Path, behind: WebhookReceiver) -> Iterator[Alertmanager]:
    """A running Alertmanager."""
    with Alertmanager(tmp_path, behind.url) as started:
        yield started


def to(alertmanager: Alertmanager, resend: str = "1s") -> AlertmanagerRoute:
    """A route to it."""
    return AlertmanagerRoute(name="am", url=alertmanager.url, resend=resend, language="en", timeout="2s")


def telling(store: SqliteSeed, route: AlertmanagerRoute, **other: Any) -> AbstractContextManager[Deliverer]:
    """A deliverer that tells it, and tells it again."""
    return delivering(store.outbox, route, letters=SqlLetters(store.database), **other)


def told(behind: WebhookReceiver) -> list[tuple[str, str]]:
    """What the Alertmanager told, in its order: the finding and whether it fires."""
    alerts = [alert for request in behind.requests for alert in json.loads(request.body)["alerts"]]
    return [(alert["labels"]["finding"], alert["status"]) for alert in alerts]


def test_a_finding_fires_until_it_is_resolved(
    store: SqliteSeed, alertmanager: Alertmanager, behind: WebhookReceiver
) -> None:
    """With the labels to route by and the words for people; its end is told too."""
    event_id = store.open("f1", created=now())
    with telling(store, to(alertmanager)) as deliverer:
        eventually(lambda: told(behind) == [("f1", "firing")])
        [alert] = alertmanager.alerts()
        assert alert["labels"] == {
            "alertname": "data_outside_eea",
            "service": "wolkenzicht",
            "severity": "high",
            "organisation": "rdv",
            "tenant": "rdv-aws",
            "provider": "aws",
            "finding": "f1",
        }
        assert alert["annotations"]["event"] == event_id
        assert alert["annotations"]["summary"] == "bucket f1: data outside the EER at us-east-1"
        assert alert["annotations"]["details"] == "replicated: us-east-1"
        assert alert["annotations"]["remedy"].startswith("Move the data")

        store.resolve("f1", created=now())
        deliverer.wake()
        eventually(lambda: told(behind)[-1] == ("f1", "resolved"))
        eventually(settled(store.outbox, "am", delivered=2))
        assert alertmanager.alerts() == []


def test_what_stands_is_told_again_before_it_expires(store: SqliteSeed, alertmanager: Alertmanager) -> None:
    """It fires for longer than an alert lasts by itself, and ends by itself where nobody tells it again."""
    store.open("f1", created=now())
    with telling(store, to(alertmanager)):
        eventually(lambda: len(alertmanager.alerts()) == 1)
        first = alertmanager.alerts()[0]["endsAt"]
        eventually(
            lambda: alertmanager.alerts()[0]["startsAt"] and alertmanager.alerts()[0]["endsAt"] > first
        )
    eventually(lambda: alertmanager.alerts() == [])


def test_an_alertmanager_that_forgot_is_told_again(store: SqliteSeed, alertmanager: Alertmanager) -> None:
    """What stands, not what is over; while it is away that is counted."""
    registry = CollectorRegistry()
    for finding in ("over", "stands"):
        store.open(finding, created=now())
    with telling(store, to(alertmanager), metrics=AlertMetrics(registry)) as deliverer:
        eventually(settled(store.outbox, "am", delivered=2))
        store.resolve("over", created=now())
        deliverer.wake()
        eventually(settled(store.outbox, "am", delivered=3))
        alertmanager.kill()
        eventually(lambda: (registry.get_sample_value(REPEATS_FAILED, {"route": "am"}) or 0) > 0)
        alertmanager.start()

        eventually(lambda: [each["labels"]["finding"] for each in alertmanager.alerts()] == ["stands"])


def test_another_severity_is_another_alert_in_the_place_of_the_first(
    store: SqliteSeed, alertmanager: Alertmanager, behind: WebhookReceiver
) -> None:
    """Labels say which alert it is, so the one before ends at once."""
    store.open("f1", created=now(), severity="low")
    with telling(store, to(alertmanager, resend="1h")) as deliverer:
        eventually(settled(store.outbox, "am", delivered=1))
        store.change("f1", created=now(), severity="critical")
        deliverer.wake()
        eventually(settled(store.outbox, "am", delivered=2))

        eventually(lambda: [each["labels"]["severity"] for each in alertmanager.alerts()] == ["critical"])


def test_a_notification_for_many_is_one_alert(
    store: SqliteSeed, alertmanager: Alertmanager, behind: WebhookReceiver
) -> None:
    """Known by its group, as long as any of its findings stands."""
    for number in range(30):
        store.open(f"f{number}", created=now())
    with telling(store, to(alertmanager)) as deliverer:
        eventually(lambda: len(alertmanager.alerts()) >= 1)
        alerts = alertmanager.alerts()
        eventually(lambda: len(alertmanager.alerts()) == len(alerts))
        for number in range(30):
            store.resolve(f"f{number}", created=now())
        deliverer.wake()
        eventually(lambda: alertmanager.alerts() == [])
        eventually(lambda: json.loads(behind.requests[-1].body)["alerts"][0]["status"] == "resolved")

    [alert] = alerts
    assert alert["labels"]["alertname"] == "data_outside_eea"
    assert "tenant" not in alert["labels"]
    assert "30" in alert["annotations"]["summary"]


def test_a_sample_is_no_finding(alertmanager: Alertmanager, behind: WebhookReceiver) -> None:
    """It has a name of its own and ends within a minute."""
    send_sample(to(alertmanager))

    [alert] = alertmanager.alerts()
    assert alert["labels"]["alertname"] == "proef"
    eventually(lambda: len(behind.requests) == 1)
