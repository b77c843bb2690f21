"""The mail channel against a real SMTP server."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collector.alerts.channels.base import DeliveryError
from collector.alerts.channels.smtp import SmtpChannel
from collector.alerts.config import SmtpRoute
from collector.alerts.mail import EVENT_IDS_HEADER, message_id
from tests.servers.smtp_server import HANG_UP, SmtpServer
from tests.unit.collector.alerts.conftest import Trust
from tests.unit.collector.alerts.samples import EVENT, event
from wolkenzicht.errors import ConfigurationError


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    """A server without TLS."""
    with SmtpServer() as started:
        yield started


@pytest.fixture
def secured(trust: Trust) -> Iterator[SmtpServer]:
    """A server that demands STARTTLS and a password."""
    with SmtpServer(tls=trust.server, login=("wolkenzicht", "geheim woord")) as started:
        yield started


def route(server: SmtpServer, **other: Any) -> SmtpRoute:
    """A route to a server, with a short timeout."""
    settings = {"security": "none", "timeout": "2s", "to": ("a@example.nl", "b@example.nl")} | other
    return SmtpRoute(name="mail", host="localhost", port=server.port, sender="w@example.nl", **settings)


def secured_route(server: SmtpServer, trust: Trust, tmp_path: Path, password: str) -> SmtpRoute:
    """A route with STARTTLS and a password."""
    path = tmp_path / "password"
    path.write_text(password)
    return route(server, security="starttls", ca=trust.ca, username="wolkenzicht", password_file=path)


def failure(to: SmtpRoute) -> DeliveryError:
    """Send the event to a server that does not accept it."""
    with pytest.raises(DeliveryError) as caught:
        SmtpChannel(to).deliver([EVENT])
    return caught.value


def test_a_message_arrives(server: SmtpServer) -> None:
    """One message with all events, to all recipients."""
    channel = SmtpChannel(route(server))

    channel.deliver([event(1), event(2)])
    channel.close()

    (message,) = server.messages
    assert message["To"] == "a@example.nl, b@example.nl"
    assert message["Message-ID"] == message_id([event(1), event(2)], "w@example.nl")
    assert message[EVENT_IDS_HEADER] == "event-1 event-2"
    assert message.is_multipart()


def test_starttls_and_password(secured: SmtpServer, trust: Trust, tmp_path: Path) -> None:
    """Name and password go over TLS, and so does the message."""
    SmtpChannel(secured_route(secured, trust, tmp_path, "geheim woord\n")).deliver([EVENT])

    assert secured.over_tls == [True]


def test_a_wrong_password_is_tried_again(secured: SmtpServer, trust: Trust, tmp_path: Path) -> None:
    """It is the route's fault, which a person can mend; no alert is given up for it."""
    error = failure(secured_route(secured, trust, tmp_path, "fout"))

    assert (error.retryable, secured.messages) == (True, [])
    assert "localhost: 535" in str(error)
    assert "fout" not in str(error)


def test_nothing_is_sent_where_starttls_is_not_offered(server: SmtpServer, trust: Trust) -> None:
    """A server, or someone in between, that hides STARTTLS gets no alert."""
    error = failure(route(server, security="starttls", ca=trust.ca))

    assert (error.retryable, server.messages) == (True, [])
    assert "STARTTLS" in str(error)


def test_a_server_that_is_not_trusted_gets_nothing(secured: SmtpServer) -> None:
    """Without the authority's certificate TLS does not stand."""
    error = failure(route(secured, security="starttls"))

    assert (error.retryable, secured.messages) == (True, [])
    assert "certificate verify failed" in str(error)


def test_a_server_that_demands_starttls_gives_the_alert_back(secured: SmtpServer) -> None:
    """Configured without TLS, the server's 530 to MAIL is a permanent refusal."""
    error = failure(route(secured))

    assert error.retryable is False
    assert "530" in str(error)


@pytest.mark.parametrize(
    ("reply", "retryable"),
    [
        ("451 4.7.1 greylisted", True),
        ("421 closing", True),
        ("452 full", True),
        ("550 no", False),
        ("554 spam", False),
    ],
)
def test_the_reply_decides(server: SmtpServer, reply: str, retryable: bool) -> None:
    """4xx may pass, 5xx will not; the error names reply and message."""
    server.replies.append(reply)

    error = failure(route(server))

    assert error.retryable is retryable
    assert str(error).startswith(f"message {message_id([EVENT], 'w@example.nl')}: {reply}")


@pytest.mark.parametrize(("reply", "retryable"), [("450 later", True), ("550 unknown", False)])
def test_when_nobody_is_accepted_the_reply_decides(server: SmtpServer, reply: str, retryable: bool) -> None:
    """All recipients refused."""
    server.rcpt_replies = {"a@example.nl": reply, "b@example.nl": reply}

    error = failure(route(server))

    assert (error.retryable, server.messages) == (retryable, [])
    assert f"recipient a@example.nl (and 1 more): {reply}" in str(error)


def test_one_unknown_recipient_does_not_hold_up_the_others(
    server: SmtpServer, caplog: pytest.LogCaptureFixture
) -> None:
    """The message is delivered, and the refusal logged."""
    server.rcpt_replies = {"a@example.nl": "550 unknown"}

    SmtpChannel(route(server)).deliver([EVENT])

    assert len(server.messages) == 1
    assert [record.message for record in caplog.records] == ["alert.recipients_refused"]


def test_a_recipient_that_is_put_off_gets_the_message_later(server: SmtpServer) -> None:
    """All get it again then, under the same Message-ID: at least once."""
    server.rcpt_replies = {"a@example.nl": "451 greylisted", "b@example.nl": "550 unknown"}
    channel = SmtpChannel(route(server, to=("a@example.nl", "b@example.nl", "c@example.nl")))

    with pytest.raises(DeliveryError, match=r"recipient a@example\.nl .* 451 greylisted") as caught:
        channel.deliver([EVENT])
    server.rcpt_replies = {}
    channel.deliver([EVENT])

    assert caught.value.retryable is True
    assert len({message["Message-ID"] for message in server.messages}) == 1


def test_an_answer_that_never_comes_is_tried_again(server: SmtpServer) -> None:
    """The server took the message and hung up: it comes twice, with the same identifiers."""
    server.replies.append(HANG_UP)
    channel = SmtpChannel(route(server))

    with pytest.raises(DeliveryError) as caught:
        channel.deliver([EVENT])
    channel.deliver([EVENT])

    assert caught.value.retryable is True
    first, second = server.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert first[EVENT_IDS_HEADER] == second[EVENT_IDS_HEADER] == EVENT.event_id


def test_a_server_that_is_away_is_retryable() -> None:
    """Connection refused."""
    with SmtpServer() as server:
        pass

    error = failure(route(server))

    assert error.retryable is True
    assert "localhost: ConnectionRefusedError" in str(error)


def test_a_server_that_says_nothing_is_retryable() -> None:
    """The timeout ends the attempt."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silence = SmtpRoute(
            name="mail",
            host="127.0.0.1",
            port=silent.getsockname()[1],
            security="none",
            sender="w@example.nl",
            to=("a@example.nl",),
            timeout="200ms",
        )

        assert failure(silence).retryable is True


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "cannot be read"), (b"", "is empty"), ("wachtwoord é".encode(), "holds more than ASCII")],
    ids=["missing", "empty", "not ASCII"],
)
def test_a_password_that_cannot_be_used_is_named(tmp_path: Path, content: bytes | None, message: str) -> None:
    """The collector does not start without its password."""
    path = tmp_path / "password"
    if content is not None:
        path.write_bytes(content)
    to = SmtpRoute(
        host="localhost", sender="w@example.nl", to=("a@example.nl",), username="w", password_file=path
    )

    with pytest.raises(ConfigurationError, match=f"alerts.route password_file: {path} {message}"):
        SmtpChannel(to)
