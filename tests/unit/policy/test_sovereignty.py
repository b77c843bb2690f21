"""Objectives of the EU Cloud Sovereignty Framework get the evidence that metadata have, and no score."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from policy.explain import Step
from policy.rows import PolicyDataError
from policy.ruleset import Policy, build
from policy.sovereignty_file import OBJECTIVES
from policy.texts import LANGUAGES
from wolkenzicht.model import Asset, Certainty, DataLocation, Evidence, Operation

MakeAsset = Callable[..., Asset]

INFORMED = ["SOV-2", "SOV-3", "SOV-4"]


def told(policy: Policy, asset: Asset, language: str = "en") -> dict[str, Step]:
    """The steps about sovereignty, by their rule."""
    steps = policy.explain(asset, policy.classify(asset), language)
    return {each.rule: each for each in steps if each.subject == "sovereignty"}


def test_legal_evidence(policy: Policy, make_asset: MakeAsset) -> None:
    """The reach of law, the chain to the parent, and the laws; what a contract says is not known."""
    found = told(policy, make_asset("eu-west-1"))["sovereignty.SOV-2"]
    assert found.statement == (
        "SOV-2 (legal and jurisdictional), evidence known: law reach: directly under law from outside the "
        "EER; law of US through AWS EMEA SARL (contract party, unconfirmed) → Amazon.com, Inc. "
        "(CLOUD Act (18 USC 2713): in force as far as known | FISA s.702: lapsed 2026-06-12, certifications "
        "run to March 2027 | EO 12333: in force as far as known). Not known from metadata: what the contract "
        "says about governing law, courts and requests by authorities"
    )
    assert Evidence("verdict.law_reach", "direct") in found.evidence


def test_an_operator_that_is_not_known_is_not_known(policy: Policy, make_asset: MakeAsset) -> None:
    """Neither whose law reaches it nor who runs it, and nothing stands under what is known."""
    found = told(policy, make_asset("x", provider="elsewhere", partition="p", location="x"), "nl")
    assert found["sovereignty.SOV-2"].statement == (
        "SOV-2 (juridisch en rechtsmacht), bekend bewijs: geen. Niet bekend uit metadata: hoe ver recht van "
        "buiten de EER reikt; het bedrijf dat het beheert, en de moeder daarvan; wat het contract zegt over "
        "toepasselijk recht, rechters en verzoeken van overheden"
    )
    assert found["sovereignty.SOV-4"].statement.startswith(
        "SOV-4 (operationeel), bekend bewijs: in zijn instantie p. Niet bekend uit metadata: het bedrijf"
    )


def test_evidence_on_data(policy: Policy, make_asset: MakeAsset) -> None:
    """Class with countries of data only, the verbs that say something, and who has the keys."""
    places = (
        DataLocation(Operation.STORED, "eu-west-1", Certainty.DECLARED),
        DataLocation(Operation.MANAGED, "us-east-1", Certainty.DERIVED),
    )
    found = told(policy, make_asset(locations=places))
    assert found["sovereignty.SOV-3"].statement == (
        "SOV-3 (data and AI), evidence known: data is inside the EER (IE); stored: inside the EER (IE). Not "
        "known from metadata: where it is processed; who holds the keys; whether the provider uses the data, "
        "for AI too"
    )
    assert "managed: outside the EER (US)" in found["sovereignty.SOV-4"].statement


def test_a_place_that_is_not_known_is_no_evidence(policy: Policy, make_asset: MakeAsset) -> None:
    """It stands under what is not known, never under what is."""
    found = told(policy, make_asset("nowhere-1"))["sovereignty.SOV-3"]
    known, unknown = found.statement.split(". Not known from metadata: ")
    assert (known, "where all of the data is; where it is stored" in unknown) == (
        "SOV-3 (data and AI), evidence known: none",
        True,
    )


def test_custody_is_evidence(policy: Policy, make_asset: MakeAsset) -> None:
    """Who has the keys stands under what is known."""
    properties = (("encryption", "encrypted"), ("kms_key", "arn:aws:kms:us-east-1:444455556666:key/0d3a"))
    asset = make_asset("eu-west-1", type="AWS::EC2::Volume", service="ec2", properties=properties)
    known = told(policy, asset)["sovereignty.SOV-3"].statement.split(". Not known")[0]
    assert known.endswith("; keys: key of the customer's, in the provider's key management")


def test_a_country_that_nobody_confirmed_is_told_so(policy: Policy, make_asset: MakeAsset) -> None:
    """The contract party of an operator may be known and its country not."""
    statement = told(policy, make_asset("eu-west-1"))["sovereignty.SOV-4"].statement
    assert (
        "operated by AWS EMEA SARL (contract party, unconfirmed) (country not confirmed); in its" in statement
    )


def test_who_operates(policy: Policy, make_asset: MakeAsset, make_site: MakeAsset) -> None:
    """The operator with its country, the instance, and the building of a datacentre."""
    sovereign = make_asset("eusc-de-east-1", partition="aws-eusc", location="eusc-de-east-1")
    assert "operated by AWS European Sovereign Cloud GmbH (DE); in its instance aws-eusc" in (
        told(policy, sovereign)["sovereignty.SOV-4"].statement
    )
    site = told(policy, make_site("ODC Amsterdam", "NL"))["sovereignty.SOV-4"].statement
    assert "in a building operated by " in site


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_objective_is_told_once_and_none_is_scored(
    policy: Policy, make_asset: MakeAsset, language: str
) -> None:
    """Those that metadata say nothing about stand on one line, with that no score follows."""
    found = told(policy, make_asset("eu-west-1"), language)
    text = " ".join(each.statement for each in found.values())
    others = found["sovereignty.not_from_metadata"].statement
    assert [*found] == [*(f"sovereignty.{each}" for each in INFORMED), "sovereignty.not_from_metadata"]
    assert sorted(re.findall(r"SOV-\d", text)) == list(OBJECTIVES)
    assert sorted(re.findall(r"SOV-\d", others)) == [each for each in OBJECTIVES if each not in INFORMED]
    assert re.findall(r"SEAL-?\d|\d+ ?%", text) == []
    assert ("SEAL" in others, "v1.2.1" in others) == (True, True)


def test_the_source_says_that_it_is_a_secondary_one(policy: Policy, make_asset: MakeAsset) -> None:
    """Nobody may take it for the framework's own text."""
    sources = {each.source for each in told(policy, make_asset("eu-west-1")).values()}
    assert [
        each.startswith("EU Cloud Sovereignty Framework v1.2.1, October 2025 (secondary source: ")
        for each in sources
    ] == [True]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('id = "SOV-8"', 'id = "SOV-9"', "id: 'SOV-9' is not one of SOV-1, SOV-2"),
        ('id = "SOV-8"', 'id = "SOV-7"', "id: 'SOV-7' stands above already; remove one of them"),
        (
            'confidence = "secondary source"',
            'confidence = "sure"',
            "confidence: 'sure' is not one of confirmed,",
        ),
        ('title_nl = "milieu"', "", "title_nl: must be a text that is not empty; fill it in"),
        ('title_nl = "milieu"', 'title_nl = "m"\nweight = 5', "weight: is not known here; use id,"),
    ],
)
def test_a_wrong_file_is_refused(data_files: dict[str, bytes], old: str, new: str, expected: str) -> None:
    """With its file and line; a weight has no place in it."""
    content = data_files["sovereignty.toml"].decode().replace(old, new, 1)
    with pytest.raises(PolicyDataError) as caught:
        build({**data_files, "sovereignty.toml": content.encode()})
    assert expected in str(caught.value)


def test_a_missing_objective_is_refused(data_files: dict[str, bytes]) -> None:
    """All eight have a title."""
    content = data_files["sovereignty.toml"].decode()
    cut = content[: content.index('[[objective]]\nid = "SOV-8"')]
    with pytest.raises(PolicyDataError) as caught:
        build({**data_files, "sovereignty.toml": cut.encode()})
    line = cut.splitlines().index('id = "SOV-7"') + 1
    assert str(caught.value) == f"sovereignty.toml:{line}:1: id: there is no [[objective]] SOV-8; add one"
