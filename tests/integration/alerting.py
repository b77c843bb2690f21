"""A deliverer at work on a store, and the questions that its tests ask."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from collector.alerts.backoff import Timing
from collector.alerts.config import Route, SmtpRoute, WebhookRoute
from collector.alerts.deliverer import Deliverer
from collector.store.base import Outbox, RouteState
from tests.servers.smtp_server import SmtpServer
from tests.servers.webhook_receiver import WebhookReceiver

SHORT = Timing(first=0.05, longest=0.2, poll=0.1, gather=0.05, record_every=0.02)


class Steady(Timing):
    """A pause that does not depend on chance."""

    def pause(self, failures: int) -> float:
        """As long as may be."""
        return min(self.longest, self.first * 2.0 ** (failures - 1))


def now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


def to_hook(receiver: WebhookReceiver, **other: Any) -> WebhookRoute:
    """A route to a webhook receiver."""
    return WebhookRoute(
        **({"name": "hook", "url": receiver.url, "source": "urn:nld:test", "timeout": "1s"} | other)
    )


def to_mail(server: SmtpServer, **other: Any) -> SmtpRoute:
    """A route to an SMTP server."""
    settings: dict[str, Any] = {"name": "mail", "security": "none", "timeout": "2s"} | other
    return SmtpRoute(
        host="localhost", port=server.port, sender="w@example.nl", to=("a@example.nl",), **settings
    )


@contextmanager
def delivering(outbox: Outbox, *routes: Route, timing: Timing = SHORT, **other: Any) -> Iterator[Deliverer]:
    """A deliverer at work."""
    deliverer = Deliverer(outbox, routes, timing=timing, **other)
    deliverer.start()
    try:
        yield deliverer
    finally:
        deliverer.stop(30)
        assert not deliverer.alive()


def eventually(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until the condition holds."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.01)


def state(outbox: Outbox, route: str) -> RouteState:
    """How a route stands; nothing yet where it is not known."""
    return {each.route: each for each in outbox.routes()}.get(route, RouteState(route, 0, 0, 0))


def settled(outbox: Outbox, route: str, delivered: int, dead: int = 0) -> Callable[[], bool]:
    """Whether a route has begun, has done with so many deliveries and has none due.

    What came and was over before a route began is never told, so a test waits for the beginning first.
    """

    def is_so() -> bool:
        found = {each.route: each for each in outbox.routes()}.get(route)
        return found is not None and (found.due, found.delivered, found.dead) == (0, delivered, dead)

    return is_so


def received(receiver: WebhookReceiver) -> list[str]:
    """The events' identifiers in the order of arrival."""
    return [json.loads(request.body)["id"] for request in receiver.requests]
