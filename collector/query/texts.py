"""What people read about coverage, in an explanation and where it changes, in Dutch and English."""

from __future__ import annotations

from wolkenzicht.model import Outcome

RULES = {
    "nl": {
        "was": (
            "volgens de regels en gegevens van {rules} ({name}), op het middel zoals het op {day} was: "
            "{version}"
        ),
        "will_be": "volgens de regels en gegevens van {rules} ({name}), op het middel zoals het nu bekend is",
        "earlier": "de versie die gold van {since} tot {until}",
        "present": "de versie die nog geldt, sinds {since}",
        "known": (
            "volgens de regels en gegevens van {rules} ({name}), op het middel zoals het op {moment} was, "
            "voor zover dat op {known} bekend was"
        ),
    },
    "en": {
        "was": "by the rules and facts of {rules} ({name}), on the asset as it was on {day}: {version}",
        "will_be": "by the rules and facts of {rules} ({name}), on the asset as it is known now",
        "earlier": "the version that held from {since} until {until}",
        "present": "the version that still holds, since {since}",
        "known": (
            "by the rules and facts of {rules} ({name}), on the asset as it was on {moment}, as far as that "
            "was known on {known}"
        ),
    },
}

COVERAGE = {
    "nl": {
        "vanished": (
            "het middel stond niet meer in zijn leesbereik toen dat op {removed} volledig werd gezien; dit "
            "is het oordeel over zijn laatste versie"
        ),
        "earlier": "dit is een eerdere versie; hoe zijn leesbereik op die dag gezien is, staat hier niet",
        "waiting": "{scope} is nog niet tot het einde gelezen: het middel is gezien, de rest nog niet",
        "complete": "{scope} is volledig gezien, het laatst op {looked}",
        "nothing": (
            "bij de laatste blik, op {looked}, bleek voor {scope}: {outcome}. Dit middel is daarbij niet "
            "gezien. {age}"
        ),
        "blind": "blinde vlek: {scope} is op {looked} niet volledig gezien ({outcome}). {age}",
        "age": "Wat hier staat is van de laatste volledige blik, op {last}, en kan sindsdien veranderd zijn",
        "never": "Het is nooit volledig gezien",
        "scope": "het leesbereik (account {account}, locatie {location}, type {type})",
        "inventory": "de inventaris van account {account} (de enige bron voor dit middel)",
    },
    "en": {
        "vanished": (
            "the asset was no longer in its scope when that was seen completely on {removed}; this is the "
            "verdict on its last version"
        ),
        "earlier": "this is an earlier version; how its scope was seen on that day does not stand here",
        "waiting": "{scope} has not been read to its end yet: the asset was seen, the rest was not",
        "complete": "{scope} was seen completely, last on {looked}",
        "nothing": (
            "the last look, on {looked}, found for {scope}: {outcome}. This asset was not seen by it. {age}"
        ),
        "blind": "blind spot: {scope} was not seen completely on {looked} ({outcome}). {age}",
        "age": "What stands here is from the last complete look, on {last}, and may have changed since",
        "never": "It was never seen completely",
        "scope": "the scope (account {account}, location {location}, type {type})",
        "inventory": "the inventory of account {account} (the only source for this asset)",
    },
}

OUTCOMES = {
    "nl": {
        Outcome.COMPLETE: "volledig",
        Outcome.DENIED: "geweigerd",
        Outcome.THROTTLED: "afgeknepen door de leverancier",
        Outcome.FAILED: "mislukt",
        Outcome.UNSUPPORTED: "het type wordt daar niet aangeboden",
        Outcome.NOT_ENABLED: "de dienst of locatie is daar niet ingeschakeld",
    },
    "en": {
        Outcome.COMPLETE: "complete",
        Outcome.DENIED: "denied",
        Outcome.THROTTLED: "throttled by the provider",
        Outcome.FAILED: "failed",
        Outcome.UNSUPPORTED: "the type is not offered there",
        Outcome.NOT_ENABLED: "the service or location is not enabled",
    },
}

#: The details of changes of sight; the words for what was before are by outcome and state of an account.
SIGHT = {
    "nl": {
        "was": "was {before}",
        "denied": "geweigerd",
        "failed": "mislukt",
        "active": "actief",
        "suspended": "opgeschort",
        "closed": "gesloten",
        "gone": "verdwenen",
        "more": "{shown} en nog {more}",
        "denied_by": "{permissions}, door {by}",
    },
    "en": {
        "was": "was {before}",
        "denied": "denied",
        "failed": "failed",
        "active": "active",
        "suspended": "suspended",
        "closed": "closed",
        "gone": "no longer listed",
        "more": "{shown} and {more} more",
        "denied_by": "{permissions}, by {by}",
    },
}
