"""An HTTP server on loopback whose answers a function gives: the ground under the API servers of tests."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: method, path, the last value of each query parameter, headers and body."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer; a body that is no bytes is sent as JSON. A `Content-Length` among the headers counts."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def content(self) -> bytes:
        """The body as it is sent."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class JsonServer:
    """Serves until the `with` block ends; `asked` lists every request in order."""

    def __init__(self, answer: Callable[[Asked], Answered], port: int = 0) -> None:
        self.asked: list[Asked] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = (
                True  # head and body go apart: the second would wait 40 ms for the first
            )

            def _serve(self) -> None:
                parts = urlsplit(self.path)
                asked = Asked(
                    method=self.command,
                    path=parts.path,
                    query={key: values[-1] for key, values in parse_qs(parts.query, True).items()},  # noqa: FBT003 - the library's own parameter
                    headers={key.lower(): value for key, value in self.headers.items()},
                    body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
                )
                outer.asked.append(asked)
                answered = answer(asked)
                self.send_response(answered.status)
                content = b"" if self.command == "HEAD" else answered.content
                usual = {"Content-Type": "application/json", "Content-Length": str(len(content))}
                self.close_connection = "Content-Length" in answered.headers
                for name, value in (usual | answered.headers).items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(OSError):  # a client may hang up on what it no longer waits for
                    self.wfile.write(content)

            do_GET = do_POST = do_HEAD = _serve  # noqa: N815 - http.server finds them by these names

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by http.server
                """Keep quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
