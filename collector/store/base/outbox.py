"""Events committed with the data, and how their deliveries stand on every route."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from collector.store.base.rows import FindingRow
from wolkenzicht.model import FindingKind, LocationClass, Severity

#: What a notification that stands for many findings is to its receivers.
NOTIFICATION = "nl.wolkenzicht.bevinding.samengevat.v1"


@dataclass(frozen=True, slots=True)
class Grouping:
    """When what has one cause is told together; times in seconds.

    Of events with one key (see decision 0033) up to `alone` within `memory` are told each for itself. Beyond
    that they are gathered for `gather` and told in one notification; the next of the same key follows after
    a pause, longer each time as long as it goes on. A notification names `listed` of its members. With
    `by_tenant` findings at the same places belong together within a tenant only.
    """

    alone: int = 10
    memory: float = 60.0
    gather: float = 1.0
    pauses: tuple[float, ...] = (30.0, 120.0, 600.0)
    listed: int = 20
    by_tenant: bool = False


@dataclass(frozen=True, slots=True)
class Damping:
    """When a finding flaps, and when it is at rest again; times in seconds.

    What opens, resolves, turns unverified or is seen again `turns` times within `window` flaps: this is told
    once, and each further turn held back until there was none for `quiet`. As long as it goes on what it is
    now is told each `window`. With 0 turns nothing is held back.
    """

    turns: int = 5
    window: float = 86_400.0
    quiet: float = 21_600.0


@dataclass(frozen=True, slots=True)
class Many:
    """What a notification says of the findings that it stands for.

    `count` events are told, by `types`, `kinds`, `severities` and `providers`; `listed` are some of them, the
    gravest first. The group told of `total` findings so far, of which `standing` are open. `cause` is
    "places" for findings of one kind at the same places, "first_scan" or "activation"; `complete` says that
    the scan, or the judging by other rules, has come to its end. `first` is when the earliest event was
    committed. `gravest` is the gravest severity of those that are open, or were when any was.
    """

    cause: str
    count: int
    types: Mapping[str, int]
    kinds: Mapping[str, int]
    severities: Mapping[str, int]
    providers: Mapping[str, int]
    listed: tuple[Event, ...]
    total: int
    standing: int
    complete: bool
    first: datetime
    gravest: Severity


@dataclass(frozen=True, slots=True)
class Event:
    """What became of a finding, to be delivered; `event_id` is the same at every delivery.

    `by` is who brought it about, empty where the data did, and `note` what they noted. `observed` is when the
    agent saw what the event came of; None in events of earlier versions.

    With `many` it is a notification: `finding` then has the group's identifier, the gravest severity, and is
    open as long as any of the findings is; the rest is that of the first that is listed.
    """

    event_no: int
    event_id: str
    type: str
    created: datetime
    finding: FindingRow
    asset_name: str
    asset_type: str
    provider: str
    location_class: LocationClass
    by: str = ""
    note: str = ""
    observed: datetime | None = None
    many: Many | None = None

    @property
    def since(self) -> datetime:
        """When what it tells first was committed."""
        return self.created if self.many is None else self.many.first


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events a route is told of.

    Those of findings that were so severe once, of these organisations with all below them, and of these
    kinds; where none are named, of all. With `after` (seconds) so long after their commit, and of findings
    only that stand then and that nobody took up, or that the route was told of before.
    """

    min_severity: Severity = Severity.LOW
    organisations: frozenset[str] = frozenset()
    kinds: frozenset[FindingKind] = frozenset()
    after: float = 0.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way over one route; one that was given up may be discarded, by somebody."""

    route: str
    event: Event
    attempts: int
    last_error: str = ""
    discarded: datetime | None = None
    discarded_by: str = ""


@dataclass(frozen=True, slots=True)
class RouteState:
    """How a route stands: deliveries waiting, delivered and given up."""

    route: str
    due: int
    delivered: int
    dead: int
    oldest_due: datetime | None = None
    last_error: str = ""


class Outbox(Protocol):
    """Events committed with the data, and what became of each on every route."""

    def fan_out(self, routes: Mapping[str, Severity | Wanted], now: datetime) -> int:
        """Make deliveries of the new events for each route; returns how many. Durable on return.

        A route names what it wants, or only the least severity. Once a finding has reached that, the
        route gets every later event of the finding, so that nobody waits for the end of what became less
        severe. A route seen for the first time starts with the events of findings still open.
        """

    def seal(self, route: str, now: datetime, until: datetime | None = None) -> datetime | None:
        """Close the notifications of a route whose time has come: from then on they are sent as they are.

        With `until` those only that tell something from before. Returns when the next one's time comes,
        None where none is gathered.
        """

    def due(self, route: str, now: datetime, limit: int) -> list[Delivery]:
        """Deliveries of a route whose time has come: notifications, then events, each oldest first.

        Notifications have numbers below zero. Of several collectors over one store only one gets a delivery,
        for as long as that may take.
        """

    def delivered(self, route: str, event_nos: Sequence[int], now: datetime) -> None:
        """Record success."""

    def failed(
        self, route: str, event_nos: Sequence[int], error: str, next_attempt: datetime | None, now: datetime
    ) -> None:
        """Record failure; `next_attempt` None gives the deliveries up (kept, visible)."""

    def let_go(self, route: str) -> None:
        """Leave to other collectors what this one got from `due` and did not deliver."""

    def routes(self) -> list[RouteState]:
        """How every route stands; a notification is one delivery."""

    def members(self, notification_id: str, after: int, limit: int) -> list[Event]:
        """The events that a notification tells, in their order, behind the number of one of them."""
