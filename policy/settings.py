"""The rule set's own settings: its name and date, what it permits, its clauses, and the words people use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from policy.facts import Country
from policy.tables import read_toml, subtable
from policy.words import fold
from wolkenzicht.model import FindingKind, MaterialUse

FILE = "ruleset.toml"


@dataclass(frozen=True, slots=True)
class Settings:
    """What ruleset.toml says; words and keys are folded."""

    name: str
    title: str
    as_at: date
    permitted_countries: frozenset[str]
    permitted_clause: str
    clauses: Mapping[FindingKind, str]
    material_words: Mapping[MaterialUse, frozenset[str]]
    material_tags: frozenset[str]
    no_personal_data: frozenset[str]
    personal_data_tags: frozenset[str]


def read_settings(content: bytes, known: Mapping[str, Country]) -> Settings:
    """Read ruleset.toml; raises `PolicyDataError`."""
    root = read_toml(FILE, content)
    root.only("name", "title", "as_at", "source", "permitted", "clauses", "words", "tags")
    root.text("source")
    permitted, clauses = subtable(root, "permitted"), subtable(root, "clauses")
    words, tags = subtable(root, "words"), subtable(root, "tags")
    permitted.only("countries", "clause", "source")
    permitted.text("source")
    clauses.only(*FindingKind)
    words.only(*MaterialUse, "no_personal_data")
    tags.only("material", "personal_data")
    for code in permitted.texts("countries"):
        if code not in known:
            permitted.fail("countries", f"'{code}' is no code of countries.csv; correct the code")
    seen: dict[str, MaterialUse] = {}
    for use in MaterialUse:
        for word in map(fold, words.texts(use)):
            if seen.setdefault(word, use) is not use:
                words.fail(use, f"'{word}' stands under {seen[word]} already; remove one of them")
    return Settings(
        name=root.text("name"),
        title=root.text("title"),
        as_at=root.day("as_at"),
        permitted_countries=frozenset(permitted.texts("countries")),
        permitted_clause=permitted.text("clause"),
        clauses={kind: clauses.text(kind) for kind in FindingKind},
        material_words={use: frozenset(map(fold, words.texts(use))) for use in MaterialUse},
        material_tags=frozenset(map(fold, tags.texts("material"))),
        no_personal_data=frozenset(map(fold, words.texts("no_personal_data"))),
        personal_data_tags=frozenset(map(fold, tags.texts("personal_data"))),
    )
