"""A finding's clause is kept in both languages and shown in one."""

from __future__ import annotations

from datetime import date

import pytest

from policy.clauses import kept, shown, together
from policy.rule_files import Basis
from policy.ruleset import load
from wolkenzicht.model import FindingKind

SURE = Basis("c 1", "confirmed", "a source", date(2026, 1, 1), None)
UNSURE = Basis("c 2", "to be checked", "a source", date(2026, 1, 1), None)


def test_it_is_shown_in_the_language_asked_for() -> None:
    """With how sure it is in that language too; white space of a rule file is no line of its own."""
    clause = kept(UNSURE, "data stays\n here", "gegevens blijven hier")
    assert shown(clause, "en") == "c 2 (to be checked): data stays here"
    assert shown(clause, "nl") == "c 2 (nog na te gaan): gegevens blijven hier"


def test_several_are_one() -> None:
    """In each language, and the same one once."""
    first, second = kept(SURE, "a", "een"), kept(UNSURE, "b", "twee", whose="bzk, ")
    clause = together([first, second, first])
    assert shown(clause, "en") == "c 1: a; bzk, c 2 (to be checked): b"
    assert shown(clause, "nl") == "c 1: een; bzk, c 2 (nog na te gaan): twee"


@pytest.mark.parametrize("language", ["en", "nl"])
def test_one_from_before_there_were_two_languages(language: str) -> None:
    """It is shown as it was kept; nothing is shown as nothing."""
    assert shown("RCB2026 4.6: data stays here", language) == "RCB2026 4.6: data stays here"
    assert shown(together([]), language) == ""


def test_every_clause_of_the_packaged_rules_is_in_both() -> None:
    """No Dutch text is the English one."""
    clauses = load().settings.clauses
    assert set(clauses) > {FindingKind.DATA_OUTSIDE_EEA, FindingKind.ROUTE_DEAD}
    assert [kind for kind, each in clauses.items() if shown(each, "en") == shown(each, "nl")] == []
