"""Material use: what people declared, then what a tag says, then the ordered rules; else undetermined."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from policy.ruleset import Policy, build
from wolkenzicht.model import Asset, Declarations, MaterialUse

MakeAsset = Callable[..., Asset]

MATERIAL = MaterialUse.MATERIAL
NOT = MaterialUse.NOT_MATERIAL
UNDETERMINED = MaterialUse.UNDETERMINED


@pytest.mark.parametrize(
    ("word", "expected", "rule"),
    [
        ("ja", MATERIAL, "material.column"),
        (" JA ", MATERIAL, "material.column"),
        ("yes", MATERIAL, "material.column"),
        ("True", MATERIAL, "material.column"),
        ("1", MATERIAL, "material.column"),
        ("materieel", MATERIAL, "material.column"),
        ("nee", NOT, "material.column"),
        ("0", NOT, "material.column"),
        ("FALSE", NOT, "material.column"),
        ("niet materieel", NOT, "material.column"),
        ("niet  Materieel", NOT, "material.column"),
        ("not_material", NOT, "material.column"),
        ("onbekend", UNDETERMINED, "material.column"),
        ("misschien", UNDETERMINED, "material.column_word_unknown"),
        ("", UNDETERMINED, "material.none"),
        ("  ", UNDETERMINED, "material.none"),
    ],
)
def test_declared(policy: Policy, make_asset: MakeAsset, word: str, expected: MaterialUse, rule: str) -> None:
    """The inventory's word decides; a word that nobody knows leaves it undetermined."""
    verdict = policy.classify(make_asset(declarations=Declarations(material=word)))
    assert (expected, rule) == (verdict.material, verdict.material_rule)


def test_unknown_word_is_named(policy: Policy, make_asset: MakeAsset) -> None:
    """The reason names the word, so that the inventory can be corrected."""
    verdict = policy.classify(make_asset(declarations=Declarations(material="misschien\x1b[31m")))
    assert verdict.material_reason == (
        "the declared word 'misschien\ufffd[31m' is not known; write yes or no"
    )


@pytest.mark.parametrize(
    ("tags", "expected", "rule"),
    [
        ({"materieel": "ja"}, MATERIAL, "material.tag"),
        ({"Materieel": "JA"}, MATERIAL, "material.tag"),
        ({"wolkenzicht:material": "no"}, NOT, "material.tag"),
        ({"materieel-gebruik": "nee"}, NOT, "material.tag"),
        ({"material": ""}, UNDETERMINED, "material.none"),
        ({"material": "", "materieel": "ja"}, MATERIAL, "material.tag"),
        ({"material": "steel"}, UNDETERMINED, "material.tag_word_unknown"),
        ({"material": "yes", "materieel": "ja"}, MATERIAL, "material.tag"),
        ({"material": "yes", "materieel": "nee"}, UNDETERMINED, "material.tags_contradict"),
        ({"material": "yes", "materieel": "wie weet"}, UNDETERMINED, "material.tag_word_unknown"),
        ({"material": "yes", "omgeving": "test"}, MATERIAL, "material.tag"),
        ({"omgeving": "Test"}, NOT, "material.rule.environment_not_production"),
        ({"Environment": "sandbox"}, NOT, "material.rule.environment_not_production"),
        ({"env": "acceptatie"}, NOT, "material.rule.environment_not_production"),
        ({"env": "test", "omgeving": "productie"}, UNDETERMINED, "material.rule.environment_contradictory"),
        ({"proces": "primair"}, MATERIAL, "material.rule.process_primary"),
        ({"omgeving": "test", "proces": "primair"}, NOT, "material.rule.environment_not_production"),
        ({"omgeving": "prod", "proces": "primair"}, MATERIAL, "material.rule.process_primary"),
        (
            {"omgeving": "prod", "persoonsgegevens": "ja"},
            UNDETERMINED,
            "material.rule.production_personal_data",
        ),
        (
            {"omgeving": "prod", "persoonsgegevens": "grootschalig"},
            MATERIAL,
            "material.rule.personal_data_large_scale",
        ),
        ({"omgeving": "prod"}, UNDETERMINED, "material.none"),
        ({"omgeving": "latest"}, UNDETERMINED, "material.none"),
        ({"Name": "test"}, UNDETERMINED, "material.none"),
    ],
)
def test_tags(
    policy: Policy, make_asset: MakeAsset, tags: dict[str, str], expected: MaterialUse, rule: str
) -> None:
    """A tag that states it decides, then the first rule of the file that matches."""
    verdict = policy.classify(make_asset(tags=tuple(sorted(tags.items()))))
    assert (expected, rule) == (verdict.material, verdict.material_rule)


def test_tags_go_before_the_inventory(policy: Policy, make_asset: MakeAsset) -> None:
    """What a tag says stands, whatever a column of the inventory says."""
    asset = make_asset(declarations=Declarations(material="nee"), tags=(("materieel", "ja"),))
    assert (
        policy.classify(asset).material,
        policy.classify(asset).material_rule,
    ) == (MATERIAL, "material.tag")


def test_reason_names_tag_and_value(policy: Policy, make_asset: MakeAsset) -> None:
    """The reason is short, in English, and repeats the tag as it was written."""
    verdict = policy.classify(make_asset(tags=(("Omgeving", "TEST"),)))
    assert verdict.material_reason == (
        "tags.Omgeving=TEST: an environment for development, test or acceptance "
        "does not carry the primary task"
    )


def test_reason_stays_short(policy: Policy, make_asset: MakeAsset) -> None:
    """A tag value of 10 kB does not end up in the verdict."""
    verdict = policy.classify(make_asset(tags=(("materieel", "x" * 10_000),)))
    assert len(verdict.material_reason) < 200


def test_unicode_form_does_not_matter(data_files: dict[str, bytes], make_asset: MakeAsset) -> None:
    """A tag written with a combining character equals the one with the composed character."""
    rules = """
[[rule]]
id = "essential"
when = '''tags.exists(t, t.key == "functie" && t.value == "essenti\u00ebel")'''
verdict = "material"
reason_en = "essential"
reason_nl = "essentieel"
source = "test"
[[rule.example]]
tags = { Functie = "ESSENTI\u00cbEL" }
verdict = "material"
[[rule.example]]
matches = false
"""
    policy = build({**data_files, "material_rules.toml": rules.encode()})
    verdict = policy.classify(make_asset(tags=(("FUNCTIE", "Essentie\u0308el"),)))
    assert (verdict.material, verdict.material_rule) == (MATERIAL, "material.rule.essential")


def test_rule_by_type(data_files: dict[str, bytes], make_asset: MakeAsset) -> None:
    """A rule may ask for a type, exactly as the connector writes it."""
    rules = """
[[rule]]
id = "archive"
when = '''type == "AWS::Glacier::Vault"'''
verdict = "not_material"
reason_en = "an archive"
reason_nl = "een archief"
source = "test"
[[rule.example]]
matches = true
[[rule.example]]
type = "AWS::S3::Bucket"
verdict = "undetermined"
"""
    policy = build({**data_files, "material_rules.toml": rules.encode()})
    found = [policy.classify(make_asset(type=each)) for each in ("AWS::Glacier::Vault", "AWS::S3::Bucket")]
    assert [(NOT, "type=AWS::Glacier::Vault: an archive"), (UNDETERMINED, found[1].material_reason)] == [
        (each.material, each.material_reason) for each in found
    ]


def test_a_rule_on_what_is_empty_names_no_fact(data_files: dict[str, bytes], make_asset: MakeAsset) -> None:
    """Its reason stands alone, without a mark that a fact would stand before."""
    rules = """
[[rule]]
id = "nameless"
when = '''name == ""'''
verdict = "not_material"
reason_en = "it has no name"
reason_nl = "zonder naam"
source = "test"
[[rule.example]]
matches = true
[[rule.example]]
name = "x"
matches = false
"""
    policy = build({**data_files, "material_rules.toml": rules.encode()})
    asset = make_asset(name="")
    steps = policy.explain(asset, policy.classify(asset), "nl")
    assert [(step.statement, step.evidence, step.source) for step in steps if step.subject == "material"] == [
        ("geen materieel gebruik: zonder naam", (), "test")
    ]


@pytest.mark.parametrize(
    ("tags", "declared"), [((("materieel", "ja"),), ""), ((), "ja"), ((("materieel", "steel"),), "")]
)
def test_what_people_say_counts_by_the_rule_set(
    policy: Policy, make_asset: MakeAsset, tags: tuple[tuple[str, str], ...], declared: str
) -> None:
    """The source of the step is the clause by which a use is material, and how sure that is."""
    asset = make_asset(tags=tags, declarations=Declarations(material=declared))
    steps = policy.explain(asset, policy.classify(asset), "nl")
    assert [step.source for step in steps if step.subject == "material"] == [
        "RCB2026 4.1 [C] (secondary source)"
    ]


def test_a_rule_with_a_ground_counts_where_the_rule_set_has_it(
    data_files: dict[str, bytes], make_asset: MakeAsset
) -> None:
    """Large-scale personal data make a use material since the rules of 2026; a rule without ground always."""
    rules = """
[[rule]]
id = "large"
ground = "large_scale_personal_data"
when = '''type == "AWS::S3::Bucket"'''
verdict = "material"
reason_en = "large"
reason_nl = "groot"
source = "test"
[[rule.example]]
matches = true
[[rule.example]]
type = "AWS::Glacier::Vault"
matches = false
"""
    plain = rules.replace('ground = "large_scale_personal_data"\n', "")
    verdicts = [
        build({**data_files, "material_rules.toml": each.encode()}, day).classify(make_asset()).material
        for each in (rules, plain)
        for day in (date(2026, 7, 2), date(2026, 7, 3))
    ]
    assert verdicts == [UNDETERMINED, MATERIAL, MATERIAL, MATERIAL]
