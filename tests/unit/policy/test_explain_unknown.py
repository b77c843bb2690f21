"""What is not known, and what only the source states, is told as such in an explanation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from policy.explain import Step
from policy.ruleset import Policy
from wolkenzicht.model import Asset, Certainty, DataLocation, Evidence, Operation

MakeAsset = Callable[..., Asset]


def the_step(policy: Policy, asset: Asset, language: str, subject: str) -> Step:
    """The only step about a subject."""
    steps = policy.explain(asset, policy.classify(asset), language)
    (step,) = [each for each in steps if each.subject == subject]
    return step


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", "rechtsmacht onbekend: de beheerder van deze partitie of locatie staat niet in de gegevens"),
        ("en", "jurisdiction unknown: the facts do not name the operator of this partition or site"),
    ],
)
def test_unknown_operator_is_told(
    policy: Policy, make_asset: MakeAsset, language: str, expected: str
) -> None:
    """With provider and partition, at most 200 characters of it, for the rule set's own word."""
    asset = make_asset(partition="p" * 201)
    step = the_step(policy, asset, language, "jurisdiction")
    assert (step.statement, step.source, step.evidence) == (
        expected,
        policy.settings.title,
        (Evidence("provider", "aws"), Evidence("partition", "p" * 199 + "…")),
    )


def test_declared_countries_stand_beside_the_evidence_of_a_place(
    policy: Policy, make_site: MakeAsset
) -> None:
    """What the source says of the place is kept, and the declared countries follow it."""
    said = Evidence("site", "hal 3")
    place = DataLocation(Operation.STORED, "ODC-Noord", Certainty.DECLARED, (said,), ("NL", "DE"))
    step = the_step(policy, make_site("ODC-Noord", locations=(place,)), "nl", "location")
    assert step.evidence == (said, Evidence("declared_countries", "NL, DE"))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "nl",
            "materieel gebruik onbepaald: er is niets opgegeven of getagd, en geen regel is van toepassing",
        ),
        ("en", "material use undetermined: nothing was declared or tagged, and no rule applies"),
    ],
)
def test_nothing_known_of_the_use(
    policy: Policy, make_asset: MakeAsset, language: str, expected: str
) -> None:
    """That nobody said anything is told, as from the rule set."""
    step = the_step(policy, make_asset(), language, "material")
    assert (step.statement, step.rule, step.source) == (
        expected,
        "material.none",
        "RCB2026 4.1 [C] (secondary source)",
    )


def test_a_location_rule_that_has_no_text_is_told_by_its_name(policy: Policy, make_asset: MakeAsset) -> None:
    """A verdict of another version may name a rule that this one does not know."""
    asset = make_asset("eu-west-99")
    verdict = policy.classify(asset)
    seen = replace(verdict.locations[0], rule="location.of_another_version")
    steps = policy.explain(asset, replace(verdict, locations=(seen,)), "nl")
    (step,) = [each for each in steps if each.subject == "location"]
    assert step.statement == "opgeslagen – eu-west-99: onbekend (location.of_another_version)"
    assert (step.rule, step.source) == ("location.of_another_version", policy.settings.title)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("nl", "opgeslagen – geen code: onbekend (de bron geeft geen locatiecode)"),
        ("en", "stored – no code: unknown (the source gives no location code)"),
    ],
)
def test_a_place_without_a_code(policy: Policy, make_asset: MakeAsset, language: str, expected: str) -> None:
    """That there is no code stands where the code would be."""
    assert the_step(policy, make_asset(""), language, "location").statement == expected
