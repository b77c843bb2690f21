"""Events committed with the data, and how their deliveries stand on every route."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from collector.store.base.rows import FindingRow
from wolkenzicht.model import FindingKind, LocationClass, Severity


@dataclass(frozen=True, slots=True)
class Event:
    """What became of a finding, to be delivered; `event_id` is the same at every delivery.

    `by` is who brought it about, empty where the data did, and `note` what they noted. `observed` is when the
    agent saw what the event came of; None in events of earlier versions.
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which events a route is told of.

    Those of findings that were so severe once, of these organisations with all below them, and of these
    kinds; where none are named, of all.
    """

    min_severity: Severity = Severity.LOW
    organisations: frozenset[str] = frozenset()
    kinds: frozenset[FindingKind] = frozenset()


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way over one route."""

    route: str
    event: Event
    attempts: int
    last_error: str = ""


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

    def due(self, route: str, now: datetime, limit: int) -> list[Delivery]:
        """Deliveries of a route whose time has come, oldest event first.

        Of several collectors over one store only one gets a delivery, for as long as that may take.
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
        """How every route stands."""
