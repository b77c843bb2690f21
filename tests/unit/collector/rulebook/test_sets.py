"""Whatever was judged before in a set, each asset gets what judging it by itself gives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collector.rulebook.sets import SetJudge
from collector.store.base import Held, Rejudged
from tests.contract.editions import LONDON, moved, rules
from tests.contract.reporting import bucket, classified
from tests.unit.policy.strategies import ASSETS
from wolkenzicht import wire
from wolkenzicht.model import Asset, Declarations, Holds

RULES = rules(moved((LONDON, "IE")))
#: Shared by all tests here: it has judged others before.
WARM = SetJudge(RULES, "rws-aws")

THERE = bucket("daar", "eu-west-1", "us-east-1", tags=(("team", "een"),))


def held(asset: Asset, *, under_new: bool = False) -> Held:
    """An asset as it is kept, with the verdict of the packaged rules or of the new ones."""
    message = classified(asset)
    if under_new:
        message = wire.encode_classified(asset, RULES.policy.classify(asset))
    return Held(7, message.fingerprint, message.SerializeToString(), has_findings=False)


def told(judged: list[Rejudged]) -> list[object]:
    """What became of assets, in a form that compares."""
    return [
        (each.asset_no, each.known.SerializeToString(deterministic=True), each.drafts, each.differs,
         each.message is None)
        for each in judged
    ]  # fmt: skip


@given(st.lists(st.tuples(ASSETS, st.booleans()), min_size=1, max_size=3))
def test_what_was_judged_before_makes_no_difference(assets: list[tuple[Asset, bool]]) -> None:
    """A judgement that is shared is the one that judging anew gives, in messages and in findings."""
    kept = [held(asset, under_new=under_new) for asset, under_new in assets]
    expected = [told(SetJudge(RULES, "rws-aws").judge([each]).assets) for each in kept]
    assert [told(WARM.judge([each]).assets) for each in kept] == expected
    assert told(WARM.judge(kept).assets) == [each for one in expected for each in one]


def test_an_asset_alike_is_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name, evidence and tags that nothing reads do not matter, and what is kept right stays."""
    judge = SetJudge(RULES, "rws-aws")
    first = judge.judge([held(THERE, under_new=True)]).assets
    other = replace(THERE, asset_id="arn:aws:s3:::elders", name="elders", tags=(("team", "twee"),))
    message = held(other, under_new=True)
    monkeypatch.setattr(wire, "decode_asset", lambda _: pytest.fail("decoded"))

    [again] = judge.judge([message]).assets

    assert again.known.asset.asset_id == other.asset_id
    assert (again.message, again.differs) == (None, False)
    assert again.drafts == first[0].drafts != ()


@pytest.mark.parametrize(
    "change",
    [
        {"holds": Holds.METADATA},
        {"declarations": Declarations(personal_data="ja")},
        {"tags": (("persoonsgegevens", "ja"),)},
        {"tags": (("tbb", "1"),)},
        {"tags": (("materieel", "ja"),)},
    ],
)
def test_what_findings_read_tells_assets_apart(change: dict[str, object]) -> None:
    """Findings are never taken from an asset that differs in what they are made of."""
    judge = SetJudge(RULES, "rws-aws")
    judge.judge([held(THERE, under_new=True)])
    changed = replace(THERE, **change)  # type: ignore[arg-type]  # fields by name

    found = judge.judge([held(changed, under_new=True)]).assets

    assert told(found) == told(SetJudge(RULES, "rws-aws").judge([held(changed, under_new=True)]).assets)
    drafts = [each.drafts for each in found]
    assert drafts != [each.drafts for each in judge.judge([held(THERE, under_new=True)]).assets]


def test_a_moment_that_is_none_makes_an_asset_unreadable() -> None:
    """A creation time that no calendar has is told, and the rest of the set goes on."""
    broken = classified(replace(THERE, created=datetime(2026, 1, 1, tzinfo=UTC)))
    broken.asset.create_time.seconds = 10**15
    record = Held(8, broken.fingerprint, broken.SerializeToString(), has_findings=True)

    judged = SetJudge(RULES, "rws-aws").judge([record, held(THERE)])

    assert judged.unreadable == [8]
    assert [each.asset_no for each in judged.assets] == [7]
