"""Texts exist in Dutch and English, and a word without a text is shown as it is."""

from __future__ import annotations

import pytest

from policy.texts import check_language, detail_word, finding_texts
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import FindingKind


def test_a_language_that_there_is_not() -> None:
    """Is refused with those that there are; a long one is cut."""
    assert [check_language(each) for each in ("nl", "en")] == ["nl", "en"]
    for language in ("fr", "NL", "", "x" * 21):
        with pytest.raises(ConfigurationError) as caught:
            check_language(language)
        assert str(caught.value) == f"language '{language[:20]}' is not known; use nl or en"
    with pytest.raises(ConfigurationError):
        finding_texts(FindingKind.LOCATION_UNKNOWN, "de")


@pytest.mark.parametrize("kind", FindingKind)
def test_each_kind_of_finding_has_its_own_texts(kind: FindingKind) -> None:
    """In each language other ones."""
    found = [finding_texts(each, language) for each in FindingKind for language in ("nl", "en")]
    assert found.count(finding_texts(kind, "nl")) == found.count(finding_texts(kind, "en")) == 1


@pytest.mark.parametrize(
    ("word", "english", "dutch"),
    [
        ("stored", "stored", "opgeslagen"),
        ("viewed", "viewed", "ingezien"),
        ("takeover", "takeover", "overname"),
        ("register", "the register says", "het register zegt"),
        ("location_class", "location class", "locatieklasse"),
        ("rule", "rule", "regel"),
        ("of later", "of later", "of later"),
    ],
)
def test_words_of_details(word: str, english: str, dutch: str) -> None:
    """A place, who says so, or what of a verdict."""
    assert (detail_word(word, "en"), detail_word(word, "nl")) == (english, dutch)
