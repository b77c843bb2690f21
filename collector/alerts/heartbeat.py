"""The heartbeat: an event at each interval that says that the collector lives and delivers.

A receiver that hears none for a few intervals knows that something is wrong, whatever it is. It goes past the
outbox: one that was missed is of no use later.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collector.alerts.cloudevent import rfc3339

#: The type of the event.
HEARTBEAT_TYPE = "nl.wolkenzicht.collector.leeft.v1"
#: Its data's schema, shipped as `schemas/collector.v1.json`.
HEARTBEAT_SCHEMA = "urn:nld:wolkenzicht:schema:collector:v1"


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """That the collector lives, on one route; the next follows after `interval` seconds.

    `due` and `dead` are how many deliveries of the route wait and were given up, `oldest_due` is when the
    oldest that waits was committed.
    """

    event_id: str
    created: datetime
    route: str
    interval: float
    due: int = 0
    dead: int = 0
    oldest_due: datetime | None = None


def heartbeat_event(beat: Heartbeat, source: str) -> dict[str, Any]:
    """The CloudEvent of a heartbeat."""
    return {
        "specversion": "1.0",
        "id": beat.event_id,
        "source": source,
        "type": HEARTBEAT_TYPE,
        "time": rfc3339(beat.created),
        "datacontenttype": "application/json",
        "dataschema": HEARTBEAT_SCHEMA,
        "data": {
            "route": beat.route,
            "interval_seconds": beat.interval,
            "due": beat.due,
            "dead": beat.dead,
            "oldest_due": None if beat.oldest_due is None else rfc3339(beat.oldest_due),
        },
    }


def heartbeat_json(beat: Heartbeat, source: str) -> bytes:
    """The CloudEvent as the body of a message (UTF-8)."""
    return json.dumps(heartbeat_event(beat, source), ensure_ascii=False, separators=(",", ":")).encode()


def heartbeat_text(beat: Heartbeat, language: str) -> tuple[str, str]:
    """A heartbeat for people: what it is, and how the route stands."""
    texts = _TEXTS[language]
    oldest = "-" if beat.oldest_due is None else rfc3339(beat.oldest_due)
    return texts["title"], texts["stands"].format(
        route=beat.route, interval=f"{beat.interval:g}", due=beat.due, dead=beat.dead, oldest=oldest
    )


_TEXTS = {
    "nl": {
        "title": "De collector leeft",
        "stands": "Meldroute {route}: {due} in de wacht (oudste: {oldest}), {dead} opgegeven. Het volgende "
        "bericht komt over {interval} s; blijft het uit, dan is er iets mis.",
    },
    "en": {
        "title": "The collector lives",
        "stands": "Route {route}: {due} waiting (oldest: {oldest}), {dead} given up. The next message "
        "follows in {interval} s; where it does not, something is wrong.",
    },
}
