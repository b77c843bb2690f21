"""Evidence for the EU Cloud Sovereignty Framework, word for word in both languages, with what it rests on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policy.ruleset import Policy
from policy.steps import Step
from tests.unit.policy.conftest import MakeAsset
from wolkenzicht.model import Asset, Certainty, DataLocation, Evidence, Operation, Verdict

UNKNOWN = {"en": ". Not known from metadata: ", "nl": ". Niet bekend uit metadata: "}
KNOWN = {"en": "evidence known: ", "nl": "bekend bewijs: "}
#: What metadata never tell.
NEVER = {
    "en": {
        "SOV-2": "what the contract says about governing law, courts and requests by authorities",
        "SOV-3": "whether the provider uses the data, for AI too",
        "SOV-4": "who gives support and from where, and which subcontractors there are; whether a switch was "
        "tested",
    },
    "nl": {
        "SOV-2": "wat het contract zegt over toepasselijk recht, rechters en verzoeken van overheden",
        "SOV-3": "of de leverancier de gegevens gebruikt, ook voor AI",
        "SOV-4": "wie ondersteunt en vanwaar, en welke onderaannemers er zijn; of een overstap is beproefd",
    },
}


def steps(policy: Policy, asset: Asset, verdict: Verdict, language: str) -> dict[str, Step]:
    """The steps by objective."""
    found = [each for each in policy.explain(asset, verdict, language) if each.subject == "sovereignty"]
    assert {each.source for each in found} == {policy.framework.cited()}
    return {each.rule.removeprefix("sovereignty."): each for each in found}


def halves(step: Step, language: str) -> tuple[str, str]:
    """What is known, and what is not but can be."""
    known, unknown = step.statement.split(UNKNOWN[language])
    objective = step.rule.removeprefix("sovereignty.")
    assert known.startswith(f"{objective} (")
    assert unknown.endswith(NEVER[language][objective])
    return known.split(KNOWN[language])[1], unknown.removesuffix(NEVER[language][objective])


@pytest.fixture
def volume(make_asset: MakeAsset) -> Asset:
    """A volume with a key, of which places and operations of all kinds are told."""
    places = (
        DataLocation(Operation.STORED, "eu-west-1", Certainty.DECLARED),
        DataLocation(Operation.PROCESSED, "eu-central-1", Certainty.DECLARED),
        DataLocation(Operation.MANAGED, "us-east-1", Certainty.DERIVED, (Evidence("e", "m"),)),
        DataLocation(Operation.EDITED, "nowhere-1", Certainty.DERIVED),
    )
    properties = (("encryption", "encrypted"), ("kms_key", "arn:aws:kms:us-east-1:444455556666:key/0d3a"))
    return make_asset(type="AWS::EC2::Volume", service="ec2", properties=properties, locations=places)


@pytest.mark.parametrize(
    ("language", "data", "operational", "not_operational"),
    [
        (
            "en",
            (
                "data is inside the EER (DE, IE); stored: inside the EER (IE); processed: inside the "
                "EER (DE); keys: key of the customer's, in the provider's key management"
            ),
            (
                "operated by AWS EMEA SARL (contract party, unconfirmed) (country not confirmed); in "
                "its instance aws; managed: outside the EER (US)"
            ),
            "where it is viewed; where it is edited; ",
        ),
        (
            "nl",
            (
                "gegevens zijn binnen de EER (DE, IE); opgeslagen: binnen de EER (IE); verwerkt: "
                "binnen de EER (DE); sleutels: sleutel van de klant, in het sleutelbeheer van de "
                "leverancier"
            ),
            (
                "beheerd door AWS EMEA SARL (contract party, unconfirmed) (land niet bevestigd); in "
                "zijn instantie aws; beheerd: buiten de EER (US)"
            ),
            "waar het wordt ingezien; waar het wordt bewerkt; ",
        ),
    ],
)
def test_much_is_known(
    policy: Policy, volume: Asset, language: str, data: str, operational: str, not_operational: str
) -> None:
    """Places of data make the class with their countries; a place that is not known is not told."""
    verdict = policy.classify(volume)
    found = steps(policy, volume, verdict, language)
    assert halves(found["SOV-3"], language) == (data, "")
    assert halves(found["SOV-4"], language) == (operational, not_operational)
    assert found["SOV-3"].evidence == (
        Evidence("verdict.location_class", "inside_eea"),
        Evidence("verdict.custody", "customer_managed"),
        Evidence("verdict.custody_rule", verdict.custody_rule),
    )
    assert found["SOV-4"].evidence == (
        Evidence("provider", "aws"),
        Evidence("partition", "aws"),
        Evidence("e", "m"),
    )


@pytest.mark.parametrize(
    ("language", "reach", "takeovers"),
    [
        (
            "en",
            "law reach: directly under law from outside the EER; law of US through AWS EMEA SARL",
            f"; takeover t1; takeover {'t' * 199}…",
        ),
        (
            "nl",
            "rechtsbereik: rechtstreeks onder recht van buiten de EER; recht van US via AWS EMEA SARL",
            f"; overname t1; overname {'t' * 199}…",
        ),
    ],
)
def test_takeovers_are_known(
    policy: Policy, volume: Asset, language: str, reach: str, takeovers: str
) -> None:
    """Behind the law of each country."""
    verdict = replace(policy.classify(volume), takeovers=("t1", "t" * 201))
    step = steps(policy, volume, verdict, language)["SOV-2"]
    known, unknown = halves(step, language)
    assert (known.startswith(reach), known.endswith(takeovers), unknown) == (True, True, "")
    assert step.evidence == (
        Evidence("provider", "aws"),
        Evidence("partition", "aws"),
        Evidence("verdict.law_reach", "direct"),
        Evidence("verdict.jurisdictions", "US"),
    )


@pytest.mark.parametrize(
    ("language", "legal", "data", "not_data", "operational", "not_operational"),
    [
        (
            "en",
            "law reach: law of the EER only; law of NL through ODC Amsterdam → State of the Netherlands",
            "data is inside the EER (NL); stored: inside the EER (NL)",
            "where it is processed; who holds the keys; ",
            (
                "operated by ODC Amsterdam (NL); in its instance ODC Amsterdam; in a building operated "
                "by Equinix (the company of the building is not named) (NL)"
            ),
            "where it is managed; where it is viewed; where it is edited; ",
        ),
        (
            "nl",
            (
                "rechtsbereik: alleen recht van de EER; recht van NL via ODC Amsterdam → State of the "
                "Netherlands"
            ),
            "gegevens zijn binnen de EER (NL); opgeslagen: binnen de EER (NL)",
            "waar het wordt verwerkt; wie de sleutels heeft; ",
            (
                "beheerd door ODC Amsterdam (NL); in zijn instantie ODC Amsterdam; in een gebouw dat "
                "wordt beheerd door Equinix (the company of the building is not named) (NL)"
            ),
            "waar het wordt beheerd; waar het wordt ingezien; waar het wordt bewerkt; ",
        ),
    ],
)
def test_a_datacentre(
    policy: Policy,
    make_site: MakeAsset,
    language: str,
    legal: str,
    data: str,
    not_data: str,
    operational: str,
    not_operational: str,
) -> None:
    """A country without laws that reach abroad has none behind it; the building is told as well."""
    asset = make_site("ODC Amsterdam", "NL")
    found = steps(policy, asset, policy.classify(asset), language)
    assert halves(found["SOV-2"], language) == (legal, "")
    assert halves(found["SOV-3"], language) == (data, not_data)
    assert halves(found["SOV-4"], language) == (operational, not_operational)


@pytest.mark.parametrize(
    ("language", "nothing", "legal", "data", "operational"),
    [
        (
            "en",
            "none",
            "how far law from outside the EER reaches; the company that operates it, and its parent; ",
            "where all of the data is; where it is stored; where it is processed; who holds the keys; ",
            (
                "the company that operates it, and its parent; where it is managed; where it is "
                "viewed; where it is edited; "
            ),
        ),
        (
            "nl",
            "geen",
            "hoe ver recht van buiten de EER reikt; het bedrijf dat het beheert, en de moeder daarvan; ",
            (
                "waar alle gegevens zijn; waar het wordt opgeslagen; waar het wordt verwerkt; wie de "
                "sleutels heeft; "
            ),
            (
                "het bedrijf dat het beheert, en de moeder daarvan; waar het wordt beheerd; waar het "
                "wordt ingezien; waar het wordt bewerkt; "
            ),
        ),
    ],
)
def test_nothing_is_known(
    policy: Policy,
    make_asset: MakeAsset,
    language: str,
    nothing: str,
    legal: str,
    data: str,
    operational: str,
) -> None:
    """All that could be known stands under what is not."""
    asset = make_asset("x", provider="elsewhere", partition="p" * 201, location="x")
    found = steps(policy, asset, policy.classify(asset), language)
    assert halves(found["SOV-2"], language) == (nothing, legal)
    assert halves(found["SOV-3"], language) == (nothing, data)
    known, unknown = halves(found["SOV-4"], language)
    cut = "p" * 199 + "…"
    assert (known.split()[-1], unknown) == (cut, operational)
    assert found["SOV-4"].evidence == (Evidence("provider", "elsewhere"), Evidence("partition", cut))


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "en",
            (
                "metadata say nothing about SOV-1 (strategic), SOV-5 (supply chain), SOV-6 "
                "(technology), SOV-7 (security), SOV-8 (environment). What stands here is evidence for "
                "an assessment; no score and no SEAL level follow from it"
            ),
        ),
        (
            "nl",
            (
                "metadata zeggen niets over SOV-1 (strategisch), SOV-5 (toeleveringsketen), SOV-6 "
                "(technologie), SOV-7 (beveiliging), SOV-8 (milieu). Wat hier staat is bewijs voor een "
                "beoordeling; er volgt geen score en geen SEAL-niveau uit"
            ),
        ),
    ],
)
def test_the_other_objectives(policy: Policy, volume: Asset, language: str, expected: str) -> None:
    """Stand on one line, without evidence."""
    step = steps(policy, volume, policy.classify(volume), language)["not_from_metadata"]
    assert (step.statement, step.evidence) == (f"{policy.framework.name}: {expected}", ())
