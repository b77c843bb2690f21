"""The words of feeds and calendars, in Dutch and English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FeedTexts:
    """The words in one language."""

    findings: str
    calendar: str
    exemption: str
    exemption_detail: str
    exemption_ahead: str
    decision: str
    decision_detail: str
    decision_ahead: str
    system: str
    system_detail: str
    system_ahead: str


TEXTS = {
    "nl": FeedTexts(
        findings="Bevindingen voor {name} (wolkenzicht)",
        calendar="Wat afloopt voor {name} (wolkenzicht)",
        exemption="Vrijstelling loopt af: {decision} ({organisation})",
        exemption_detail=(
            "Dit is de laatste dag; daarna staan de bevindingen weer open.\n"
            "Bevindingen eronder: {findings}\nSoorten: {kinds}\nReden: {reason}\nBesloten door: {by}\n"
            "Middelen: {scope}\nKenmerk: {id}"
        ),
        exemption_ahead="Over 30 dagen loopt een vrijstelling af: {decision} ({organisation})",
        decision="Besluit over materieel gebruik loopt af: {subject} ({organisation})",
        decision_detail=(
            "Dit is de laatste dag; daarna wordt opnieuw geoordeeld zonder dit besluit.\n"
            "Besluit: {material}\nReden: {reason}\nBesloten door: {by}"
        ),
        decision_ahead="Over 30 dagen loopt een besluit over materieel gebruik af: {subject}",
        system="Systeem gaat uit het register: {subject} ({organisation})",
        system_detail=(
            "Dit is de laatste dag waarvoor het register van systemen iets over dit systeem zegt.\n"
            "Naam: {name}\nContract: {contract}"
        ),
        system_ahead="Over 30 dagen gaat een systeem uit het register: {subject} ({organisation})",
    ),
    "en": FeedTexts(
        findings="Findings for {name} (wolkenzicht)",
        calendar="What ends for {name} (wolkenzicht)",
        exemption="Exemption ends: {decision} ({organisation})",
        exemption_detail=(
            "This is its last day; after it the findings are open again.\n"
            "Findings under it: {findings}\nKinds: {kinds}\nReason: {reason}\nDecided by: {by}\n"
            "Assets: {scope}\nIdentifier: {id}"
        ),
        exemption_ahead="In 30 days an exemption ends: {decision} ({organisation})",
        decision="Decision on material use ends: {subject} ({organisation})",
        decision_detail=(
            "This is its last day; after it what it is about is judged without it.\n"
            "Decision: {material}\nReason: {reason}\nDecided by: {by}"
        ),
        decision_ahead="In 30 days a decision on material use ends: {subject}",
        system="System leaves the register: {subject} ({organisation})",
        system_detail=(
            "This is the last day of which the register of systems says anything about this system.\n"
            "Name: {name}\nContract: {contract}"
        ),
        system_ahead="In 30 days a system leaves the register: {subject} ({organisation})",
    ),
}
