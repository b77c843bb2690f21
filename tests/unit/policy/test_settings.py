"""The words that people use are read folded, each in one meaning, and a rule set has its rules of a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from policy import rule_book
from policy.rows import PolicyDataError
from policy.rule_files import INSTEAD, KINDS, read_rule_set
from policy.ruleset import load, packaged_contents
from policy.settings import DECLARED_TAGS, DECLARED_WORDS, Vocabulary, read_vocabulary, settings_of
from wolkenzicht.model import FindingKind, MaterialUse

WORDS = {
    "material": '["Ja", " WAAR "]',
    "not_material": '["Nee"]',
    "undetermined": '["?"]',
    "no_personal_data": '["Geen"]',
    "special_personal_data": '["Bijzonder"]',
    "base_registry": '["JA"]',
    "base_registry_source": '["Brondata"]',
    "no_base_registry": '["NEE"]',
    "tbb_1_to_3": '["TBB  1"]',
    "state_secret": '["Stg.  Geheim"]',
    "other_tbb": '["TBB 4"]',
    "other_marking": '["Departementaal"]',
}
TAGS = {
    "material": '["Materieel"]',
    "personal_data": '["Persoonsgegevens"]',
    "base_registry": '["Basisregistratie"]',
    "tbb": '["TBB"]',
    "marking": '["Rubricering"]',
    "system": '["Systeem", "APP"]',
}
#: What follows words and tags.
REST = ("[links]", 'properties = ["Volume"]', "[takeover]", "open_days = 30", "")


def content(words: Mapping[str, str], tags: Mapping[str, str], first: str = "as_at = 2026-11-22") -> bytes:
    """A settings.toml with these words and tags."""
    lines = [first, "[words]", *(f"{key} = {value}" for key, value in words.items())]
    lines += ["[tags]", *(f"{key} = {value}" for key, value in tags.items()), *REST]
    return "\n".join(lines).encode()


def refused(settings: bytes) -> str:
    """The text of the refusal."""
    with pytest.raises(PolicyDataError) as caught:
        read_vocabulary(settings)
    return str(caught.value)


def test_words_and_tags_as_they_are_compared() -> None:
    """Case and white space are not compared; each list is found under its own name."""
    assert read_vocabulary(content(WORDS, TAGS)) == Vocabulary(
        as_at=date(2026, 11, 22),
        material_words={
            MaterialUse.MATERIAL: frozenset({"ja", "waar"}),
            MaterialUse.NOT_MATERIAL: frozenset({"nee"}),
            MaterialUse.UNDETERMINED: frozenset({"?"}),
        },
        material_tags=frozenset({"materieel"}),
        no_personal_data=frozenset({"geen"}),
        personal_data_tags=frozenset({"persoonsgegevens", "register:personal_data"}),
        words={
            "special_personal_data": frozenset({"bijzonder"}),
            "base_registry": frozenset({"ja"}),
            "base_registry_source": frozenset({"brondata"}),
            "no_base_registry": frozenset({"nee"}),
            "tbb_1_to_3": frozenset({"tbb 1"}),
            "state_secret": frozenset({"stg. geheim"}),
            "other_tbb": frozenset({"tbb 4"}),
            "other_marking": frozenset({"departementaal"}),
        },
        tags={
            "base_registry": frozenset({"basisregistratie", "register:base_registry"}),
            "tbb": frozenset({"tbb", "register:tbb"}),
            "marking": frozenset({"rubricering", "register:marking"}),
        },
        system_tags=("systeem", "app"),
        links=frozenset({"Volume"}),
        takeover_days=30,
    )


LIST = 'must be a list of texts that is not empty, such as ["a", "b"]'


@pytest.mark.parametrize("key", [*MaterialUse, "no_personal_data", *DECLARED_WORDS])
def test_words_that_are_missing(key: str) -> None:
    """Every meaning has a word; its list is asked for under [words]."""
    left = {each: value for each, value in WORDS.items() if each != key}
    assert refused(content(left, TAGS)) == f"settings.toml:2:1: {key}: {LIST}"


@pytest.mark.parametrize("key", ["material", "personal_data", *DECLARED_TAGS, "system"])
def test_tags_that_are_missing(key: str) -> None:
    """Every tag has a key; its list is asked for under [tags]."""
    left = {each: value for each, value in TAGS.items() if each != key}
    assert refused(content(WORDS, left)) == f"settings.toml:15:1: {key}: {LIST}"


def test_keys_that_mean_nothing() -> None:
    """They are named with those that do."""
    assert refused(content({**WORDS, "yes": '["a"]'}, TAGS)) == (
        f"settings.toml:15:1: yes: is not known here; use {', '.join(WORDS)}"
    )
    assert refused(content(WORDS, {**TAGS, "use": '["a"]'})) == (
        f"settings.toml:22:1: use: is not known here; use {', '.join(TAGS)}"
    )
    assert refused(content(WORDS, TAGS, "at = 2026-11-22")) == (
        "settings.toml:1:1: at: is not known here; use as_at, words, tags, links, takeover"
    )
    assert refused(content(WORDS, TAGS, "")) == (
        "settings.toml:1:1: as_at: must be a date; write it without quotes, as 2026-11-22"
    )
    assert refused(b"as_at = 2026-11-22\n[tags]\n") == (
        "settings.toml:1:1: words: the table [words] is missing; add it"
    )
    assert refused(b"as_at = 2026-11-22\n[words]\n") == (
        "settings.toml:1:1: tags: the table [tags] is missing; add it"
    )


def test_a_word_in_two_meanings() -> None:
    """However it is written, a word says one thing about material use; twice the same is no fault."""
    assert refused(content({**WORDS, "undetermined": '["?", "waar"]'}, TAGS)) == (
        "settings.toml:5:1: undetermined: 'waar' stands under material already; remove one of them"
    )
    twice = read_vocabulary(content({**WORDS, "material": '["ja", "Ja"]'}, TAGS))
    assert twice.material_words[MaterialUse.MATERIAL] == frozenset({"ja"})


def test_rules_of_a_day() -> None:
    """What RCB2026 permits: the EER and Switzerland, not the Caribbean Netherlands; with its own clauses."""
    settings = load().settings
    assert (settings.name, settings.as_at) == ("RCB2026", date(2026, 11, 22))
    assert {"NL", "NO", "CH"} <= settings.permitted_countries
    assert not {"BQ", "GB", "US"} & settings.permitted_countries
    assert settings.clauses[FindingKind.DATA_OUTSIDE_EEA].startswith("RCB2026 ")
    assert settings.no_personal_data == settings.vocabulary.no_personal_data
    assert settings.personal_data_tags == settings.vocabulary.personal_data_tags
    assert settings.permitted_clause
    assert settings.title


@pytest.mark.parametrize("name", ["RCB2022", "RCB2026"])
def test_a_rule_set_without_clauses_for_later_kinds(name: str) -> None:
    """One that was written before them is read, and what it says of the nearest earlier kind counts."""
    file = f"rulesets/{name}.toml"
    first, *blocks = packaged_contents()[file].decode().split("[[clause]]\n")
    later = tuple(f'finding = "{kind}"' for kind in INSTEAD)
    # The last block has what follows the clauses too.
    kept = [each for each in blocks[:-1] if not each.startswith(later)]
    assert len(kept) == len(blocks) - len(INSTEAD)
    assert blocks[-1].startswith(later[-1])
    rest = blocks[-1].partition("\n\n")[2]
    old = "[[clause]]\n".join([first, *kept]) + rest
    rules, _ = read_rule_set(file, old.encode())
    settings = settings_of(rules, rules.valid_from, load().settings.vocabulary, ["NL"], ["GB"])

    assert set(settings.clauses) == set(KINDS)
    assert {kind: settings.clauses[other] for kind, other in INSTEAD.items()} == {
        kind: settings.clauses[kind] for kind in INSTEAD
    }
    assert load().settings.clauses[FindingKind.AGENT_SILENT] != settings.clauses[FindingKind.AGENT_SILENT]


def test_rules_of_an_earlier_rule_set() -> None:
    """RCB2022 permits countries with an adequacy decision too, of the day that is asked for."""
    book = rule_book.RuleBook(packaged_contents())
    before = book.on(date(2026, 1, 25)).settings
    after = book.on(date(2026, 1, 26)).settings
    assert (before.name, after.name) == ("RCB2022", "RCB2022")
    assert {"NL", "CH", "GB"} <= before.permitted_countries
    assert "US" not in before.permitted_countries
    assert ("BR" in before.permitted_countries, "BR" in after.permitted_countries) == (False, True)


def test_a_rule_set_by_name_outside_its_period_has_the_rules_of_its_nearest_day() -> None:
    """RCB2022 today has the duties and clauses of its last day; RCB2026 before its first those of that."""
    book = rule_book.RuleBook(packaged_contents())
    last = book.on(date(2026, 7, 2), name="RCB2022").settings
    today = book.on(date(2026, 11, 22), name="RCB2022").settings
    assert (last.clauses, last.duties) == (today.clauses, today.duties)
    assert last.clauses
    first = book.on(date(2026, 7, 3), name="RCB2026").settings
    before = book.on(date(2022, 8, 29), name="RCB2026").settings
    assert (first.clauses, first.duties) == (before.clauses, before.duties)
    assert first.clauses
