"""What people read about a verdict or a finding, in Dutch and English."""

from __future__ import annotations

from policy import location
from policy.alert_texts import FURTHER, FURTHER_DETAILS, FindingTexts
from policy.rule_files import Condition
from policy.verbs import Verb
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import FindingKind, KeyCustody, LocationClass, MaterialUse, Operation

#: The languages that texts exist in.
LANGUAGES = ("nl", "en")


def check_language(language: str) -> str:
    """The language; raises `ConfigurationError` where no texts exist in it."""
    if language not in LANGUAGES:
        raise ConfigurationError(f"language '{language[:20]}' is not known; use {' or '.join(LANGUAGES)}")
    return language


def finding_texts(kind: FindingKind, language: str) -> FindingTexts:
    """The texts of a kind of finding; raises `ConfigurationError` for another language than nl and en."""
    check_language(language)
    return FURTHER[language].get(kind) or _FINDINGS[language][kind]


_FINDINGS = {
    "en": {
        FindingKind.DATA_OUTSIDE_EEA: FindingTexts(
            "{name}: data outside the EER at {places}",
            "Move the data to a region inside the EER and remove the copies outside it, or report the "
            "deviation to CIO Rijk beforehand with the risk assessment and a DTIA.",
        ),
        FindingKind.LOCATION_UNKNOWN: FindingTexts(
            "{name}: location of data unknown at {places}",
            "Find out from the provider or the contract in which country the data is, and declare it in the "
            "inventory; for a location code that the catalogue lacks, update the rule set.",
        ),
        FindingKind.REGION_NOT_IN_CATALOGUE: FindingTexts(
            "{name}: the catalogue lacks the region {places}",
            "Find out from the provider in which country the region is and add it, with its source, to the "
            "catalogue; until then the data there counts as unknown.",
        ),
        FindingKind.PROHIBITED_USE: FindingTexts(
            "{name}: declared as what must never be in a public cloud: {places}",
            "Take it out of the public cloud, or correct the declaration where it is wrong, and tell the "
            "CISO "
            "of the organisation and CISO Rijk at once.",
        ),
        FindingKind.MATERIAL_CONFLICT: FindingTexts(
            "{name}: statements about material use contradict each other: {places}",
            "Decide whether the use is material and record the decision, or correct the statement that "
            "is wrong.",
        ),
        FindingKind.JURISDICTION_CHANGED: FindingTexts(
            "{name}: its operator has another owner: {places}",
            "Do the risk assessment anew, with interference by foreign governments, and look up what the "
            "contract "
            "says about a takeover.",
        ),
        FindingKind.VERDICT_MISMATCH: FindingTexts(
            "{name}: its agent judges otherwise than the collector: {places}",
            "Find out whether the agent is of an older version or was tampered with: compare its rules "
            "with those "
            "in force, and install it anew. What it sends is judged by the collector meanwhile.",
        ),
        FindingKind.COUNTRY_FORBIDDEN: FindingTexts(
            "{name}: data in a country that rules of the organisation itself forbid: {places}",
            "Move the data to a country that these rules allow and remove the copies elsewhere, or have the "
            "department record an exemption with an end.",
        ),
    },
    "nl": {
        FindingKind.DATA_OUTSIDE_EEA: FindingTexts(
            "{name}: gegevens buiten de EER op {places}",
            "Verplaats de gegevens naar een regio binnen de EER en verwijder de kopieën daarbuiten, of meld "
            "de afwijking vooraf aan CIO Rijk met de risicoafweging en een DTIA.",
        ),
        FindingKind.LOCATION_UNKNOWN: FindingTexts(
            "{name}: locatie van gegevens onbekend op {places}",
            "Zoek bij de leverancier of in het contract uit in welk land de gegevens staan en geef dat op in "
            "de inventaris; ontbreekt de locatiecode in de catalogus, werk dan de regelset bij.",
        ),
        FindingKind.REGION_NOT_IN_CATALOGUE: FindingTexts(
            "{name}: in de catalogus ontbreekt de regio {places}",
            "Zoek bij de leverancier uit in welk land de regio ligt en neem haar met de bron op in de "
            "catalogus; tot dan geldt de plaats van gegevens daar als onbekend.",
        ),
        FindingKind.PROHIBITED_USE: FindingTexts(
            "{name}: opgegeven als wat nooit in een publieke cloud mag staan: {places}",
            "Haal het uit de publieke cloud, of verbeter de opgave als die onjuist is, en meld het "
            "direct aan de "
            "CISO van de organisatie en aan CISO Rijk.",
        ),
        FindingKind.MATERIAL_CONFLICT: FindingTexts(
            "{name}: opgaven over materieel gebruik spreken elkaar tegen: {places}",
            "Besluit of het gebruik materieel is en leg het besluit vast, of verbeter de opgave die "
            "onjuist is.",
        ),
        FindingKind.JURISDICTION_CHANGED: FindingTexts(
            "{name}: de beheerder kreeg een andere eigenaar: {places}",
            "Doe de risicoafweging opnieuw, met inmenging door buitenlandse overheden, en zoek op wat "
            "het contract "
            "over een overname zegt.",
        ),
        FindingKind.VERDICT_MISMATCH: FindingTexts(
            "{name}: de agent oordeelt anders dan de collector: {places}",
            "Zoek uit of de agent een oudere versie heeft of is gewijzigd: vergelijk zijn regels met die "
            "welke "
            "gelden, en installeer hem opnieuw. De collector beoordeelt intussen zelf wat hij stuurt.",
        ),
        FindingKind.COUNTRY_FORBIDDEN: FindingTexts(
            "{name}: gegevens in een land dat eigen regels van de organisatie verbieden: {places}",
            "Verplaats de gegevens naar een land dat deze regels toestaan en verwijder de kopieën elders, of "
            "laat het departement een ontheffing met een einddatum vastleggen.",
        ),
    },
}

OPERATIONS = {
    "en": {
        Operation.STORED: "stored",
        Operation.REPLICATED: "replicated",
        Operation.BACKED_UP: "backed up",
        Operation.PROCESSED: "processed",
        Operation.MANAGED: "managed",
        Operation.VIEWED: "viewed",
        Operation.EDITED: "edited",
    },
    "nl": {
        Operation.STORED: "opgeslagen",
        Operation.REPLICATED: "gerepliceerd",
        Operation.BACKED_UP: "in back-up",
        Operation.PROCESSED: "verwerkt",
        Operation.MANAGED: "beheerd",
        Operation.VIEWED: "ingezien",
        Operation.EDITED: "bewerkt",
    },
}

VERBS = {
    "en": {
        Verb.STORED: "stored",
        Verb.MANAGED: "managed",
        Verb.VIEWED: "viewed",
        Verb.PROCESSED: "processed",
        Verb.EDITED: "edited",
    },
    "nl": {
        Verb.STORED: "opgeslagen",
        Verb.MANAGED: "beheerd",
        Verb.VIEWED: "ingezien",
        Verb.PROCESSED: "verwerkt",
        Verb.EDITED: "bewerkt",
    },
}

#: How a verb reads: `told` and `in_part` with the class, the countries and what they were read from.
VERB_LINES = {
    "en": {
        "told": "{verb} – {name}: {countries} (from: {operations})",
        "in_part": "{verb} – {name}: {countries} (from: {operations}; metadata show part of it only)",
        "no_country": "no country known",
        "not_told": "{verb} – unknown: no metadata say this; evidence from the contract is needed",
        "covers": "about {covered}; not about {others}",
        "covers_none": "about none of the five verbs",
    },
    "nl": {
        "told": "{verb} – {name}: {countries} (uit: {operations})",
        "in_part": "{verb} – {name}: {countries} (uit: {operations}; metadata tonen hier maar een deel van)",
        "no_country": "geen land bekend",
        "not_told": "{verb} – onbekend: geen metadata zeggen dit; contractbewijs nodig",
        "covers": "gaat over {covered}; niet over {others}",
        "covers_none": "gaat over geen van de vijf werkwoorden",
    },
}

#: What a detail of a finding about a region says: an account may use it, or none that is known.
REGION_ENABLED, REGION_OFFERED = "enabled", "offered"

_REGION_USE = {
    "en": {REGION_ENABLED: "enabled for an account", REGION_OFFERED: "not enabled for any account"},
    "nl": {REGION_ENABLED: "ingeschakeld voor een account", REGION_OFFERED: "voor geen account ingeschakeld"},
}

#: What a detail of a finding about a takeover says: who came under whom, and who says so.
TAKEOVER, TAKEOVER_SOURCE = "takeover", "source"

_TAKEOVER = {
    "en": {TAKEOVER: "takeover", TAKEOVER_SOURCE: "source"},
    "nl": {TAKEOVER: "overname", TAKEOVER_SOURCE: "bron"},
}


#: What a detail of a finding about an agent says where its rules are not those in force.
OLDER_RULES = "older_rules"

_JUDGED = {
    "en": {
        OLDER_RULES: "it still judges by other rules than those in force",
        "location_class": "location class",
        "material": "material use",
        "custody": "who holds the keys",
        "law_reach": "reach of foreign law",
        "prohibitions": "prohibited use",
        "conflicts": "statements that contradict each other",
        "takeovers": "takeovers of the operator",
        "jurisdictions": "jurisdiction",
        "locations": "data locations",
        "material_rule": "rule on material use",
        "material_reason": "reason for material use",
        "custody_rule": "rule on keys",
    },
    "nl": {
        OLDER_RULES: "hij oordeelt nog naar andere regels dan die welke gelden",
        "location_class": "locatieklasse",
        "material": "materieel gebruik",
        "custody": "wie de sleutels heeft",
        "law_reach": "bereik van buitenlands recht",
        "prohibitions": "verboden gebruik",
        "conflicts": "opgaven die elkaar tegenspreken",
        "takeovers": "overnames van de beheerder",
        "jurisdictions": "rechtsmacht",
        "locations": "datalocaties",
        "material_rule": "regel voor materieel gebruik",
        "material_reason": "reden voor materieel gebruik",
        "custody_rule": "regel voor sleutels",
    },
}

#: What a detail says where only the name of a rule is known.
RULE_NAMED = "rule"

#: What people said about an asset, as steps of an explanation.
PEOPLE = {
    "en": {
        "system": "belongs to the system {system} of the register: {name}",
        "decision": "decision: {use}, by {by} on {day}, {until}: {reason}",
        "decision_not_now": "a decision that does not hold on this day: {use}, by {by} on {day}, {until}: "
        "{reason}",
        "until": "until {day}",
        "no_end": "until it is ended",
        "conflict": "contradiction: {name}{said}",
    },
    "nl": {
        "system": "hoort bij het systeem {system} van het register: {name}",
        "decision": "besluit: {use}, door {by} op {day}, {until}: {reason}",
        "decision_not_now": "een besluit dat op deze dag niet geldt: {use}, door {by} op {day}, {until}: "
        "{reason}",
        "until": "tot en met {day}",
        "no_end": "tot het eindigt",
        "conflict": "tegenspraak: {name}{said}",
    },
}

#: Which statements contradict each other, by the name of the rule.
CONFLICTS = {
    "en": {
        "conflict.environment": "material by what people say, not so by its environment",
        "conflict.link": "not material by what people say, linked to material use",
        "conflict.register_column": "register and inventory do not agree",
        "conflict.register_tag": "register and tag do not agree",
        "conflict.tag_column": "tag and inventory do not agree",
        "conflict.tags": "tags do not agree with each other",
    },
    "nl": {
        "conflict.environment": "materieel volgens wat mensen opgeven, niet volgens zijn omgeving",
        "conflict.link": "niet materieel volgens wat mensen opgeven, verbonden met materieel gebruik",
        "conflict.register_column": "register en inventaris spreken elkaar tegen",
        "conflict.register_tag": "register en tag spreken elkaar tegen",
        "conflict.tag_column": "tag en inventaris spreken elkaar tegen",
        "conflict.tags": "tags spreken elkaar tegen",
    },
}

#: Who says something about material use, or what is declared of a prohibited use.
_DECLARED_BY = {
    "en": {
        RULE_NAMED: "rule",
        "register": "the register says",
        "tag": "a tag says",
        "column": "the inventory says",
        "environment": "the environment says",
        "link": "linked to material use",
        "state_secret": "state secret",
        "tbb_1_to_3": "TBB 1 to 3",
        "base_registry_source_data": "source data of a basisregistratie",
    },
    "nl": {
        RULE_NAMED: "regel",
        "register": "het register zegt",
        "tag": "een tag zegt",
        "column": "de inventaris zegt",
        "environment": "de omgeving zegt",
        "link": "verbonden met materieel gebruik",
        "state_secret": "staatsgeheim",
        "tbb_1_to_3": "TBB 1 tot en met 3",
        "base_registry_source_data": "brondata van een basisregistratie",
    },
}


def detail_word(word: str, language: str) -> str:
    """What the first half of a finding's detail means: where, how used, whose, or what of a verdict."""
    operations: dict[str, str] = {each.value: text for each, text in OPERATIONS[language].items()}
    others = _REGION_USE[language] | _TAKEOVER[language] | _DECLARED_BY[language] | _JUDGED[language]
    others |= FURTHER_DETAILS[language]
    return operations.get(word) or others.get(word, word)


CLASSES = {
    "en": {
        LocationClass.INSIDE_EEA: "inside the EER",
        LocationClass.OUTSIDE_EEA_ADEQUATE: "outside the EER, with an adequacy decision",
        LocationClass.UNKNOWN: "unknown",
        LocationClass.OUTSIDE_EEA: "outside the EER",
    },
    "nl": {
        LocationClass.INSIDE_EEA: "binnen de EER",
        LocationClass.OUTSIDE_EEA_ADEQUATE: "buiten de EER, met een adequaatheidsbesluit",
        LocationClass.UNKNOWN: "onbekend",
        LocationClass.OUTSIDE_EEA: "buiten de EER",
    },
}

MATERIAL = {
    "en": {
        MaterialUse.MATERIAL: "material use",
        MaterialUse.NOT_MATERIAL: "no material use",
        MaterialUse.UNDETERMINED: "material use undetermined",
    },
    "nl": {
        MaterialUse.MATERIAL: "materieel gebruik",
        MaterialUse.NOT_MATERIAL: "geen materieel gebruik",
        MaterialUse.UNDETERMINED: "materieel gebruik onbepaald",
    },
}

CUSTODY = {
    "en": {
        KeyCustody.PROVIDER_MANAGED: "the provider has the key",
        KeyCustody.CUSTOMER_MANAGED: "key of the customer's, in the provider's key management",
        KeyCustody.EXTERNAL: "key kept outside the provider",
        KeyCustody.NOT_ENCRYPTED: "not encrypted",
        KeyCustody.UNKNOWN: "unknown who holds the key",
    },
    "nl": {
        KeyCustody.PROVIDER_MANAGED: "de leverancier heeft de sleutel",
        KeyCustody.CUSTOMER_MANAGED: "sleutel van de klant, in het sleutelbeheer van de leverancier",
        KeyCustody.EXTERNAL: "sleutel buiten de leverancier",
        KeyCustody.NOT_ENCRYPTED: "niet versleuteld",
        KeyCustody.UNKNOWN: "onbekend wie de sleutel heeft",
    },
}

LOCATION_RULES = {
    "en": {
        location.DECLARED: "the source declares the country",
        location.DECLARED_NOT_ISO: "the source declares a country that is no ISO 3166-1 code",
        location.REGION: "the catalogue names the country of this code",
        location.ZONE: "the catalogue names the country of the group that this zone belongs to",
        location.SEVERAL: "the catalogue names the countries that this code spans",
        location.ONE_OR_MORE: "in one or more of these countries; the provider does not say in which",
        location.EU_MEMBER: "in a member state of the European Union; the provider does not say in which",
        location.EU_MEMBER_NOT_CONFIRMED: "said to be in the European Union, but no source confirms it",
        location.CERTAINTY_UNKNOWN: "the source says that the location is not known",
        location.NO_CODE: "the source gives no location code",
        location.NO_CATALOGUE: "there is no catalogue for this provider and the source declares no country",
        location.NOT_IN_CATALOGUE: "the catalogue lacks this code, and a name is no proof",
        location.NOT_A_PLACE: "this code names an endpoint of global services, not a place",
        location.COUNTRY_NOT_CONFIRMED: "no source confirms in which country this region is",
    },
    "nl": {
        location.DECLARED: "de bron geeft het land op",
        location.DECLARED_NOT_ISO: "de bron geeft een land op dat geen ISO 3166-1-code is",
        location.REGION: "de catalogus noemt het land van deze code",
        location.ZONE: "de catalogus noemt het land van de groep waar deze zone bij hoort",
        location.SEVERAL: "de catalogus noemt de landen die deze code omvat",
        location.ONE_OR_MORE: "in een of meer van deze landen; de leverancier zegt niet in welk",
        location.EU_MEMBER: "in een lidstaat van de Europese Unie; de leverancier zegt niet in welke",
        location.EU_MEMBER_NOT_CONFIRMED: "zou in de Europese Unie zijn, maar geen bron bevestigt dat",
        location.CERTAINTY_UNKNOWN: "de bron zegt dat de locatie niet bekend is",
        location.NO_CODE: "de bron geeft geen locatiecode",
        location.NO_CATALOGUE: "er is geen catalogus voor deze leverancier en de bron geeft geen land op",
        location.NOT_IN_CATALOGUE: "de code ontbreekt in de catalogus, en een naam bewijst niets",
        location.NOT_A_PLACE: "deze code is het adres van wereldwijde diensten, geen plaats",
        location.COUNTRY_NOT_CONFIRMED: "geen bron bevestigt in welk land deze regio ligt",
    },
}

#: The terms of an adequacy decision, behind the country that it is about.
ADEQUACY = {
    "en": {
        "terms": '{decision}, {end}; scope: "{scope}"',
        "until": "until {day}",
        "no_end": "no end date",
        "limits": '; limits: "{limits}"',
    },
    "nl": {
        "terms": '{decision}, {end}; reikwijdte volgens de bron: "{scope}"',
        "until": "tot en met {day}",
        "no_end": "zonder einddatum",
        "limits": '; grenzen volgens de bron: "{limits}"',
    },
}

HOUSING = {
    "en": {
        "building": "datacentre of {owner}, in a building operated by {operator}: {access}",
        "parent": ", which belongs to {parent}",
        "no_access": "physical access only, so no jurisdiction over the data",
        "access": "with logical access, so its jurisdiction reaches the data",
        "laws": "; laws over that company: {laws}",
        "site_operator": "operator",
        "site_owner": "owner",
        "declared": "declared by the source: {names}; {unknown}",
        "unknown": "the facts do not say in whose building this site stands",
    },
    "nl": {
        "building": "datacentrum van {owner}, in een gebouw dat beheerd wordt door {operator}: {access}",
        "parent": ", dat hoort bij {parent}",
        "no_access": "alleen fysieke toegang, dus geen rechtsmacht over de gegevens",
        "access": "met logische toegang, dus zijn rechtsmacht reikt tot de gegevens",
        "laws": "; wetten over dat bedrijf: {laws}",
        "site_operator": "beheerder",
        "site_owner": "eigenaar",
        "declared": "opgegeven door de bron: {names}; {unknown}",
        "unknown": "de gegevens zeggen niet in wiens gebouw deze locatie staat",
    },
}

#: How a duty is told; `open` where it is not known yet whether its conditions hold.
DUTY = {
    "en": {
        "due": "duty: {text} ({clause})",
        "never": "prohibited: {text} ({clause})",
        "open": "possible duty, if {conditions}: {text} ({clause})",
        "and": " and ",
        "secondary source": "secondary source",
        "to be checked": "to be checked",
    },
    "nl": {
        "due": "plicht: {text} ({clause})",
        "never": "verboden: {text} ({clause})",
        "open": "mogelijke plicht, als {conditions}: {text} ({clause})",
        "and": " en ",
        "secondary source": "uit een secundaire bron",
        "to be checked": "nog na te gaan",
    },
}

#: On what a possible duty depends, by the condition of the rule file.
CONDITIONS = {
    "en": {
        Condition.MATERIAL: "the use is material",
        Condition.PERSONAL_DATA: "there are personal data",
        Condition.SPECIAL_PERSONAL_DATA: "there are special personal data",
        Condition.OUTSIDE_WITHOUT_ADEQUACY: "data is outside the EER without an adequacy decision",
        Condition.OUTSIDE_PERMITTED: "data is outside the permitted countries",
        Condition.BASE_REGISTRY: "it belongs to a basisregistratie",
        Condition.BASE_REGISTRY_SOURCE: "these are source data of a basisregistratie",
        Condition.TBB_1_TO_3: "it is of category TBB 1, 2 or 3",
        Condition.STATE_SECRET: "it is a state secret",
    },
    "nl": {
        Condition.MATERIAL: "het gebruik materieel is",
        Condition.PERSONAL_DATA: "er persoonsgegevens zijn",
        Condition.SPECIAL_PERSONAL_DATA: "er bijzondere persoonsgegevens zijn",
        Condition.OUTSIDE_WITHOUT_ADEQUACY: "er gegevens buiten de EER zijn zonder adequaatheidsbesluit",
        Condition.OUTSIDE_PERMITTED: "er gegevens buiten de toegestane landen zijn",
        Condition.BASE_REGISTRY: "het bij een basisregistratie hoort",
        Condition.BASE_REGISTRY_SOURCE: "het brongegevens van een basisregistratie zijn",
        Condition.TBB_1_TO_3: "het van categorie TBB 1, 2 of 3 is",
        Condition.STATE_SECRET: "het een staatsgeheim is",
    },
}
