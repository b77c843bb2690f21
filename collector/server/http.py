"""What the collector answers over plain HTTP: whether it lives, whether it is ready, its metrics."""

from __future__ import annotations

import errno
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socket import AF_INET, AF_INET6
from socketserver import ThreadingTCPServer
from typing import Any, ClassVar

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from collector.config import Address
from wolkenzicht.errors import ConfigurationError


class HttpEndpoint:
    """Serves `/healthz`, `/readyz` and `/metrics` from a thread of its own; nothing about any asset."""

    def __init__(self, address: Address, metrics: CollectorRegistry, is_ready: Callable[[], bool]) -> None:
        """Listens at once; raises `ConfigurationError` where it cannot."""
        self.metrics = metrics
        self.is_ready = is_ready
        family = AF_INET6 if ":" in address.host else AF_INET
        server = type("Server", (_Server,), {"address_family": family})
        handler = type("Handler", (_Handler,), {"endpoint": self})
        try:
            self._server: _Server = server((address.host, address.port), handler)
        except OSError as error:
            raise ConfigurationError(listening_failed("listen_http", address, error)) from error
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="http", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def listening_failed(key: str, address: Address, error: OSError) -> str:
    """What to tell of an address that cannot be listened on."""
    if error.errno == errno.EADDRINUSE:
        return (
            f"{key}: {address} is in use by another process; stop that process, or set {key} to a free port"
        )
    reason = error.strerror or str(error)
    return f"{key}: cannot listen on {address} ({reason}); set {key} to an address of this machine"


class _Server(ThreadingTCPServer):
    # Not http.server's own class: that one asks the DNS for this machine's name before it listens.
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A prober that went away before its answer is no fault of ours; all else is told."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    endpoint: ClassVar[HttpEndpoint]
    server_version = "wolkenzicht"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        """Answer one of the three paths."""
        path = self.path.partition("?")[0]
        if path == "/metrics":
            encode, content_type = choose_encoder(self.headers.get("Accept", ""))
            self._answer(HTTPStatus.OK, encode(self.endpoint.metrics), content_type)
        elif path == "/healthz":
            self._answer(HTTPStatus.OK, b"alive\n")
        elif path == "/readyz":
            ready = self.endpoint.is_ready()
            status = HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE
            self._answer(status, b"ready\n" if ready else b"not ready\n")
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"there are /healthz, /readyz and /metrics\n")

    def log_message(self, *_: object) -> None:
        """Requests are not logged: probes come every few seconds."""

    def _answer(
        self, status: HTTPStatus, body: bytes, content_type: str = "text/plain; charset=utf-8"
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
