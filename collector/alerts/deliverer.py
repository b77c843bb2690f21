"""The deliverer: a thread per route, so that a slow receiver holds up nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from prometheus_client import CollectorRegistry

from collector.alerts.backoff import Timing
from collector.alerts.channels import Channel, make_channel
from collector.alerts.config import Route
from collector.alerts.metrics import AlertMetrics
from collector.alerts.route_worker import RouteWorker
from collector.store.base import Outbox


class Deliverer:
    """Brings the outbox's events over every route, at least once each, in order per finding.

    `routes` are those of `AlertsConfig.routes()`. Raises `ConfigurationError` where a file that a
    route names cannot be used.
    """

    def __init__(
        self,
        outbox: Outbox,
        routes: Sequence[Route],
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        timing: Timing | None = None,
        metrics: AlertMetrics | None = None,
        make: Callable[[Route], Channel] = make_channel,
    ) -> None:
        told = metrics or AlertMetrics(CollectorRegistry())
        self._workers = [
            RouteWorker(outbox, route, make(route), clock=clock, timing=timing or Timing(), metrics=told)
            for route in routes
        ]

    def start(self) -> None:
        """Start delivering, beginning with what earlier runs left."""
        for worker in self._workers:
            worker.start()

    def wake(self) -> None:
        """Say that events were committed; may be called from any thread and returns at once."""
        for worker in self._workers:
            worker.wake()

    def stop(self, timeout: float) -> None:
        """Stop within `timeout` seconds; what is under way then is delivered again at the next start."""
        deadline = time.monotonic() + timeout
        for worker in self._workers:
            worker.ask_to_stop()
        for worker in self._workers:
            worker.join(max(0.0, deadline - time.monotonic()))

    def alive(self) -> bool:
        """Whether every route is being served; for the health endpoint."""
        return all(worker.is_alive() for worker in self._workers)
