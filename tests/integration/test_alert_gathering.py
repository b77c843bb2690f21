"""Findings that are told together, on routes that are told in office hours or once a day."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from collector.alerts.metrics import OBSERVATION_TO_COMMIT, AlertMetrics
from collector.store.base import NOTIFICATION
from collector.store.sql.clock import to_micros
from tests.contract.outbox_seed import SqliteSeed
from tests.integration.alerting import delivering, eventually, settled, state, to_hook
from tests.servers.webhook_receiver import WebhookReceiver

#: A Sunday.
NIGHT = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 8, 0, 5, tzinfo=UTC)
FINDINGS = 30


class Clock:
    """The time that a test says it is."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        """That time."""
        return self.moment


def bodies(hook: WebhookReceiver) -> list[dict[str, Any]]:
    """What arrived."""
    return [json.loads(request.body) for request in hook.requests]


@pytest.mark.parametrize("when", [{"hours": "mon-fri 08:00-18:00"}, {"digest": "08:00"}])
def test_what_is_gathered_by_night_is_told_in_the_morning(
    store: SqliteSeed, hook: WebhookReceiver, when: dict[str, str]
) -> None:
    """In one notification, whose route does not spin meanwhile."""
    clock, registry = Clock(NIGHT), CollectorRegistry()
    store.said = {"observed": to_micros(NIGHT - timedelta(seconds=7))}
    for number in range(FINDINGS):
        store.open(f"f{number}", created=NIGHT)
    route = to_hook(hook, timezone="UTC", **when)
    with delivering(store.outbox, route, clock=clock, metrics=AlertMetrics(registry)) as deliverer:
        eventually(lambda: state(store.outbox, "hook").due == 1)
        clock.moment = NIGHT + timedelta(hours=5)
        deliverer.wake()
        before = time.process_time()
        time.sleep(1)
        assert time.process_time() - before < 0.7
        assert hook.requests == []

        clock.moment = MORNING
        deliverer.wake()
        eventually(settled(store.outbox, "hook", delivered=1))

    [told] = bodies(hook)
    assert (told["type"], told["data"]["count"]) == (NOTIFICATION, FINDINGS)
    seconds = registry.get_sample_value(f"{OBSERVATION_TO_COMMIT}_sum", {"route": "hook"})
    assert seconds == 7 * len(told["data"]["members"])


def test_what_comes_after_the_digest_waits_for_the_next(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """Though the pause between notifications of its group is over."""
    clock = Clock(MORNING)
    for number in range(FINDINGS):
        store.open(f"f{number}", created=MORNING)
    with delivering(store.outbox, to_hook(hook, timezone="UTC", digest="08:00"), clock=clock) as deliverer:
        eventually(lambda: state(store.outbox, "hook").due == 1)
        clock.moment = MORNING + timedelta(hours=12)
        deliverer.wake()
        time.sleep(0.5)
        assert hook.requests == []

        clock.moment = MORNING + timedelta(days=1)
        deliverer.wake()
        eventually(settled(store.outbox, "hook", delivered=1))

    assert [each["data"]["count"] for each in bodies(hook)] == [FINDINGS]
