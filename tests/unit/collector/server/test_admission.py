"""Which streams are open, and when agents that are sent away come back."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import grpc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.identity.peer import Gate, Peer
from collector.server import admission
from collector.server.admission import LONGEST_SECONDS, Appointments, Cut, Streams
from collector.server.metrics import Metrics
from collector.store.base import Store
from collector.store.closing import closing
from collector.store.sqlite import open_store
from wolkenzicht import reasons

FAR = datetime(2099, 1, 1, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A store that knows no certificate."""
    with closing(open_store(tmp_path / "s.db", create=True)) as opened:
        yield opened


def streams(store: Store, most: int) -> Streams:
    """No stream open yet."""
    return Streams(Gate(store.registry), Metrics(), most)


def peer(tenant: str) -> Peer:
    """An agent of a tenant."""
    return Peer("agent", f"serial-{tenant}", tenant, "", "", tenant, FAR, "ipv4:127.0.0.1:1")


@given(
    st.integers(1, 3_000),
    st.floats(1, 1_000),
    st.floats(0, 60),
)
def test_those_sent_away_at_once_come_back_one_by_one(agents: int, rate: float, shortest: float) -> None:
    """In no second come more than the rate, none comes early, and none waits beyond the bound."""
    appointments = Appointments(rate, lambda: 1_000.0)

    told = [appointments.after(shortest) for _ in range(agents)]

    within = [each for each in told if each < LONGEST_SECONDS]
    assert all(shortest <= each <= LONGEST_SECONDS for each in told)
    assert max(Counter(int(each - shortest) for each in within).values(), default=0) <= rate + 2
    assert told == sorted(told)


def test_time_that_passed_counts() -> None:
    """Who comes when all others are back is asked to wait no longer than the shortest."""
    now = [0.0]
    appointments = Appointments(10.0, lambda: now[0])
    for _ in range(100):
        appointments.after()
    assert appointments.after() == pytest.approx(10.0)
    now[0] = 60.0

    assert appointments.after(5.0) == 5.0


def test_so_many_streams_and_no_more(store: Store) -> None:
    """Beyond the bound a stream is refused with a time, and there is room again when one ends."""

    async def work() -> tuple[Cut | None, Cut | None, Cut | None]:
        opened = streams(store, 2)
        with opened.admitted(peer("a")):
            free = opened.refusal("b")
            with opened.admitted(peer("b")):
                full = opened.refusal("c")
            again = opened.refusal("c")
        return free, full, again

    free, full, again = asyncio.run(work())

    assert free is again is None
    assert full is not None
    assert (full.code, full.reason) == (grpc.StatusCode.RESOURCE_EXHAUSTED, reasons.COLLECTOR_FULL)
    assert full.retry_after == admission.FULL_SECONDS
    assert "[limits] streams" in full.message


def test_one_tenant_does_not_take_all_places(store: Store) -> None:
    """Its ninth stream is refused while others are welcome."""

    async def work() -> tuple[Cut | None, Cut | None]:
        opened = streams(store, 100)
        held = [opened.admitted(peer("greedy")) for _ in range(admission.TENANT_STREAMS)]
        for each in held:
            each.__enter__()
        return opened.refusal("greedy"), opened.refusal("other")

    refused, welcome = asyncio.run(work())

    assert welcome is None
    assert refused is not None
    assert "of tenant greedy" in refused.message


def test_a_spool_has_one_stream(store: Store) -> None:
    """The older stream of the same spool ends; another spool and another tenant's go on."""

    async def work() -> list[str | None]:
        opened = streams(store, 100)
        with (
            opened.admitted(peer("a")) as old,
            opened.admitted(peer("a")) as beside,
            opened.admitted(peer("b")) as foreign,
            opened.admitted(peer("a")) as new,
        ):
            for each, spool in ((old, "s"), (beside, "t"), (foreign, "s"), (new, "s")):
                opened.supersede(each, spool)
            ends = [each.cut.result() if each.cut.done() else None for each in (old, beside, foreign, new)]
            return [each.reason if each else None for each in ends]

    assert asyncio.run(work()) == [reasons.SUPERSEDED, None, None, None]


def test_a_collector_that_stops_sends_all_away_spread(store: Store) -> None:
    """Each is told another moment, and who comes after them is sent away too."""

    async def work() -> tuple[list[Cut | None], Cut | None]:
        opened = streams(store, 1_000)
        held = [opened.admitted(peer(f"t{number}")) for number in range(500)]
        async with opened:
            admitted = [each.__enter__() for each in held]
        return [each.cut.result() for each in admitted], opened.refusal("late")

    cuts, late = asyncio.run(work())

    told = [each.retry_after for each in cuts if each and each.retry_after is not None]
    assert {each.reason for each in (*cuts, late) if each} == {reasons.COLLECTOR_STOPPING}
    assert len(told) == len(set(told)) == 500
    assert max(told) == pytest.approx(499 / admission.BACK_PER_SECOND, abs=0.5)


def test_an_evicted_peer_is_noticed_though_it_is_silent(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The registry is asked for all open streams together; what it does not know ends."""
    monkeypatch.setattr(admission, "CACHE_SECONDS", 0.01)

    async def work() -> Cut | None:
        opened = streams(store, 10)
        with opened.admitted(peer("gone")) as admitted:
            async with opened:
                return await asyncio.wait_for(admitted.cut, 60)

    cut = asyncio.run(work())

    assert cut is not None
    assert cut.denial is not None
    assert cut.reason == reasons.CERTIFICATE_UNKNOWN
