"""Reads scopes of a Google Cloud source as the agent's scope runner does, in time that does not pass."""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.base import INVENTORY, Covers, Gap, ReadError, Rejected, outcome_of
from connectors.gcp.kind import GLOBAL, ResourceKind
from connectors.gcp.quota import Clock
from connectors.gcp.source import GcpSettings, GcpSource
from tests.servers.gcp import GcpServer
from tests.servers.gcp_estate import ORGANIZATION
from wolkenzicht.model import Asset, Outcome, Scope, ScopeOutcome


@dataclass(slots=True)
class Reading:
    """What one scope gave, and its outcome."""

    scope: Scope
    assets: list[Asset] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    covers: list[Covers] = field(default_factory=list)

    @property
    def outcome(self) -> ScopeOutcome:
        """The one outcome of the scope; what was rejected without a gap leaves one, as in the agent."""
        gaps = self.gaps
        if self.rejected and not gaps:
            gaps = [Gap(Outcome.FAILED, f"{len(self.rejected)} rejected")]
        return outcome_of(self.scope, len(self.assets), gaps)


@dataclass(slots=True)
class StoppedClock:
    """Time that passes only by waiting for it."""

    seconds: float = 0.0
    slept: list[float] = field(default_factory=list)

    @property
    def clock(self) -> Clock:
        """What the source is given."""
        return Clock(now=lambda: self.seconds, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


def source_of(
    server: GcpServer, time: StoppedClock | None = None, attempts: int = 1, scope: str = ORGANIZATION
) -> GcpSource:
    """The organization that the server holds, or a part of it, read without waiting."""
    settings = GcpSettings(scope=scope, endpoint=server.url, max_attempts=attempts)
    return GcpSource(settings, (time or StoppedClock()).clock)


def read(source: GcpSource, kind: ResourceKind) -> Reading:
    """Read the kind's scope to its end and finish its group."""
    return read_scope(source, Scope(ORGANIZATION, GLOBAL, kind.type))


def read_inventory(source: GcpSource) -> Reading:
    """Read the scope of the inventory to its end."""
    return read_scope(source, Scope(ORGANIZATION, GLOBAL, INVENTORY))


def read_scope(source: GcpSource, scope: Scope) -> Reading:
    """Read a scope to its end and finish its group."""
    reading = Reading(scope)
    try:
        for item in source.read(scope):
            if isinstance(item, Gap):
                reading.gaps.append(item)
            elif isinstance(item, Rejected):
                reading.rejected.append(item)
            elif isinstance(item, Covers):
                reading.covers.append(item)
            else:
                reading.assets.append(item)
    except ReadError as error:
        reading.gaps.append(error.gap)
    finally:
        source.finish_group(source.group(scope))
    return reading
