"""An explanation of a day is about the version that held on it, by the rules of it or of today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from collector.identity.peer import Peer
from collector.query.answers import Answers
from collector.query.as_of import version_on
from collector.query.errors import BadQueryError, NotFoundError
from collector.rulebook.in_force import InForce
from collector.store.base import AssetRow, Store
from policy import rule_book
from policy.rule_book import RuleBook
from policy.ruleset import packaged_contents
from tests.askers import estate
from tests.askers.rules import rules
from wolkenzicht.v1 import overview_service_pb2 as wire
from wolkenzicht.v1.asset_pb2 import Asset, ClassifiedAsset

CIO_RIJK = Peer("asker", "1", "", "", "cio_rijk", "ann", datetime.max.replace(tzinfo=UTC), "ipv4:x")


def noon(day: int) -> datetime:
    """Noon of a day in November."""
    return datetime(2026, 11, day, 12, tzinfo=UTC)


def row(first: datetime, last: datetime, removed: datetime | None = None, tenant: str = "t") -> AssetRow:
    """A row of the store; of a version, with the time that it held."""
    record = ClassifiedAsset(asset=Asset(asset_id="x"))
    return AssetRow(record, tenant, "bzk", first, last, None, removed)


#: Changed on the 5th, twice on the 8th, vanished on the 10th, seen again on the 15th.
VERSIONS = [
    row(noon(8) + timedelta(hours=1), noon(10), noon(10)),
    row(noon(8), noon(8) + timedelta(hours=1)),
    row(noon(5), noon(8)),
    row(noon(1), noon(5)),
]
PRESENT = row(noon(15), noon(20))


@pytest.mark.parametrize(
    ("day", "since", "until"),
    [
        (1, noon(1), noon(5)),
        (4, noon(1), noon(5)),
        (5, noon(5), noon(8)),
        (8, noon(8) + timedelta(hours=1), noon(10)),
        (10, noon(8) + timedelta(hours=1), noon(10)),
        (15, noon(15), None),
        (30, noon(15), None),
    ],
)
def test_the_last_version_that_held_on_the_day_counts(
    day: int, since: datetime, until: datetime | None
) -> None:
    """Also on the day that it began, or on which it vanished."""
    held = version_on(PRESENT, VERSIONS, date(2026, 11, day))
    assert (held.since, held.until) == (since, until)


def test_an_asset_that_changed_holds_since_its_last_change() -> None:
    """The present version begins where the last one ended, not when the asset was first seen."""
    present = row(noon(1), noon(20))
    held = version_on(present, [row(noon(1), noon(5))], date(2026, 11, 6))
    assert (held.since, held.until) == (noon(5), None)
    other = [row(noon(3), noon(7), noon(7), tenant="other")]
    assert version_on(present, other, date(2026, 11, 20)).since == noon(1)


def test_the_last_days_of_the_calendar_hold_what_is_known_now() -> None:
    """A day without a next one can be asked for."""
    assert version_on(PRESENT, VERSIONS, date.max).until is None


@pytest.mark.parametrize(
    ("present", "day", "expected"),
    [
        (PRESENT, date(2026, 10, 31), "was not known on 2026-10-31; it was first seen on 2026-11-01"),
        (
            PRESENT,
            date(2026, 11, 11),
            "was not there on 2026-11-11: it had vanished on 2026-11-10 and was seen again on 2026-11-15",
        ),
        (
            replace(PRESENT, removed=noon(10)),
            date(2026, 11, 30),
            "was not there on 2026-11-30: it had vanished on 2026-11-10; ask for a day that it was there",
        ),
    ],
)
def test_a_day_without_a_version_says_when_there_was_one(present: AssetRow, day: date, expected: str) -> None:
    """Not known yet and vanished are two things."""
    with pytest.raises(NotFoundError) as caught:
        version_on(present, VERSIONS, day)
    assert expected in str(caught.value)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The estate."""
    with estate.standing(tmp_path / "estate.db") as built:
        yield built


@pytest.fixture
def answers(store: Store) -> Answers:
    """Answers on the day that the facts carry."""
    return Answers(store.reading, store.registry, rules())


def asked(
    asset: str, as_of: str, *, todays_rules: bool = False, known_at: str = ""
) -> wire.ExplainAssetRequest:
    """The question, in Dutch."""
    return wire.ExplainAssetRequest(
        asset_id=asset,
        as_of=as_of,
        language=wire.LANGUAGE_NL,
        todays_rules=todays_rules,
        known_at=known_at,
    )


def test_todays_rules_on_the_estate_of_a_day(answers: Answers) -> None:
    """The first step says both days; the version is that of the day, the rules are those in force."""
    then = answers.explanation(CIO_RIJK, asked(estate.COPIES, "2026-11-20", todays_rules=True))
    assert (then.steps[0].rule, then.steps[0].statement) == (
        "rules.todays",
        (
            "volgens de regels en gegevens van 2026-11-22 (RCB2026), op het middel zoals het op 2026-11-20 "
            "was: de versie die gold van 2026-11-20 06:00 UTC tot 2026-11-22 06:00 UTC"
        ),
    )
    assert then.asset.classified.verdict.policy_version == rule_book.packaged().base.version
    assert [each.location for each in then.asset.classified.asset.locations] == ["eu-west-1"]


def test_the_day_that_was_asked_is_named_though_nothing_changed_since_another(answers: Answers) -> None:
    """Two days without a change between share a policy, whose own day may be an earlier one."""
    answer = answers.explanation(CIO_RIJK, asked(estate.COPIES, "2026-11-21"))
    assert "van 2026-11-21 (RCB2026), op het middel zoals het op 2026-11-21 was" in answer.steps[0].statement
    assert {fact.as_at for step in answer.steps for fact in step.facts} == {"2026-11-21"}


def test_an_earlier_version_does_not_say_how_its_scope_is_seen_now(answers: Answers) -> None:
    """What the last look at the scope was says nothing about that day."""
    steps = [
        answers.explanation(CIO_RIJK, asked(estate.COPIES, day)).steps[-1].rule
        for day in ("2026-11-21", "2026-11-22")
    ]
    assert steps == ["coverage.earlier", "coverage.complete"]


def test_an_asset_that_vanished_can_be_asked_for_on_a_day_that_it_was_there(answers: Answers) -> None:
    """On the day that it vanished, and not after it."""
    answer = answers.explanation(CIO_RIJK, asked(estate.OLD, "2026-11-22"))
    assert answer.asset.HasField("remove_time")
    with pytest.raises(NotFoundError, match="it had vanished on 2026-11-22; ask for a day that it was there"):
        answers.explanation(CIO_RIJK, asked(estate.OLD, "2026-11-23"))


def test_an_explanation_goes_as_far_as_was_known_then(answers: Answers) -> None:
    """The version, the look at its scope and the rules are those of then; the first step says both times."""
    then = answers.explanation(CIO_RIJK, asked(estate.COPIES, "2026-11-20", known_at="2026-11-21T12:00:00Z"))
    assert [each.location for each in then.asset.classified.asset.locations] == ["eu-west-1"]
    assert (then.steps[0].rule, then.steps[0].statement) == (
        "rules.known_at",
        (
            "volgens de regels en gegevens van 2026-11-20 (RCB2026), op het middel zoals het op 2026-11-20 "
            "23:59 UTC was, voor zover dat op 2026-11-21 12:00 UTC bekend was"
        ),
    )
    assert then.times.known_at_time.ToDatetime(UTC) == datetime(2026, 11, 21, 12, tzinfo=UTC)
    late = answers.explanation(CIO_RIJK, asked(estate.COPIES, "", known_at="2026-11-22T08:00:00Z"))
    assert [each.location for each in late.asset.classified.asset.locations] != ["eu-west-1"]
    assert late.steps[-1].rule == "coverage.complete"


def test_what_was_known_is_judged_by_todays_rules_where_asked(answers: Answers) -> None:
    """With known_at alone too."""
    question = asked(estate.COPIES, "", todays_rules=True, known_at="2026-11-20T12:00:00Z")
    answer = answers.explanation(CIO_RIJK, question)
    assert "regels en gegevens van 2026-11-22 " in answer.steps[0].statement
    assert answer.asset.classified.verdict.policy_version == rule_book.packaged().base.version


def test_what_was_not_known_is_refused_by_the_field(answers: Answers) -> None:
    """Known before it was so, and before anything was."""
    with pytest.raises(BadQueryError, match=r"^known_at: 2026-11-20 12:00 UTC lies before as_of"):
        answers.explanation(CIO_RIJK, asked(estate.COPIES, "2026-11-21", known_at="2026-11-20T12:00:00Z"))
    with pytest.raises(BadQueryError, match=r"^known_at: .* lies before the first record"):
        answers.explanation(CIO_RIJK, asked(estate.COPIES, "", known_at="2026-01-01"))


def test_todays_rules_need_a_day(answers: Answers) -> None:
    """Without one nothing would differ from what is asked always."""
    with pytest.raises(
        BadQueryError, match="todays_rules: needs as_of; give the day whose estate you ask for"
    ):
        answers.explanation(CIO_RIJK, asked(estate.COPIES, "", todays_rules=True))


def test_an_estate_before_the_first_rule_set_can_be_judged_by_todays_rules(answers: Answers) -> None:
    """There were no rules then; whether the asset was known is another question."""
    with pytest.raises(BadQueryError, match="as_of: no rule set was in force on 2022-01-01"):
        answers.explanation(CIO_RIJK, asked(estate.COPIES, "2022-01-01"))
    with pytest.raises(NotFoundError, match="was not known on 2022-01-01"):
        answers.explanation(CIO_RIJK, asked(estate.COPIES, "2022-01-01", todays_rules=True))


def test_what_lies_outside_the_sight_is_not_found_on_any_day(answers: Answers) -> None:
    """A day does not widen what an asker may see."""
    fin = Peer("asker", "1", "", "fin", "department", "bob", datetime.max.replace(tzinfo=UTC), "ipv4:x")
    with pytest.raises(NotFoundError, match="within your sight"):
        answers.explanation(fin, asked(estate.COPIES, "2026-11-21"))


def test_departments_rules_count_in_answers(store: Store) -> None:
    """For the department and the bodies below it, as the tree of organisations stands."""
    page = Path(__file__).resolve().parents[4] / "docs" / "rules-of-departments.md"
    sample = page.read_text().split("```toml\n")[1].split("```")[0]
    book = RuleBook({**packaged_contents(), "departments/bzk.toml": sample.encode()})
    moment = datetime.combine(book.base.settings.as_at, time(12), UTC)
    answers = Answers(store.reading, store.registry, InForce(book, lambda: moment))
    told = {
        asset: "department.bzk" in [each.rule for each in answers.explanation(CIO_RIJK, question).steps]
        for asset in (estate.COPIES, estate.REGISTER, estate.TAX)
        for question in [asked(asset, "")]
    }
    assert told == {estate.COPIES: True, estate.REGISTER: True, estate.TAX: False}
