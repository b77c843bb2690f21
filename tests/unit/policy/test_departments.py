"""Departments' own rules are stricter than the rule set, or weaker under an exemption that is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policy.clauses import shown
from policy.context import Context, Decision, SystemEntry
from policy.department_material import DepartmentMaterial
from policy.material import MaterialRules
from policy.rule_book import RuleBook
from policy.ruleset import Policy, build
from tests.unit.policy.department_rows import (
    EXEMPTION,
    FILE,
    FORBIDDEN,
    MATERIAL,
    NOT_MATERIAL,
    PERMITTED,
    TOLD,
    WAIVED,
    own,
)
from wolkenzicht.model import (
    Asset,
    Certainty,
    DataLocation,
    Declarations,
    FindingKind,
    Holds,
    LocationClass,
    MaterialUse,
    Operation,
    Severity,
)

MakeAsset = Callable[..., Asset]

PAGE = Path(__file__).resolve().parents[3] / "docs" / "rules-of-departments.md"
SAMPLE = re.findall(r"```toml\n(.*?)```", PAGE.read_text(), re.DOTALL)[0]
DAY = date(2026, 11, 22)
KIND = FindingKind.COUNTRY_FORBIDDEN
ALL_BUT = FORBIDDEN.replace('countries = ["CH"]', 'all_but = ["NL"]')


@pytest.fixture
def judge(data_files: dict[str, bytes]) -> Callable[..., Policy]:
    """Builds the policy of an organisation from rows of its file."""

    def of(*rows: str, on: date = DAY, below: tuple[str, ...] = (), **files: bytes) -> Policy:
        named = {f"departments/{name}.toml": content for name, content in files.items()}
        return build({**data_files, FILE: own(*rows), **named}, on, None, (*below, "bzk"))

    return of


def steps_of(policy: Policy, asset: Asset, language: str = "en") -> dict[str, str]:
    """The statements of an explanation by their rule."""
    return {each.rule: each.statement for each in policy.explain(asset, policy.classify(asset), language)}


def test_the_documented_sample_counts(data_files: dict[str, bytes], make_asset: MakeAsset) -> None:
    """What the page shows loads, and does what it says."""
    policy = build({**data_files, FILE: SAMPLE.encode()}, DAY, None, ("bzk",))
    asset = make_asset("eu-central-2", "ap-northeast-1", tags=(("env", "acc"), ("persoonsgegevens", "ja")))
    verdict = policy.classify(asset)
    rules = [each.rule for each in policy.explain(asset, verdict, "nl") if "department" in each.rule]
    assert (verdict.material, verdict.material_rule, sorted(rules)) == (
        MaterialUse.UNDETERMINED,
        "department.bzk.acceptance_with_personal_data",
        [
            "department.bzk",
            "department.bzk.acceptance_with_personal_data",
            "department.bzk.keys_in_own_hands",
            "department.bzk.no_switzerland",
            "department.bzk.no_yearly_report",
            "department.bzk.support_from_japan",
        ],
    )


def test_an_organisation_without_rules_is_judged_by_the_rule_set_alone(
    data_files: dict[str, bytes], make_asset: MakeAsset
) -> None:
    """Others' files change its version and nothing else."""
    book = RuleBook({**data_files, FILE: SAMPLE.encode()})
    plain, others = book.base, book.on(DAY, ("duo", "ocw"))
    asset = make_asset("eu-central-2", "ap-northeast-1", tags=(("env", "acc"), ("persoonsgegevens", "ja")))
    assert others.classify(asset) == plain.classify(asset)
    assert others.findings(asset, others.classify(asset)) == plain.findings(asset, plain.classify(asset))
    assert (type(others.material), others.organisations) == (MaterialRules, ())


def test_organisations_without_rules_share_a_policy_and_its_day(data_files: dict[str, bytes]) -> None:
    """A book builds one policy for all that have no file, and for days on which only others' rules change."""
    book = RuleBook({**data_files, FILE: SAMPLE.encode()})
    assert book.on(DAY, ("duo", "ocw")) is book.on(DAY, ("nza", "vws")) is book.on(DAY)
    assert book.on(date(2026, 9, 14), ("duo",)) is book.on(date(2026, 9, 15), ("duo",))
    assert book.on(date(2026, 9, 14), ("rvig", "bzk")) is not book.on(date(2026, 9, 15), ("rvig", "bzk"))
    assert book.on(DAY, ("rvig", "bzk")) is book.on(DAY, ("bzk",))


def test_a_book_gives_what_is_built_and_shares_the_facts(
    data_files: dict[str, bytes], make_asset: MakeAsset
) -> None:
    """The policy of an organisation costs its own rules only; days between its changes have one version."""
    contents = {**data_files, FILE: SAMPLE.encode()}
    book = RuleBook(contents)
    asset = make_asset("eu-central-2", "ap-northeast-1", tags=(("env", "acc"), ("persoonsgegevens", "ja")))
    for day in (date(2026, 8, 1), date(2026, 9, 15), date(2027, 1, 1), date(2027, 7, 1)):
        of, built = book.on(day, ("bzk",)), build(contents, day, None, ("bzk",))
        assert of.version.partition("@")[0] == built.version.partition("@")[0]
        assert of.organisations == built.organisations == ("bzk",)
        told, expected = (
            [(each.rule, each.statement) for each in policy.explain(asset, policy.classify(asset), "nl")]
            for policy in (of, built)
        )
        assert told == expected
        assert of.locations is book.on(day).locations
        assert of.of(("bzk",), of.settings.as_at) == of


def test_two_organisations_judge_under_one_version(data_files: dict[str, bytes]) -> None:
    """The version is the edition's; policies of organisations with other rules are not equal."""
    book = RuleBook({**data_files, FILE: SAMPLE.encode()})
    assert book.on(DAY, ("bzk",)).version == book.on(DAY).version
    assert book.on(DAY, ("bzk",)) != book.on(DAY)
    assert book.base.version != RuleBook(data_files).base.version


def test_a_policy_of_one_department_gives_that_of_another(
    judge: Callable[..., Policy], make_asset: MakeAsset
) -> None:
    """Nothing of the first one's rules on material use is left in it."""
    other = judge(MATERIAL, rvig=own(FORBIDDEN, organisation="rvig")).of(("rvig",), DAY)
    verdict = other.classify(make_asset("eu-west-1", tags=(("env", "acc"),)))
    assert verdict.material_rule == "material.rule.environment_not_production"


def test_rules_of_a_ministry_count_below_it(judge: Callable[..., Policy], make_asset: MakeAsset) -> None:
    """A body below the ministry has the ministry's rules, and its own."""
    body = own(MATERIAL.replace("'acc'", "'tst'"), organisation="rvig")
    policy = judge(MATERIAL, below=("rvig",), rvig=body)
    rules = [
        policy.classify(make_asset("eu-west-1", tags=(("env", env),))).material_rule for env in ("tst", "acc")
    ]
    assert rules == ["department.rvig.acceptance", "department.bzk.acceptance"]


@pytest.mark.parametrize("declared", ["", "nee", "ja"])
def test_the_stricter_of_both_counts(
    judge: Callable[..., Policy], make_asset: MakeAsset, declared: str
) -> None:
    """A rule of the department is above a tag that says no; where both agree, the rule set's counts."""
    asset = make_asset("eu-west-1", tags=(("env", "acc"),), declarations=Declarations(material=declared))
    verdict = judge(MATERIAL).classify(asset)
    expected = "material.column" if declared == "ja" else "department.bzk.acceptance"
    assert (verdict.material, verdict.material_rule) == (MaterialUse.MATERIAL, expected)


def test_what_the_rule_set_says_by_itself_is_told(
    judge: Callable[..., Policy], make_asset: MakeAsset
) -> None:
    """The reason names the department's clause and what would be so without it."""
    policy = judge(MATERIAL)
    told = steps_of(policy, make_asset("eu-west-1", tags=(("env", "acc"),)), "nl")
    assert told["department.bzk.acceptance"] == (
        "materieel gebruik: tags.env=acc: acceptatie draagt hier de primaire taak (eigen regels van bzk, "
        "art. 1, nog na te gaan); zonder deze regel: geen materieel gebruik: tags.env=acc: een omgeving voor "
        "ontwikkeling, test of acceptatie draagt de primaire taak niet"
    )


def test_a_rule_that_is_less_strict_than_the_rule_set_does_nothing(
    judge: Callable[..., Policy], make_asset: MakeAsset
) -> None:
    """Undetermined does not weaken material."""
    row = MATERIAL.replace('verdict = "material"', 'verdict = "undetermined"').replace("'acc'", "'prod'")
    asset = make_asset("eu-west-1", tags=(("env", "prod"), ("proces", "primair")))
    assert judge(row).classify(asset).material_rule == "material.rule.process_primary"


def test_a_rule_that_does_not_match_leaves_what_people_said(
    judge: Callable[..., Policy], make_asset: MakeAsset
) -> None:
    """Also where that no rule matches is less than what was said."""
    verdict = judge(MATERIAL).classify(make_asset("eu-west-1", tags=(("materieel", "nee"),)))
    assert (verdict.material, verdict.material_rule) == (MaterialUse.NOT_MATERIAL, "material.tag")


def test_an_exempt_rule_weakens_a_rule_and_is_told(
    judge: Callable[..., Policy], make_asset: MakeAsset
) -> None:
    """The verdict, its reason and the finding that is less severe name the exemption."""
    policy = judge(NOT_MATERIAL, EXEMPTION)
    asset = make_asset("us-east-1", tags=(("proces", "primair"),))
    verdict = policy.classify(asset)
    finding = policy.findings(asset, verdict)[0]
    assert (verdict.material, verdict.material_rule) == (
        MaterialUse.NOT_MATERIAL,
        "department.bzk.archive",
    )
    assert TOLD in verdict.material_reason
    assert "zonder deze regel: materieel gebruik" in steps_of(policy, asset, "nl")["department.bzk.archive"]
    assert (finding.severity, finding.details) == (
        Severity.HIGH,
        (("stored", f"us-east-1 (US); not material by {TOLD}"),),
    )


def test_a_location_that_is_not_known_names_the_exemption_too(
    judge: Callable[..., Policy], make_asset: MakeAsset
) -> None:
    """Also where no place was read at all."""
    policy = judge(NOT_MATERIAL, EXEMPTION)
    for places in ((), ("nowhere-1",)):
        asset = make_asset(*places, tags=(("proces", "primair"),))
        finding = policy.findings(asset, policy.classify(asset))[0]
        assert (finding.severity, finding.details[0][1].endswith(TOLD)) == (Severity.MEDIUM, True)


def test_what_people_state_is_not_weakened(judge: Callable[..., Policy], make_asset: MakeAsset) -> None:
    """An exempt rule is no match for a tag or a declaration that says material, or contradicts another."""
    policy = judge(NOT_MATERIAL, EXEMPTION)
    tags = (("proces", "primair"), ("materieel", "ja"))
    verdicts = [
        policy.classify(make_asset("eu-west-1", tags=tags)),
        policy.classify(make_asset("eu-west-1", tags=(*tags, ("material", "nee")))),
    ]
    assert [each.material for each in verdicts] == [MaterialUse.MATERIAL, MaterialUse.UNDETERMINED]


def test_a_persons_decision_on_the_asset_stands(judge: Callable[..., Policy], make_asset: MakeAsset) -> None:
    """It says itself who decided, why and until when; after its end the department's rule counts again."""
    decision = Decision(MaterialUse.NOT_MATERIAL, "the CISO", date(2026, 11, 1), "a copy", date(2026, 11, 30))
    asset, context = make_asset("eu-west-1", tags=(("env", "acc"),)), Context(decision=decision)
    rules = [
        judge(MATERIAL, on=day).classify(asset, context).material_rule for day in (DAY, date(2026, 12, 1))
    ]
    assert rules == ["material.decision", "department.bzk.acceptance"]


def test_contradictions_are_told_beside_the_departments_rule(
    judge: Callable[..., Policy], policy: Policy, make_asset: MakeAsset
) -> None:
    """A stricter rule does not hide that people contradict each other."""
    tags = (("env", "acc"), ("materieel", "nee"), ("material", "ja"))
    asset = make_asset("eu-west-1", tags=tags)
    verdict = judge(MATERIAL).classify(asset)
    assert verdict.material_rule == "department.bzk.acceptance"
    assert verdict.conflicts == policy.classify(asset).conflicts != ()


def test_a_prohibition_of_a_department_is_a_finding(
    judge: Callable[..., Policy], make_asset: MakeAsset
) -> None:
    """As one of the rule set is, where a tag declares what it is about."""
    never = '\n[[never]]\nid = "tbb"\napplies_when = "tbb_1_to_3"\ntext_en = "no"\ntext_nl = "nee"\n'
    policy = judge(never)
    asset = make_asset("eu-west-1", tags=(("tbb", "2"),))
    verdict = policy.classify(asset)
    assert verdict.prohibitions == ("department.bzk.tbb", "never.tbb_1_to_3")
    assert FindingKind.PROHIBITED_USE in [each.kind for each in policy.findings(asset, verdict)]


def test_a_stricter_rule_is_above_an_exemption(judge: Callable[..., Policy], make_asset: MakeAsset) -> None:
    """Where both match, the use is material."""
    policy = judge(MATERIAL, NOT_MATERIAL, EXEMPTION)
    asset = make_asset("eu-west-1", tags=(("proces", "primair"), ("env", "acc")))
    assert policy.classify(asset).material is MaterialUse.MATERIAL


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 8, 31), MaterialUse.MATERIAL),
        (date(2026, 9, 1), MaterialUse.NOT_MATERIAL),
        (date(2027, 3, 31), MaterialUse.NOT_MATERIAL),
        (date(2027, 4, 1), MaterialUse.MATERIAL),
    ],
)
def test_an_exemption_counts_within_its_period(
    data_files: dict[str, bytes], make_asset: MakeAsset, day: date, expected: MaterialUse
) -> None:
    """On its first and last day, not before or after; a book changes with it."""
    book = RuleBook({**data_files, FILE: own(NOT_MATERIAL, EXEMPTION)})
    asset = make_asset("eu-west-1", tags=(("proces", "primair"),))
    assert book.on(day, ("bzk",)).classify(asset).material is expected


def test_a_forbidden_country_makes_a_finding_more_severe(
    judge: Callable[..., Policy], policy: Policy, make_asset: MakeAsset
) -> None:
    """Zurich is permitted by the rule set; forbidden it counts as any other place outside."""
    asset = make_asset("eu-central-2", tags=(("materieel", "nee"),))
    before, after = (each.findings(asset, each.classify(asset))[0] for each in (policy, judge(FORBIDDEN)))
    assert (before.severity, after.severity) == (Severity.LOW, Severity.MEDIUM)
    assert after.details == (("stored", "eu-central-2 (CH): forbidden by bzk, art. 1 (to be checked)"),)
    assert steps_of(judge(FORBIDDEN), asset)["department.bzk.eer_only"] == (
        "forbidden by rules of bzk itself, data in CH: data is in the EER (art. 1, to be checked)"
    )


def test_all_but_one_country_may_be_forbidden(judge: Callable[..., Policy], make_asset: MakeAsset) -> None:
    """What is forbidden inside the EER is told, and is a finding of its own kind."""
    policy = judge(ALL_BUT)
    asset = make_asset("eu-west-1", "eu-central-1")
    told = steps_of(policy, asset, "nl")
    assert told["department.bzk.eer_only"].startswith(
        "verboden door eigen regels van bzk, gegevens in DE, IE:"
    )
    assert [each.kind for each in policy.findings(asset, policy.classify(asset))] == [KIND]
    assert "department.bzk.eer_only" not in steps_of(policy, make_asset("aws-nl-none"))


def test_a_forbidden_country_of_the_eer_is_a_finding(
    judge: Callable[..., Policy], policy: Policy, make_asset: MakeAsset
) -> None:
    """With the department's clause, each place once; the class stays, and the rule set alone has none."""
    germany = FORBIDDEN.replace('"CH"', '"DE", "SE"')
    asset = make_asset("eu-central-1", "eu-west-1", tags=(("materieel", "ja"),))
    verdict = judge(germany).classify(asset)
    (found,) = judge(germany).findings(asset, verdict)
    assert (verdict.forbidden, verdict.location_class) == (
        ("department.bzk.eer_only",),
        LocationClass.INSIDE_EEA,
    )
    assert (found.kind, found.severity, shown(found.clause, "nl"), found.details) == (
        KIND,
        Severity.HIGH,
        "bzk, art. 1 (nog na te gaan): gegevens staan in de EER",
        (("stored", "eu-central-1 (DE): forbidden by bzk, art. 1 (to be checked)"),),
    )
    assert (policy.classify(asset).forbidden, policy.findings(asset, policy.classify(asset))) == ((), ())


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({}, {KIND: Severity.MEDIUM}),
        ({"holds": Holds.METADATA}, {}),
        ({"tags": (("proces", "primair"),)}, {KIND: Severity.HIGH}),
    ],
)
def test_urgency_of_a_forbidden_country(
    judge: Callable[..., Policy],
    make_asset: MakeAsset,
    changes: dict[str, Any],
    kinds: dict[FindingKind, Severity],
) -> None:
    """By material use, and for content only."""
    policy = judge(FORBIDDEN.replace('"CH"', '"DE"'))
    asset = make_asset("eu-central-1", **changes)
    found = policy.findings(asset, policy.classify(asset))
    assert {each.kind: each.severity for each in found} == kinds


def test_urgency_by_exemption_is_told(judge: Callable[..., Policy], make_asset: MakeAsset) -> None:
    """Where the use is not material by an exemption."""
    policy = judge(FORBIDDEN.replace('"CH"', '"DE"'), NOT_MATERIAL, EXEMPTION)
    asset = make_asset("eu-central-1", tags=(("proces", "primair"),))
    (found,) = policy.findings(asset, policy.classify(asset))
    assert (found.severity, found.details[0][1].partition("; ")[2]) == (
        Severity.MEDIUM,
        f"not material by {TOLD}",
    )


def test_outside_the_eer_the_finding_about_that_tells_it(
    judge: Callable[..., Policy], make_asset: MakeAsset
) -> None:
    """One finding, not two about the same place; a place inside beside it has its own."""
    policy = judge(FORBIDDEN.replace('"CH"', '"CH", "DE"'))
    for codes, kinds in (
        (("eu-central-2",), [FindingKind.DATA_OUTSIDE_EEA_ADEQUATE]),
        (("eu-central-2", "eu-central-1"), [FindingKind.DATA_OUTSIDE_EEA_ADEQUATE, KIND]),
    ):
        asset = make_asset(*codes)
        assert [each.kind for each in policy.findings(asset, policy.classify(asset))] == kinds


def test_a_country_that_is_not_told_is_not_one_of_a_few(
    judge: Callable[..., Policy], make_asset: MakeAsset
) -> None:
    """Somewhere in the Union is forbidden where all but the Netherlands is; by no other rule."""
    asset = make_asset("bigquery/eu", provider="gcp")
    policy = judge(ALL_BUT)
    verdict = policy.classify(asset)
    assert (verdict.location_class, verdict.locations[0].countries) == (LocationClass.INSIDE_EEA, ())
    (found,) = policy.findings(asset, verdict)
    assert (found.kind, found.details) == (
        KIND,
        (("stored", "bigquery/eu (?): forbidden by bzk, art. 1 (to be checked)"),),
    )
    told = "data in a country of the EER that is not told: data is in the EER"
    assert told in steps_of(policy, asset)["department.bzk.eer_only"]
    plain = judge(FORBIDDEN.replace('"CH"', '"DE"'))
    assert plain.findings(asset, plain.classify(asset)) == ()


def test_a_contract_may_say_that_data_is_in_a_forbidden_country(
    judge: Callable[..., Policy], make_asset: MakeAsset
) -> None:
    """As where it is read: what is processed there counts, from where it is viewed does not."""
    policy = judge(FORBIDDEN.replace('"CH"', '"DE"'))
    asset = make_asset("eu-west-1")
    for operation, rules in ((Operation.PROCESSED, ("department.bzk.eer_only",)), (Operation.VIEWED, ())):
        place = DataLocation(operation, "", Certainty.DECLARED, (), ("DE",))
        context = Context(system=SystemEntry("s", "S", "bzk", places=(place,)))
        verdict = policy.classify(asset, context)
        assert verdict.forbidden == rules
        found = policy.findings(asset, verdict, context)
        assert [each.kind for each in found] == [KIND] * len(rules)


def test_what_is_forbidden_ends_with_the_rule(data_files: dict[str, bytes], make_asset: MakeAsset) -> None:
    """After its last day nothing forbids, by another version."""
    rule = FORBIDDEN.replace('"CH"', '"DE"') + "valid_until = 2026-12-31\n"
    book = RuleBook({**data_files, FILE: own(rule)})
    asset = make_asset("eu-central-1")
    last, after = (book.on(day, ("bzk",)) for day in (date(2026, 12, 31), date(2027, 1, 1)))
    assert len(last.findings(asset, last.classify(asset))) == 1
    assert (after.findings(asset, after.classify(asset)), last.version != after.version) == ((), True)


def test_a_country_permitted_by_exemption_is_told_wherever_it_acts(
    judge: Callable[..., Policy], make_asset: MakeAsset
) -> None:
    """The class stays; severity and the duty to report a deviation change, and each says why."""
    policy = judge(PERMITTED, EXEMPTION)
    asset = make_asset("us-east-1", tags=(("materieel", "ja"),))
    verdict = policy.classify(asset)
    finding = policy.findings(asset, verdict)[0]
    told = steps_of(policy, asset)
    assert (verdict.location_class, finding.severity, finding.details) == (
        LocationClass.OUTSIDE_EEA,
        Severity.MEDIUM,
        (("stored", f"us-east-1 (US): not EER, but allowed by {TOLD}"),),
    )
    assert "duty.deviation_reported_first" not in told
    assert told["department.bzk.virginia"] == (
        f"permitted by way of exemption, data in US (art. 1, to be checked); {TOLD}"
    )


def test_what_a_ministry_forbids_no_body_below_it_permits(
    judge: Callable[..., Policy], make_asset: MakeAsset
) -> None:
    """An exemption lifts what its own department forbids, not what another does."""
    forbids_us = FORBIDDEN.replace('"CH"', '"US"')
    body = own(PERMITTED, EXEMPTION, organisation="rvig")
    asset = make_asset("us-east-1")
    below = judge(forbids_us, below=("rvig",), rvig=body)
    itself = judge(forbids_us, PERMITTED, EXEMPTION)
    assert "department.rvig.virginia" not in steps_of(below, asset)
    assert "department.bzk.eer_only" in steps_of(below, asset)
    assert "duty.deviation_reported_first" in steps_of(below, asset)
    assert "department.bzk.eer_only" not in steps_of(itself, asset)
    assert "department.bzk.virginia" in steps_of(itself, asset)


def test_a_waived_duty_is_told_as_waived(judge: Callable[..., Policy], make_asset: MakeAsset) -> None:
    """It is no duty any more, and stands in the explanation with its exemption."""
    policy = judge(WAIVED, EXEMPTION)
    asset = make_asset("eu-west-1", tags=(("materieel", "ja"),))
    told = steps_of(policy, asset)
    assert "duty.dpia" not in told
    assert told["department.bzk.no_dpia"].startswith("duty waived by way of exemption: a DPIA, as a part")
    assert told["department.bzk.no_dpia"].endswith(TOLD)
    assert "department.bzk.no_dpia" not in steps_of(
        policy, make_asset("eu-west-1", tags=(("materieel", "nee"),))
    )


def test_duties_of_a_department_stand_beside_those_of_the_rule_set(
    judge: Callable[..., Policy], make_asset: MakeAsset
) -> None:
    """Also one with the id of a duty of the rule set, and a prohibition."""
    duty = '\n[[duty]]\nid = "dpia"\napplies_when = "true"\ntext_en = "own"\ntext_nl = "eigen"\n'
    never = '\n[[never]]\nid = "tbb"\napplies_when = "tbb_1_to_3"\ntext_en = "no"\ntext_nl = "nee"\n'
    policy = judge(duty, never)
    told = steps_of(policy, make_asset("eu-west-1", tags=(("materieel", "ja"), ("tbb", "2"))), "nl")
    assert told["department.bzk.dpia"] == "plicht: eigen (art. 1, nog na te gaan)"
    assert told["department.bzk.tbb"] == "verboden: nee (art. 1, nog na te gaan)"
    assert "duty.dpia" in told


def test_rules_on_material_use_are_only_looked_at_where_there_are_any(judge: Callable[..., Policy]) -> None:
    """Classifying costs nothing more where a department states nothing about material use."""
    assert isinstance(judge(MATERIAL).material, DepartmentMaterial)
    assert isinstance(judge(FORBIDDEN).material, MaterialRules)
