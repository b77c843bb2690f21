"""How accounts stand reaches the spool before the plan, in small frames, and is whole only where all told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Gap, ReadError
from tests.servers.scripted_source import ScriptedSource, scope
from tests.unit.agent.test_scan import Bench, kinds
from wolkenzicht.model import AccountStanding, AccountState, Outcome
from wolkenzicht.standings import decode_standings, encode_standings
from wolkenzicht.transport import MAX_FRAME_BYTES
from wolkenzicht.v1.account_pb2 import AccountStandings

REGIONS = tuple(f"eu-west-{number}" for number in range(1, 18))
ONE = AccountStanding("111122223333", "aws", AccountState.ACTIVE, REGIONS, ("af-south-1",))
TWO = AccountStanding("444455556666", "aws", AccountState.SUSPENDED)

names = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=12)
standings = st.lists(
    st.builds(
        AccountStanding,
        names,
        names,
        st.sampled_from(AccountState),
        st.lists(names, max_size=3).map(tuple),
        st.lists(names, max_size=3).map(tuple),
    ),
    min_size=1,
    max_size=20,
)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A bench that is cleared away."""
    made = Bench(tmp_path)
    yield made
    made.spool.close()


def told(bench: Bench) -> list[AccountStandings]:
    """The frames about accounts in the spool."""
    return [each.account_standings for each in bench.frames() if each.HasField("account_standings")]


@given(standings=standings, whole=st.booleans())
def test_standings_come_out_as_they_went_in(standings: list[AccountStanding], *, whole: bool) -> None:
    """Whatever the names; the last frame says whether there are more accounts."""
    frames = list(encode_standings(standings, whole=whole))

    assert [each for frame in frames for each in decode_standings(frame)] == standings
    assert [frame.last for frame in frames] == [*[False] * (len(frames) - 1), whole]


def test_thousands_of_accounts_share_their_regions() -> None:
    """Ten thousand accounts with the same regions fit into a few small frames."""
    accounts = [
        AccountStanding(f"{number:012}", "aws", AccountState.ACTIVE, REGIONS, ("af-south-1",))
        for number in range(10_000)
    ]
    frames = list(encode_standings(accounts, whole=True))

    assert [len(frame.region_sets) for frame in frames] == [2] * len(frames)
    assert max(frame.ByteSize() for frame in frames) < MAX_FRAME_BYTES
    assert sum(frame.ByteSize() for frame in frames) < 300_000


def test_standings_are_spooled_before_the_plan(bench: Bench) -> None:
    """So a scan that is resumed, which is one whose plan was spooled, has told them."""
    bench.scan(ScriptedSource({scope("a"): []}, standings=[ONE, TWO])).run()

    assert kinds(bench.frames()) == [
        "scan_start",
        "account_standings",
        "scan_plan",
        "scope_outcome",
        "scan_end",
    ]
    [frame] = told(bench)
    assert (decode_standings(frame), frame.last) == ([ONE, TWO], True)


def test_a_source_whose_plan_failed_is_not_asked(bench: Bench) -> None:
    """It would tell of an earlier plan; and without it nobody may be taken for gone."""
    refused = ReadError(Gap(Outcome.FAILED, "credentials are refused"))
    bench.scan(
        ScriptedSource({scope("a"): []}, standings=[ONE]),
        ScriptedSource({}, connector="azure", plan_error=refused, standings=[TWO]),
    ).run()

    [frame] = told(bench)
    assert (decode_standings(frame), frame.last) == ([ONE], False)


class Untelling(ScriptedSource):
    """A source that breaks off while it tells how its accounts stand."""

    def standings(self) -> Iterator[AccountStanding]:
        """One account, then a defect."""
        yield ONE
        raise ZeroDivisionError("division by zero")


def test_a_source_that_breaks_off_costs_no_scan(bench: Bench) -> None:
    """What it told is kept, and is not taken for all there is."""
    result = bench.scan(Untelling({scope("a"): []})).run()

    assert (result.scopes, result.blind) == (1, 0)
    [frame] = told(bench)
    assert (decode_standings(frame), frame.last) == ([ONE], False)
