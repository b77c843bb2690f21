"""A receiver of webhooks in a process of its own: prints a line of JSON for each that arrived, with when."""

from __future__ import annotations

import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Handler(BaseHTTPRequestHandler):
    """Takes everything."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        """Say when it arrived, and of what it tells."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        arrived = time.time()
        self.send_response(204)
        self.end_headers()
        event = json.loads(body)
        data = event["data"]
        line = {
            "arrived": arrived,
            "id": event["id"],
            "type": event["type"],
            "count": data.get("count", 1),
            "total": data.get("total", 1),
            "names": [each["asset_name"] for each in data.get("members", [data])],
        }
        sys.stdout.write(json.dumps(line) + "\n")
        sys.stdout.flush()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has there
        """What counts is printed."""


def main() -> None:
    """Listen until killed; the port is the first line."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()


if __name__ == "__main__":
    main()
