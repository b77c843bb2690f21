"""The webhook channel against a real HTTP server."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collector.alerts.channels.base import DeliveryError
from collector.alerts.channels.webhook import WebhookChannel
from collector.alerts.config import WebhookRoute
from tests.servers.webhook_receiver import Reply, WebhookReceiver
from tests.unit.collector.alerts.conftest import Trust
from tests.unit.collector.alerts.samples import EVENT, NOON
from wolkenzicht.errors import ConfigurationError


@pytest.fixture
def receiver() -> Iterator[WebhookReceiver]:
    """A receiver without TLS."""
    with WebhookReceiver() as started:
        yield started


def route(url: str, secret_file: Path | None = None, ca: Path | None = None) -> WebhookRoute:
    """A route to a receiver, with a short timeout."""
    return WebhookRoute(
        name="hook", url=url, secret_file=secret_file, ca=ca, timeout="500ms", source="urn:nld:test"
    )


def deliver(to: WebhookRoute) -> None:
    """Send the event once."""
    channel = WebhookChannel(to, now=lambda: NOON)
    try:
        channel.deliver([EVENT])
    finally:
        channel.close()


def failure(to: WebhookRoute) -> DeliveryError:
    """Send the event to a receiver that does not accept it."""
    with pytest.raises(DeliveryError) as caught:
        deliver(to)
    return caught.value


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_success_is_delivered(receiver: WebhookReceiver, status: int) -> None:
    """One POST with the CloudEvent in structured mode."""
    receiver.reply_with(Reply(status))

    deliver(route(receiver.url))

    (request,) = receiver.requests
    assert request.path == "/hook"
    assert request.headers["Content-Type"] == "application/cloudevents+json; charset=utf-8"
    assert "X-Wolkenzicht-Signature" not in request.headers
    document = json.loads(request.body)
    assert (document["id"], document["source"]) == (EVENT.event_id, "urn:nld:test")
    assert document["data"]["summary"].endswith("gegevens buiten de EER op us-east-1, eu-west-2")


def test_the_signature_proves_the_body(receiver: WebhookReceiver, tmp_path: Path) -> None:
    """A receiver that knows the secret can check who sent this."""
    secret = tmp_path / "secret"
    secret.write_text("een geheim\n")

    deliver(route(receiver.url, secret_file=secret))

    (request,) = receiver.requests
    expected = hmac.new(b"een geheim", request.body, hashlib.sha256).hexdigest()
    assert request.headers["X-Wolkenzicht-Signature"] == f"sha256={expected}"


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 301, 307])
def test_answers_that_may_change_are_retryable(receiver: WebhookReceiver, status: int) -> None:
    """A busy or broken receiver, or one that moved: trying again may help."""
    receiver.reply_with(Reply(status, headers={"Location": "/elsewhere"}, body=b"come back later"))

    error = failure(route(receiver.url))

    assert (error.retryable, error.retry_after) == (True, None)
    assert str(error).startswith(f"HTTP {status}")
    assert "come back later" in str(error)
    assert [request.path for request in receiver.requests] == ["/hook"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 415, 422])
def test_refusals_are_final(receiver: WebhookReceiver, status: int) -> None:
    """The answer is kept for the person who looks into it, on one line and cut."""
    receiver.reply_with(Reply(status, body=b"not\r\nlike this " + b"x" * 100_000))

    error = failure(route(receiver.url))

    assert error.retryable is False
    assert str(error).startswith(f"HTTP {status}")
    assert "not like this xxx" in str(error)
    assert len(str(error)) < 300


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("120", 120.0),
        ("Sun, 22 Nov 2026 12:05:00 GMT", 300.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("9" * 400, 86_400.0),
        ("soon", None),
        ("-5", None),
        ("Sun, 22 Nov 99999 12:00:00 GMT", None),
        ("", None),
    ],
)
def test_retry_after_is_understood(receiver: WebhookReceiver, value: str, expected: float | None) -> None:
    """Seconds or a date, at most a day; what cannot be read says nothing."""
    receiver.reply_with(Reply(429, headers={"Retry-After": value}))

    assert failure(route(receiver.url)).retry_after == expected


def test_a_final_refusal_has_no_retry_after(receiver: WebhookReceiver) -> None:
    """The header means nothing beside an answer that will not change."""
    receiver.reply_with(Reply(410, headers={"Retry-After": "5"}))

    assert failure(route(receiver.url)).retry_after is None


def test_a_receiver_that_is_away_is_retryable() -> None:
    """Connection refused."""
    receiver = WebhookReceiver()
    with receiver:
        pass

    error = failure(route(f"http://localhost:{receiver.port}/secret-path"))

    assert error.retryable is True
    assert "localhost: ConnectError" in str(error)
    assert "secret-path" not in str(error)


def test_a_receiver_that_hangs_up_halfway_is_retryable(receiver: WebhookReceiver) -> None:
    """An answer that was cut off proves nothing, be it a 200."""
    receiver.reply_with(Reply(200, body=b"x" * 1000, halfway=True))

    assert failure(route(receiver.url)).retryable is True


def test_a_receiver_that_says_nothing_is_retryable() -> None:
    """The timeout ends the attempt."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        error = failure(route(f"http://127.0.0.1:{silent.getsockname()[1]}/"))

    assert error.retryable is True
    assert "ReadTimeout" in str(error)


def test_the_connection_is_used_again(receiver: WebhookReceiver) -> None:
    """Several events go over one channel."""
    channel = WebhookChannel(route(receiver.url))

    channel.deliver([EVENT, EVENT])
    channel.close()

    assert [request.body for request in receiver.requests] == [receiver.requests[0].body] * 2


def test_tls_trusts_the_configured_authority(trust: Trust) -> None:
    """With `ca` a server of that authority is accepted, without it nobody unknown is."""
    with WebhookReceiver(tls=trust.server) as receiver:
        deliver(route(receiver.url, ca=trust.ca))
        error = failure(route(receiver.url))

    assert len(receiver.requests) == 1
    assert error.retryable is True
    assert "certificate verify failed" in str(error)


def test_tls_checks_the_name(trust: Trust) -> None:
    """A certificate for another name is not enough."""
    with WebhookReceiver(tls=trust.server) as receiver:
        error = failure(route(f"https://127.0.0.1:{receiver.port}/", ca=trust.ca))

    assert "certificate verify failed" in str(error)


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read"), (b" \n", "is empty; put the secret in it")],
    ids=["missing", "empty"],
)
def test_a_secret_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    """The collector does not start without its secret."""
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigurationError, match=f"alerts.route secret_file: {path} {message}"):
        WebhookChannel(route("http://localhost/", secret_file=path))


@pytest.mark.parametrize("content", [None, b"no PEM"], ids=["missing", "not PEM"])
def test_an_authority_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None) -> None:
    """Neither without the authority that it shall trust."""
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(ConfigurationError, match=f"alerts.route ca: {path} cannot be used"):
        WebhookChannel(route("https://localhost/", ca=path))


def test_the_clock_is_the_real_one_by_default(receiver: WebhookReceiver) -> None:
    """A date in Retry-After is compared with now."""
    receiver.reply_with(Reply(503, headers={"Retry-After": "Fri, 01 Jan 2100 00:00:00 GMT"}))
    channel = WebhookChannel(route(receiver.url))

    with pytest.raises(DeliveryError) as caught:
        channel.deliver([EVENT])
    channel.close()

    assert datetime.now(UTC).year < 2100
    assert caught.value.retry_after == 86_400.0
