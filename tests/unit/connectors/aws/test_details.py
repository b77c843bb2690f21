"""Asking about many resources at once: in order, bounded, and to an end whatever happens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from connectors.aws.details import Details
from connectors.aws.source import AwsSource
from connectors.base import Gap, ReadError
from tests.servers.aws_estate import ACCOUNT, IRELAND
from tests.servers.aws_reading import read
from tests.servers.fault_proxy import FaultProxy
from wolkenzicht.model import Outcome, Scope

MakeSource = Callable[..., AwsSource]
BUCKETS = Scope(ACCOUNT, "global", "AWS::S3::Bucket")
QUEUES = Scope(ACCOUNT, IRELAND, "AWS::SQS::Queue")
PATIENCE = 10.0
LOST = ReadError(Gap(Outcome.FAILED, "the second page is lost"))


def test_order_is_kept() -> None:
    """What is told first of a later item waits for the earlier ones."""
    second_told = threading.Event()

    def ask(number: int) -> int:
        if number == 0:
            assert second_told.wait(PATIENCE)
        if number == 1:
            second_told.set()
        return number * 10

    assert list(Details(threads=2).each(range(5), ask)) == [0, 10, 20, 30, 40]


def test_what_is_gone_is_left_out() -> None:
    """Items of which nothing is told are left out."""
    assert list(Details().each(range(4), lambda number: number if number % 2 else None)) == [1, 3]


def test_takes_no_more_than_the_bound() -> None:
    """A caller that takes its time lets no more wait than the bound, however long the listing."""
    taken: list[int] = []

    def listing() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    told = Details(threads=2, in_flight=5).each(listing(), lambda number: number)
    assert next(told) == 0
    assert next(told) == 1
    assert taken == list(range(6))
    told.close()  # type: ignore[attr-defined]  # it is a generator


def test_lost_page_comes_after_what_was_listed() -> None:
    """Where the listing breaks off, what it had listed is told first."""

    def listing() -> Iterator[int]:
        yield from range(3)
        raise LOST

    told: list[int] = []
    with pytest.raises(ReadError, match="second page is lost"):
        told.extend(Details().each(listing(), lambda number: number))
    assert told == [0, 1, 2]


def test_failure_of_one_ends_the_rest() -> None:
    """An error in asking about one item comes in its place, and nothing more is taken."""
    taken: list[int] = []

    def listing() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    def ask(number: int) -> int:
        if number == 2:
            raise LOST
        return number

    told: list[int] = []
    with pytest.raises(ReadError):
        told.extend(Details(threads=1, in_flight=4).each(listing(), ask))
    assert told == [0, 1]
    assert taken == list(range(6))


def test_stopping_early_asks_no_more_and_awaits_what_was_begun() -> None:
    """A caller that stops, as a halted scan does, leaves no call behind."""
    begun, ended = [], []
    go_on = threading.Event()

    def ask(number: int) -> int:
        begun.append(number)
        assert number == 0 or go_on.wait(PATIENCE)
        ended.append(number)
        return number

    told = Details(threads=2, in_flight=8).each(range(100), ask)
    assert next(told) == 0
    threading.Timer(0.05, go_on.set).start()
    told.close()  # type: ignore[attr-defined]  # it is a generator
    assert sorted(begun) == sorted(ended)
    assert len(begun) <= 4


def test_scopes_share_the_threads() -> None:
    """Two scopes together have no more calls under way than there are threads."""
    most = now = 0
    lock = threading.Lock()
    pool = Details(threads=3)

    def ask(number: int) -> int:
        nonlocal most, now
        with lock:
            now += 1
            most = max(most, now)
        threading.Event().wait(0.002)
        with lock:
            now -= 1
        return number

    found: list[list[int]] = []
    scopes = [
        threading.Thread(target=lambda: found.append(list(pool.each(range(40), ask)))) for _ in range(2)
    ]
    for scope in scopes:
        scope.start()
    for scope in scopes:
        scope.join(PATIENCE)
    assert found == [list(range(40))] * 2
    assert most <= 3


def test_details_of_one_scope_run_at_once(make_source: MakeSource, proxy: FaultProxy) -> None:
    """Buckets of one region are asked about at the same time, each answer at its own bucket."""
    reading = read(make_source(), BUCKETS)
    assert [asset.name for asset in reading.assets] == ["dossiers", "kopie-londen", "oud-archief"]
    assert reading.outcome.outcome is Outcome.COMPLETE


def test_denied_detail_is_a_gap_of_its_asset(make_source: MakeSource, proxy: FaultProxy) -> None:
    """A refusal of one detail, met in another thread, stands with the asset that it concerns."""
    proxy.deny("sqs", None, "GetQueueAttributes", permission="sqs:GetQueueAttributes")
    reading = read(make_source(), QUEUES)
    assert [asset.name for asset in reading.assets] == ["wachtrij"]
    assert {gap.asset_id for gap in reading.gaps} == {reading.assets[0].asset_id}
    assert reading.outcome.permission == "sqs:GetQueueAttributes"
