"""How long a route waits after a failure, and when a delivery is given up."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

_MAX_DOUBLINGS = 30


@dataclass(frozen=True, slots=True)
class Timing:
    """The times of delivery, in seconds; tests use shorter ones.

    A failed attempt is followed by a pause between nothing and `first`, doubled for each failure up to
    `longest` (full jitter: receivers that come back are not stormed). Deliveries are given up
    `give_up_after` the event, though not before the route has been tried for `least_trial`: a
    collector that stood still for a week does not give up at its first failure. `poll` bounds how
    long a route sleeps without being woken, `gather` is what a route that can send several events in
    one delivery waits for more, `record_every` bounds how long successes stay unrecorded, `look` is the
    interval at which it is seen whether alerts arrive.
    """

    first: float = 1.0
    longest: float = 300.0
    give_up_after: float = 7 * 86_400.0
    least_trial: float = 3_600.0
    poll: float = 5.0
    gather: float = 0.5
    record_every: float = 0.2
    look: float = 60.0

    def pause(self, failures: int) -> float:
        """Seconds to wait after this many failures in a row (1 for the first)."""
        doublings = min(max(failures - 1, 0), _MAX_DOUBLINGS)
        return random.uniform(0.0, min(self.longest, self.first * 2**doublings))  # noqa: S311 - spreads load

    def is_over(self, created: datetime, trying_since: datetime, now: datetime) -> bool:
        """Whether an event of this age is given up by a route that has been tried since then."""
        age, tried = now - created, now - trying_since
        return age >= timedelta(seconds=self.give_up_after) and tried >= timedelta(seconds=self.least_trial)
