"""Alerts to a webhook: one POST per event, and which answers mean delivered, later or never."""

from __future__ import annotations

import email.utils
import hashlib
import hmac
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

import httpx

from collector.alerts.channels.base import DeliveryError, read_secret
from collector.alerts.channels.trust import tls_context
from collector.alerts.cloudevent import CONTENT_TYPE, to_json
from collector.alerts.config import WebhookRoute
from collector.store.base import Event
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.settings import seconds

SIGNATURE_HEADER = "X-Wolkenzicht-Signature"
#: Answers below 500 after which trying again helps (RFC 9110, 6585 and 8470).
RETRYABLE_STATUS = frozenset({408, 425, 429})

#: What is read of an answer at most (bytes), and what is kept of it (characters).
_MAX_ANSWER_BYTES = 65_536
_SHOWN_ANSWER = 200
#: A receiver may not put off longer than this (seconds).
_MAX_RETRY_AFTER = 86_400.0


class WebhookChannel:
    """Posts CloudEvents; raises `ConfigurationError` where a file of the route cannot be used."""

    batch = 1

    def __init__(self, route: WebhookRoute, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._route = route
        self._now = now
        self._timeout = seconds(route.timeout)
        self._secret = read_secret(route.secret_file, "secret_file") if route.secret_file else b""
        try:
            httpx.URL(route.url)
        except httpx.InvalidURL as error:
            raise ConfigurationError(f"alerts.route url: is no address ({error}); correct it") from error
        # Redirects are not followed: an alert goes to the configured receiver and nowhere else.
        self._client = httpx.Client(
            verify=tls_context(route.ca),
            timeout=self._timeout,
            follow_redirects=False,
            headers={"User-Agent": "wolkenzicht-collector", "Accept": "*/*"},
        )

    def deliver(self, events: Sequence[Event]) -> None:
        """Post each event; raises `DeliveryError` for the first that is not accepted."""
        for event in events:
            self._post(to_json(event, self._route.source, self._route.language))

    def close(self) -> None:
        """Close the connections kept open."""
        self._client.close()

    def _post(self, body: bytes) -> None:
        headers = {"Content-Type": CONTENT_TYPE}
        if self._secret:
            headers[SIGNATURE_HEADER] = signature(self._secret, body)
        try:
            with self._client.stream("POST", self._route.url, content=body, headers=headers) as response:
                answer = self._read(response)
        except httpx.HTTPError as error:
            # Neither text nor address of the request: the path of a webhook often is its secret.
            host = urlsplit(self._route.url).hostname
            raise DeliveryError(
                f"{host}: {type(error).__name__}: {error or 'no answer'}", retryable=True
            ) from error
        if response.is_success:
            return
        status = response.status_code
        retryable = not response.is_client_error or status in RETRYABLE_STATUS
        reason = f"HTTP {status} {response.reason_phrase}"
        raise DeliveryError(
            f"{reason}: {answer}" if answer else reason,
            retryable=retryable,
            retry_after=self._retry_after(response.headers.get("Retry-After", "")) if retryable else None,
        )

    def _read(self, response: httpx.Response) -> str:
        """The beginning of the answer on one line. Reading it whole lets the connection be used again."""
        started, content = time.monotonic(), b""
        for chunk in response.iter_raw():
            content += chunk
            if len(content) > _MAX_ANSWER_BYTES or time.monotonic() - started > self._timeout:
                break
        return " ".join(content[: _SHOWN_ANSWER * 4].decode("utf-8", "replace").split())[:_SHOWN_ANSWER]

    def _retry_after(self, value: str) -> float | None:
        """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3); None where it says nothing."""
        if value.strip().isascii() and value.strip().isdigit():
            wait = float(value)
        else:
            try:
                wait = (email.utils.parsedate_to_datetime(value) - self._now()).total_seconds()
            except (OverflowError, TypeError, ValueError):
                return None
        return min(max(wait, 0.0), _MAX_RETRY_AFTER)


def signature(secret: bytes, body: bytes) -> str:
    """The signature header's value: `sha256=` and the HMAC-SHA256 of the body in hexadecimal."""
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()
