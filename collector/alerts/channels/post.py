"""A message posted over HTTP: which answers mean accepted, later or never."""

from __future__ import annotations

import email.utils
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from collector.alerts.channels.base import DeliveryError
from collector.alerts.channels.trust import tls_context
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.settings import seconds

#: Answers below 500 after which trying again helps (RFC 9110, 6585 and 8470).
RETRYABLE_STATUS = frozenset({408, 425, 429})
#: Answers that say that the message itself will never be accepted, whoever sends it, and where to.
MESSAGE_REFUSED = frozenset({400, 413, 422})

#: What is read of an answer at most (bytes), and what is kept of it (characters).
_MAX_ANSWER_BYTES = 65_536
_SHOWN_ANSWER = 200
#: A receiver may not put off longer than this (seconds).
_MAX_RETRY_AFTER = 86_400.0


class Poster:
    """Posts to one address; raises `ConfigurationError` where a file of the route cannot be used.

    `final` are the answers below 500 after which it is not tried again; without it all but those that may
    change by themselves.
    """

    def __init__(
        self,
        url: str,
        *,
        ca: Path | None,
        timeout: str,
        headers: Mapping[str, str],
        final: frozenset[int] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._url, self._final, self._now = url, final, now
        self._timeout = seconds(timeout)
        try:
            httpx.URL(url)
        except httpx.InvalidURL as error:
            raise ConfigurationError(f"alerts.route url: is no address ({error}); correct it") from error
        # Redirects are not followed: an alert goes to the configured receiver and nowhere else.
        self._client = httpx.Client(
            verify=tls_context(ca),
            timeout=self._timeout,
            follow_redirects=False,
            headers={"User-Agent": "wolkenzicht-collector", "Accept": "*/*", **headers},
        )

    def post(self, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        """Post it; on return it was accepted. Raises `DeliveryError`."""
        try:
            with self._client.stream("POST", self._url, content=body, headers=headers) as response:
                answer = self._read(response)
        except httpx.HTTPError as error:
            # Neither text nor address of the request: the path of a webhook often is its secret.
            host = urlsplit(self._url).hostname
            raise DeliveryError(
                f"{host}: {type(error).__name__}: {error or 'no answer'}", retryable=True
            ) from error
        if response.is_success:
            return
        status = response.status_code
        retryable = self._may_change(response)
        reason = f"HTTP {status} {response.reason_phrase}"
        raise DeliveryError(
            f"{reason}: {answer}" if answer else reason,
            retryable=retryable,
            retry_after=self._retry_after(response.headers.get("Retry-After", "")) if retryable else None,
        )

    def close(self) -> None:
        """Close the connections kept open."""
        self._client.close()

    def _may_change(self, response: httpx.Response) -> bool:
        if not response.is_client_error:
            return True
        if self._final is not None:
            return response.status_code not in self._final
        return response.status_code in RETRYABLE_STATUS

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
