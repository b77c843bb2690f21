"""How fast AWS is called: shares of quotas, buckets that threads share, and Retry-After."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from connectors.aws.limits import Limits, retry_after
from connectors.aws.quotas import Quota, quotas
from connectors.aws.source import AwsSource
from tests.servers import aws_errors
from tests.servers.aws_errors import Answer
from tests.servers.aws_estate import ACCOUNT, IRELAND
from tests.servers.aws_reading import read
from tests.servers.aws_requests import AwsRequest
from tests.servers.fault_proxy import FaultProxy
from wolkenzicht.model import Outcome, Scope

MakeSource = Callable[..., AwsSource]
QUEUES = Scope(ACCOUNT, IRELAND, "AWS::SQS::Queue")


class FakeClock:
    """Time that passes only while somebody sleeps; every thread sees the same."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []
        self._lock = threading.Lock()

    def __call__(self) -> float:
        """The time in seconds."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        with self._lock:
            self.slept.append(seconds)
            self.now += seconds


def limits(clock: FakeClock, share: float = 1.0) -> Limits:
    """Limits that live by the clock."""
    return Limits(share, clock=clock, wall=clock, sleep=clock.sleep)


def test_the_burst_is_free_and_the_rest_waits() -> None:
    """A share of 0.3 of EC2's 100 calls and 20 a second is 30 at once and then 6 a second."""
    clock = FakeClock()
    throttle = limits(clock, 0.3).of(ACCOUNT, IRELAND, "ec2")
    for _ in range(30):
        throttle.wait("DescribeVolumes")
    assert clock.slept == []
    for _ in range(6):
        throttle.wait("DescribeVolumes")
    assert clock.now - 1000.0 == pytest.approx(1.0)


def test_operations_of_ec2_have_buckets_of_their_own() -> None:
    """What one EC2 action used up does not hold another."""
    clock = FakeClock()
    throttle = limits(clock).of(ACCOUNT, IRELAND, "ec2")
    for _ in range(100):
        throttle.wait("DescribeVolumes")
    throttle.wait("DescribeInstances")
    assert clock.slept == []


def test_the_strictest_quota_wins() -> None:
    """ListStreams is allowed 5 times a second, whatever else Kinesis allows."""
    assert quotas("kinesis", "ListStreams") == (Quota("ListStreams", 5, 5), Quota("", 100, 50))
    clock = FakeClock()
    throttle = limits(clock).of(ACCOUNT, IRELAND, "kinesis")
    for _ in range(10):
        throttle.wait("ListStreams")
    assert clock.now - 1000.0 == pytest.approx(1.0)


def test_quotas_are_by_account_region_and_service() -> None:
    """Only the same account, region and service share a bucket."""
    clock = FakeClock()
    held = limits(clock)
    used = held.of(ACCOUNT, IRELAND, "route53")
    for _ in range(5):
        used.wait("ListHostedZones")
    for key in (("111122223333", IRELAND, "route53"), (ACCOUNT, "eu-west-2", "route53")):
        held.of(*key).wait("ListHostedZones")
    assert clock.slept == []
    assert held.of(ACCOUNT, IRELAND, "route53") is used
    used.wait("ListHostedZones")
    assert clock.slept == [pytest.approx(0.2)]


def test_threads_share_a_bucket() -> None:
    """Eight threads together get no more than one: 100 calls, and 20 for each second that passes."""
    clock = FakeClock()
    held = limits(clock)

    def call(_: int) -> None:
        for _ in range(50):
            held.of(ACCOUNT, IRELAND, "ec2").wait("DescribeVolumes")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(8)))
    assert clock.now - 1000.0 >= (8 * 50 - 100) / 20 - 1e-6


def test_a_share_of_nothing_leaves_quotas_alone_but_not_pauses() -> None:
    """With share 0 nothing waits, until AWS itself asks for a pause."""
    clock = FakeClock()
    throttle = limits(clock, 0).of(ACCOUNT, IRELAND, "route53")
    for _ in range(1000):
        throttle.wait("ListHostedZones")
    assert clock.slept == []
    throttle.pause(7)
    throttle.wait("ListHostedZones")
    assert clock.slept == [7]


def test_a_longer_pause_is_not_cut_short() -> None:
    """Of two pauses the one that ends later counts."""
    clock = FakeClock()
    throttle = limits(clock).of(ACCOUNT, IRELAND, "sqs")
    throttle.pause(9)
    throttle.pause(2)
    throttle.wait("ListQueues")
    assert clock.now == 1009.0


def test_a_pause_of_hours_ends_the_call_as_throttled() -> None:
    """A worker is not held for an hour: the call fails at once, in AWS's words for it."""
    clock = FakeClock()
    throttle = limits(clock).of(ACCOUNT, IRELAND, "sqs")
    throttle.pause(3600)
    with pytest.raises(ClientError, match="RequestThrottled"):
        throttle.wait("ListQueues")
    assert clock.slept == []


def test_idle_throttles_are_forgotten() -> None:
    """After thousands of accounts only what still matters is remembered."""
    clock = FakeClock()
    held = limits(clock)
    for number in range(5000):
        held.of(f"{number:012}", IRELAND, "ec2").wait("DescribeVolumes")
        clock.now += 1
    held.of("paused", IRELAND, "ec2").pause(10**6)
    for number in range(5000):
        held.of(f"1{number:011}", IRELAND, "ec2").wait("DescribeVolumes")
        clock.now += 1
    assert len(held._throttles) <= 1024
    assert ("paused", IRELAND, "ec2") in held._throttles


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("3", 3.0),
        (" 120 ", 120.0),
        ("Thu, 01 Jan 1970 00:20:00 GMT", 200.0),
        ("Thu, 01 Jan 1970 00:00:10 GMT", 0.0),
        ("soon", None),
        ("-1", None),
    ],
)
def test_retry_after_is_seconds_or_a_moment(value: str, seconds: float | None) -> None:
    """Both forms of RFC 9110 are understood at 1000 s after 1970; anything else is not."""
    assert retry_after(value, 1000.0) == seconds


def test_retry_after_of_an_answer_is_honoured(
    make_source: MakeSource, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A throttled call is made again, and no call before it, only when AWS's time has passed."""

    def slow_down(request: AwsRequest) -> Answer:
        return replace(aws_errors.throttled(request), headers={"Retry-After": "2"})

    source = make_source(max_attempts=3)
    clock = FakeClock()
    source._session._shared.limits._sleep = clock.sleep
    source._session._shared.limits._clock = clock
    proxy.fault(slow_down, "sqs", IRELAND, "ListQueues", times=1)
    reading = read(source, QUEUES)
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert clock.slept == [2]


def test_retry_after_of_an_hour_ends_throttled(make_source: MakeSource, proxy: FaultProxy) -> None:
    """What AWS asks to wait an hour for is throttled now, and the next scan tries again."""

    def go_away(request: AwsRequest) -> Answer:
        return replace(aws_errors.throttled(request), headers={"Retry-After": "3600"})

    proxy.fault(go_away, "sqs", IRELAND, "ListQueues", times=1)
    reading = read(make_source(max_attempts=3), QUEUES)
    assert reading.outcome.outcome is Outcome.THROTTLED
    calls = [request for request in proxy.requests if request.service == "sqs"]
    assert len(calls) == 1
