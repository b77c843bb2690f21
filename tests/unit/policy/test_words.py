"""Which texts count as the same word, and how much of one is repeated."""

from __future__ import annotations

import pytest

from policy.words import fold, shown, site_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Staats \t geheim\n", "staats geheim"),
        ("MATÉRIEEL", "matérieel"),
        ("mate\u0301rieel", "matérieel"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("\u00a0é \u2003 è\u00a0", "é è"),
        # Case folding a capital with a combining mark gives two characters that compose to one.
        ("\u01f0", "\u01f0"),
        ("J\u030c", "\u01f0"),
        ("", ""),
    ],
)
def test_fold(text: str, expected: str) -> None:
    """Case, Unicode form and white space are not compared."""
    assert fold(text) == expected


@pytest.mark.parametrize("name", ["ODC-Noord", "odc noord", "ODC_Noord", " odc / noord ", "-ODC--Noord-"])
def test_site_name(name: str) -> None:
    """How a site's name is separated is not compared either."""
    assert site_name(name) == "odc noord"


def test_shown() -> None:
    """One line of at most sixty characters, or as many as asked for; the rest is an ellipsis."""
    assert shown(" a\n  b\tc ") == "a b c"
    assert shown("x" * 60) == "x" * 60
    assert shown("x" * 61) == "x" * 59 + "…"
    assert shown("x" * 5, 4) == "xxx…"
    assert shown("x" * 5, 5) == "xxxxx"
    assert shown("a\u202eb\x07") == "a\ufffdb\ufffd"
