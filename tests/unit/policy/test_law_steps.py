"""An explanation tells how far foreign law reaches, through whom and since when, and each takeover."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from policy.explain import Step
from policy.law_steps import LAW_REACH
from policy.ruleset import Policy, build
from policy.texts import LANGUAGES
from tests.unit.policy.test_takeovers import DAY, NAME, bought_by
from wolkenzicht.model import Asset, Evidence, LawReach

MakeAsset = Callable[..., Asset]


def told(policy: Policy, asset: Asset, language: str, subject: str) -> list[Step]:
    """The steps about a subject."""
    return [
        each for each in policy.explain(asset, policy.classify(asset), language) if each.subject == subject
    ]


@pytest.mark.parametrize(
    ("provider", "partition", "rule", "dutch", "english"),
    [
        (
            "aws",
            "aws-eusc",
            "law_reach.through_parent",
            (
                "rechtsbereik: EER-bedrijf met moeder buiten de EER: AWS European Sovereign Cloud GmbH (DE) "
                "→ Amazon.com, Inc. (US), sinds 2026-01-15"
            ),
            (
                "law reach: company of the EER with a parent outside it: AWS European Sovereign Cloud GmbH "
                "(DE) → Amazon.com, Inc. (US), since 2026-01-15"
            ),
        ),
        (
            "azure",
            "Delos",
            "law_reach.eea_only",
            "rechtsbereik: alleen recht van de EER: Delos Cloud GmbH (DE) → SAP SE (DE)",
            "law reach: law of the EER only: Delos Cloud GmbH (DE) → SAP SE (DE)",
        ),
        (
            "azure",
            "AzureUSGovernment",
            "law_reach.direct",
            "rechtsbereik: rechtstreeks onder recht van buiten de EER: Microsoft Corporation (US)",
            "law reach: directly under law from outside the EER: Microsoft Corporation (US)",
        ),
        (
            "aws",
            "aws-cn",
            "law_reach.direct",
            (
                "rechtsbereik: rechtstreeks onder recht van buiten de EER (het verste van 2 beheerders): "
                "Beijing Sinnet Technology (CN); Ningxia Western Cloud Data (NWCD) (CN)"
            ),
            (
                "law reach: directly under law from outside the EER (the furthest of 2 operators): "
                "Beijing Sinnet Technology (CN); Ningxia Western Cloud Data (NWCD) (CN)"
            ),
        ),
        (
            "acme",
            "acme",
            "law_reach.unknown",
            ("rechtsbereik: onbekend: de beheerder van deze partitie of locatie staat niet in de gegevens"),
            "law reach: unknown: the facts do not name the operator of this partition or site",
        ),
    ],
)
def test_how_far_law_reaches(
    policy: Policy,
    make_asset: MakeAsset,
    provider: str,
    partition: str,
    rule: str,
    dutch: str,
    english: str,
) -> None:
    """One step, with operator, parent and the day since which that is so where it is known."""
    asset = make_asset(provider=provider, partition=partition, location="")
    steps = [step for each in ("nl", "en") for step in told(policy, asset, each, "law_reach")]
    assert [(step.rule, step.statement) for step in steps] == [(rule, dutch), (rule, english)]
    assert steps[0].evidence == (Evidence("provider", provider), Evidence("partition", partition))


def test_the_source_is_that_of_the_operator(policy: Policy, make_asset: MakeAsset) -> None:
    """The row of the facts says where it is from; where there is none the rule set stands for it."""
    known, unknown = (
        told(policy, make_asset(partition=each), "en", "law_reach")[0].source for each in ("aws-eusc", "else")
    )
    assert (known.split(" ; ")[0], unknown) == (
        "https://servola.de/journal/sovereign-cloud-now-has-a-score/",
        policy.settings.title,
    )


def test_a_reach_that_these_facts_do_not_lead_to_is_told_as_it_was(
    policy: Policy, make_asset: MakeAsset
) -> None:
    """A verdict of other facts is not told with these operators."""
    asset = make_asset("eu-west-1")
    verdict = replace(policy.classify(asset), law_reach=LawReach.EEA_ONLY)
    (step,) = [each for each in policy.explain(asset, verdict, "nl") if each.subject == "law_reach"]
    assert (step.statement, step.rule, step.source) == (
        "rechtsbereik: alleen recht van de EER",
        "law_reach.eea_only",
        policy.settings.title,
    )


@pytest.mark.parametrize(
    ("owner", "country", "rule", "dutch", "english"),
    [
        (
            b"Globex Inc.",
            b"US",
            "takeover.owner_outside_eea",
            (
                "overname: Leafcloud B.V. is van Globex Inc. (US) sinds 2026-09-01, daarvoor van its founder "
                "and The Sharing Group (NL), en daarmee onder recht van buiten de EER"
            ),
            (
                "takeover: Leafcloud B.V. is of Globex Inc. (US) since 2026-09-01, before of its founder and "
                "The Sharing Group (NL), and so under law from outside the EER"
            ),
        ),
        (
            b"Globex SE",
            b"DE",
            "takeover.owner_inside_eea",
            (
                "overname: Leafcloud B.V. is van Globex SE (DE) sinds 2026-09-01, daarvoor van its founder "
                "and The Sharing Group (NL)"
            ),
            (
                "takeover: Leafcloud B.V. is of Globex SE (DE) since 2026-09-01, before of its founder and "
                "The Sharing Group (NL)"
            ),
        ),
    ],
)
def test_a_takeover_has_a_step(
    data_files: dict[str, bytes],
    make_asset: MakeAsset,
    owner: bytes,
    country: bytes,
    rule: str,
    dutch: str,
    english: str,
) -> None:
    """From whom to whom and since when, with the source of the new row and when the asset was created."""
    policy = build(bought_by(data_files, owner, country), DAY)
    asset = make_asset(provider="leafcloud", partition="leafcloud", created=datetime(2025, 5, 6, tzinfo=UTC))
    steps = [step for each in ("nl", "en") for step in told(policy, asset, each, "takeover")]
    assert [(step.rule, step.statement) for step in steps] == [(rule, dutch), (rule, english)]
    assert (steps[0].source, steps[0].evidence[-1]) == (
        "https://example.org/deal",
        Evidence("created", "2025-05-06"),
    )


@pytest.mark.parametrize(
    ("language", "statement"),
    [
        ("nl", f"overname {NAME}: deze gegevens vermelden haar niet"),
        ("en", f"takeover {NAME}: these facts do not tell of it"),
    ],
)
def test_a_takeover_that_these_facts_lack_is_told_by_its_name(
    policy: Policy, make_asset: MakeAsset, language: str, statement: str
) -> None:
    """It stays in the explanation of a verdict that was made with other facts."""
    asset = make_asset(provider="leafcloud", partition="leafcloud")
    verdict = replace(policy.classify(asset), takeovers=(NAME,))
    (step,) = [each for each in policy.explain(asset, verdict, language) if each.subject == "takeover"]
    assert (step.statement, step.rule) == (statement, "takeover.not_known")
    assert (step.source, step.evidence) == (
        policy.settings.title,
        (Evidence("provider", "leafcloud"), Evidence("partition", "leafcloud")),
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reach_has_a_word(language: str) -> None:
    """All four, each another."""
    assert len(set(LAW_REACH[language].values())) == len(LawReach)
