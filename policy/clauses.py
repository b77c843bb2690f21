"""The clause that a finding goes against: kept as one text in both languages, shown in one."""

from __future__ import annotations

from collections.abc import Iterable

from policy.department_texts import CONFIDENCE
from policy.rule_files import Basis

#: The first language that is kept; a clause from before there were two has no other.
_FIRST = "en"
_BETWEEN = "\n"


def kept(basis: Basis, en: str, nl: str, *, whose: str = "") -> str:
    """A clause as a finding keeps it: whose it is, where it stands, how sure that is, and what it says."""
    said = {"en": en, "nl": nl}
    return _BETWEEN.join(
        " ".join(f"{whose}{basis.cited(CONFIDENCE[language])}: {text}".split())
        for language, text in said.items()
    )


def together(clauses: Iterable[str]) -> str:
    """Several clauses as one; each counts once."""
    found = list(dict.fromkeys(clauses))
    return _BETWEEN.join("; ".join(shown(each, language) for each in found) for language in ("en", "nl"))


def shown(clause: str, language: str) -> str:
    """A kept clause in a language, in the one it has where it has no other."""
    first, _, second = clause.partition(_BETWEEN)
    return first if language == _FIRST or not second else second
