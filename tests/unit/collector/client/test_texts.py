"""Both languages say the same things."""

from __future__ import annotations

import string

import pytest

from collector.client.texts import LANGUAGES, default_language, load
from wolkenzicht.model import (
    Certainty,
    DeniedBy,
    Depth,
    DiscrepancyKind,
    FindingKind,
    FindingState,
    GapCause,
    Holds,
    KeyCustody,
    LocationClass,
    MaterialUse,
    Operation,
    Outcome,
    Severity,
    SightChangeKind,
    UnplannedReason,
)

NL, EN = load("nl"), load("en")

WORDS = {
    "class": LocationClass,
    "material": MaterialUse,
    "holds": Holds,
    "custody": KeyCustody,
    "depth": Depth,
    "operation": Operation,
    "certainty": Certainty,
    "outcome": Outcome,
    "denied_by": DeniedBy,
    "severity": Severity,
    "severity_why": FindingKind,
    "kind": FindingKind,
    "state": FindingState,
    "change": SightChangeKind,
    "unplanned": UnplannedReason,
    "gap": GapCause,
    "discrepancy": DiscrepancyKind,
}


def test_both_languages_have_the_same_keys() -> None:
    """Section by section, in the same order."""
    keys = [[(section, list(texts)) for section, texts in each.sections.items()] for each in (NL, EN)]
    assert keys[0] == keys[1]


def test_both_languages_fill_in_the_same_places() -> None:
    """A text that leaves out a value in one language hides it there."""

    def places(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    for section, texts in NL.sections.items():
        for key, text in texts.items():
            assert places(text) == places(EN.sections[section][key]), (section, key)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("section", WORDS)
def test_every_word_of_the_model_is_translated(language: str, section: str) -> None:
    """No member of an enum is shown as it stands in the code."""
    assert list(load(language).sections[section]) == [member.value for member in WORDS[section]]


def test_dutch_classes_read_as_people_know_them() -> None:
    """The words of the pages."""
    assert [NL.word("class", each) for each in LocationClass] == [
        *("binnen EER", "buiten EER, adequaat", "onbekend", "buiten EER")
    ]


def test_an_unknown_value_stays_as_it_is() -> None:
    """A collector may be newer than the command."""
    assert NL.word("class", "on_the_moon") == "on_the_moon"


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "0 blinde vlekken"), (1, "1 blinde vlek"), (17, "17 blinde vlekken")]
)
def test_numbers_agree_with_their_nouns(count: int, expected: str) -> None:
    """One is singular, all else plural."""
    assert NL.number("blind", count) == expected


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "en"),
        ({"LANG": "nl_NL.UTF-8"}, "nl"),
        ({"LANG": "nl_NL.UTF-8", "LC_ALL": "C.UTF-8"}, "en"),
        ({"LANG": "de_DE.UTF-8", "LC_MESSAGES": "nl_BE.UTF-8"}, "nl"),
        ({"LANG": "nl_NL.UTF-8", "LC_ALL": ""}, "nl"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_the_terminal_decides_on_the_language(environ: dict[str, str], expected: str) -> None:
    """Dutch where it is Dutch, else English."""
    assert default_language(environ) == expected
