"""Departments' own rules and exemptions are told word for word, in Dutch and English."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from policy.ruleset import build
from tests.unit.policy.department_rows import (
    EXEMPTION,
    FILE,
    FORBIDDEN,
    NOT_MATERIAL,
    PERMITTED,
    TOLD,
    WAIVED,
    own,
)
from wolkenzicht.model import Asset

MakeAsset = Callable[..., Asset]

DAY = date(2026, 11, 22)
TOLD_NL = (
    "ontheffing until_spring van bzk (wat de regelset zegt), besloten door the CIO op 2026-09-01, "
    "art. 1, nog na te gaan; reden: een leverancier verhuist; geldt tot en met 2027-03-31"
)


def told(data_files: dict[str, bytes], asset: Asset, language: str, *rows: str) -> dict[str, tuple[str, str]]:
    """Statement and source of the steps that name a department's rule."""
    policy = build({**data_files, FILE: own(*rows)}, DAY, None, ("bzk",))
    steps = policy.explain(asset, policy.classify(asset), language)
    return {each.rule: (each.statement, each.source) for each in steps if each.rule.startswith("department.")}


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "nl",
            {
                "department.bzk": "bovenop de regelset gelden eigen regels van bzk: Own rules",
                "department.bzk.eer_only": (
                    "verboden door eigen regels van bzk, gegevens in CH: gegevens staan in de EER "
                    "(art. 1, nog na te gaan)"
                ),
                "department.bzk.virginia": (
                    f"toegestaan bij ontheffing, gegevens in US (art. 1, nog na te gaan); {TOLD_NL}"
                ),
            },
        ),
        (
            "en",
            {
                "department.bzk": "on top of the rule set, rules of bzk itself count: Own rules",
                "department.bzk.eer_only": (
                    "forbidden by rules of bzk itself, data in CH: data is in the EER (art. 1, to be checked)"
                ),
                "department.bzk.virginia": (
                    f"permitted by way of exemption, data in US (art. 1, to be checked); {TOLD}"
                ),
            },
        ),
    ],
)
def test_what_is_forbidden_and_permitted(
    data_files: dict[str, bytes], make_asset: MakeAsset, language: str, expected: dict[str, str]
) -> None:
    """Whose rules count, the countries, the clause and the whole exemption, each with the row's source."""
    asset = make_asset("eu-central-2", "us-east-1", tags=(("materieel", "nee"),))
    steps = told(data_files, asset, language, FORBIDDEN, PERMITTED, EXEMPTION)
    assert {rule: (text, "test") for rule, text in expected.items()} == steps


@pytest.mark.parametrize(
    ("language", "duty", "material"),
    [
        (
            "nl",
            (
                "plicht vervallen bij ontheffing: een DPIA, als deel van de risicoafweging (RCB2026 3.1 [C], "
                f"uit een secundaire bron); {TOLD_NL}"
            ),
            (
                "geen materieel gebruik: tags.proces=primair: een archief (eigen regels van bzk, art. 1, "
                f"nog na te gaan); {TOLD_NL}; zonder deze regel: materieel gebruik: tags.proces=primair: "
            ),
        ),
        (
            "en",
            (
                "duty waived by way of exemption: a DPIA, as a part of the risk assessment (RCB2026 3.1 [C], "
                f"secondary source); {TOLD}"
            ),
            (
                "no material use: tags.proces=primair: an archive (rules of bzk itself, art. 1, "
                f"to be checked); {TOLD}; without this rule: material use: tags.proces=primair: "
            ),
        ),
    ],
)
def test_what_is_waived_and_weakened(
    data_files: dict[str, bytes], make_asset: MakeAsset, language: str, duty: str, material: str
) -> None:
    """A duty that does not count is told with its clause, and a weaker verdict with what it was before."""
    waived = told(data_files, make_asset(tags=(("materieel", "ja"),)), language, WAIVED, EXEMPTION)
    weaker = told(data_files, make_asset(tags=(("proces", "primair"),)), language, NOT_MATERIAL, EXEMPTION)
    assert waived["department.bzk.no_dpia"] == (duty, "test")
    assert weaker["department.bzk.archive"][0].startswith(material)
    assert weaker["department.bzk.archive"][1] == "test"


def test_a_confirmed_clause_needs_no_reservation(data_files: dict[str, bytes], make_asset: MakeAsset) -> None:
    """Only what somebody still has to check says so."""
    confirmed = FORBIDDEN + '\nclause = "art. 1"\nconfidence = "confirmed"\nsource = "test"\n'
    steps = told(data_files, make_asset("eu-central-2"), "nl", confirmed)
    assert steps["department.bzk.eer_only"][0].endswith("gegevens staan in de EER (art. 1)")


def test_a_long_reason_of_an_exemption_is_cut(data_files: dict[str, bytes], make_asset: MakeAsset) -> None:
    """At 300 characters, in either language."""
    for length, expected in ((300, "n" * 300), (301, "n" * 299 + "…")):
        row = EXEMPTION.replace("een leverancier verhuist", "n" * length)
        row = row.replace("a supplier moves", "n" * length)
        for language, word in (("nl", "reden"), ("en", "reason")):
            steps = told(data_files, make_asset("us-east-1"), language, PERMITTED, row)
            assert f"; {word}: {expected}; " in steps["department.bzk.virginia"][0]
