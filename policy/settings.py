"""What the rules of one rule set are on one day, and the words that people use."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from policy.clauses import kept
from policy.department_rules import NO_RULES, OwnRules
from policy.rule_files import INSTEAD, Duty, Ground, RuleSet
from policy.tables import Table, read_toml, subtable
from policy.words import fold
from wolkenzicht.model import FindingKind, MaterialUse

FILE = "settings.toml"

#: Words for what only a person can say of a system, and the tags that it is said in.
DECLARED_WORDS = (
    "special_personal_data", "base_registry", "base_registry_source", "no_base_registry", "tbb_1_to_3",
    "state_secret", "other_tbb", "other_marking",
)  # fmt: skip
DECLARED_TAGS = ("base_registry", "tbb", "marking")
#: What the register says of a system is read as a tag with such a key would be.
REGISTER_KEYS = {name: f"register:{name}" for name in (*DECLARED_TAGS, "personal_data")}

#: For how many days at most a takeover can be asked to stay open.
MOST_TAKEOVER_DAYS = 3660


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What settings.toml says: the date of the facts, and words and tag keys, which are folded.

    `takeover_days` is for how many days, from its first on, a takeover needs attention.
    """

    as_at: date
    material_words: Mapping[MaterialUse, frozenset[str]]
    material_tags: frozenset[str]
    no_personal_data: frozenset[str]
    personal_data_tags: frozenset[str]
    words: Mapping[str, frozenset[str]]
    tags: Mapping[str, frozenset[str]]
    system_tags: tuple[str, ...]
    links: frozenset[str]
    takeover_days: int


@dataclass(frozen=True, slots=True)
class Settings:
    """A rule set on the day `as_at`, with the words of the vocabulary.

    `permitted_countries` are all that data may be in, those of the EER too. `duties` are those that hold.
    Both have what departments' exemptions change; what departments forbid stands in `own` alone.
    """

    name: str
    title: str
    as_at: date
    permitted_countries: frozenset[str]
    permitted_clause: str
    grounds: frozenset[Ground]
    clauses: Mapping[FindingKind, str]
    duties: tuple[Duty, ...]
    no_personal_data: frozenset[str]
    personal_data_tags: frozenset[str]
    vocabulary: Vocabulary
    own: OwnRules = NO_RULES


def read_vocabulary(content: bytes) -> Vocabulary:
    """Read settings.toml; raises `PolicyDataError`."""
    root = read_toml(FILE, content)
    root.only("as_at", "words", "tags", "links", "takeover")
    words, tags, links = subtable(root, "words"), subtable(root, "tags"), subtable(root, "links")
    words.only(*MaterialUse, "no_personal_data", *DECLARED_WORDS)
    tags.only("material", "personal_data", *DECLARED_TAGS, "system")
    links.only("properties")
    seen: dict[str, MaterialUse] = {}
    for use in MaterialUse:
        for word in map(fold, words.texts(use)):
            if seen.setdefault(word, use) is not use:
                words.fail(use, f"'{word}' stands under {seen[word]} already; remove one of them")
    return Vocabulary(
        as_at=root.day("as_at"),
        material_words={use: _folded(words.texts(use)) for use in MaterialUse},
        material_tags=_folded(tags.texts("material")),
        no_personal_data=_folded(words.texts("no_personal_data")),
        personal_data_tags=_folded((*tags.texts("personal_data"), REGISTER_KEYS["personal_data"])),
        words={key: _folded(words.texts(key)) for key in DECLARED_WORDS},
        tags={key: _folded((*tags.texts(key), REGISTER_KEYS[key])) for key in DECLARED_TAGS},
        system_tags=tuple(map(fold, tags.texts("system"))),
        links=frozenset(links.texts("properties")),
        takeover_days=_takeover_days(root),
    )


def _takeover_days(root: Table) -> int:
    table = subtable(root, "takeover")
    table.only("open_days")
    value = table.values.get("open_days")
    if type(value) is not int or not 0 < value <= MOST_TAKEOVER_DAYS:
        table.fail("open_days", f"must be a whole number of days from 1 to {MOST_TAKEOVER_DAYS}, such as 365")
    return value


def settings_of(
    rules: RuleSet, on: date, vocabulary: Vocabulary, eea: Collection[str], adequate: Collection[str]
) -> Settings:
    """The rules on a day; before or after its own period those of the rule set's first or last day."""
    day, permitted = rules.nearest(on), rules.permitted
    clauses = {
        each.kind: kept(each.basis, each.text_en, each.text_nl)
        for each in rules.clauses
        if each.basis.holds(day)
    }
    countries = permitted.countries.union(eea, adequate if permitted.adequate else ())
    return Settings(
        name=rules.name,
        title=rules.title,
        as_at=on,
        permitted_countries=countries - permitted.excluded,
        permitted_clause=permitted.basis.clause,
        grounds=rules.grounds,
        clauses={**{kind: clauses[other] for kind, other in INSTEAD.items()}, **clauses},
        duties=tuple(each for each in rules.duties if each.basis.holds(day)),
        no_personal_data=vocabulary.no_personal_data,
        personal_data_tags=vocabulary.personal_data_tags,
        vocabulary=vocabulary,
    )


def _folded(words: Collection[str]) -> frozenset[str]:
    return frozenset(map(fold, words))
