"""The rule of retention, the work by it, and what is answered of months that were thinned out."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from collector.config import RetentionConfig
from collector.query.past import encoded, times_asked
from collector.retention.rule import OFF, months_of, whole_since
from collector.retention.thinning import Thinning
from collector.server.metrics import THINNED, Metrics
from collector.server.writer import Writer
from collector.store.base import Reading, Sight
from tests.askers import estate
from wolkenzicht.v1 import overview_service_pb2 as wire

NOW = datetime(2029, 3, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(("period", "months"), [("2y", 24), ("18m", 18), ("1m", 1)])
def test_a_period_is_years_or_months(period: str, months: int) -> None:
    """As it is written in the configuration."""
    assert months_of(period) == months


def test_two_years_are_kept_whole_unless_told_otherwise() -> None:
    """Another period, or for ever."""
    assert RetentionConfig().full == "2y"
    assert RetentionConfig("off").full == OFF
    with pytest.raises(ValueError, match='or "off"'):
        RetentionConfig("")


def test_where_all_is_kept_nothing_is_looked_for(tmp_path: Path) -> None:
    """However old it is."""

    async def begun() -> None:
        writer = Writer(store.ingest, lambda: NOW, Metrics())
        work = Thinning(store.retention, writer, Metrics(), lambda: NOW, OFF, look_seconds=0.01)
        work.start()
        await asyncio.sleep(0.2)
        await work.stop()

    with estate.standing(tmp_path / "estate.db") as store:
        assert store.retention.preview(whole_since("1y", NOW))
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, begun()).result()
        assert store.retention.thinned() == []


@pytest.mark.parametrize("period", ["", "2", "0y", "-1m", "2 years", "1.5y", "99999m"])
def test_what_is_no_period_is_refused(period: str) -> None:
    """With what may be written."""
    with pytest.raises(ValueError, match='write years or months, such as "2y"'):
        months_of(period)


@pytest.mark.parametrize(
    ("period", "since"),
    [("2y", "2027-03-01"), ("3m", "2028-12-01"), ("9999y", "0001-01-01")],
)
def test_whole_months_are_kept(period: str, since: str) -> None:
    """All of the month in which the period begins."""
    assert whole_since(period, NOW) == datetime.fromisoformat(f"{since}T00:00:00Z")


class Kept:
    """What the read side says of thinning."""

    def first_record(self, _sight: Sight) -> datetime:
        """Long ago."""
        return datetime(2026, 1, 1, tzinfo=UTC)

    def thinned_until(self, _sight: Sight) -> datetime:
        """Two years ago."""
        return datetime(2027, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("as_of", "known_at", "told"),
    [
        ("2026-12-05", "", ("2026-12-31T23:59:59.999999Z", "2029-03-15T12:00:00Z", True)),
        ("2026-12-05", "2026-12-06", ("2026-12-31T23:59:59.999999Z", "2026-12-31T23:59:59.999999Z", True)),
        ("2027-03-01", "", ("2027-03-01T23:59:59.999999Z", "2029-03-15T12:00:00Z", False)),
    ],
)
def test_a_day_of_a_month_that_was_thinned_out_is_answered_by_its_end(
    as_of: str, known_at: str, told: tuple[str, str, bool]
) -> None:
    """And the answer says so."""
    asked = wire.Past(as_of=as_of, known_at=known_at)
    times = encoded(times_asked(asked, cast("Reading", Kept()), Sight(None), NOW))
    assert times is not None
    assert (times.as_of_time.ToJsonString(), times.known_at_time.ToJsonString(), times.month_end) == told


def test_the_collector_thins_out_by_itself(tmp_path: Path) -> None:
    """A month that is due is done within the writer's gaps, recorded and counted."""

    async def thinned() -> Metrics:
        metrics = Metrics()
        writer = Writer(store.ingest, lambda: NOW, metrics)
        writer.start()
        work = Thinning(store.retention, writer, metrics, lambda: NOW, "1y")
        work.start()
        while not store.retention.thinned() or store.retention.due(NOW - timedelta(days=366)):  # noqa: ASYNC110  # the store has no events
            await asyncio.sleep(0.02)
        await work.stop()
        await writer.stop()
        return metrics

    with estate.standing(tmp_path / "estate.db") as store:
        told = store.retention.preview(whole_since("1y", NOW))
        with ThreadPoolExecutor(1) as thread:
            metrics = thread.submit(asyncio.run, asyncio.wait_for(thinned(), 30)).result()
        done = [(each.tenant, each.month, each.versions) for each in store.retention.thinned()]
        assert done == [(each.tenant, each.month, each.versions) for each in told]
        [first, *_] = told
        value = metrics.registry.get_sample_value(THINNED, {"tenant": first.tenant})
        assert value == sum(each.versions for each in told if each.tenant == first.tenant)
