"""Heartbeats of a deliverer at work: at intervals, with how the route stands, none where it is not served."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from collector.alerts.channels import Channel, make_channel
from collector.alerts.config import Route
from collector.alerts.heartbeat import HEARTBEAT_TYPE
from collector.alerts.metrics import HEARTBEATS, HEARTBEATS_FAILED, AlertMetrics
from collector.store.base import Event
from tests.contract.outbox_seed import SqliteSeed
from tests.integration.alerting import delivering, eventually, settled, to_hook
from tests.servers.webhook_receiver import Reply, WebhookReceiver


def beats(hook: WebhookReceiver) -> list[dict[str, Any]]:
    """The heartbeats that arrived."""
    documents = [json.loads(request.body) for request in hook.requests]
    return [each for each in documents if each["type"] == HEARTBEAT_TYPE]


def test_they_come_at_each_interval(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """Each an event of its own, beside the events of findings; a route that asks for none gets none."""
    registry = CollectorRegistry()
    with WebhookReceiver() as other:
        routes = (to_hook(hook, heartbeat="1s"), to_hook(other, name="other"))
        with delivering(store.outbox, *routes, metrics=AlertMetrics(registry)):
            event_id = store.open("f1")
            eventually(lambda: len(beats(hook)) >= 3)
            eventually(settled(store.outbox, "other", delivered=1))
        assert [json.loads(each.body)["id"] for each in other.requests] == [event_id]

    found = beats(hook)
    assert len({each["id"] for each in found}) == len(found)
    assert {each["data"]["interval_seconds"] for each in found} == {1.0}
    assert event_id in [json.loads(each.body)["id"] for each in hook.requests]
    assert registry.get_sample_value(HEARTBEATS, {"route": "hook"}) == len(found)


def test_they_tell_what_waits(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """Where events are refused and heartbeats are not."""

    class Refusing(WebhookReceiver):
        def next_reply(self, request: Any) -> Reply:
            reply = super().next_reply(request)
            return reply if json.loads(request.body)["type"] == HEARTBEAT_TYPE else Reply(503)

    with Refusing() as receiver:
        store.open("f1")
        with delivering(store.outbox, to_hook(receiver, heartbeat="1s")):
            eventually(lambda: any(each["data"]["due"] == 1 for each in beats(receiver)))
        [waiting, *_] = [each for each in beats(receiver) if each["data"]["due"]]

    assert waiting["data"]["oldest_due"] == "2026-11-22T12:00:00.000000Z"


def test_one_that_is_refused_is_counted(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """And the next is tried sooner than after the interval."""
    registry = CollectorRegistry()
    hook.reply_with(Reply(500))
    with delivering(store.outbox, to_hook(hook, heartbeat="1h"), metrics=AlertMetrics(registry)):
        eventually(lambda: registry.get_sample_value(HEARTBEATS, {"route": "hook"}) == 1)

    assert registry.get_sample_value(HEARTBEATS_FAILED, {"route": "hook"}) == 1


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_there_is_none_where_a_route_is_not_served(store: SqliteSeed, hook: WebhookReceiver) -> None:
    """A collector that delivers nothing does not say that it lives."""

    class Defective:
        """A channel with a mistake in it."""

        batch = 1

        def __init__(self, channel: Channel) -> None:
            self.beat, self.close = channel.beat, channel.close

        def deliver(self, events: Sequence[Event]) -> None:
            """Not what a channel may raise."""
            raise KeyError(len(events))

    def make(route: Route) -> Channel:
        return Defective(make_channel(route))

    registry = CollectorRegistry()
    store.open("f1")
    metrics = AlertMetrics(registry)
    with delivering(store.outbox, to_hook(hook, heartbeat="1s"), metrics=metrics, make=make) as deliverer:
        eventually(lambda: not deliverer.alive())
        eventually(lambda: (registry.get_sample_value(HEARTBEATS_FAILED, {"route": "hook"}) or 0) > 0)
        count = len(beats(hook))
        eventually(lambda: (registry.get_sample_value(HEARTBEATS_FAILED, {"route": "hook"}) or 0) > 3)

    assert len(beats(hook)) == count
