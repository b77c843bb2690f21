"""How fast AWS is called: a share of its quotas per account, region and service, and what it asks itself.

Kinds know nothing of it: the limits hang in botocore's own events. Waiting happens before a request is
signed, not before it is sent, because a signature is good for five minutes only.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.exceptions import ClientError

from connectors.aws.quotas import Quota, quotas

#: What AWS asks to wait for longer than this ends the call as throttled: a worker must not be held for hours.
LONGEST_PAUSE_SECONDS = 120.0

#: From this many on, those that have long been idle are forgotten.
_MOST_REMEMBERED = 1024

Clock = Callable[[], float]


class _Bucket:
    """Tokens for one quota; a debt of tokens is what later calls wait for."""

    def __init__(self, quota: Quota, share: float, now: float) -> None:
        self._size = max(1.0, quota.burst * share)
        self._rate = quota.per_second * share
        self._tokens = self._size
        self._at = now

    def take(self, now: float) -> float:
        """Take a token; seconds until it is there."""
        self._refill(now)
        self._tokens -= 1
        return max(0.0, -self._tokens / self._rate)

    def full(self, now: float) -> bool:
        """Whether forgetting the bucket changes nothing."""
        self._refill(now)
        return self._tokens >= self._size

    def _refill(self, now: float) -> None:
        self._tokens = min(self._size, self._tokens + (now - self._at) * self._rate)
        self._at = now


class Throttle:
    """The limits of one service for one account in one region; shared by every thread that calls it.

    `share` is the part of each quota that is used; 0 leaves the quotas alone and obeys only what AWS asks.
    """

    def __init__(self, service: str, share: float, clock: Clock, sleep: Callable[[float], None]) -> None:
        self._service = service
        self._share = share
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._buckets: dict[str, _Bucket] = {}
        self._paused_until = float("-inf")

    def wait(self, operation: str) -> None:
        """Return when the call may be made. Raises `ClientError` where AWS asks for too long a pause."""
        with self._lock:
            now = self._clock()
            delay = max((bucket.take(now) for bucket in self._counted(operation, now)), default=0.0)
        if delay > 0:
            self._sleep(delay)
        while (pause := self._pause()) > 0:
            if pause > LONGEST_PAUSE_SECONDS:
                raise ClientError(
                    {"Error": {"Code": "RequestThrottled", "Message": f"asked to wait for {pause:.0f} s"}},
                    operation,
                )
            self._sleep(pause)

    def pause(self, seconds: float) -> None:
        """Make every call wait for this long from now, unless they wait for longer already."""
        with self._lock:
            self._paused_until = max(self._paused_until, self._clock() + seconds)

    def idle(self) -> bool:
        """Whether forgetting the throttle changes nothing."""
        with self._lock:
            now = self._clock()
            return self._paused_until <= now and all(bucket.full(now) for bucket in self._buckets.values())

    def _pause(self) -> float:
        with self._lock:
            return self._paused_until - self._clock()

    def _counted(self, operation: str, now: float) -> list[_Bucket]:
        if not self._share:
            return []
        found = []
        for quota in quotas(self._service, operation):
            if quota.counts not in self._buckets:
                self._buckets[quota.counts] = _Bucket(quota, self._share, now)
            found.append(self._buckets[quota.counts])
        return found


class Limits:
    """The throttles of every account, region and service that is called."""

    def __init__(
        self,
        share: float,
        *,
        clock: Clock = time.monotonic,
        wall: Clock = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._share = share
        self._clock = clock
        self._wall = wall
        self._sleep = sleep
        self._lock = threading.Lock()
        self._throttles: dict[tuple[str, str, str], Throttle] = {}

    def of(self, account: str, region: str, service: str) -> Throttle:
        """The one throttle of a service for an account in a region."""
        key = account, region, service
        with self._lock:
            found = self._throttles.get(key)
            if found is None:
                if len(self._throttles) >= _MOST_REMEMBERED:
                    self._forget_idle()
                found = self._throttles[key] = Throttle(service, self._share, self._clock, self._sleep)
            return found

    def watch(self, events: Any, account: Callable[[], str], region: str, service: str) -> None:
        """Hold the calls of a client to the limits; `events` are the client's, `account` is who calls."""

        def before_sign(operation_name: str, **_: Any) -> None:
            self.of(account(), region, service).wait(operation_name)

        def needs_retry(response: tuple[Any, Any] | None, **_: Any) -> None:
            asked = response[0].headers.get("Retry-After") if response else None
            seconds = retry_after(asked, self._wall()) if asked else None
            if seconds:
                self.of(account(), region, service).pause(seconds)

        events.register("before-sign", before_sign)
        events.register("needs-retry", needs_retry)

    def _forget_idle(self) -> None:
        self._throttles = {key: each for key, each in self._throttles.items() if not each.idle()}


def retry_after(value: str, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks for, which gives seconds or a moment; `None` for neither.

    Source: RFC 9110, section 10.2.3. `now` is in seconds since 1970.
    """
    text = value.strip()
    if text.isascii() and text.isdecimal():
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - now)
