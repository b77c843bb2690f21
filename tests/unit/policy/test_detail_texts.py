"""The details of findings, in Dutch and English."""

from __future__ import annotations

import pytest

from policy import rule_book
from policy.alert_texts import ALLOWED_BY, FORBIDDEN_BY
from policy.detail_texts import all_details, detail_value, places
from policy.duties import ON_RECORD
from policy.texts import LANGUAGES

DETAILS = (("stored", "us-east-1 (US)"), ("replicated", ""), ("backup", "us-east-1 (US)"))


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "stored: us-east-1 (US), replicated: ?"),
        ("nl", "opgeslagen: us-east-1 (US), gerepliceerd: ?"),
    ],
)
def test_a_place_is_told_with_what_happens_there(language: str, told: str) -> None:
    """Where nothing is known of a place it says so."""
    assert all_details(DETAILS[:2], language) == told


def test_a_summary_names_each_place_once() -> None:
    """Also the one that is not known; without any it asks."""
    assert places(DETAILS, "nl") == "us-east-1 (US), ?"
    assert places((), "nl") == "?"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "eu-central-2 (CH): not EER, but allowed by RCB2026 4.6 [C]"),
        ("nl", "eu-central-2 (CH): buiten de EER, maar toegestaan volgens RCB2026 4.6 [C]"),
    ],
)
def test_what_allows_a_place_is_told_in_the_language(language: str, told: str) -> None:
    """The clause is cited as it is."""
    kept = f"eu-central-2 (CH){ALLOWED_BY}RCB2026 4.6 [C]"
    assert detail_value("stored", kept, language) == told
    forbidden = detail_value("stored", f"eu-west-2 (GB){FORBIDDEN_BY}mvz, 3", language)
    assert (
        forbidden
        == {"en": "eu-west-2 (GB): forbidden by mvz, 3", "nl": "eu-west-2 (GB): verboden door mvz, 3"}[
            language
        ]
    )


def test_a_duty_has_a_name_in_each_language() -> None:
    """Those that a finding can name, which the packaged rules have; one of later has its identifier."""
    packaged = {duty.identifier for duty in rule_book.packaged().base.settings.duties}
    for duty in ON_RECORD:
        assert duty in packaged
        assert len({detail_value("duty", duty, language) for language in LANGUAGES}) == len(LANGUAGES)
    assert places((("duty", "registration"),), "nl") == "registratie van het gebruik"
    assert detail_value("duty", "of_later", "nl") == "of_later"
    assert detail_value("stored", "registration", "nl") == "registration"
