"""Alerts to a Prometheus Alertmanager (API v2): a finding is an alert that fires until it is resolved.

An alert expires by itself, so those of findings that stand are sent again before they do (`repeat`). An
Alertmanager that was restarted knows them again by that, and one that is told no more ends them.
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from collector.alerts.channels.base import Read, read_secret
from collector.alerts.channels.post import MESSAGE_REFUSED, Poster
from collector.alerts.cloudevent import FLAPS, SAMPLE_TYPE, rfc3339, summary
from collector.alerts.config import AlertmanagerRoute
from collector.alerts.heartbeat import Heartbeat, heartbeat_text
from collector.alerts.mail_texts import TEXTS
from collector.alerts.many_mail import many_content
from collector.store.base import Event
from policy import clauses
from policy.detail_texts import all_details
from policy.ruleset import finding_texts
from wolkenzicht.model import FindingState
from wolkenzicht.settings import seconds

#: Where the API takes alerts, below the Alertmanager's own address.
ALERTS = "/api/v2/alerts"
#: How many alerts are sent again in one request.
PAGE = 500
#: An alert outlives so many intervals at which it is sent again.
INTERVALS = 3
#: How long a sample fires.
SAMPLE_FOR = timedelta(minutes=1)


class AlertmanagerChannel:
    """Posts alerts; raises `ConfigurationError` where a file of the route cannot be used.

    `deliver` and `repeat` may be called by two threads: what is read of the store as standing is sent before
    anything later is told of it.
    """

    batch = 1

    def __init__(
        self, route: AlertmanagerRoute, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._route, self._now = route, now
        self._lock = threading.Lock()
        self._closed = False
        self._lasts = timedelta(seconds=INTERVALS * seconds(route.resend))
        #: The labels under which each finding fires, as far as this run told them.
        self._firing: dict[tuple[str, str], dict[str, str]] = {}
        self._poster = Poster(
            route.url.rstrip("/") + ALERTS,
            ca=route.ca,
            timeout=route.timeout,
            headers={"Content-Type": "application/json", **_authorization(route)},
            # Any other refusal is the route's, and a person can mend it.
            final=MESSAGE_REFUSED,
            now=now,
        )

    def deliver(self, events: Sequence[Event]) -> None:
        """Tell of each event; raises `DeliveryError`."""
        with self._lock:
            self._send(events)

    def repeat(self, read: Read) -> int:
        """Send again what stands, page by page; returns how many. Raises `DeliveryError`."""
        after = count = 0
        while True:
            with self._lock:
                events = [] if self._closed else read(after, PAGE)
                if not events:
                    return count
                if standing := [event for event in events if _over(event) is None]:
                    self._send(standing)
            after = events[-1].event_no
            count += len(standing)

    def beat(self, beat: Heartbeat) -> None:
        """Let an alert fire as long as it is told again: that it ends is what tells of silence."""
        title, stands = heartbeat_text(beat, self._route.language)
        alert = {
            "labels": {"alertname": "collector_leeft", "service": "wolkenzicht", "route": beat.route},
            "annotations": {"summary": title, "details": stands, "event": beat.event_id},
            "endsAt": rfc3339(beat.created + timedelta(seconds=INTERVALS * beat.interval)),
        }
        self._poster.post(json.dumps([alert], ensure_ascii=False).encode())

    def close(self) -> None:
        """Close the connections kept open; nothing is sent again after it."""
        with self._lock:
            self._closed = True
            self._poster.close()

    def _send(self, events: Sequence[Event]) -> None:
        alerts, firing = [], dict[tuple[str, str], dict[str, str] | None]()
        for event in events:
            key = (event.finding.tenant, event.finding.finding_id)
            labels = _labels(event)
            before = self._firing.get(key)
            if before is not None and before != labels:
                # Labels say which alert it is: with other ones it is another, and the one before is over.
                alerts.append(self._alert(event, before, over=self._now()))
            alerts.append(self._alert(event, labels, over=_over(event)))
            stands = _over(event) is None and event.type != SAMPLE_TYPE
            firing[key] = labels if stands else None
        self._poster.post(json.dumps(alerts, ensure_ascii=False, separators=(",", ":")).encode())
        for key, told in firing.items():
            if told is None:
                self._firing.pop(key, None)
            else:
                self._firing[key] = told

    def _alert(self, event: Event, labels: dict[str, str], over: datetime | None) -> dict[str, Any]:
        ends = over or self._now() + (SAMPLE_FOR if event.type == SAMPLE_TYPE else self._lasts)
        return {
            "labels": labels,
            "annotations": _annotations(event, self._route.language),
            "startsAt": rfc3339(event.finding.opened),
            "endsAt": rfc3339(max(ends, event.finding.opened)),
        }


def _over(event: Event) -> datetime | None:
    """Since when nobody need be called for it: it is resolved, or it was decided that it may stand.

    What comes and goes is not over before it is at rest.
    """
    if event.type == FLAPS:
        return None
    if event.finding.state is FindingState.EXEMPTED:
        return event.created
    return event.finding.resolved


def _labels(event: Event) -> dict[str, str]:
    """What the alert is known by, and is routed, grouped and silenced by there."""
    finding, many = event.finding, event.many
    if many is not None:
        # What its members have in common; it is known by the group. A notification that tells of light ones
        # only does not make less of what stands.
        labels = {
            "alertname": finding.kind.value if many.cause == "places" else many.cause,
            "service": "wolkenzicht",
            "severity": many.gravest.value,
            "organisation": finding.organisation,
            "finding": finding.finding_id,
        }
        return {name: value for name, value in labels.items() if value}
    labels = {
        "alertname": "proef" if event.type == SAMPLE_TYPE else finding.kind.value,
        "service": "wolkenzicht",
        "severity": finding.severity.value,
        "organisation": finding.organisation,
        "tenant": finding.tenant,
        "provider": event.provider,
        "finding": finding.finding_id,
    }
    return {name: value for name, value in labels.items() if value}


def _annotations(event: Event, language: str) -> dict[str, str]:
    """What a person reads."""
    finding = event.finding
    if event.many is not None:
        _title, rows = many_content(event, event.many, TEXTS[language], language)
        told = "\n".join(f"{label}: {value}" for label, value in rows if value)
        return {"summary": summary(event, language), "details": told, "event": event.event_id}
    annotations = {
        "summary": summary(event, language),
        "remedy": finding_texts(finding.kind, language).remedy,
        "subject": finding.subject,
        "details": all_details(finding.details, language),
        "clause": clauses.shown(finding.clause, language),
        "owner": finding.owner,
        "event": event.event_id,
    }
    return {name: value for name, value in annotations.items() if value}


def _authorization(route: AlertmanagerRoute) -> dict[str, str]:
    if route.token_file:
        return {"Authorization": f"Bearer {read_secret(route.token_file, 'token_file').decode()}"}
    if route.password_file:
        password = read_secret(route.password_file, "password_file")
        pair = base64.b64encode(route.username.encode() + b":" + password)
        return {"Authorization": f"Basic {pair.decode()}"}
    return {}
