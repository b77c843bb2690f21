"""Alerts by mail: several events in one message, TLS where it is configured, and what replies mean.

A refusal of the server as such (no connection, no TLS, wrong password) is the route's and is tried
again; a permanent refusal (5xx) of sender, recipients or message gives the events up.
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

from collector.alerts.channels.base import DeliveryError, read_secret
from collector.alerts.channels.trust import tls_context
from collector.alerts.config import SmtpRoute
from collector.alerts.heartbeat import Heartbeat
from collector.alerts.mail import compose, heartbeat_mail, message_id
from collector.store.base import Event
from wolkenzicht import logs
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.settings import seconds

#: The log event where a server took a message for some of its recipients only.
RECIPIENTS_REFUSED = "alert.recipients_refused"
#: Events in one message at most.
MAX_EVENTS = 200

_PERMANENT = 500

_logger = logging.getLogger(__name__)


class SmtpChannel:
    """Mails through one server, a connection per message.

    Raises `ConfigurationError` where a file of the route cannot be used.
    """

    batch = MAX_EVENTS

    def __init__(self, route: SmtpRoute, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._route = route
        self._now = now
        self._timeout = seconds(route.timeout)
        self._tls = tls_context(route.ca)
        self._password = _password(route.password_file) if route.password_file else ""

    def deliver(self, events: Sequence[Event]) -> None:
        """Send one message with all of them; raises `DeliveryError`, which names the message."""
        route = self._route
        message = compose(events, sender=route.sender, to=route.to, language=route.language, now=self._now())
        try:
            self._send(message)
        except DeliveryError as error:
            # The identifier keeps the events together that were sent together (`Deliverer`), and
            # lets a person find the message in the server's log.
            raise DeliveryError(
                f"message {message_id(events, route.sender)}: {error}", retryable=error.retryable
            ) from error

    def beat(self, beat: Heartbeat) -> None:
        """Send a message that says so; raises `DeliveryError`."""
        route = self._route
        self._send(heartbeat_mail(beat, sender=route.sender, to=route.to, language=route.language))

    def close(self) -> None:
        """No connection outlives its message."""

    def _send(self, message: EmailMessage) -> None:
        server = self._connected()
        try:
            refused = server.send_message(message, self._route.sender, list(self._route.to))
        except smtplib.SMTPRecipientsRefused as error:
            raise _refusal(error.recipients) from error
        except smtplib.SMTPResponseException as error:
            raise DeliveryError(_reply(error), retryable=error.smtp_code < _PERMANENT) from error
        except OSError as error:
            raise DeliveryError(_line(error), retryable=True) from error
        else:
            _quit(server)
        finally:
            server.close()
        if refused:
            refusal = _refusal(refused)
            if refusal.retryable:
                raise refusal
            logs.event(
                _logger, logging.WARNING, RECIPIENTS_REFUSED, route=self._route.name, reason=str(refusal)
            )

    def _connected(self) -> smtplib.SMTP:
        """A server that is ready for mail; TLS stands and we are logged in, as configured."""
        route = self._route
        server: smtplib.SMTP | None = None
        try:
            if route.security == "tls":
                server = smtplib.SMTP_SSL(
                    route.host, route.effective_port, timeout=self._timeout, context=self._tls
                )
            else:
                server = smtplib.SMTP(route.host, route.effective_port, timeout=self._timeout)
            if route.security == "starttls":
                code, reply = server.starttls(context=self._tls)
                if code != 220:  # noqa: PLR2004 - RFC 3207, 4: ready to start TLS
                    raise smtplib.SMTPResponseException(code, reply)
            if route.username:
                server.login(route.username, self._password)
        except OSError as error:
            if server is not None:
                server.close()
            reason = _reply(error) if isinstance(error, smtplib.SMTPResponseException) else _line(error)
            raise DeliveryError(f"{route.host}: {reason}", retryable=True) from error
        return server


def _password(path: Path) -> str:
    try:
        return read_secret(path, "password_file").decode("ascii")
    except UnicodeDecodeError as error:
        raise ConfigurationError(
            f"alerts.route password_file: {path} holds more than ASCII; change the password"
        ) from error


def _quit(server: smtplib.SMTP) -> None:
    """Take leave; the message is accepted already, so a failure here changes nothing."""
    try:
        server.quit()
    except OSError as error:
        _logger.debug("quit: %s", error)


def _refusal(recipients: dict[str, tuple[int, bytes]]) -> DeliveryError:
    """Refused recipients as one error; one that may be accepted later makes it worth trying again.

    Those who were accepted then get the message again, under the same Message-ID.
    """
    address, (code, reply) = min(recipients.items(), key=lambda entry: entry[1][0])
    more = f" (and {len(recipients) - 1} more)" if len(recipients) > 1 else ""
    text = " ".join(reply.decode("utf-8", "replace").split())
    return DeliveryError(f"recipient {address}{more}: {code} {text}", retryable=code < _PERMANENT)


def _reply(error: smtplib.SMTPResponseException) -> str:
    text = (
        error.smtp_error.decode("utf-8", "replace")
        if isinstance(error.smtp_error, bytes)
        else error.smtp_error
    )
    return f"{error.smtp_code} {' '.join(text.split())}"


def _line(error: OSError) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split()) or 'no answer'}"
