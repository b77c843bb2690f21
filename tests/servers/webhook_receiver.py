"""A real HTTP server that receives webhooks and answers as a test tells it to."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self


@dataclass(frozen=True)
class Request:
    """One POST that arrived whole."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """An answer after `delay` seconds; `halfway` closes the connection after half of the announced body."""

    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    halfway: bool = False
    delay: float = 0.0


class WebhookReceiver:
    """Receives on a loopback port; `replies` are given in turn, after them 204.

    Stopped and started again it listens on the same port.
    """

    def __init__(self, *, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[Request] = []
        self.replies: list[Reply] = []
        self._tls = tls
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = None
        # The port stays ours while nothing listens: no other process can be given it.
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self._held.bind(("127.0.0.1", 0))
        self.port = int(self._held.getsockname()[1])

    @property
    def url(self) -> str:
        """Where to post to."""
        return f"{'https' if self._tls else 'http'}://localhost:{self.port}/hook"

    def reply_with(self, *replies: Reply) -> None:
        """Give these answers next."""
        with self._lock:
            self.replies += replies

    def next_reply(self, request: Request) -> Reply:
        """Keep a request and say what is answered."""
        with self._lock:
            self.requests.append(request)
            return self.replies.pop(0) if self.replies else Reply()

    def start(self) -> Self:
        """Listen."""
        receiver = self

        class Handler(_Handler):
            """Hands what arrives to the receiver."""

            def received(self, request: Request) -> Reply:
                return receiver.next_reply(request)

        self._server = _Server(("127.0.0.1", self.port), Handler)
        if self._tls:
            self._server.socket = self._tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening, so that connections are refused."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self._held.close()


class _Server(ThreadingHTTPServer):
    allow_reuse_port = True
    daemon_threads = True

    def server_bind(self) -> None:
        # Python 3.11 is the first that knows allow_reuse_port; it is set by hand to be plain about it.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        super().server_bind()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no fault of the server."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body go apart: the second would wait 40 ms for the first
    timeout = 5

    def received(self, request: Request) -> Reply:
        """What to answer."""
        raise NotImplementedError

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        reply = self.received(Request(self.path, dict(self.headers.items()), body))
        time.sleep(reply.delay)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body[: len(reply.body) // 2] if reply.halfway else reply.body)
        if reply.halfway:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
        """Tests read what was received instead."""
