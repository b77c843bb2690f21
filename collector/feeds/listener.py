"""Where feeds are served: HTTPS with the server's own certificate, and without those of clients.

Addresses hold tokens, so no address is ever logged. What a stranger can do is bounded: so many
connections, each for so long, and so many answers made at once.
"""

from __future__ import annotations

import logging
import ssl
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from email.utils import format_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socket import AF_INET, AF_INET6, SHUT_RDWR, socket
from socketserver import ThreadingTCPServer
from typing import Any, ClassVar

from collector.config import Address
from collector.feeds.answers import Asked, FeedAnswers, NoTokenError
from collector.query.errors import BadQueryError, NotAllowedError, NotFoundError
from collector.server.http import listening_failed
from wolkenzicht import logs
from wolkenzicht.errors import ConfigurationError, IdentityError, StorageError, WolkenzichtError
from wolkenzicht.transport import Credentials

#: Connections at once; a further one is closed.
CONNECTIONS = 64
#: Seconds that a connection may last, its handshake included, and that it may be silent.
LONGEST_SECONDS, SILENT_SECONDS = 30.0, 10.0
#: Answers that are made at once: agents and askers need the store too.
AT_ONCE = 2

_NOT_FOUND = b"not found\n"
_log = logging.getLogger("collector.feeds")


class FeedListener:
    """Serves feeds from threads of its own; `on_answer` is told the status of each answer."""

    def __init__(
        self,
        address: Address,
        credentials: Credentials,
        answers: FeedAnswers,
        on_answer: Callable[[int], None] = lambda _status: None,
    ) -> None:
        """Listens at once; raises `ConfigurationError` where it cannot, `IdentityError` for a certificate."""
        self.answers = answers
        self.on_answer = on_answer
        self.turns = threading.BoundedSemaphore(AT_ONCE)
        server = type("Server", (_Server,), {"address_family": AF_INET6 if ":" in address.host else AF_INET})
        handler = type("Handler", (_Handler,), {"listener": self})
        context = _context(credentials)
        try:
            self._server: _Server = server((address.host, address.port), handler)
        except OSError as error:
            raise ConfigurationError(listening_failed("listen_feeds", address, error)) from error
        self._server.context = context
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="feeds", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, and end the connections that are open."""
        self._server.shutdown()
        self._thread.join()
        self._server.cut(float("inf"))
        self._server.server_close()


def _context(credentials: Credentials) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(credentials.certificate, credentials.key)
    except OSError as error:
        raise IdentityError(
            f"{credentials.certificate} cannot be served for feeds ({error}); run init, or restore the file"
        ) from error
    return context


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    #: `server_close` waits for the threads: nobody reads the store once it is closed.
    daemon_threads = False
    context: ssl.SSLContext

    def __init__(self, *arguments: Any) -> None:
        self._open: dict[socket, float] = {}
        self._lock = threading.Lock()
        super().__init__(*arguments)

    def verify_request(self, request: Any, client_address: Any) -> bool:  # noqa: ARG002  # socketserver's names
        """Whether there is room for a connection; it is counted where there is."""
        with self._lock:
            if len(self._open) >= CONNECTIONS:
                return False
            self._open[request] = time.monotonic()
        return True

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Answer, in the connection's own thread; the handshake is made here, where it holds up nobody."""
        request.settimeout(SILENT_SECONDS)
        # A second descriptor of the same connection: the first one stays in hand to cut it.
        with self.context.wrap_socket(request.dup(), server_side=True) as connection:
            self.RequestHandlerClass(connection, client_address, self)  # type: ignore[arg-type]  # it is one

    def shutdown_request(self, request: Any) -> None:
        """Let go of a connection."""
        with self._lock:
            self._open.pop(request, None)
            super().shutdown_request(request)

    def service_actions(self) -> None:
        """End what lasts too long; called twice a second."""
        self.cut(time.monotonic() - LONGEST_SECONDS)

    def cut(self, before: float) -> None:
        """End the connections that were made before a time."""
        with self._lock:
            for request, since in self._open.items():
                if since < before:
                    with suppress(OSError):
                        request.shutdown(SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  # socketserver's names
        """Who goes away, or speaks no TLS, is no fault of ours; all else is told, without what was asked."""
        error = sys.exception()
        if not isinstance(error, OSError):
            logs.event(_log, logging.ERROR, "feed.failed", reason=type(error).__name__)


class _Handler(BaseHTTPRequestHandler):
    listener: ClassVar[FeedListener]
    server_version = "wolkenzicht"
    sys_version = ""
    timeout = SILENT_SECONDS

    def do_GET(self) -> None:
        """Answer with a document, or that what the reader has is still it."""
        path, _, query = self.path.partition("?")
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        asked = Asked(
            path=path,
            query=query,
            token=token.strip() if scheme.lower() == "bearer" else "",
            accept_language=self.headers.get("Accept-Language", ""),
            address=str(self.client_address[0]),
        )
        try:
            with self.listener.turns:
                document = self.listener.answers.answer(asked)
        except WolkenzichtError as error:
            self._refuse(error)
            return
        known = [each.strip().removeprefix("W/") for each in self.headers.get("If-None-Match", "").split(",")]
        headers = {"ETag": document.etag, "Content-Language": document.language, "Vary": "Accept-Language"}
        if document.changed is not None:
            headers["Last-Modified"] = format_datetime(document.changed, usegmt=True)
        if document.etag in known or known == ["*"]:
            self._answer(HTTPStatus.NOT_MODIFIED, headers)
        else:
            self._answer(HTTPStatus.OK, headers | {"Content-Type": document.content_type}, document.body)

    do_HEAD = do_GET  # noqa: N815  # http.server's name

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Of what cannot be answered only the status is told: the rest would repeat what was asked."""
        del message, explain
        self._answer(HTTPStatus(code), {"Connection": "close"})

    def log_message(self, *_: object) -> None:
        """Requests are not logged: their addresses hold tokens."""

    def _refuse(self, error: WolkenzichtError) -> None:
        plain = {"Content-Type": "text/plain; charset=utf-8"}
        if isinstance(error, NoTokenError):
            headers = plain | {"WWW-Authenticate": "Bearer"}
            self._answer(HTTPStatus.UNAUTHORIZED, headers, f"{error}\n".encode())
        elif isinstance(error, NotFoundError | NotAllowedError):
            # One and the same answer: nobody finds out which tokens count, and what others have.
            self._answer(HTTPStatus.NOT_FOUND, plain, _NOT_FOUND)
        elif isinstance(error, BadQueryError):
            self._answer(HTTPStatus.BAD_REQUEST, plain, f"{error}\n".encode())
        else:
            logs.event(_log, logging.ERROR, "feed.failed", reason=str(error))
            away = isinstance(error, StorageError)
            status = HTTPStatus.SERVICE_UNAVAILABLE if away else HTTPStatus.INTERNAL_SERVER_ERROR
            self._answer(status, plain | ({"Retry-After": "60"} if away else {}), b"not now\n")

    def _answer(self, status: HTTPStatus, headers: dict[str, str], body: bytes = b"") -> None:
        self.listener.on_answer(status)
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        # Whoever keeps it asks each time whether it still is so, and keeps it to himself.
        self.send_header("Cache-Control", "private, no-cache")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("X-Content-Type-Options", "nosniff")
        if status is not HTTPStatus.NOT_MODIFIED:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
