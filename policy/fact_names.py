"""How a row of the facts is called in an explanation, with its period, its source and how sure it is."""

from __future__ import annotations

from datetime import date

from policy.facts import Adequacy, Country, Housing, Law, Operator, Region
from policy.steps import Fact

Row = Region | Country | Adequacy | Operator | Housing | Law

_NAMES = {
    "en": {
        Region: "location code {row.code}",
        Country: "country {row.code}",
        Adequacy: "adequacy decision {row.decision} on {row.code}",
        Operator: "operator of {row.provider}/{row.partition}: {row.name}, parent {row.parent}",
        Housing: "building of {row.site}: {row.name}",
        Law: "law {row.name} ({row.country})",
    },
    "nl": {
        Region: "locatiecode {row.code}",
        Country: "land {row.code}",
        Adequacy: "adequaatheidsbesluit {row.decision} over {row.code}",
        Operator: "beheerder van {row.provider}/{row.partition}: {row.name}, moeder {row.parent}",
        Housing: "gebouw van {row.site}: {row.name}",
        Law: "wet {row.name} ({row.country})",
    },
}


def fact_of(row: Row, as_at: date, language: str) -> Fact:
    """A row as a fact of an explanation, in Dutch or English."""
    return Fact(
        name=_NAMES[language][type(row)].format(row=row),
        source=row.source,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        confidence=row.confidence,
        as_at=as_at,
    )
