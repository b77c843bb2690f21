"""An edition of rules gives one policy for all days between two changes, and changes with the facts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from policy import change_days, rule_book
from policy.rule_book import RuleBook
from policy.ruleset import load, packaged_contents
from wolkenzicht.errors import ConfigurationError

#: The day before the Herziening is the last of RCB2022.
LAST_OF_2022 = date(2026, 7, 2)


@pytest.fixture(scope="module")
def book() -> RuleBook:
    """The packaged edition."""
    return rule_book.packaged()


def test_days_between_two_changes_have_one_policy_with_one_version(book: RuleBook) -> None:
    """Nothing changes between two days of change, so one policy serves."""
    days = change_days.change_days(packaged_contents())
    since = change_days.latest(days, LAST_OF_2022)
    assert since < LAST_OF_2022
    assert book.on(LAST_OF_2022) is book.on(since)


def test_the_day_that_the_facts_carry_stands_for_the_days_after_it_without_a_change(book: RuleBook) -> None:
    """A later day without a change has the version without a date."""
    as_at = book.base.settings.as_at
    assert book.on(as_at + timedelta(days=1)).version == book.base.version
    assert "@" not in book.base.version


def test_a_change_makes_another_version(book: RuleBook) -> None:
    """On the day of a change the version is another."""
    assert book.on(LAST_OF_2022).version != book.on(LAST_OF_2022 + timedelta(days=1)).version
    assert book.on(LAST_OF_2022).version.startswith("RCB2022/")


def test_before_the_first_rule_set_there_is_none_and_the_day_asked_for_is_named(book: RuleBook) -> None:
    """The error names the day that was asked for."""
    with pytest.raises(ConfigurationError, match="no rule set was in force on 2020-05-04"):
        book.on(date(2020, 5, 4))


def test_a_rule_set_can_be_asked_for_by_name_on_a_later_day(book: RuleBook) -> None:
    """Earlier rules can be applied with later facts."""
    assert book.on(date(2026, 11, 1), name="RCB2022").settings.name == "RCB2022"


def test_days_of_change_are_first_days_and_days_after_the_last() -> None:
    """Both ends of a period count, in rows and tables; other files do not."""
    contents = {
        "a.csv": b"code,valid_from,valid_until\nNL,2026-01-01,\nBE,,2026-02-28\n",
        "b.toml": b'[[duty]]\nid = "x"\nvalid_from = 2026-03-01\nvalid_until = 9999-12-31\n',
        "README.md": b"valid_from 2026-04-01",
    }
    assert change_days.change_days(contents) == (date(2026, 1, 1), date(2026, 3, 1))


def test_an_edition_with_a_wrong_file_is_refused() -> None:
    """The refusal names file, line and column."""
    contents = dict(packaged_contents())
    contents["countries.csv"] = contents["countries.csv"].replace(
        b"NL,Netherlands,yes", b"NL,Netherlands,perhaps"
    )
    with pytest.raises(Exception, match=r"countries\.csv:\d+:3"):
        RuleBook(contents)


def test_the_number_of_an_edition() -> None:
    """The packaged edition has number 0, as one without a number; a bundle has its own."""
    assert rule_book.packaged().serial == 0
    assert RuleBook(packaged_contents()).serial == 0
    assert RuleBook(packaged_contents(), 7).serial == 7


def test_what_an_edition_holds(book: RuleBook) -> None:
    """Its files as given, which nobody changes afterwards, and the policy of the day of the facts."""
    contents = dict(packaged_contents())
    held = RuleBook(contents)
    contents.clear()
    assert held.contents == packaged_contents()
    assert held.base == book.base == load()


def test_rule_sets_by_name_are_kept_apart(book: RuleBook) -> None:
    """On one day each rule set has a policy of its own, made once."""
    day = date(2026, 11, 1)
    assert [book.on(day, name=name).settings.name for name in ("RCB2022", "RCB2026")] == [
        "RCB2022",
        "RCB2026",
    ]
    assert book.on(day, name="RCB2022") is book.on(day, name="RCB2022")
    assert book.on(day) == book.on(day, name="RCB2026") == book.base


def test_the_first_day_of_the_first_rule_set_has_a_policy(book: RuleBook) -> None:
    """It is the first that can be asked for; the day before is named in the refusal."""
    assert book.on(date(2022, 8, 29)).version.endswith("@2022-08-29")
    assert book.on(date(2023, 1, 1)) is book.on(date(2022, 8, 29))
    with pytest.raises(ConfigurationError, match="no rule set was in force on 2022-08-28"):
        book.on(date(2022, 8, 28))


def test_the_policy_of_a_day_is_that_of_the_last_change_up_to_it(book: RuleBook) -> None:
    """Its version has the day of that change, not the day that was asked for."""
    assert book.on(LAST_OF_2022).version.endswith("@2026-06-12")
    assert book.on(LAST_OF_2022).settings.as_at == date(2026, 6, 12)
