"""The deliverer: a thread per route, so that a slow receiver holds up nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import uuid4

from prometheus_client import CollectorRegistry

from collector.alerts.at_intervals import AtIntervals
from collector.alerts.backoff import Timing
from collector.alerts.channels import Channel, DeliveryError, Repeating, make_channel
from collector.alerts.config import Route
from collector.alerts.heartbeat import Heartbeat
from collector.alerts.metrics import AlertMetrics
from collector.alerts.route_worker import RouteWorker
from collector.alerts.telling import RouteTelling
from collector.store.base import Event, Letters, Outbox, RouteHealth, RouteState


class Deliverer:
    """Brings the outbox's events over every route, at least once each, in order per finding.

    `routes` are those of `AlertsConfig.routes()`; with `letters` what stands is told again to receivers that
    forget, with `health` routes are looked at. Raises `ConfigurationError` where a file that a
    route names cannot be used.
    """

    def __init__(
        self,
        outbox: Outbox,
        routes: Sequence[Route],
        *,
        letters: Letters | None = None,
        health: RouteHealth | None = None,
        late: timedelta = timedelta(hours=1),
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        timing: Timing | None = None,
        metrics: AlertMetrics | None = None,
        make: Callable[[Route], Channel] = make_channel,
    ) -> None:
        told = metrics or AlertMetrics(CollectorRegistry())
        times = timing or Timing()
        self._workers: list[RouteWorker] = []
        self._others: list[AtIntervals] = []
        for route in routes:
            channel = make(route)
            self._workers.append(RouteWorker(outbox, route, channel, clock=clock, timing=times, metrics=told))
            telling = RouteTelling(route.name, told)
            if letters is not None and isinstance(channel, Repeating):
                self._others.append(_repeating(route, channel, letters, telling, times))
            if route.beats:
                self._others.append(
                    _beating(route, make(route), partial(self._beat, outbox, route, clock), telling, times)
                )

        if health is not None:
            names = frozenset(route.name for route in routes)
            look = partial(self._look, health, names, late, clock)
            self._others.append(_looking(look, RouteTelling("", told), times))

    def start(self) -> None:
        """Start delivering, beginning with what earlier runs left."""
        for thread in (*self._workers, *self._others):
            thread.start()

    def wake(self) -> None:
        """Say that events were committed; may be called from any thread and returns at once."""
        for worker in self._workers:
            worker.wake()

    def stop(self, timeout: float) -> None:
        """Stop within `timeout` seconds; what is under way then is delivered again at the next start."""
        deadline = time.monotonic() + timeout
        threads: list[AtIntervals | RouteWorker] = [*self._others, *self._workers]
        for thread in threads:
            thread.ask_to_stop()
        for thread in threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def alive(self) -> bool:
        """Whether every route is being served; for the health endpoint."""
        return all(thread.is_alive() for thread in (*self._workers, *self._others))

    def _look(
        self,
        health: RouteHealth,
        names: frozenset[str],
        late: timedelta,
        clock: Callable[[], datetime],
    ) -> None:
        """See over which routes alerts do not arrive, and tell of it."""
        if health.look(names, late, clock()):
            self.wake()

    def _beat(self, outbox: Outbox, route: Route, clock: Callable[[], datetime]) -> Heartbeat:
        """What is said of a route; raises `StorageError`, and `DeliveryError` where it is not served."""
        if not all(worker.is_alive() for worker in self._workers):
            raise DeliveryError("a route is not served any more; restart the collector", retryable=True)
        states = {each.route: each for each in outbox.routes()}
        stands = states.get(route.name, RouteState(route.name, 0, 0, 0))
        return Heartbeat(
            str(uuid4()), clock(), route.name, route.beats, stands.due, stands.dead, stands.oldest_due
        )


def _looking(look: Callable[[], None], telling: RouteTelling, timing: Timing) -> AtIntervals:
    """The look at all routes."""
    return AtIntervals(
        "alerts-health",
        timing.look,
        look,
        failed=lambda _seconds, reason: telling.store_failed(reason),
        stopped=telling.stopped,
        timing=timing,
    )


def _beating(
    route: Route, channel: Channel, beat: Callable[[], Heartbeat], telling: RouteTelling, timing: Timing
) -> AtIntervals:
    """The heartbeat, over a channel of its own: what holds up events does not hold it up."""

    def once() -> None:
        channel.beat(beat())
        telling.beat()

    return AtIntervals(
        f"alerts-alive-{route.name}",
        route.beats,
        once,
        failed=telling.beat_failed,
        stopped=telling.stopped,
        timing=timing,
        close=channel.close,
    )


def _repeating(
    route: Route, channel: Repeating, letters: Letters, telling: RouteTelling, timing: Timing
) -> AtIntervals:
    """What still stands, told again at intervals to a receiver that forgets otherwise."""

    def read(after: int, limit: int) -> Sequence[Event]:
        return letters.standing(route.name, after, limit)

    return AtIntervals(
        f"alerts-again-{route.name}",
        route.repeats,
        lambda: telling.repeated(channel.repeat(read)),
        failed=telling.repeat_failed,
        stopped=telling.stopped,
        timing=timing,
    )
