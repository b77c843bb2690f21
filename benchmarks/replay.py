"""An HTTP server that asks the API behind it once and then answers from memory.

It takes the API server's own slowness out of a comparison: what is left is what the caller costs.
Usable by hand: `python -m benchmarks.replay --port 5601 --upstream http://127.0.0.1:5600`.
"""

from __future__ import annotations

import argparse
import http.client
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar
from urllib.parse import urlsplit

_REGION = re.compile(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/")
_SKIPPED = {"connection", "transfer-encoding", "content-length", "date", "server"}

Answer = tuple[int, list[tuple[str, str]], bytes]


class Replay(BaseHTTPRequestHandler):
    """Answers one request, from memory where it was asked before."""

    protocol_version = "HTTP/1.1"
    # Without these each answer waits 40 ms for the other side's acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    upstream = ""
    answers: ClassVar[dict[tuple[str, ...], Answer]] = {}

    def answer(self) -> None:
        """Serve any method."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        scope = _REGION.search(self.headers.get("Authorization") or "")
        key = (
            self.command,
            self.path,
            self.headers.get("X-Amz-Target") or "",
            self.headers.get("Host") or "",
            *(scope.groups() if scope else ()),
            body.decode("latin-1"),
        )
        kept = self.answers.get(key)
        if kept is None:
            kept = self.answers[key] = self._ask(body)
        status, headers, content = kept
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_HEAD = answer  # noqa: N815 - the base class looks for these names

    def _ask(self, body: bytes) -> Answer:
        place = urlsplit(self.upstream)
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=120)
        connection.request(self.command, self.path, body, dict(self.headers.items()))
        response = connection.getresponse()
        headers = [(name, value) for name, value in response.getheaders() if name.lower() not in _SKIPPED]
        content = response.read()
        connection.close()
        return response.status, headers, content

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Say nothing: a line per request would be measured too."""


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--upstream", required=True)
    arguments = parser.parse_args()
    Replay.upstream = arguments.upstream
    ThreadingHTTPServer.request_queue_size = 128
    ThreadingHTTPServer(("127.0.0.1", arguments.port), Replay).serve_forever()


if __name__ == "__main__":
    main()
