"""The rules in force follow the day and the edition; an organisation's chain ends at the top."""

from __future__ import annotations

from datetime import UTC, datetime

from collector.rulebook.in_force import InForce
from collector.store.base import Organisation
from policy import rule_book
from policy.rule_book import RuleBook
from policy.ruleset import packaged_contents


def test_the_policy_is_that_of_the_day() -> None:
    """At midnight after the last day of RCB2022 the Herziening is in force."""
    moments = [datetime(2026, 7, 2, 23, 59, tzinfo=UTC), datetime(2026, 7, 3, tzinfo=UTC)]
    in_force = InForce(rule_book.packaged(), lambda: moments[0])
    assert in_force.policy().settings.name == "RCB2022"
    moments.pop(0)
    assert in_force.policy().settings.name == "RCB2026"


def test_an_edition_replaces_another_as_a_whole() -> None:
    """After the exchange every question is answered by the new one."""
    in_force = InForce(rule_book.packaged(), lambda: datetime(2026, 11, 1, tzinfo=UTC))
    contents = dict(packaged_contents())
    contents["laws.csv"] = contents["laws.csv"].replace(b"EO 12333", b"Executive Order 12333")
    other = RuleBook(contents, serial=7)
    before = in_force.policy("bzk").version
    in_force.replace(other)
    assert in_force.book.serial == 7
    assert in_force.policy("bzk").version != before


def test_the_chain_of_an_organisation_is_nearest_first_and_ends_in_a_circle_too() -> None:
    """Rules of a ministry count for its agencies; a tree that is wrong does not hang the collector."""
    in_force = InForce(rule_book.packaged(), lambda: datetime(2026, 11, 1, tzinfo=UTC))
    in_force.know(
        [
            Organisation("logius", "Logius", parent="bzk"),
            Organisation("bzk", "BZK"),
            Organisation("a", "A", parent="b"),
            Organisation("b", "B", parent="a"),
        ]
    )
    assert in_force.chain("logius") == ("logius", "bzk")
    assert in_force.chain("a") == ("a", "b")
    assert in_force.chain("unknown") == ("unknown",)
