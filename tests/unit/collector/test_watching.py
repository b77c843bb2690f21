"""The limits of sight that a configuration sets, and the look that is taken again and again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from collector.store.base import LimitsOf, SightLimits
from collector.watching.look import SightWatch
from tests.unit.collector.test_config import fault, load
from wolkenzicht.errors import StorageError

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
HEAD = 'data = "d"\n'


def test_limits_are_those_of_all_but_where_a_tenant_has_its_own(tmp_path: Path) -> None:
    """What a tenant's table leaves out is as for all."""
    assert load(tmp_path, HEAD).sight.limits_of("any") == SightLimits(
        timedelta(hours=24), timedelta(days=7), timedelta(hours=48)
    )
    own = '[sight]\nsilent = "6h"\n[[sight.tenant]]\ntenant = "odc"\nsilent = "40d"\n'
    sight = load(tmp_path, HEAD + own).sight
    assert sight.limits_of("odc") == SightLimits(timedelta(days=40), timedelta(days=7), timedelta(hours=48))
    assert sight.limits_of("aws") == SightLimits(timedelta(hours=6), timedelta(days=7), timedelta(hours=48))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[sight]\nsilent = "soon"\n', '\'soon\': write a length of time, such as "36h" or "7d"'),
        ('[sight]\ninventory = "1s"\n', "'1s': write a length of time from 1m to 3660d"),
        ('[sight]\nnever_reported = "9999d"\n', "'9999d': write a length of time from 1m"),
        ('[[sight.tenant]]\ntenant = ""\n', "is empty; write the tenant that these limits are of"),
        ('[[sight.tenant]]\ntenant = "t"\nsilent = "x"\n', "'x': write a length of time"),
        (
            '[[sight.tenant]]\ntenant = "t"\n[[sight.tenant]]\ntenant = "t"\n',
            "'t': has two tables; keep one of them",
        ),
    ],
)
def test_a_wrong_limit_is_told_with_its_key(tmp_path: Path, text: str, expected: str) -> None:
    """And what to write instead."""
    assert expected in fault(tmp_path, HEAD + text)


class Looks:
    """Counts looks: the first fails as a store that is away does, the second finds something."""

    def __init__(self) -> None:
        self.ups: list[datetime] = []
        self.enough = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def look(self, limits_of: LimitsOf, now: datetime, up_since: datetime) -> int:
        """The next look."""
        assert limits_of("any") == SightLimits()
        assert now >= up_since
        self.ups.append(up_since)
        if len(self.ups) == 1:
            raise StorageError("the store is away")
        if len(self.ups) > 2:
            self._loop.call_soon_threadsafe(self.enough.set)
        return int(len(self.ups) == 2)


def test_it_looks_on_after_a_failure_and_tells_of_news() -> None:
    """The moment that it is up since stays that of its start."""

    async def run() -> None:
        moments = (NOW + timedelta(seconds=number) for number in range(1000))
        looks, news = Looks(), list[str]()
        watch = SightWatch(
            looks,
            lambda _: SightLimits(),
            lambda: next(moments),
            lambda: news.append("n"),
            look_seconds=0.001,
        )
        watch.start()
        await asyncio.wait_for(looks.enough.wait(), 60)
        await watch.stop()
        assert set(looks.ups) == {NOW}
        assert news == ["n"]

    asyncio.run(run())
