"""A route over which alerts do not arrive is told of over the others, until what was given up arrives."""

from __future__ import annotations

import json

from collector.alerts.backoff import Timing
from collector.store.sql import store_over
from tests.contract.outbox_seed import SqliteSeed
from tests.integration.alerting import delivering, eventually, now, state, to_hook
from tests.servers.webhook_receiver import Reply, WebhookReceiver

OFTEN = Timing(first=0.05, longest=0.2, poll=0.1, gather=0.05, record_every=0.02, look=0.2)


def told(receiver: WebhookReceiver) -> list[tuple[str, str, str]]:
    """What arrived about routes: type, route and state."""
    events = [json.loads(request.body) for request in receiver.requests]
    return [
        (each["type"].split(".")[-2], each["data"]["subject"], each["data"]["state"])
        for each in events
        if each["data"]["kind"] == "route_dead"
    ]


def test_a_dead_route_is_told_of_over_the_others(store: SqliteSeed) -> None:
    """From the letter that was given up to its delivery by command."""
    opened = store_over(store.database)
    with WebhookReceiver() as refusing, WebhookReceiver() as other:
        refusing.reply_with(Reply(410))
        routes = (to_hook(refusing, name="refusing"), to_hook(other, name="other"))
        with delivering(
            opened.outbox, *routes, letters=opened.letters, health=opened.route_health, timing=OFTEN
        ) as deliverer:
            event_id = store.open("f1", created=now())
            deliverer.wake()
            eventually(lambda: told(other) == [("geopend", "refusing", "open")])
            assert state(opened.outbox, "refusing").dead == 1

            assert opened.letters.resend("refusing", [event_id], now()) == 1
            eventually(lambda: told(other)[1:] == [("opgelost", "refusing", "resolved")])

    arrived = [json.loads(request.body)["id"] for request in refusing.requests]
    assert arrived.count(event_id) == 2
