"""The metrics of the server: their names and what they count."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

FRAMES = "wolkenzicht_collector_frames_total"
ASSETS = "wolkenzicht_collector_assets_total"
REJECTED_ITEMS = "wolkenzicht_collector_rejected_items_total"
FINDING_EVENTS = "wolkenzicht_collector_finding_events_total"
COMMIT_SECONDS = "wolkenzicht_collector_commit_seconds"
COMMIT_FRAMES = "wolkenzicht_collector_commit_frames"
COMMIT_FAILURES = "wolkenzicht_collector_commit_failures_total"
POLICY_SERIAL = "wolkenzicht_collector_policy_serial"
POLICY_REFUSALS = "wolkenzicht_collector_policy_refusals_total"
WAITING_FRAMES = "wolkenzicht_collector_waiting_frames"
WAITING_BYTES = "wolkenzicht_collector_waiting_bytes"
STREAMS = "wolkenzicht_collector_streams"
REFUSALS = "wolkenzicht_collector_refusals_total"
TLS_REFUSALS = "wolkenzicht_collector_tls_refusals_total"
EVALUATED = "wolkenzicht_collector_evaluated_assets_total"
DIGEST_DIFFERENCES = "wolkenzicht_collector_digest_differences_total"
EVALUATION_CHANGES = "wolkenzicht_collector_evaluation_changes_total"
EVALUATION_SECONDS = "wolkenzicht_collector_evaluation_seconds_total"
THINNED = "wolkenzicht_collector_versions_thinned_total"
FEED_ANSWERS = "wolkenzicht_collector_feed_answers_total"
EVALUATION_REMAINING = "wolkenzicht_collector_evaluation_remaining_assets"

#: Upper bounds (seconds) of the time that one commit takes.
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_GROUP = (1, 2, 4, 8, 16, 32)


class Metrics:
    """The metrics, in a registry of their own so that two collectors may run in one process."""

    def __init__(self) -> None:
        self.registry = registry = CollectorRegistry()
        self.frames = Counter(FRAMES, "Frames committed", ["tenant"], registry=registry)
        self.assets = Counter(ASSETS, "Assets in committed batches", ["tenant"], registry=registry)
        self.rejected = Counter(REJECTED_ITEMS, "Items set aside", ["tenant"], registry=registry)
        self.finding_events = Counter(
            FINDING_EVENTS, "Findings that opened or resolved", ["tenant"], registry=registry
        )
        self.commit_seconds = Histogram(
            COMMIT_SECONDS, "Time that one commit took", buckets=_SECONDS, registry=registry
        )
        self.commit_frames = Histogram(
            COMMIT_FRAMES, "Frames in one commit", buckets=_GROUP, registry=registry
        )
        self.commit_failures = Counter(COMMIT_FAILURES, "Commits that failed", registry=registry)
        self.policy_serial = Gauge(
            POLICY_SERIAL, "Policy bundle in force; 0 for the packaged rules", registry=registry
        )
        self.policy_refusals = Counter(
            POLICY_REFUSALS, "Scans by agents that refused the bundle sent", ["tenant"], registry=registry
        )
        self.digest_differences = Counter(
            DIGEST_DIFFERENCES,
            "Scans after which an agent took the collector to hold something else than it does",
            ["tenant"],
            registry=registry,
        )
        self.waiting_frames = Gauge(WAITING_FRAMES, "Frames that wait to be committed", registry=registry)
        self.waiting_bytes = Gauge(WAITING_BYTES, "Bytes of those frames", registry=registry)
        self.streams = Gauge(STREAMS, "Open streams of agents", registry=registry)
        self.refusals = Counter(
            REFUSALS, "Calls and streams refused, by reason", ["reason"], registry=registry
        )
        self.tls_refusals = Counter(
            TLS_REFUSALS, "Connections refused in the TLS handshake", registry=registry
        )
        self.feed_answers = Counter(
            FEED_ANSWERS, "Answers to readers of feeds, by status", ["status"], registry=registry
        )
        self.thinned = Counter(THINNED, "Versions let go by the retention", ["tenant"], registry=registry)
        self.evaluated = Counter(EVALUATED, "Kept assets judged again", registry=registry)
        self.evaluation_changes = Counter(
            EVALUATION_CHANGES, "Kept assets that have another verdict", registry=registry
        )
        self.evaluation_seconds = Counter(
            EVALUATION_SECONDS, "Time that judging again took of the writer", registry=registry
        )
        self.evaluation_remaining = Gauge(
            EVALUATION_REMAINING, "Kept assets that are yet to be judged again", registry=registry
        )
