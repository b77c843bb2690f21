"""What people said about an asset is told word for word, in both languages, with what it rests on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from policy.context import Context, Decision, SystemEntry
from policy.ruleset import Policy
from policy.steps import Step
from tests.unit.policy.conftest import MakeAsset
from wolkenzicht.model import Asset, Evidence, MaterialUse, Verdict

SUBJECTS = ("system", "decision", "conflict")
ON = date(2026, 11, 1)
NOT_NOW = "a decision that does not hold on this day"
SAID, TEST = "het register zegt: bzk/brp: ja", "de omgeving zegt: omgeving=test"
NOT_NOW_NL = "een besluit dat op deze dag niet geldt"
BY_NL = "geen materieel gebruik, door CISO op 2026-11-01"


def told(policy: Policy, asset: Asset, verdict: Verdict, context: Context, language: str) -> list[Step]:
    """The steps about what people said, in order."""
    return [each for each in policy.explain(asset, verdict, language, context) if each.subject in SUBJECTS]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "belongs to the system bzk/brp of the register: Basisregistratie Personen"),
        ("nl", "hoort bij het systeem bzk/brp van het register: Basisregistratie Personen"),
    ],
)
def test_the_system_with_every_word_that_the_register_has(
    policy: Policy, make_asset: MakeAsset, language: str, expected: str
) -> None:
    """Each word under its own column, in one order; without a source it is the rule set's."""
    system = SystemEntry(
        "brp", "Basisregistratie  Personen", "bzk", "ja", "bijzonder", "brondata", "1", "Stg.  Geheim"
    )
    asset, context = make_asset(), Context(system=system)
    found = told(policy, asset, policy.classify(asset), context, language)
    assert found == [
        Step(
            "system",
            expected,
            "system.register",
            policy.settings.title,
            (
                Evidence("register.bzk/brp.material", "ja"),
                Evidence("register.bzk/brp.personal_data", "bijzonder"),
                Evidence("register.bzk/brp.base_registry", "brondata"),
                Evidence("register.bzk/brp.tbb", "1"),
                Evidence("register.bzk/brp.marking", "Stg. Geheim"),
            ),
        )
    ]


def test_what_the_register_leaves_blank_is_no_evidence(policy: Policy, make_asset: MakeAsset) -> None:
    """Blanks say nothing; long words and names are cut, and the source is the entry's own."""
    system = SystemEntry("s", "n" * 101, "o", material=" ", tbb="x" * 201, source="register 2026")
    asset = make_asset()
    [step] = told(policy, asset, policy.classify(asset), Context(system=system), "en")
    assert step.statement == f"belongs to the system o/s of the register: {'n' * 99}…"
    assert step.source == "register 2026"
    assert step.evidence == (Evidence("register.o/s.tbb", "x" * 199 + "…"),)
    whole = replace(system, name="n" * 100, tbb="x" * 200)
    [step] = told(policy, asset, policy.classify(asset), Context(system=whole), "en")
    assert (step.statement[-101:], step.evidence[0].value) == (" " + "n" * 100, "x" * 200)


@pytest.mark.parametrize(
    ("language", "end", "on", "expected"),
    [
        ("en", None, ON, "decision: no material use, by CISO on 2026-11-01, until it is ended: proef"),
        (
            "en",
            date(2026, 12, 31),
            date(2026, 12, 31),
            "decision: no material use, by CISO on 2026-11-01, until 2026-12-31: proef",
        ),
        (
            "en",
            None,
            date(2026, 10, 31),
            f"{NOT_NOW}: no material use, by CISO on 2026-11-01, until it is ended: proef",
        ),
        ("nl", None, ON, "besluit: geen materieel gebruik, door CISO op 2026-11-01, tot het eindigt: proef"),
        (
            "nl",
            date(2026, 12, 31),
            date(2027, 1, 1),
            f"{NOT_NOW_NL}: {BY_NL}, tot en met 2026-12-31: proef",
        ),
    ],
)
def test_a_decision_is_told_with_whether_it_holds(
    policy: Policy, make_asset: MakeAsset, language: str, end: date | None, on: date, expected: str
) -> None:
    """Who decided what, when, why and until when; the same as evidence."""
    asset, context = (
        make_asset(),
        Context(Decision(MaterialUse.NOT_MATERIAL, "CISO", ON, "proef", end), on=on),
    )
    [step] = told(policy, asset, policy.classify(asset, context), context, language)
    holds = on >= ON and (end is None or on <= end)
    assert (step.subject, step.statement, step.rule, step.source) == (
        "decision",
        expected,
        "decision.holds" if holds else "decision.not_now",
        policy.settings.title,
    )
    assert step.evidence == (
        Evidence("decision.material", "not_material"),
        Evidence("decision.decided_by", "CISO"),
        Evidence("decision.decided_on", "2026-11-01"),
        Evidence("decision.reason", "proef"),
        *((Evidence("decision.valid_until", str(end)),) if end else ()),
    )


def test_a_decision_without_a_day_is_looked_at_on_the_day_of_the_policy(
    policy: Policy, make_asset: MakeAsset
) -> None:
    """A decision until that day still holds; long words are cut."""
    day = policy.settings.as_at
    decision = Decision(MaterialUse.MATERIAL, "d" * 201, day, "r" * 201, day)
    asset, context = make_asset(), Context(decision)
    [step] = told(policy, asset, policy.classify(asset, context), context, "en")
    assert step.rule == "decision.holds"
    assert step.statement == (f"decision: material use, by {'d' * 59}… on {day}, until {day}: {'r' * 199}…")
    proof = {each.path: each.value for each in step.evidence}
    assert proof["decision.decided_by"] == "d" * 199 + "…"
    assert proof["decision.reason"] == "r" * 199 + "…"


def test_contradictions_are_told_each_with_its_own_proof(policy: Policy, make_asset: MakeAsset) -> None:
    """In the order of the verdict; where the context is not at hand, by name alone."""
    asset = make_asset(tags=(("materieel", "nee"), ("omgeving", "test")))
    context = Context(system=SystemEntry("brp", "BRP", "bzk", material="ja"))
    verdict = policy.classify(asset, context)
    found = told(policy, asset, verdict, context, "nl")
    assert [(each.subject, each.rule, each.source) for each in found] == [
        ("system", "system.register", policy.settings.title),
        ("conflict", "conflict.environment", policy.settings.title),
        ("conflict", "conflict.register_tag", policy.settings.title),
    ]
    assert [each.statement for each in found[1:]] == [
        f"tegenspraak: materieel volgens wat mensen opgeven, niet volgens zijn omgeving ({SAID}; {TEST})",
        f"tegenspraak: register en tag spreken elkaar tegen ({SAID}; een tag zegt: materieel=nee)",
    ]
    assert [[each.path for each in step.evidence] for step in found[1:]] == [
        ["register.bzk/brp.material", "tags.omgeving"],
        ["register.bzk/brp.material", "tags.materieel"],
    ]
    alone = told(policy, asset, verdict, Context(), "en")
    assert [(each.statement, each.evidence) for each in alone] == [
        ("contradiction: material by what people say, not so by its environment", ()),
        ("contradiction: register and tag do not agree", ()),
    ]
    later = replace(verdict, conflicts=("conflict.later",))
    [step] = told(policy, asset, later, context, "nl")[1:]
    assert (step.statement, step.rule, step.evidence) == ("tegenspraak: conflict.later", "conflict.later", ())
