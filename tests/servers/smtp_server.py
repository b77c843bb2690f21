"""A real SMTP server (aiosmtpd) that keeps what it accepts and refuses what a test tells it to."""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import socket
import ssl
import threading
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

#: As a reply to a message: keep it, then hang up without an answer.
HANG_UP = "hang up"
#: As a reply to a message: keep it, and answer after three seconds only.
SLOW = "slow"


class SmtpServer:
    """Listens on a loopback port.

    With `tls` it offers STARTTLS and demands it; `login` is the name and password that it demands.
    `replies` are given to the next messages instead of "250 OK", `rcpt_replies` to recipients by
    address.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None) -> None:
        self.messages: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.over_tls: list[bool] = []
        self.replies: list[str] = []
        self.rcpt_replies: dict[str, str] = {}
        self._tls, self._login = tls, login
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._held.bind(("127.0.0.1", 0))
        self.port = int(self._held.getsockname()[1])
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._transports: list[Any] = []

    def start(self) -> Self:
        """Listen."""
        listening = threading.Event()
        self._thread = threading.Thread(target=self._serve, args=(listening,), daemon=True)
        self._thread.start()
        if not listening.wait(60):
            raise RuntimeError("the SMTP server did not start")
        return self

    def stop(self) -> None:
        """Stop listening, so that connections are refused."""
        if self._loop is not None and self._thread is not None:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
            self._loop = self._thread = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._held.close()

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd calls
        self, *call: Any
    ) -> str:
        """Accept or refuse a recipient; aiosmtpd gives server, session, envelope, address and options."""
        _server, _session, envelope, address, _options = call
        reply = self.rcpt_replies.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(  # noqa: N802 - the name that aiosmtpd calls
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Keep or refuse a message."""
        reply = self.replies.pop(0) if self.replies else "250 OK"
        if reply.startswith("250") or reply in {HANG_UP, SLOW}:
            assert isinstance(envelope.content, bytes)
            self.raw.append(envelope.content)
            message = email.message_from_bytes(envelope.content, policy=email.policy.default)
            assert isinstance(message, EmailMessage)
            self.messages.append(message)
            self.over_tls.append(session.ssl is not None)
        if reply == HANG_UP:
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        if reply == SLOW:
            await asyncio.sleep(3)
            return "250 OK"
        return reply

    def _serve(self, listening: threading.Event) -> None:
        loop = self._loop = asyncio.new_event_loop()
        endpoint = socket.socket()
        endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        endpoint.bind(("127.0.0.1", self.port))
        server = loop.run_until_complete(loop.create_server(self._protocol, sock=endpoint))
        loop.call_soon(listening.set)
        loop.run_forever()
        try:
            loop.run_until_complete(self._wind_up(server))
        finally:
            loop.close()

    async def _wind_up(self, server: asyncio.Server) -> None:
        server.close()
        for transport in self._transports:
            # In Python 3.11 a TLS transport whose connection was lost cannot be aborted any more.
            with contextlib.suppress(AttributeError):
                transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await server.wait_closed()

    def _protocol(self) -> SMTP:
        def known(
            server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
        ) -> AuthResult:
            given = (data.login.decode(), data.password.decode())
            return AuthResult(success=given == self._login, handled=False)

        keep = self._transports

        class Kept(SMTP):
            def connection_made(self, transport: Any) -> None:
                keep.append(transport)
                super().connection_made(transport)

        return Kept(
            self,
            hostname="localhost",
            tls_context=self._tls,
            require_starttls=self._tls is not None,
            auth_required=self._login is not None,
            authenticator=known if self._login else None,
            auth_require_tls=True,
            loop=self._loop,
        )
