"""What people said about an asset, step by step: its system, a decision on it, and what contradicts what."""

from __future__ import annotations

from collections.abc import Iterator

from policy.context import Context, Decision, SystemEntry
from policy.department_material import DepartmentMaterial
from policy.material import MaterialRules
from policy.registered import register_name
from policy.settings import Settings
from policy.steps import Step
from policy.texts import CONFLICTS, MATERIAL, PEOPLE, detail_word
from policy.words import shown
from wolkenzicht.model import Asset, Evidence, Verdict

SYSTEM, DECISION, CONFLICT = "system", "decision", "conflict"


def steps(
    asset: Asset,
    verdict: Verdict,
    material: MaterialRules | DepartmentMaterial,
    settings: Settings,
    context: Context,
    language: str,
) -> Iterator[Step]:
    """The steps, in that order; none for an asset about which nobody said anything."""
    if context.system is not None:
        yield _system(context.system, settings, language)
    if context.decision is not None:
        on = context.on or settings.as_at
        yield _decision(
            context.decision, holds=context.decision.holds(on), settings=settings, language=language
        )
    known = {each.rule: each for each in material.decide(asset, context).conflicts}
    for rule in verdict.conflicts:
        conflict = known.get(rule)
        said = conflict.said if conflict else ()
        places = "; ".join(f"{detail_word(who, language)}: {what}" for who, what in said)
        name = CONFLICTS[language].get(rule, rule)
        statement = PEOPLE[language]["conflict"].format(name=name, said=f" ({places})" if places else "")
        yield Step(CONFLICT, statement, rule, settings.title, conflict.evidence if conflict else ())


def _system(system: SystemEntry, settings: Settings, language: str) -> Step:
    words, named = PEOPLE[language], register_name(system)
    said = {
        "material": system.material,
        "personal_data": system.personal_data,
        "base_registry": system.base_registry,
        "tbb": system.tbb,
        "marking": system.marking,
    }
    statement = words["system"].format(system=named, name=shown(system.name, 100))
    source = system.source or settings.title
    evidence = tuple(
        Evidence(f"register.{named}.{column}", shown(word, 200))
        for column, word in said.items()
        if word.strip()
    )
    return Step(SYSTEM, statement, "system.register", source, evidence)


def _decision(decision: Decision, *, holds: bool, settings: Settings, language: str) -> Step:
    words, end = PEOPLE[language], decision.valid_until
    until = words["until"].format(day=end) if end else words["no_end"]
    statement = words["decision" if holds else "decision_not_now"].format(
        by=shown(decision.decided_by),
        day=decision.decided_on,
        until=until,
        use=MATERIAL[language][decision.material],
        reason=shown(decision.reason, 200),
    )
    evidence = [
        Evidence("decision.material", decision.material.value),
        Evidence("decision.decided_by", shown(decision.decided_by, 200)),
        Evidence("decision.decided_on", str(decision.decided_on)),
        Evidence("decision.reason", shown(decision.reason, 200)),
    ]
    if end:
        evidence.append(Evidence("decision.valid_until", str(end)))
    rule = "decision.holds" if holds else "decision.not_now"
    return Step(DECISION, statement, rule, settings.title, tuple(evidence))
