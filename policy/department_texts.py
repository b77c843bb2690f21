"""How a department's own rules and exemptions are told, in Dutch and English."""

from __future__ import annotations

from policy.department_rules import Exemption
from policy.rule_files import Basis
from policy.words import shown

_CONFIRMED = "confirmed"
_REASON_SHOWN = 300

DEPARTMENT = {
    "en": {
        "rules": "on top of the rule set, rules of {organisation} itself count: {title}",
        "forbidden": "forbidden by rules of {organisation} itself, data in {countries}: {text} ({clause})",
        "unnamed": "a country of the EER that is not told",
        "permitted": "permitted by way of exemption, data in {countries} ({clause}); {exemption}",
        "waived": "duty waived by way of exemption: {text} ({clause}); {exemption}",
        "exemption": (
            "exemption {identifier} of {organisation} ({weakens}), decided by {decided_by} on {decided_on}, "
            "{decision}; reason: {reason}; until {until}"
        ),
        "material": "{reason} (rules of {organisation} itself, {clause})",
        "instead": "{reason}; without this rule: {without}",
    },
    "nl": {
        "rules": "bovenop de regelset gelden eigen regels van {organisation}: {title}",
        "forbidden": "verboden door eigen regels van {organisation}, gegevens in {countries}: "
        "{text} ({clause})",
        "unnamed": "een land van de EER dat niet is genoemd",
        "permitted": "toegestaan bij ontheffing, gegevens in {countries} ({clause}); {exemption}",
        "waived": "plicht vervallen bij ontheffing: {text} ({clause}); {exemption}",
        "exemption": (
            "ontheffing {identifier} van {organisation} ({weakens}), besloten door {decided_by} op "
            "{decided_on}, {decision}; reden: {reason}; geldt tot en met {until}"
        ),
        "material": "{reason} (eigen regels van {organisation}, {clause})",
        "instead": "{reason}; zonder deze regel: {without}",
    },
}

CONFIDENCE = {
    "en": {"secondary source": "secondary source", "to be checked": "to be checked"},
    "nl": {"secondary source": "uit een secundaire bron", "to be checked": "nog na te gaan"},
}


def cited(basis: Basis, language: str) -> str:
    """A row's clause, with its confidence where it is not confirmed."""
    if basis.confidence == _CONFIRMED:
        return basis.clause
    return f"{basis.clause}, {CONFIDENCE[language][basis.confidence]}"


def exemption_text(exemption: Exemption, language: str) -> str:
    """An exemption: what it weakens, who decided it, when and why, and until when it counts."""
    dutch = language == "nl"
    return DEPARTMENT[language]["exemption"].format(
        identifier=exemption.identifier,
        organisation=exemption.organisation,
        weakens=exemption.weakens_nl if dutch else exemption.weakens_en,
        decided_by=exemption.decided_by,
        decided_on=exemption.decided_on,
        decision=cited(exemption.basis, language),
        reason=shown(exemption.reason_nl if dutch else exemption.reason_en, _REASON_SHOWN),
        until=exemption.valid_until,
    )
