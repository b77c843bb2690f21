"""A question about the past is about a day or a moment that something is known of, and says which."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from collector.identity.peer import Peer
from collector.query.answers import Answers
from collector.query.errors import BadQueryError, NotFoundError
from collector.rulebook.in_force import InForce
from collector.store.base import Store
from policy import rule_book
from tests.askers import estate
from wolkenzicht.v1 import overview_service_pb2 as wire

CIO_RIJK = Peer("asker", "1", "", "", "cio_rijk", "ann", datetime.max.replace(tzinfo=UTC), "ipv4:x")
NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The estate: first seen on the 20th, looked at again on the 22nd."""
    with estate.standing(tmp_path_factory.mktemp("store") / "estate.db") as built:
        yield built


@pytest.fixture
def answers(store: Store) -> Answers:
    """What the collector answers on the 24th."""
    return Answers(store.reading, store.registry, InForce(rule_book.packaged(), lambda: NOW))


def overview(answers: Answers, as_of: str = "", known_at: str = "") -> wire.GetOverviewResponse:
    """The counts of a time."""
    past = wire.Past(as_of=as_of, known_at=known_at)
    return answers.overview(CIO_RIJK, wire.GetOverviewRequest(past=past))


@pytest.mark.parametrize(
    ("as_of", "known_at", "told"),
    [
        ("2026-11-20", "", ("2026-11-20T23:59:59.999999Z", "2026-11-24T10:00:00Z")),
        ("2026-11-24", "", ("2026-11-24T10:00:00Z", "2026-11-24T10:00:00Z")),
        ("", "2026-11-21", ("2026-11-21T23:59:59.999999Z", "2026-11-21T23:59:59.999999Z")),
        ("2026-11-20T08:00:00+01:00", "2026-11-22", ("2026-11-20T07:00:00Z", "2026-11-22T23:59:59.999999Z")),
    ],
)
def test_an_answer_says_of_when_it_is(
    answers: Answers, as_of: str, known_at: str, told: tuple[str, str]
) -> None:
    """A day is its end, in UTC; what is left out is now, or what was so when it was known."""
    times = overview(answers, as_of, known_at).times
    assert (times.as_of_time.ToJsonString(), times.known_at_time.ToJsonString()) == told


def test_the_present_says_no_times(answers: Answers) -> None:
    """Without a time the answer is about now."""
    assert not overview(answers).HasField("times")


@pytest.mark.parametrize(
    ("as_of", "known_at", "reason"),
    [
        ("2026-11-25", "", "past.as_of: 2026-11-25 23:59 UTC is still to come; leave it out for the present"),
        ("", "2027-01-01T00:00:00Z", "past.known_at: 2027-01-01 00:00 UTC is still to come"),
        ("2026-11-22", "2026-11-21", "past.known_at: 2026-11-21 23:59 UTC lies before as_of"),
        (
            "2026-11-19",
            "",
            "past.as_of: 2026-11-19 23:59 UTC lies before the first record, of 2026-11-20 06:00",
        ),
        ("", "1999-01-01", "past.known_at: 1999-01-01 23:59 UTC lies before the first record"),
        ("yesterday", "", "past.as_of: 'yesterday' is no time; write 2026-07-02 or 2026-07-02T06:00:00Z"),
        ("2026-11-20T06:00:00", "", "past.as_of: '2026-11-20T06:00:00' has no offset"),
    ],
)
def test_a_time_of_which_nothing_is_known_is_refused(
    answers: Answers, as_of: str, known_at: str, reason: str
) -> None:
    """The answer says what is wrong with it and what to do."""
    with pytest.raises(BadQueryError) as refused:
        overview(answers, as_of, known_at)
    assert str(refused.value).startswith(reason)


def test_an_asset_is_shown_as_it_was(answers: Answers) -> None:
    """What vanished since is there; what came later is not."""
    past = wire.Past(as_of="2026-11-20")
    answer = answers.asset(CIO_RIJK, wire.GetAssetRequest(asset_id=estate.OLD, past=past))
    assert not answer.asset.HasField("remove_time")
    now = answers.asset(CIO_RIJK, wire.GetAssetRequest(asset_id=estate.OLD))
    assert now.asset.HasField("remove_time")
    early = wire.Past(as_of="2026-11-20T06:00:00Z", known_at="2026-11-20T06:00:00Z")
    later = [
        each.classified.asset.asset_id for each in answers.assets(CIO_RIJK, wire.ListAssetsRequest()).items
    ]
    then = answers.assets(CIO_RIJK, wire.ListAssetsRequest(past=early)).items
    [new, *_] = sorted(set(later) - {each.classified.asset.asset_id for each in then})
    with pytest.raises(NotFoundError, match="on 2026-11-20 06:00 UTC"):
        answers.asset(CIO_RIJK, wire.GetAssetRequest(asset_id=new, past=early))


def test_completeness_is_that_of_then(answers: Answers) -> None:
    """How much had been seen by then stands beside the count, not how much is seen now."""
    then, now = overview(answers, "2026-11-20").completeness, overview(answers).completeness
    assert then.oldest_look_time.ToDatetime(UTC) == estate.FIRST
    assert then.scopes_planned <= now.scopes_planned
    assert then.scopes_planned == then.scopes_complete + then.scopes_blind
