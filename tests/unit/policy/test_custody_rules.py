"""The rule file for keys is refused with the reason, and may ask for tags and for any property."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from policy.custody import CustodyRules
from policy.custody_rules import read_custody_rules
from policy.rows import PolicyDataError
from tests.unit.policy.test_custody import EXTERNAL, UNKNOWN, thing
from wolkenzicht.model import Evidence

RULE = b"""
[[rule]]
id = "a"
when = '''provider == "aws" && properties.exists(p, p.key == "encryption" && p.value == "x")'''
custody = "external"
reason_en = "e"
reason_nl = "n"
source = "s"

[[rule.example]]
properties = { encryption = "X" }
custody = "external"

[[rule.example]]
properties = { encryption = "y" }
matches = false
"""
ASKED = b'properties.exists(p, p.key == "encryption" && p.value == "x")'


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            RULE.replace(b'= "external"', b'= "mine"', 1),
            (
                "5:1: custody: 'mine' is not one of provider_managed, customer_managed, external, "
                "not_encrypted, unknown; choose one of them"
            ),
        ),
        (RULE + RULE, "19:1: id: 'a' is taken; choose another"),
        (
            RULE.replace(b"when", b"then"),
            "4:1: then: is not known here; use id, when, custody, reason_en, reason_nl, source, example",
        ),
        (
            RULE.replace(b" && " + ASKED, b""),
            ("4:1: when: asks nothing of a property, which alone tell of keys; add properties.exists(…)"),
        ),
        (
            RULE.replace(b'provider == "aws" && ', b""),
            '4:1: when: must be about one provider; start with provider == "aws" &&',
        ),
        (
            RULE.replace(b'== "aws"', b'in ["aws", "gcp"]'),
            '4:1: when: must be about one provider; start with provider == "aws" &&',
        ),
        (
            RULE.replace(b'"x"', b'"X"'),
            "4:89: when: 'X' is never found: 'value' is compared in small letters; write 'x'",
        ),
        (
            RULE.replace(ASKED, b"!" + ASKED),
            (
                "4:1: when: says what is not set, which counts only where properties were read; "
                'add depth == "deep" &&'
            ),
        ),
        (
            RULE.replace(ASKED, b'depth == "deep" && !' + ASKED),
            ("4:1: when: says something about a documented default only; name the types with type == or in"),
        ),
        (
            RULE.replace(b'= "external"', b'= "unknown"', 1),
            (
                "12:1: custody: expected external, came out unknown by rule 'a'; "
                "correct the example or the rules"
            ),
        ),
        (b"", "1:1: rule: there are no tables [[rule]]; add one"),
    ],
)
def test_a_wrong_rule_file_is_refused(content: bytes, message: str) -> None:
    """As a whole, with the line and the reason."""
    with pytest.raises(PolicyDataError, match="^" + re.escape(f"custody_rules.toml:{message}") + "$"):
        read_custody_rules(content)


def test_a_rule_may_ask_for_a_tag_and_for_any_property() -> None:
    """Tags count beside properties where a rule reads them, and properties of whatever name."""
    asked = b"""properties.exists(p, p.value == "x") && tags.exists(t, t.key == "hsm")"""
    examples = b"properties = { encryption = "
    content = RULE.replace(ASKED, asked).replace(examples, b'tags = { HSM = "1" }\n' + examples)
    rules = CustodyRules(read_custody_rules(content))
    assets = [
        replace(thing("aws", "AWS::S3::Bucket", {"b": "y", "a": "X"}), tags=tags)
        for tags in ((("Hsm", "yes"),), (("hsn", "yes"),), ())
    ]
    assert [rules.decide(each).custody for each in assets] == [EXTERNAL, UNKNOWN, UNKNOWN]
    assert rules.decide(assets[0]).evidence == (
        Evidence("properties.a", "X"),
        Evidence("tags.Hsm", "yes"),
    )


def test_evidence_is_cut_at_200_characters() -> None:
    """Path and value each, where the source's own are longer."""
    asked = b'properties.exists(p, p.value == "' + b"x" * 200 + b'" || p.value == "' + b"x" * 201 + b'")'
    content = RULE.replace(ASKED, asked).replace(b'"X"', b'"' + b"x" * 200 + b'"')
    rules = CustodyRules(read_custody_rules(content))
    found = [
        rules.decide(thing("aws", "AWS::S3::Bucket", {"a" * (189 + more): "x" * (200 + more)})).evidence
        for more in (0, 1)
    ]
    assert found == [
        (Evidence("properties." + "a" * 189, "x" * 200),),
        (Evidence("properties." + "a" * 188 + "…", "x" * 199 + "…"),),
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("7", EXTERNAL), ("8", UNKNOWN), ("0", UNKNOWN), ("seven", EXTERNAL), ("-2", EXTERNAL)],
)
def test_what_is_no_number_counts_as_less_than_none(value: str, expected: str) -> None:
    """As the page of the language says, so that a rule can ask for it."""
    asked = b'properties.exists(p, p.key == "encryption" && (number(p.value) < 0 || number(p.value) == 7))'
    content = RULE.replace(ASKED, asked).replace(b'encryption = "y"', b'encryption = "8"')
    rules = CustodyRules(read_custody_rules(content))
    assert rules.decide(thing("aws", "AWS::S3::Bucket", {"encryption": value})).custody == expected
