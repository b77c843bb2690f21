"""What events belong together by, and what is known of them on a route while they are taken."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, NamedTuple

from collector.store.base import Grouping
from wolkenzicht.model import FindingState, Severity

_SECOND = 1_000_000
_DIGEST_BYTES = 16
#: How grave each severity is.
RANK = {str(severity): place for place, severity in enumerate(Severity)}


class Told(NamedTuple):
    """An event of the outbox."""

    event_no: int
    event_id: str
    tenant: str
    finding_id: str
    type: str
    created: int
    payload: str


class Key(NamedTuple):
    """What belongs together; kind and provider are empty where all that one thing caused does."""

    organisation: str
    kind: str
    provider: str
    cause: str


@dataclass(slots=True)
class Gathered:
    """A notification that is being gathered, as it is kept."""

    number: int
    identifier: str
    begun: int
    time: int
    content: dict[str, Any]


@dataclass(slots=True)
class Group:
    """What belongs together on a route."""

    group_id: str
    key: Key
    since: int
    alone: int
    told: int
    level: int
    total: int
    standing: int
    worst: str
    complete: int
    by_severity: dict[str, int]
    gathered: Gathered | None = None

    def values(self) -> tuple[Any, ...]:
        """As it is kept."""
        counted = (self.since, self.alone, self.told, self.level, self.total, self.standing)
        return (self.group_id, *self.key, *counted, self.worst, self.complete, json.dumps(self.by_severity))


@dataclass(slots=True)
class Before:
    """How a finding's event before went: alone and still on its way, or in a group; and what it told."""

    waiting: bool = False
    group: Group | None = None
    state: str = ""
    severity: str = ""


def memory(grouping: Grouping) -> int:
    """How long events that were told each for itself are counted (microseconds)."""
    return round(grouping.memory * _SECOND)


def pause(grouping: Grouping, level: int) -> int:
    """What lies between two notifications of a group (microseconds)."""
    return round(grouping.pauses[min(level, len(grouping.pauses) - 1)] * _SECOND)


def gather(grouping: Grouping) -> int:
    """How long a notification is gathered at least (microseconds)."""
    return round(grouping.gather * _SECOND)


def key_of(payload: dict[str, Any], *, by_tenant: bool = False) -> Key:
    """What an event belongs to: what caused it, where that is known; else its kind at its places."""
    organisation, cause = payload["organisation"], payload.get("cause", "")
    if cause:
        return Key(organisation, "", "", cause)
    places = json.dumps(payload["details"]).encode()
    digest = blake2b(places, digest_size=_DIGEST_BYTES).hexdigest()
    which = f"places {digest} {payload['tenant']}" if by_tenant else f"places {digest}"
    return Key(organisation, payload["kind"], payload["provider"], which)


def read(told: Told) -> dict[str, Any]:
    """The payload; empty where it is damaged, so that who delivers the event says so."""
    try:
        payload: dict[str, Any] = json.loads(told.payload)
        known = payload["severity"] in RANK and FindingState(payload["state"])
        key_of(payload)
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}
    return payload if known else {}


def gravest(severities: Iterable[str]) -> str:
    """The gravest of these; empty where there is none."""
    return max(severities, key=lambda each: RANK.get(each, -1), default="")


def put(listed: list[list[Any]], member: list[Any], most: int) -> None:
    """Put a member where it belongs among those that are listed, the gravest first."""
    rank = RANK[member[-1]["severity"]]
    if len(listed) == most and RANK[listed[-1][-1]["severity"]] >= rank:
        return
    place = len(listed)
    while place and RANK[listed[place - 1][-1]["severity"]] < rank:
        place -= 1
    listed.insert(place, member)
    del listed[most:]
