"""The details of a finding as people read them: what is said (where, whose, which duty) and its value."""

from __future__ import annotations

from collections.abc import Iterable

from policy.alert_texts import ALLOWED_BY, FORBIDDEN_BY, MISSING_DUTY
from policy.department_texts import CONFIDENCE
from policy.texts import detail_word

#: As it is kept, and as it is told.
_SAID_OF_PLACES: dict[str, dict[str, str]] = {
    "en": {},
    "nl": {
        ALLOWED_BY: ": buiten de EER, maar toegestaan volgens ",
        FORBIDDEN_BY: ": verboden door ",
        **{f" ({said})": f" ({CONFIDENCE['nl'][each]})" for each, said in CONFIDENCE["en"].items()},
    },
}

Details = Iterable[tuple[str, str]]

#: Duties that a finding names by their identifier in the rule set.
_DUTIES = {
    "en": {"registration": "registration of the use"},
    "nl": {"registration": "registratie van het gebruik"},
}


def detail_value(what: str, value: str, language: str) -> str:
    """The second half of a detail: a duty by its name, a place with what is said of it; `?` for nothing."""
    if what == MISSING_DUTY:
        return _DUTIES[language].get(value, value)
    for said, text in _SAID_OF_PLACES[language].items():
        value = value.replace(said, text)
    return value or "?"


def all_details(details: Details, language: str) -> str:
    """Every detail with what it means: `stored: us-east-1 (US), replicated: us-west-2 (US)`."""
    return ", ".join(
        f"{detail_word(what, language)}: {detail_value(what, value, language)}" for what, value in details
    )


def places(details: Details, language: str) -> str:
    """The values alone, each once, for a summary; `?` where there is none."""
    return ", ".join(dict.fromkeys(detail_value(what, value, language) for what, value in details)) or "?"
