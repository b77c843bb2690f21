"""The metrics of alerting: their names and what they count, by route."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

DELIVERED = "wolkenzicht_alerts_delivered_total"
FAILED = "wolkenzicht_alerts_failed_total"
REPEATS_FAILED = "wolkenzicht_alerts_repeats_failed_total"
HEARTBEATS = "wolkenzicht_alerts_heartbeats_total"
HEARTBEATS_FAILED = "wolkenzicht_alerts_heartbeats_failed_total"
DEAD = "wolkenzicht_alerts_dead_total"
OLDEST_DUE = "wolkenzicht_alerts_oldest_due_age_seconds"
OBSERVATION_TO_COMMIT = "wolkenzicht_alerts_observation_to_commit_seconds"
COMMIT_TO_DELIVERY = "wolkenzicht_alerts_commit_to_delivery_seconds"

_LABELS = ("route",)
#: Upper bounds (seconds): an alert should arrive within two; a receiver that is away takes hours.
_BUCKETS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 300, 3600, 21600, 86400, 604800)


class AlertMetrics:
    """The metrics, registered where the collector serves them from."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.delivered = Counter(DELIVERED, "Deliveries that a receiver accepted", _LABELS, registry=registry)
        self.failed = Counter(
            FAILED, "Attempts that failed, of one delivery each", _LABELS, registry=registry
        )
        self.repeats_failed = Counter(
            REPEATS_FAILED, "Times that what stands could not be told again", _LABELS, registry=registry
        )
        self.heartbeats = Counter(
            HEARTBEATS, "Heartbeats that a receiver accepted", _LABELS, registry=registry
        )
        self.heartbeats_failed = Counter(
            HEARTBEATS_FAILED, "Heartbeats that were not accepted", _LABELS, registry=registry
        )
        self.dead = Counter(DEAD, "Deliveries that were given up", _LABELS, registry=registry)
        self.oldest_due = Gauge(
            OLDEST_DUE,
            "Age of the oldest event still to be delivered; 0 where none",
            _LABELS,
            registry=registry,
        )
        self.observation_to_commit = Histogram(
            OBSERVATION_TO_COMMIT,
            "Time from an agent's observation to the commit of the event that was delivered",
            _LABELS,
            buckets=_BUCKETS,
            registry=registry,
        )
        self.commit_to_delivery = Histogram(
            COMMIT_TO_DELIVERY,
            "Time from an event's commit to its receiver's acceptance",
            _LABELS,
            buckets=_BUCKETS,
            registry=registry,
        )
