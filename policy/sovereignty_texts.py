"""How evidence for the EU Cloud Sovereignty Framework is told, in Dutch and English."""

from __future__ import annotations

SOVEREIGNTY = {
    "en": {
        "known": "{objective} ({title}), evidence known: {known}. Not known from metadata: {unknown}",
        "nothing": "none",
        "others": (
            "{name}: metadata say nothing about {objectives}. What stands here is evidence for an "
            "assessment; no score and no SEAL level follow from it"
        ),
        "reach": "law reach: {name}",
        "jurisdiction": "law of {country} through {chain}",
        "laws": " ({laws})",
        "takeover": "takeover {name}",
        "no_operator": "the company that operates it, and its parent",
        "no_reach": "how far law from outside the EER reaches",
        "contract": "what the contract says about governing law, courts and requests by authorities",
        "class": "data is {name}{countries}",
        "no_class": "where all of the data is",
        "verb": "{verb}: {name}{countries}",
        "custody": "keys: {name}",
        "no_custody": "who holds the keys",
        "no_verb": "where it is {verb}",
        "ai": "whether the provider uses the data, for AI too",
        "operator": "operated by {names}",
        "unconfirmed": "country not confirmed",
        "partition": "in its instance {name}",
        "building": "in a building operated by {name}",
        "staff": "who gives support and from where, and which subcontractors there are",
        "exit": "whether a switch was tested",
    },
    "nl": {
        "known": "{objective} ({title}), bekend bewijs: {known}. Niet bekend uit metadata: {unknown}",
        "nothing": "geen",
        "others": (
            "{name}: metadata zeggen niets over {objectives}. Wat hier staat is bewijs voor een beoordeling; "
            "er volgt geen score en geen SEAL-niveau uit"
        ),
        "reach": "rechtsbereik: {name}",
        "jurisdiction": "recht van {country} via {chain}",
        "laws": " ({laws})",
        "takeover": "overname {name}",
        "no_operator": "het bedrijf dat het beheert, en de moeder daarvan",
        "no_reach": "hoe ver recht van buiten de EER reikt",
        "contract": "wat het contract zegt over toepasselijk recht, rechters en verzoeken van overheden",
        "class": "gegevens zijn {name}{countries}",
        "no_class": "waar alle gegevens zijn",
        "verb": "{verb}: {name}{countries}",
        "custody": "sleutels: {name}",
        "no_custody": "wie de sleutels heeft",
        "no_verb": "waar het wordt {verb}",
        "ai": "of de leverancier de gegevens gebruikt, ook voor AI",
        "operator": "beheerd door {names}",
        "unconfirmed": "land niet bevestigd",
        "partition": "in zijn instantie {name}",
        "building": "in een gebouw dat wordt beheerd door {name}",
        "staff": "wie ondersteunt en vanwaar, en welke onderaannemers er zijn",
        "exit": "of een overstap is beproefd",
    },
}
