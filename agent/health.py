"""How the agent is watched: `/metrics` in Prometheus' format and `/healthz` with a verdict."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector

from agent.counters import Counters
from wolkenzicht.errors import ConfigurationError

#: No scan finished within so many intervals: not healthy.
_LATE_INTERVALS = 3

_GAUGES = {
    "scopes_planned": "Scopes of the latest scan.",
    "scopes_done": "Scopes of the latest scan that have their outcome.",
    "scopes_blind": "Scopes of the latest scan that were not seen whole.",
    "assets": "Assets read in the latest scan.",
    "rejected": "Items of the latest scan that were not kept as an asset.",
    "connected": "1 while a stream to the collector is open.",
    "frames_waiting": "Frames in the spool.",
    "disk_full": "1 from when the disk was full until a scan can write again.",
    "last_finished": "When the latest finished scan ended (Unix time).",
}
_COUNTERS = {
    "frames_sent": "Frames sent, repeats included.",
    "frames_acknowledged": "Frames that the collector committed.",
    "scans_finished": "Scans that ended with an outcome for every scope.",
}


class Health:
    """The verdict on the process and its numbers; `interval` is that of the scans, in seconds."""

    def __init__(
        self,
        counters: Counters,
        waiting: Callable[[], int],
        interval: float,
        disk_full: Callable[[], bool] = lambda: False,
    ) -> None:
        self._counters = counters
        self._disk_full = disk_full
        self._waiting = waiting
        self._interval = interval
        self._started = time.time()

    def numbers(self) -> dict[str, float]:
        """The numbers by name."""
        self._counters.put(frames_waiting=self._waiting(), disk_full=self._disk_full())
        now = self._counters.now()
        return {name: float(getattr(now, name)) for name in (*_GAUGES, *_COUNTERS)}

    def verdict(self) -> tuple[bool, dict[str, Any]]:
        """Whether all is well, and why or why not."""
        numbers = self.numbers()
        since = max(self._started, numbers["last_finished"])
        late = time.time() - since > _LATE_INTERVALS * self._interval
        return not late, {
            "healthy": not late,
            "reason": f"no scan finished within {_LATE_INTERVALS} intervals" if late else "",
            "connected": bool(numbers["connected"]),
            "frames_waiting": int(numbers["frames_waiting"]),
            "disk_full": bool(numbers["disk_full"]),
            "blind": int(numbers["scopes_blind"]),
        }


@contextlib.contextmanager
def served(listen: str, health: Health) -> Iterator[int]:
    """Serve at `listen` (`address:port`) while the block runs; yields the port, 0 where `listen` is empty.

    Raises `ConfigurationError` where the address cannot be taken.
    """
    if not listen:
        yield 0
        return
    host, _, port = listen.rpartition(":")
    try:
        server = ThreadingHTTPServer((host.strip("[]"), int(port)), _handler(health))
    except OSError as error:
        raise ConfigurationError(
            f"[metrics] listen {listen}: {error.strerror}; give a free address and port of this machine"
        ) from error
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="metrics", daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Numbers(Collector):
    def __init__(self, health: Health) -> None:
        self._health = health

    def collect(self) -> Iterable[Metric]:
        numbers = self._health.numbers()
        for name, text in _GAUGES.items():
            yield GaugeMetricFamily(f"wolkenzicht_agent_{name}", text, numbers[name])
        for name, text in _COUNTERS.items():
            yield CounterMetricFamily(f"wolkenzicht_agent_{name}", text, numbers[name])


def _handler(health: Health) -> type[BaseHTTPRequestHandler]:
    registry = CollectorRegistry()
    registry.register(_Numbers(health))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/metrics":
                self._answer(200, CONTENT_TYPE_LATEST, generate_latest(registry))
            elif self.path == "/healthz":
                healthy, report = health.verdict()
                self._answer(200 if healthy else 503, "application/json", json.dumps(report).encode())
            else:
                self._answer(404, "text/plain; charset=utf-8", b"known here: /metrics, /healthz\n")

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Requests are not logged: a probe every few seconds would drown the rest."""

        def _answer(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
