"""How fast is asked: the share of the tenant's request quota that the agent may use."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many requests may come at once, and how many a second after that."""

    burst: float
    per_second: float


#: Resource Graph lets a user ask 15 times in 5 seconds.
#: Source: https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests
GRAPH = Allowance(15, 3)

#: Resource Manager's bucket for reads, for each subscription and for the tenant.
#: Source: https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling
READS = Allowance(250, 25)


class Bucket:
    """A token bucket, shared by threads; `take` waits for its turn."""

    def __init__(
        self,
        allowance: Allowance,
        share: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._burst = max(1.0, allowance.burst * share)
        self._rate = allowance.per_second * share
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._tokens = self._burst
        self._at = clock()

    def take(self) -> None:
        """Take one request's token; a debt is waited for outside the lock, each thread its own."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate) - 1
            self._at = now
            wait = -self._tokens / self._rate if self._tokens < 0 else 0.0
        if wait > 0:
            self._sleep(wait)


class Quotas:
    """The buckets of one tenant: one for Resource Graph, one for each subscription; none for a share of 0."""

    def __init__(self, share: float) -> None:
        self._share = share
        self._lock = threading.Lock()
        self._graph = Bucket(GRAPH, share) if share else None
        self._reads: dict[str, Bucket] = {}

    def graph(self) -> None:
        """Wait for a turn to ask Resource Graph."""
        if self._graph is not None:
            self._graph.take()

    def read(self, subscription: str) -> None:
        """Wait for a turn to ask Resource Manager about the subscription (empty: about the tenant)."""
        if not self._share:
            return
        with self._lock:
            bucket = self._reads.setdefault(subscription, Bucket(READS, self._share))
        bucket.take()
