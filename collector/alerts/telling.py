"""What a route's work is told as: log events and metrics."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from collector.alerts.metrics import AlertMetrics
from collector.store.base import Delivery
from wolkenzicht import logs

#: Names of log events.
DELIVERED = "alert.delivered"
FAILED = "alert.failed"
DEAD = "alert.dead"
REPEATED = "alert.repeated"
REPEAT_FAILED = "alert.repeat_failed"
HEARTBEAT_FAILED = "alert.heartbeat_failed"
STORE_FAILED = "alert.store_failed"
ROUTE_STOPPED = "alert.route_stopped"

_logger = logging.getLogger(__name__)


class RouteTelling:
    """Tells of one route."""

    def __init__(self, route: str, metrics: AlertMetrics) -> None:
        self._route = route
        self._metrics = metrics

    def delivered(self, group: Sequence[Delivery], now: datetime) -> None:
        """A receiver accepted these."""
        self._metrics.delivered.labels(self._route).inc(len(group))
        for delivery in group:
            age = (now - delivery.event.since).total_seconds()
            # Of a notification those that it lists tell how long observing took.
            many = delivery.event.many
            for event in (delivery.event,) if many is None else many.listed:
                if event.observed is not None:
                    before = (event.created - event.observed).total_seconds()
                    self._metrics.observation_to_commit.labels(self._route).observe(max(0.0, before))
            self._metrics.commit_to_delivery.labels(self._route).observe(max(0.0, age))
        identifiers = " ".join(delivery.event.event_id for delivery in group)
        logs.event(_logger, logging.DEBUG, DELIVERED, route=self._route, event_ids=identifiers)

    def failed(self, group: Sequence[Delivery], again: datetime, reason: str) -> None:
        """These are tried again at that time."""
        self._metrics.failed.labels(self._route).inc(len(group))
        logs.event(
            _logger,
            logging.WARNING,
            FAILED,
            route=self._route,
            events=len(group),
            attempt=group[0].attempts + 1,
            next_attempt=again,
            reason=reason,
        )

    def dead(self, group: Sequence[Delivery], reason: str) -> None:
        """These are given up."""
        self._metrics.failed.labels(self._route).inc(len(group))
        self._metrics.dead.labels(self._route).inc(len(group))
        for delivery in group:
            logs.event(
                _logger,
                logging.ERROR,
                DEAD,
                route=self._route,
                event_id=delivery.event.event_id,
                finding_id=delivery.event.finding.finding_id,
                attempts=delivery.attempts + 1,
                reason=reason,
            )

    def repeated(self, count: int) -> None:
        """A receiver accepted so many again that stand."""
        logs.event(_logger, logging.DEBUG, REPEATED, route=self._route, events=count)

    def repeat_failed(self, seconds: float, reason: str) -> None:
        """What stands could not be told again; it is tried again after so many seconds."""
        self._metrics.repeats_failed.labels(self._route).inc()
        logs.event(
            _logger, logging.WARNING, REPEAT_FAILED, route=self._route, wait_seconds=seconds, reason=reason
        )

    def beat(self) -> None:
        """A receiver accepted a heartbeat."""
        self._metrics.heartbeats.labels(self._route).inc()

    def beat_failed(self, seconds: float, reason: str) -> None:
        """A heartbeat was not accepted; the next follows after so many seconds."""
        self._metrics.heartbeats_failed.labels(self._route).inc()
        logs.event(
            _logger,
            logging.WARNING,
            HEARTBEAT_FAILED,
            route=self._route,
            wait_seconds=seconds,
            reason=reason,
        )

    def store_failed(self, reason: str) -> None:
        """The store could not be used; the work goes on later."""
        logs.event(_logger, logging.ERROR, STORE_FAILED, route=self._route, reason=reason)

    def stopped(self) -> None:
        """The work ended by a defect; nothing is delivered over the route until a restart."""
        logs.event(_logger, logging.CRITICAL, ROUTE_STOPPED, route=self._route)
