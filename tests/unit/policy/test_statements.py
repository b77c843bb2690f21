"""Whose word counts for material use, what contradicts what, and what both become."""

from __future__ import annotations

from datetime import date

import pytest

from policy.context import NOTHING_KNOWN, Context, Decision, SystemEntry
from policy.ruleset import Policy
from policy.statements import hops_of
from tests.unit.policy.conftest import MakeAsset
from wolkenzicht.model import Declarations, FindingKind, Holds, MaterialUse, Severity

MATERIAL, NOT, UNDETERMINED = MaterialUse.MATERIAL, MaterialUse.NOT_MATERIAL, MaterialUse.UNDETERMINED
ON = date(2026, 11, 1)
DECIDED = Decision(NOT, "CISO", ON, "proefomgeving")
TAGS = {"tag": "materieel", "test": "omgeving"}


def system(**said: str) -> SystemEntry:
    """A system of which the register says this."""
    return SystemEntry("zaaksysteem", "Zaaksysteem", "bzk", source="register 2026", **said)  # type: ignore[arg-type]  # texts by name


def said_so(register: str = "", linked: str = "", decision: Decision | None = None) -> Context:
    """What people said."""
    return Context(decision, system(material=register) if register else None, linked)


@pytest.mark.parametrize(
    ("tags", "column", "context", "expected", "rule"),
    [
        ({"materieel": "ja"}, "ja", said_so("ja", "x", DECIDED), NOT, "material.decision"),
        ({"materieel": "nee"}, "nee", said_so("ja"), MATERIAL, "material.register"),
        ({"materieel": "nee"}, "ja", said_so(), NOT, "material.tag"),
        ({"omgeving": "test"}, "ja", said_so(), MATERIAL, "material.column"),
        ({"omgeving": "test"}, "", said_so("", "x"), NOT, "material.rule.environment_not_production"),
        ({}, "", said_so("", "x"), MATERIAL, "material.link"),
        ({}, "", NOTHING_KNOWN, UNDETERMINED, "material.none"),
        # Who says that it is not known hides nobody's yes or no ...
        ({"materieel": "onbekend"}, "ja", said_so("?"), MATERIAL, "material.column"),
        ({"materieel": "wie weet"}, "nee", said_so(), NOT, "material.column"),
        ({"proces": "primair"}, "onbekend", said_so(), MATERIAL, "material.rule.process_primary"),
        ({}, "onbekend", said_so("", "x"), MATERIAL, "material.link"),
        # ... but no rule makes not material what is not known, and the first of them is told.
        ({"omgeving": "test"}, "onbekend", said_so(), UNDETERMINED, "material.column"),
        ({"materieel": "?"}, "?", said_so("?"), UNDETERMINED, "material.register"),
        ({}, "", said_so("misschien"), UNDETERMINED, "material.register_word_unknown"),
        ({"materieel": "ja", "material": "nee"}, "nee", said_so(), UNDETERMINED, "material.tags_contradict"),
        ({"materieel": "ja", "material": "?"}, "", said_so(), MATERIAL, "material.tag"),
    ],
)
def test_whose_word_counts(
    policy: Policy,
    make_asset: MakeAsset,
    tags: dict[str, str],
    column: str,
    context: Context,
    expected: MaterialUse,
    rule: str,
) -> None:
    """A decision, the register, a tag, a column, the rules, a link: the first that says yes or no."""
    asset = make_asset(tags=tuple(tags.items()), declarations=Declarations(material=column))
    verdict = policy.classify(asset, context)
    assert (expected, rule) == (verdict.material, verdict.material_rule)


@pytest.mark.parametrize(
    ("on", "until", "holds"),
    [
        (date(2026, 10, 31), None, False),
        (ON, None, True),
        (date(2026, 11, 30), date(2026, 11, 30), True),
        (date(2026, 12, 1), date(2026, 11, 30), False),
    ],
)
def test_a_decision_holds_in_its_period(
    policy: Policy, make_asset: MakeAsset, on: date, until: date | None, holds: bool
) -> None:
    """Both days included; the day is that of the context, and of the policy where there is none."""
    decision = Decision(MATERIAL, "CISO", ON, "kernproces", until)
    verdict = policy.classify(make_asset(), Context(decision, on=on))
    assert holds == (verdict.material_rule == "material.decision")
    at_policy_day = policy.classify(make_asset(), Context(Decision(NOT, "A", policy.settings.as_at, "x")))
    assert at_policy_day.material_rule == "material.decision"


def test_the_reason_of_a_decision(policy: Policy, make_asset: MakeAsset) -> None:
    """Who, when, why and until when, in both languages; that it ended is told too."""
    decision = Decision(MATERIAL, "CISO", ON, "kernproces", date(2026, 12, 31))
    context = Context(decision)
    verdict = policy.classify(make_asset(), context)
    assert verdict.material_reason == ("decided by CISO on 2026-11-01, until 2026-12-31: kernproces")
    told = policy.material.decide(make_asset(), context)
    assert told.reason_nl == "besloten door CISO op 2026-11-01, tot en met 2026-12-31: kernproces"
    assert {each.path for each in told.evidence} == {
        "decision.decided_by", "decision.decided_on", "decision.reason", "decision.valid_until",
    }  # fmt: skip
    ended = policy.classify(make_asset(tags=(("materieel", "nee"),)), Context(decision, on=date(2027, 1, 1)))
    assert ended.material_reason == (
        "tag materieel=nee (the decision by CISO of 2026-11-01 ended on 2026-12-31)"
    )
    assert ended.conflicts == ()


@pytest.mark.parametrize(
    ("tags", "column", "context", "expected"),
    [
        ({"materieel": "nee"}, "", said_so("ja"), ["conflict.register_tag"]),
        ({}, "nee", said_so("ja"), ["conflict.register_column"]),
        ({"materieel": "nee"}, "ja", said_so(), ["conflict.tag_column"]),
        ({"omgeving": "test"}, "", said_so("ja"), ["conflict.environment"]),
        ({"omgeving": "test", "materieel": "ja"}, "", said_so(), ["conflict.environment"]),
        ({"omgeving": "test"}, "ja", said_so(), ["conflict.environment"]),
        ({"omgeving": "test"}, "", said_so("", "arn:x"), ["conflict.environment"]),
        ({"materieel": "nee"}, "", said_so("", "arn:x"), ["conflict.link"]),
        ({"materieel": "ja", "material": "nee"}, "", said_so(), ["conflict.tags"]),
        (
            {"materieel": "nee", "omgeving": "test"},
            "nee",
            said_so("ja"),
            ["conflict.environment", "conflict.register_column", "conflict.register_tag"],
        ),
        # These agree, or one of them says nothing definite.
        ({"materieel": "ja"}, "yes", said_so("1"), []),
        ({"materieel": "onbekend"}, "nee", said_so(), []),
        ({"omgeving": "test"}, "nee", said_so(), []),
        ({"omgeving": "productie", "materieel": "nee"}, "", said_so(), []),
        # Who decides settles it.
        ({"materieel": "nee"}, "ja", said_so("ja", "", DECIDED), []),
    ],
)
def test_contradictions(
    policy: Policy,
    make_asset: MakeAsset,
    tags: dict[str, str],
    column: str,
    context: Context,
    expected: list[str],
) -> None:
    """Each pair that does not agree, by name; none where one of them says yes nor no, or a person decided."""
    asset = make_asset("eu-west-1", tags=tuple(tags.items()), declarations=Declarations(material=column))
    verdict = policy.classify(asset, context)
    assert expected == list(verdict.conflicts)
    kinds = [each.kind for each in policy.findings(asset, verdict, context)]
    assert kinds == ([FindingKind.MATERIAL_CONFLICT] if expected else [])


def test_the_finding_says_who_says_what(policy: Policy, make_asset: MakeAsset) -> None:
    """One finding for all contradictions, high while the use is not taken to be material."""
    asset = make_asset("eu-west-1", tags=(("materieel", "nee"), ("omgeving", "test")))
    context = said_so("ja")
    [finding] = policy.findings(asset, policy.classify(asset, context), context)
    assert (finding.severity, finding.details) == (
        Severity.MEDIUM,
        (
            ("environment", "omgeving=test"),
            ("register", "bzk/zaaksysteem: ja"),
            ("tag", "materieel=nee"),
        ),
    )
    assert "RCB2026 4.1" in finding.clause
    denied = make_asset("eu-west-1", tags=(("materieel", "nee"),), declarations=Declarations(material="ja"))
    [finding] = policy.findings(denied, policy.classify(denied))
    assert finding.severity is Severity.HIGH


@pytest.mark.parametrize(
    ("holds", "severities"),
    [(Holds.CONTENT, [Severity.HIGH]), (Holds.METADATA, [Severity.LOW]), (Holds.NOTHING, [])],
)
def test_what_an_asset_holds_counts(
    policy: Policy, make_asset: MakeAsset, holds: Holds, severities: list[Severity]
) -> None:
    """A contradiction about what holds nothing needs nobody."""
    asset = make_asset("eu-west-1", tags=(("materieel", "ja"), ("material", "nee")), holds=holds)
    assert severities == [each.severity for each in policy.findings(asset, policy.classify(asset))]


def test_a_finding_without_the_context_names_the_rule(policy: Policy, make_asset: MakeAsset) -> None:
    """Who has only the verdict at hand still raises the finding, with the name of the rule."""
    asset, context = make_asset("eu-west-1", tags=(("materieel", "nee"),)), said_so("ja")
    [finding] = policy.findings(asset, policy.classify(asset, context))
    assert finding.details == (("rule", "conflict.register_tag"),)


@pytest.mark.parametrize(
    ("rule", "hops"),
    [("material.tag", 0), ("material.link", 1), ("material.link.2", 2), ("material.link.3", 3), ("", 0)],
)
def test_hops(rule: str, hops: int) -> None:
    """How far a use is from what is material by itself stands in the name of the rule."""
    assert hops == hops_of(rule)


def test_links_over_several_hops(policy: Policy, make_asset: MakeAsset) -> None:
    """The second link has its own name, and the evidence says over how many it goes."""
    context = Context(linked_material="arn:volume", linked_hops=2)
    verdict = policy.classify(make_asset(), context)
    assert (verdict.material, verdict.material_rule, verdict.material_reason) == (
        MATERIAL,
        "material.link.2",
        "linked to arn:volume, which is of material use",
    )


def test_steps_tell_what_people_said(policy: Policy, make_asset: MakeAsset) -> None:
    """The system with its words and source, a decision, each contradiction with who says what."""
    asset = make_asset("eu-west-1", tags=(("materieel", "nee"),))
    ended = Decision(MATERIAL, "CISO", ON, "kernproces", ON)
    context = Context(ended, system(material="ja", tbb="4"))
    verdict = policy.classify(asset, context)
    told = {
        language: {
            step.subject: step
            for step in policy.explain(asset, verdict, language, context)
            if step.subject in ("system", "decision", "conflict")
        }
        for language in ("nl", "en")
    }
    assert {subject: step.statement for subject, step in told["en"].items()} == {
        "system": "belongs to the system bzk/zaaksysteem of the register: Zaaksysteem",
        "decision": "a decision that does not hold on this day: material use, by CISO on 2026-11-01, "
        "until 2026-11-01: kernproces",
        "conflict": "contradiction: register and tag do not agree (the register says: bzk/zaaksysteem: ja; "
        "a tag says: materieel=nee)",
    }
    assert told["nl"]["conflict"].statement == (
        "tegenspraak: register en tag spreken elkaar tegen (het register zegt: bzk/zaaksysteem: ja; "
        "een tag zegt: materieel=nee)"
    )
    assert told["nl"]["system"].source == "register 2026"
    assert [(each.path, each.value) for each in told["nl"]["system"].evidence] == [
        ("register.bzk/zaaksysteem.material", "ja"),
        ("register.bzk/zaaksysteem.tbb", "4"),
    ]
    assert told["nl"]["conflict"].rule == "conflict.register_tag"
    nothing_said = [step.subject for step in policy.explain(asset, verdict, "en")]
    assert not {"system", "decision"} & set(nothing_said)
