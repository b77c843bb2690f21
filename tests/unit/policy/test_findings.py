"""Findings are raised for content outside the EER or at an unknown place, as urgent as the facts ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from policy.clauses import shown
from policy.findings import FindingDraft, find, may_need_a_person
from policy.ruleset import Policy, finding_texts
from policy.takeovers import Takeover
from policy.texts import LANGUAGES
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import (
    Asset,
    Certainty,
    DataLocation,
    Declarations,
    FindingKind,
    Holds,
    LocationClass,
    Operation,
    Severity,
)

MakeAsset = Callable[..., Asset]

OUTSIDE = FindingKind.DATA_OUTSIDE_EEA
ADEQUATE = FindingKind.DATA_OUTSIDE_EEA_ADEQUATE
UNKNOWN = FindingKind.LOCATION_UNKNOWN
MATERIAL = Declarations(material="ja")
PERSONAL = Declarations(personal_data="ja")


def findings(policy: Policy, asset: Asset) -> tuple[FindingDraft, ...]:
    """The findings about an asset under its own verdict."""
    return policy.findings(asset, policy.classify(asset))


@pytest.mark.parametrize(
    ("codes", "declared", "expected"),
    [
        (("eu-west-1",), MATERIAL, []),
        (("us-east-1",), Declarations(), [(OUTSIDE, Severity.HIGH)]),
        (("us-east-1",), MATERIAL, [(OUTSIDE, Severity.CRITICAL)]),
        (("us-east-1",), PERSONAL, [(OUTSIDE, Severity.CRITICAL)]),
        (("us-east-1",), Declarations(personal_data="bsn, naam"), [(OUTSIDE, Severity.CRITICAL)]),
        (("us-east-1",), Declarations(personal_data="Geen"), [(OUTSIDE, Severity.HIGH)]),
        (("eu-west-2",), Declarations(), [(ADEQUATE, Severity.MEDIUM)]),
        (("eu-west-2",), PERSONAL, [(ADEQUATE, Severity.MEDIUM)]),
        (("eu-west-2",), MATERIAL, [(ADEQUATE, Severity.HIGH)]),
        (("eu-central-2",), Declarations(), [(ADEQUATE, Severity.LOW)]),
        (("eu-central-2",), MATERIAL, [(ADEQUATE, Severity.MEDIUM)]),
        (("eu-central-2", "eu-west-2"), Declarations(), [(ADEQUATE, Severity.MEDIUM)]),
        (("eu-west-99",), Declarations(), [(UNKNOWN, Severity.MEDIUM)]),
        (("eu-west-99",), MATERIAL, [(UNKNOWN, Severity.HIGH)]),
        ((), Declarations(), [(UNKNOWN, Severity.MEDIUM)]),
        (("us-east-1", "eu-west-99"), Declarations(), [(OUTSIDE, Severity.HIGH), (UNKNOWN, Severity.MEDIUM)]),
        (
            ("eu-west-2", "eu-west-99"),
            Declarations(),
            [(ADEQUATE, Severity.MEDIUM), (UNKNOWN, Severity.MEDIUM)],
        ),
        (
            ("eu-west-2", "us-east-1"),
            Declarations(),
            [(OUTSIDE, Severity.HIGH), (ADEQUATE, Severity.MEDIUM)],
        ),
    ],
)
def test_kind_and_severity(
    policy: Policy,
    make_asset: MakeAsset,
    codes: tuple[str, ...],
    declared: Declarations,
    expected: list[tuple[FindingKind, Severity]],
) -> None:
    """Each kind is raised at most once, as urgent as the gravest of its places."""
    found = findings(policy, make_asset(*codes, declarations=declared))
    assert expected == [(each.kind, each.severity) for each in found]


def test_personal_data_tag(policy: Policy, make_asset: MakeAsset) -> None:
    """A tag declares personal data as an inventory column does."""
    (found,) = findings(policy, make_asset("us-east-1", tags=(("Persoonsgegevens", "Ja"),)))
    assert found.severity is Severity.CRITICAL


@pytest.mark.parametrize("holds", [Holds.METADATA, Holds.NOTHING])
def test_content_only(policy: Policy, make_asset: MakeAsset, holds: Holds) -> None:
    """What holds no content raises nothing, wherever it is."""
    assert findings(policy, make_asset("us-east-1", "nowhere", holds=holds)) == ()


def test_managed_and_viewed_raise_nothing(policy: Policy, make_asset: MakeAsset) -> None:
    """Places of management and viewing have findings of their own."""
    places = (
        DataLocation(Operation.STORED, "eu-west-1", Certainty.DECLARED),
        DataLocation(Operation.MANAGED, "us-east-1", Certainty.DERIVED),
        DataLocation(Operation.VIEWED, "", Certainty.UNKNOWN),
    )
    assert findings(policy, make_asset(locations=places)) == ()


def test_details_name_each_offending_place_once(policy: Policy, make_asset: MakeAsset) -> None:
    """Details hold operation and place, in order of operation, without those of another class."""
    places = (
        DataLocation(Operation.REPLICATED, "us-east-1", Certainty.DECLARED),
        DataLocation(Operation.STORED, "eu-west-1", Certainty.DECLARED),
        DataLocation(Operation.STORED, "eu-west-2", Certainty.DECLARED),
        DataLocation(Operation.STORED, "ap-east-1", Certainty.DECLARED),
        DataLocation(Operation.STORED, "ap-east-1", Certainty.DECLARED),
        DataLocation(Operation.BACKED_UP, "eu-west-2", Certainty.DECLARED),
    )
    (found, adequate) = findings(policy, make_asset(locations=places))
    assert found.details == (("stored", "ap-east-1 (HK)"), ("replicated", "us-east-1 (US)"))
    assert adequate.details == (("stored", "eu-west-2 (GB)"), ("backed_up", "eu-west-2 (GB)"))
    assert shown(found.clause, "en") == (
        "RCB2026 4.6 [C] (to be checked): data is stored and processed in the EER or Switzerland, "
        "not in the Caribbean Netherlands"
    )
    assert shown(found.clause, "nl") == (
        "RCB2026 4.6 [C] (nog na te gaan): gegevens worden opgeslagen en verwerkt in de EER of Zwitserland, "
        "niet in Caribisch Nederland"
    )


def test_switzerland_is_allowed(policy: Policy, make_asset: MakeAsset) -> None:
    """The finding about Switzerland says that the policy of 2026 allows it."""
    (found,) = findings(policy, make_asset("eu-central-2"))
    assert found.details == (("stored", "eu-central-2 (CH): not EER, but allowed by RCB2026 4.6 [C]"),)


def test_a_place_without_a_code_says_so(policy: Policy, make_asset: MakeAsset) -> None:
    """The detail is not empty where the source gave no code; a long code is cut at 100 characters."""
    long, longer = "x" * 100, "x" * 101
    details = [findings(policy, make_asset(code))[0].details[0][1] for code in ("", long, longer)]
    reason = ": the catalogue lacks this code, and a name is no proof"
    assert details == ["no code: the source gives no location code", long + reason, "x" * 99 + "…" + reason]


def test_a_rule_that_has_no_text_is_told_by_its_name(policy: Policy, make_asset: MakeAsset) -> None:
    """A verdict of another version may name a rule that this one does not know."""
    asset = make_asset("eu-west-99")
    verdict = policy.classify(asset)
    seen = replace(verdict.locations[0], rule="location.of_another_version")
    (found,) = policy.findings(asset, replace(verdict, locations=(seen,)))
    assert found.details == (("stored", "eu-west-99: location.of_another_version"),)


def test_unknown_says_why(policy: Policy, make_asset: MakeAsset) -> None:
    """An unknown place carries the reason; no place at all is said too."""
    details = [findings(policy, asset)[0].details for asset in (make_asset("eu-west-99"), make_asset())]
    assert details == [
        (("stored", "eu-west-99: the catalogue lacks this code, and a name is no proof"),),
        (("stored", "no location was read"),),
    ]


@pytest.mark.parametrize(
    ("enabled", "severity", "detail"),
    [(True, Severity.HIGH, "enabled"), (False, Severity.LOW, "offered")],
)
def test_a_region_that_the_catalogue_lacks(
    policy: Policy, enabled: bool, severity: Severity, detail: str
) -> None:
    """More urgent where an account has it enabled, for data may be there; known regions raise nothing."""
    (found,) = policy.region_findings("aws", "x" * 101, enabled=enabled)
    kind = FindingKind.REGION_NOT_IN_CATALOGUE
    assert found == FindingDraft(kind, severity, policy.settings.clauses[kind], ((detail, "x" * 99 + "…"),))
    assert policy.region_findings("aws", "eu-west-1", enabled=enabled) == ()
    assert policy.region_findings("acme", "eu-west-99", enabled=enabled) == ()


def test_a_takeover_names_all_owners_before(policy: Policy, make_asset: MakeAsset) -> None:
    """Where several owned the operators of a place, each may have been the one."""
    taken = Takeover(
        identifier="t",
        day=date(2026, 9, 1),
        operator="Acme",
        before=("A (NL)", "B (DE)"),
        owner="C (US)",
        into_foreign_law=True,
        source="the deal",
    )
    asset = make_asset("eu-west-1")
    verdict = replace(policy.classify(asset), takeovers=("t",))
    (found,) = find(asset, verdict, policy.settings, [taken])
    assert (found.severity, found.details) == (
        Severity.HIGH,
        (
            ("takeover", "2026-09-01: Acme: A (NL) or B (DE) → C (US)"),
            ("source", "the deal"),
        ),
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(FindingKind))
def test_texts_exist(kind: FindingKind, language: str) -> None:
    """Every kind has a summary that takes name and places, and a remedy, in both languages."""
    summary, remedy = finding_texts(kind, language)
    filled = summary.format(name="zaaksysteem", places="eu-west-2 (GB)")
    assert ["zaaksysteem" in filled, "eu-west-2 (GB)" in filled, bool(remedy.strip())] == [True, True, True]


@pytest.mark.parametrize("kind", list(FindingKind))
def test_texts_differ_by_language(kind: FindingKind) -> None:
    """No text was left in the other language."""
    dutch, english = (finding_texts(kind, language) for language in LANGUAGES)
    assert [dutch.summary != english.summary, dutch.remedy != english.remedy] == [True, True]


def test_unknown_language() -> None:
    """Another language is refused with the ones that exist."""
    with pytest.raises(ConfigurationError, match="language 'fr' is not known; use nl or en"):
        finding_texts(OUTSIDE, "fr")


@pytest.mark.parametrize("holds", list(Holds))
@pytest.mark.parametrize("location_class", list(LocationClass))
def test_a_flagged_verdict_may_need_a_person_wherever_its_data_is(
    holds: Holds, location_class: LocationClass
) -> None:
    """Without a flag content that is not inside the EER does, and else what is outside: it may point."""
    outside = location_class in (LocationClass.OUTSIDE_EEA, LocationClass.OUTSIDE_EEA_ADEQUATE)
    unflagged = outside or (holds is Holds.CONTENT and location_class is LocationClass.UNKNOWN)
    assert [may_need_a_person(holds, location_class, flagged) for flagged in (True, False)] == [
        True,
        unflagged,
    ]


def test_a_flag_makes_no_finding_about_the_place_of_metadata(policy: Policy, make_asset: MakeAsset) -> None:
    """Where what holds no content is stays without a finding, whatever else its verdict names."""
    asset = make_asset("us-east-1", holds=Holds.METADATA)
    verdict = replace(policy.classify(asset), conflicts=("some.rule",))
    assert OUTSIDE not in {each.kind for each in policy.findings(asset, verdict)}
