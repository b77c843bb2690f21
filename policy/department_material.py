"""Whether a use is material where a department has rules of its own: the stricter verdict counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from policy.context import NOTHING_KNOWN, Context
from policy.department_rules import OwnMaterial
from policy.department_texts import DEPARTMENT, cited, exemption_text
from policy.first_match import FirstMatch
from policy.material import NONE, MaterialDecision, MaterialRules
from policy.material_rules import MaterialRule
from policy.statements import DECISION
from policy.texts import MATERIAL
from wolkenzicht.model import Asset, MaterialUse

#: What the rules of a rule file are called in a verdict.
_RULE = "material.rule."

_STRICTNESS = {MaterialUse.NOT_MATERIAL: 0, MaterialUse.UNDETERMINED: 1, MaterialUse.MATERIAL: 2}


class DepartmentMaterial:
    """Decides on material use by the rule set, and by departments' own rules where those are stricter.

    A weaker rule counts under its exemption, and only against rules: what people stated about a use stands.
    """

    def __init__(self, base: MaterialRules, own: Sequence[OwnMaterial]) -> None:
        self.base = base
        self._own = {f"{_RULE}{each.when.identifier}": each for each in own}
        self._exempt = _only(own, MaterialUse.NOT_MATERIAL)
        self._stricter = (*_only(own, MaterialUse.UNDETERMINED), *_only(own, MaterialUse.MATERIAL))
        self.stating = base.stating
        self.matchings: tuple[FirstMatch[MaterialRule], ...] = (
            *base.matchings,
            *(matching for each in (*self._exempt, *self._stricter) for matching in each.matchings),
        )

    def decide(self, asset: Asset, context: Context = NOTHING_KNOWN) -> MaterialDecision:
        """The decision on an asset: total, as that by the rule set alone.

        A person's decision on the asset itself stands: it says who decided it, why, and until when.
        """
        found = self.base.decide(asset, context)
        if found.rule == DECISION:
            return found
        unstated = asset
        if asset.declarations.material:
            unstated = replace(asset, declarations=replace(asset.declarations, material=""))
        if found.rule == NONE or found.rule.startswith(_RULE):
            for rules in self._exempt:
                found = self._instead(found, rules.decide(unstated))
        for rules in self._stricter:
            other = rules.decide(unstated)
            if _STRICTNESS[other.verdict] > _STRICTNESS[found.verdict]:
                found = self._instead(found, other)
        return found

    def _instead(self, found: MaterialDecision, other: MaterialDecision) -> MaterialDecision:
        """The other decision where a rule of a department made it and it says something else."""
        own = self._own.get(other.rule)
        if own is None or found.verdict is other.verdict:
            return found
        return replace(
            found,
            verdict=other.verdict,
            rule=own.rule,
            reason_en=_reason(own, other.reason_en, found, found.reason_en, "en"),
            reason_nl=_reason(own, other.reason_nl, found, found.reason_nl, "nl"),
            evidence=other.evidence,
            source=own.basis.source,
        )


def with_own(
    rules: MaterialRules | DepartmentMaterial, own: Sequence[OwnMaterial]
) -> MaterialRules | DepartmentMaterial:
    """The rule set's rules themselves where departments state nothing, so that these cost nothing more."""
    base = rules.base if isinstance(rules, DepartmentMaterial) else rules
    return DepartmentMaterial(base, own) if own else base


def _only(own: Sequence[OwnMaterial], use: MaterialUse) -> tuple[MaterialRules, ...]:
    """The rules that say so, ready to decide with; nothing where there are none."""
    rules = tuple(each.when for each in own if each.when.verdict is use)
    return (MaterialRules({}, (), rules, "", date.min),) if rules else ()


def _reason(own: OwnMaterial, reason: str, before: MaterialDecision, why: str, language: str) -> str:
    words = DEPARTMENT[language]
    text = words["material"].format(
        reason=reason, organisation=own.organisation, clause=cited(own.basis, language)
    )
    if own.exemption:
        text += f"; {exemption_text(own.exemption, language)}"
    return words["instead"].format(reason=text, without=f"{MATERIAL[language][before.verdict]}: {why}")
