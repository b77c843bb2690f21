"""What people read about data that may leave, duties, sight that was lost, and what is not about assets."""

from __future__ import annotations

from typing import NamedTuple

from wolkenzicht.model import FindingKind


class FindingTexts(NamedTuple):
    """`summary` is a template with `{name}` and `{places}`; `remedy` says what a person can do."""

    summary: str
    remedy: str


FURTHER = {
    "en": {
        FindingKind.DATA_OUTSIDE_EEA_ADEQUATE: FindingTexts(
            "{name}: data outside the EER, in a country with an adequacy decision, at {places}",
            "Move the data to a region inside the EER and remove the copies outside it, or report the "
            "deviation to CIO Rijk beforehand with the risk assessment; an adequacy decision may lapse.",
        ),
        FindingKind.ABOUT_TO_LEAVE: FindingTexts(
            "{name}: set up to bring data outside the EER: {places}",
            "Let the rule, the group or the default point to a region inside the EER, or remove it, before "
            "the first data follows it.",
        ),
        FindingKind.DUTY_MISSING: FindingTexts(
            "{name}: nothing on record fulfils what follows from its use: {places}",
            "Fulfil the duty and put it on record, or record the decision by which it does not apply.",
        ),
        FindingKind.UNDECLARED_USE: FindingTexts(
            "{name}: use of a public cloud that nobody declared: {places}",
            "Find out whose it is; have it registered and its risks assessed, or end it.",
        ),
        FindingKind.AGENT_SILENT: FindingTexts(
            "{name}: its agent has not been heard since {places}",
            "See whether the agent runs, reaches the collector and has a valid certificate: "
            "`wolkenzicht-agent check` says what is wrong. Until then nobody sees what changes there.",
        ),
        FindingKind.SIGHT_DENIED: FindingTexts(
            "{name}: what could be read is refused now: {places}",
            "Give the agent's role the permission again, or look up which policy of the provider denies it; "
            "until then nobody sees what changes there.",
        ),
        FindingKind.NEVER_REPORTED: FindingTexts(
            "{name}: no agent ever reported for it, though it is registered since {places}",
            "Deploy and enrol its agent, or remove the tenant where it is not used.",
        ),
        FindingKind.INVENTORY_OLD: FindingTexts(
            "{name}: part of it was last seen whole on {places}",
            "Look at `wolkenzicht coverage --blind` for what is not read to its end and why; what is shown "
            "of it may have changed since.",
        ),
        FindingKind.MARKET_CONCENTRATION: FindingTexts(
            "{name}: much of its use is with one provider: {places}",
            "Weigh the dependence in the risk assessment and the exit strategy, or spread the use.",
        ),
        FindingKind.INTEGRITY_ALARM: FindingTexts(
            "{name}: what is kept is not what was written: {places}",
            "Keep the store as it is for examination, tell the CISO at once, and compare it with a backup.",
        ),
        FindingKind.ROUTE_DEAD: FindingTexts(
            "{name}: alerts do not arrive: {places}",
            "See whether the receiver runs and takes what is sent (`wolkenzicht-collector alerts test`); "
            "what was given up can be sent again.",
        ),
    },
    "nl": {
        FindingKind.DATA_OUTSIDE_EEA_ADEQUATE: FindingTexts(
            "{name}: gegevens buiten de EER, in een land met een adequaatheidsbesluit, op {places}",
            "Verplaats de gegevens naar een regio binnen de EER en verwijder de kopieën daarbuiten, of meld "
            "de afwijking vooraf aan CIO Rijk met de risicoafweging; een adequaatheidsbesluit kan vervallen.",
        ),
        FindingKind.ABOUT_TO_LEAVE: FindingTexts(
            "{name}: ingesteld om gegevens buiten de EER te brengen: {places}",
            "Laat de regel, de groep of de standaard naar een regio binnen de EER wijzen, of verwijder die, "
            "voordat de eerste gegevens volgen.",
        ),
        FindingKind.DUTY_MISSING: FindingTexts(
            "{name}: niets op schrift vervult wat uit het gebruik volgt: {places}",
            "Vervul de plicht en leg dat vast, of leg het besluit vast waardoor zij niet geldt.",
        ),
        FindingKind.UNDECLARED_USE: FindingTexts(
            "{name}: gebruik van een publieke cloud dat niemand opgaf: {places}",
            "Zoek uit van wie het is; laat het registreren en de risico's afwegen, of beëindig het.",
        ),
        FindingKind.AGENT_SILENT: FindingTexts(
            "{name}: de agent is niet meer gehoord sinds {places}",
            "Ga na of de agent draait, de collector bereikt en een geldig certificaat heeft: "
            "`wolkenzicht-agent check` zegt wat er mis is. Tot dan ziet niemand wat daar verandert.",
        ),
        FindingKind.SIGHT_DENIED: FindingTexts(
            "{name}: wat gelezen kon worden, wordt nu geweigerd: {places}",
            "Geef de rol van de agent het recht terug, of zoek op welk beleid van de leverancier het "
            "weigert; tot dan ziet niemand wat daar verandert.",
        ),
        FindingKind.NEVER_REPORTED: FindingTexts(
            "{name}: er is nooit over gemeld, hoewel geregistreerd sinds {places}",
            "Installeer de agent en schrijf hem in, of verwijder de tenant als die niet gebruikt wordt.",
        ),
        FindingKind.INVENTORY_OLD: FindingTexts(
            "{name}: een deel is voor het laatst volledig gezien op {places}",
            "Zie met `wolkenzicht coverage --blind` wat niet tot het einde gelezen wordt en waarom; wat "
            "ervan getoond wordt, kan sindsdien veranderd zijn.",
        ),
        FindingKind.MARKET_CONCENTRATION: FindingTexts(
            "{name}: veel van het gebruik is bij één leverancier: {places}",
            "Weeg de afhankelijkheid in de risicoafweging en de exitstrategie, of spreid het gebruik.",
        ),
        FindingKind.INTEGRITY_ALARM: FindingTexts(
            "{name}: wat bewaard is, is niet wat geschreven werd: {places}",
            "Laat de opslag zoals die is voor onderzoek, meld het direct aan de CISO en vergelijk met een "
            "reservekopie.",
        ),
        FindingKind.ROUTE_DEAD: FindingTexts(
            "{name}: meldingen komen niet aan: {places}",
            "Ga na of de ontvanger draait en aanneemt wat gestuurd wordt (`wolkenzicht-collector alerts "
            "test`); wat opgegeven is, kan opnieuw gestuurd worden.",
        ),
    },
}

#: The first halves of details: since when sight is lost or was never there, what is refused, which duty.
LAST_HEARD, REGISTERED, LAST_WHOLE, REFUSED = "last_heard", "registered", "last_whole", "refused"
MISSING_DUTY = "duty"
#: Of a place, between its name and what allows data there, or whose rule forbids it.
ALLOWED_BY, FORBIDDEN_BY = ": not EER, but allowed by ", ": forbidden by "
#: Of a route: what its receiver never took, and what it was asked to take and did not yet.
GIVEN_UP, NOT_ACCEPTED = "given_up", "not_accepted"

FURTHER_DETAILS = {
    "en": {
        LAST_HEARD: "last heard",
        REGISTERED: "registered",
        LAST_WHOLE: "last seen whole",
        REFUSED: "refused",
        MISSING_DUTY: "duty",
        GIVEN_UP: "given up, from",
        NOT_ACCEPTED: "not accepted, from",
    },
    "nl": {
        LAST_HEARD: "laatst gehoord",
        REGISTERED: "geregistreerd",
        LAST_WHOLE: "laatst volledig gezien",
        REFUSED: "geweigerd",
        MISSING_DUTY: "plicht",
        GIVEN_UP: "opgegeven, vanaf",
        NOT_ACCEPTED: "niet aangenomen, vanaf",
    },
}
