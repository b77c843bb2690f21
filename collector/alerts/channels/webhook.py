"""Alerts to a webhook: one POST per event, a CloudEvent in structured mode, signed where it is asked."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from collector.alerts.channels.base import read_secret
from collector.alerts.channels.post import Poster
from collector.alerts.cloudevent import CONTENT_TYPE, to_json
from collector.alerts.config import WebhookRoute
from collector.alerts.heartbeat import Heartbeat, heartbeat_json
from collector.store.base import Event

SIGNATURE_HEADER = "X-Wolkenzicht-Signature"


class WebhookChannel:
    """Posts CloudEvents; raises `ConfigurationError` where a file of the route cannot be used."""

    batch = 1

    def __init__(self, route: WebhookRoute, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._route = route
        self._secret = read_secret(route.secret_file, "secret_file") if route.secret_file else b""
        self._poster = Poster(
            route.url, ca=route.ca, timeout=route.timeout, headers={"Content-Type": CONTENT_TYPE}, now=now
        )

    def deliver(self, events: Sequence[Event]) -> None:
        """Post each event; raises `DeliveryError` for the first that is not accepted."""
        for event in events:
            self._post(to_json(event, self._route.source, self._route.language))

    def beat(self, beat: Heartbeat) -> None:
        """Post it as a CloudEvent of its own type."""
        self._post(heartbeat_json(beat, self._route.source))

    def close(self) -> None:
        """Close the connections kept open."""
        self._poster.close()

    def _post(self, body: bytes) -> None:
        self._poster.post(body, {SIGNATURE_HEADER: signature(self._secret, body)} if self._secret else None)


def signature(secret: bytes, body: bytes) -> str:
    """The signature header's value: `sha256=` and the HMAC-SHA256 of the body in hexadecimal."""
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
