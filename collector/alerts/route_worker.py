"""One route's work: fan out, look for what is due, deliver, record; and what a failure leads to."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from collector.alerts.backoff import Timing
from collector.alerts.channels import Channel, DeliveryError
from collector.alerts.config import Route
from collector.alerts.groups import groups
from collector.alerts.metrics import AlertMetrics
from collector.alerts.telling import RouteTelling
from collector.store.base import Delivery, Outbox
from wolkenzicht import crash_points
from wolkenzicht.errors import StorageError

#: Deliveries looked at in one go.
LOOK = 1000
#: So many events that came since the last look are a storm.
STORM = 50
#: After so many seconds it looks again: what it got is its own for a while only, where others deliver too.
LOOK_AGAIN = 60.0
#: After so many failures in a row the receiver is taken to be away and the whole route pauses.
FAILURES_BEFORE_PAUSE = 3
#: Seconds between two measurements of how the route stands.
_MEASURE_EVERY = 15.0


class RouteWorker(threading.Thread):
    """Delivers over one route until asked to stop.

    What it delivered and could not yet record it remembers, and records before it delivers more.
    """

    def __init__(
        self,
        outbox: Outbox,
        route: Route,
        channel: Channel,
        *,
        clock: Callable[[], datetime],
        timing: Timing,
        metrics: AlertMetrics,
    ) -> None:
        super().__init__(name=f"alerts-{route.name}", daemon=True)
        self._outbox, self._route, self._channel = outbox, route, channel
        self._clock, self._timing = clock, timing
        self._telling = RouteTelling(route.name, metrics)
        self._woken, self._stopping = threading.Event(), threading.Event()
        self._unrecorded: list[int] = []
        self._recorded_at = self._measured_at = float("-inf")
        self._failures = 0
        self._trying_since = clock()
        self._next_try: datetime | None = None
        self._next_seal: datetime | None = None
        self._gathering = False
        self._oldest_due: datetime | None = None
        metrics.oldest_due.labels(route.name).set_function(self._oldest_age)

    def wake(self) -> None:
        """Events were committed."""
        self._woken.set()

    def ask_to_stop(self) -> None:
        """Stop after the delivery that is under way."""
        self._stopping.set()
        self._woken.set()

    def run(self) -> None:
        """The thread: rounds, and sleep between them."""
        try:
            self._work()
        finally:
            if not self._stopping.is_set():
                self._telling.stopped()
            self._channel.close()

    def _work(self) -> None:
        store_failures = 0
        while not self._stopping.is_set():
            self._woken.clear()
            try:
                pause, more = self._round()
                store_failures = 0
            except StorageError as error:
                store_failures += 1
                pause, more = self._timing.pause(store_failures), False
                self._telling.store_failed(str(error))
            if pause > 0:
                self._stopping.wait(pause)
            elif not more:
                if self._gathering:
                    # In a storm a look at each commit would keep others from the store, and tell nothing
                    # sooner.
                    self._stopping.wait(self._timing.gather)
                self._sleep()
        try:
            self._record()
            self._outbox.let_go(self._route.name)
        except StorageError as error:
            self._telling.store_failed(str(error))

    def _round(self) -> tuple[float, bool]:
        """One look at the outbox. Returns how long to pause (s) and whether more may be due at once."""
        self._record()
        due = self._look()
        if due and self._channel.batch > 1:
            self._stopping.wait(self._timing.gather)
            due = self._look()
        looked = time.monotonic()
        self._measure()
        pause = 0.0
        for group in groups(due, self._channel.batch):
            if self._stopping.is_set() or pause > 0 or time.monotonic() - looked > LOOK_AGAIN:
                break
            pause = self._deliver(group)
        self._record()
        if pause > 0:
            self._measure(at_once=True)
        return pause, bool(due)

    def _look(self) -> list[Delivery]:
        now = self._clock()
        if self._next_try is not None and self._next_try <= now:
            self._next_try = None
        made = self._outbox.fan_out({self._route.name: self._route.wanted}, now)
        self._gathering = made >= STORM
        until = self._route.told_until(now)
        if until is None:
            # What is gathered goes on gathering until the route is told of it.
            self._next_seal = None
            return []
        self._next_seal = self._outbox.seal(self._route.name, now, until)
        # The oldest come first, so that what is told later hides nothing that is told now.
        due = self._outbox.due(self._route.name, now, LOOK)
        return [each for each in due if each.event.since <= until]

    def _deliver(self, group: Sequence[Delivery]) -> float:
        """Deliver a group and see to what becomes of it; returns how long the route pauses (s)."""
        try:
            self._channel.deliver([delivery.event for delivery in group])
        except DeliveryError as error:
            return self._failed(group, error)
        crash_points.passed("alerts.after_send")
        self._failures = 0
        self._unrecorded += _numbers(group)
        self._telling.delivered(group, self._clock())
        if time.monotonic() - self._recorded_at >= self._timing.record_every:
            self._record()
        return 0.0

    def _failed(self, group: Sequence[Delivery], error: DeliveryError) -> float:
        """See to a failure; returns how long the route pauses (s)."""
        if not error.retryable:
            self._failures = 0
            self._give_up(group, error)
            return 0.0
        self._failures += 1
        now = self._clock()
        old = [each for each in group if self._timing.is_over(each.event.created, self._trying_since, now)]
        if old:
            self._give_up(old, error)
        young = [each for each in group if each not in old]
        if young:
            self._try_again(young, error, now)
        if error.retry_after is None and self._failures < FAILURES_BEFORE_PAUSE:
            return 0.0
        return max(error.retry_after or 0.0, self._timing.pause(self._failures))

    def _try_again(self, group: Sequence[Delivery], error: DeliveryError, now: datetime) -> None:
        wait = max(self._timing.pause(group[0].attempts + 1), error.retry_after or 0.0)
        again = now + timedelta(seconds=wait)
        self._next_try = min(self._next_try or again, again)
        self._outbox.failed(self._route.name, _numbers(group), str(error), again, now)
        self._telling.failed(group, again, str(error))

    def _give_up(self, group: Sequence[Delivery], error: DeliveryError) -> None:
        self._outbox.failed(self._route.name, _numbers(group), str(error), None, self._clock())
        self._telling.dead(group, str(error))

    def _record(self) -> None:
        self._recorded_at = time.monotonic()
        if self._unrecorded:
            self._outbox.delivered(self._route.name, self._unrecorded, self._clock())
            self._unrecorded = []

    def _measure(self, *, at_once: bool = False) -> None:
        if not at_once and time.monotonic() - self._measured_at < _MEASURE_EVERY:
            return
        self._measured_at = time.monotonic()
        states = {state.route: state for state in self._outbox.routes()}
        self._oldest_due = states[self._route.name].oldest_due

    def _oldest_age(self) -> float:
        oldest = self._oldest_due
        return 0.0 if oldest is None else max(0.0, (self._clock() - oldest).total_seconds())

    def _sleep(self) -> None:
        wait = self._timing.poll
        for following in (self._next_try, self._next_seal):
            if following is not None:
                wait = min(wait, (following - self._clock()).total_seconds())
        self._woken.wait(max(0.0, wait))


def _numbers(group: Sequence[Delivery]) -> list[int]:
    return [delivery.event.event_no for delivery in group]
