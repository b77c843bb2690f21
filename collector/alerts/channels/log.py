"""Alerts in the collector's own log: one line per event, with what an operator needs to look it up."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from collector.alerts.heartbeat import Heartbeat
from collector.store.base import Event
from wolkenzicht import logs

#: The names of the log events.
ALERT = "alert"
HEARTBEAT = "alert.heartbeat"

_logger = logging.getLogger(__name__)


class LogChannel:
    """Writes to the log; the owner stays out of it, being a person."""

    batch = 1

    def deliver(self, events: Sequence[Event]) -> None:
        """Log each event at level warning."""
        for event in events:
            finding = event.finding
            logs.event(
                _logger,
                logging.WARNING,
                ALERT,
                event_id=event.event_id,
                type=event.type,
                finding_id=finding.finding_id,
                kind=finding.kind.value,
                severity=finding.severity.value,
                state=finding.state.value,
                organisation=finding.organisation,
                tenant=finding.tenant,
                subject=finding.subject,
                location_class=event.location_class.value,
                findings=event.many.count if event.many else 1,
                places=" ".join(f"{operation}:{place}" for operation, place in finding.details),
            )

    def beat(self, beat: Heartbeat) -> None:
        """Log it at level info."""
        logs.event(
            _logger,
            logging.INFO,
            HEARTBEAT,
            event_id=beat.event_id,
            route=beat.route,
            interval_seconds=beat.interval,
            due=beat.due,
            dead=beat.dead,
            oldest_due=beat.oldest_due,
        )

    def close(self) -> None:
        """Nothing is held."""
