"""The words of an alert mail, in Dutch and English."""

from __future__ import annotations

from dataclasses import dataclass

from collector.alerts.cloudevent import FLAPS, SAMPLE_TYPE
from wolkenzicht.model import Severity

OPENED = "nl.wolkenzicht.bevinding.geopend.v1"
CHANGED = "nl.wolkenzicht.bevinding.gewijzigd.v1"
RESOLVED = "nl.wolkenzicht.bevinding.opgelost.v1"
ACKNOWLEDGED = "nl.wolkenzicht.bevinding.erkend.v1"
REOPENED = "nl.wolkenzicht.bevinding.heropend.v1"
UNVERIFIED = "nl.wolkenzicht.bevinding.onbevestigd.v1"
EXEMPTED = "nl.wolkenzicht.bevinding.vrijgesteld.v1"
EXEMPTION_ENDS = "nl.wolkenzicht.bevinding.vrijstelling-loopt-af.v1"


@dataclass(frozen=True, slots=True)
class MailTexts:
    """The words in one language; `happened` is by event type, `fields` by the name of a line."""

    one: str
    several: str
    worst: str
    intro: str
    footer: str
    sample: str
    happened: dict[str, str]
    severities: dict[Severity, str]
    fields: dict[str, str]


TEXTS = {
    "nl": MailTexts(
        one="1 melding",
        several="{count} meldingen",
        worst="ernst: {severity}",
        intro="Wolkenzicht meldt het volgende over gegevens in de cloud.",
        footer="Dit bericht is automatisch gemaakt. Gebeurtenissen met hetzelfde nummer zijn dezelfde.",
        sample="Dit is een proefmelding: er is niets aan de hand.",
        happened={
            OPENED: "Nieuwe bevinding",
            CHANGED: "Gewijzigde bevinding",
            RESOLVED: "Opgeloste bevinding",
            ACKNOWLEDGED: "Erkende bevinding",
            REOPENED: "Heropende bevinding",
            EXEMPTED: "Vrijgestelde bevinding",
            UNVERIFIED: "Onbevestigde bevinding",
            EXEMPTION_ENDS: "Vrijstelling loopt af",
            FLAPS: "Wisselende bevinding",
            SAMPLE_TYPE: "Proefmelding",
        },
        severities={
            Severity.LOW: "laag",
            Severity.MEDIUM: "middel",
            Severity.HIGH: "hoog",
            Severity.CRITICAL: "kritiek",
        },
        fields={
            "severity": "Ernst",
            "organisation": "Organisatie",
            "tenant": "Tenant",
            "asset": "Middel",
            "region": "Regio",
            "account": "Account",
            "route": "Meldroute",
            "type": "Type",
            "location_class": "Locatieklasse",
            "details": "Waar",
            "clause": "Bepaling",
            "owner": "Eigenaar",
            "opened": "Geopend",
            "resolved": "Opgelost",
            "by": "Door",
            "note": "Toelichting",
            "remedy": "Wat te doen",
            "finding": "Bevinding",
            "event": "Gebeurtenis",
        },
    ),
    "en": MailTexts(
        one="1 alert",
        several="{count} alerts",
        worst="severity: {severity}",
        intro="Wolkenzicht reports the following about data in the cloud.",
        footer="This message was made automatically. Events with the same number are the same.",
        sample="This is a test alert: nothing is the matter.",
        happened={
            OPENED: "New finding",
            CHANGED: "Changed finding",
            RESOLVED: "Resolved finding",
            ACKNOWLEDGED: "Acknowledged finding",
            REOPENED: "Reopened finding",
            EXEMPTED: "Exempted finding",
            UNVERIFIED: "Unverified finding",
            EXEMPTION_ENDS: "Exemption is about to end",
            FLAPS: "Flapping finding",
            SAMPLE_TYPE: "Test alert",
        },
        severities={
            Severity.LOW: "low",
            Severity.MEDIUM: "medium",
            Severity.HIGH: "high",
            Severity.CRITICAL: "critical",
        },
        fields={
            "severity": "Severity",
            "organisation": "Organisation",
            "tenant": "Tenant",
            "asset": "Asset",
            "region": "Region",
            "account": "Account",
            "route": "Route",
            "type": "Type",
            "location_class": "Location class",
            "details": "Where",
            "clause": "Clause",
            "owner": "Owner",
            "opened": "Opened",
            "resolved": "Resolved",
            "by": "By",
            "note": "Note",
            "remedy": "What to do",
            "finding": "Finding",
            "event": "Event",
        },
    ),
}
