"""How the files about countries and laws are checked: each row becomes a fact or names what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from policy.facts import Adequacy, Country, Law
from policy.rows import read_csv, unique

COUNTRY_COLUMNS = ("code", "name", "in_eea", "status", "valid_from", "confidence", "note", "source")
ALIAS_COLUMNS = ("alias", "code", "note", "source")
ADEQUACY_COLUMNS = (
    "code", "decision", "valid_from", "valid_until", "scope", "limits", "covers_location", "covers_reason",
    "status", "confidence", "source",
)  # fmt: skip
LAW_COLUMNS = ("id", "country", "name", "status", "valid_from", "valid_until", "confidence", "note", "source")

_STATUSES = (
    "eu_member", "eu_outermost_region", "part_of_member", "efta_eea", "efta_not_eea", "former_member",
    "crown_dependency", "overseas_territory", "excluded_territory", "microstate", "candidate",
    "third_country",
)  # fmt: skip


def countries(content: bytes) -> dict[str, Country]:
    """Read countries.csv, by code."""
    rows = read_csv("countries.csv", content, COUNTRY_COLUMNS)
    unique(rows, "code")
    found = {}
    for row in rows:
        row.day("valid_from")
        code = row.code("code")
        found[code] = Country(
            code=code,
            name=row.required("name"),
            in_eea=row.flag("in_eea"),
            status=row.choice("status", _STATUSES),
            confidence=row.confidence(),
            note=row.text("note"),
            source=row.required("source"),
        )
    return found


def aliases(content: bytes, known: Mapping[str, Country]) -> dict[str, str]:
    """Read country_aliases.csv: codes that EU documents write for a country, to its ISO code."""
    rows = read_csv("country_aliases.csv", content, ALIAS_COLUMNS)
    unique(rows, "alias")
    found = {}
    for row in rows:
        alias = row.code("alias")
        if alias in known:
            row.fail("alias", f"'{alias}' is a code of countries.csv itself; remove one of them")
        row.required("source")
        found[alias] = row.country("code", known)
    return found


def adequacies(content: bytes, known: Mapping[str, Country]) -> tuple[Adequacy, ...]:
    """Read adequacy.csv."""
    rows = read_csv("adequacy.csv", content, ADEQUACY_COLUMNS)
    unique(rows, "code", "decision")
    found = []
    for row in rows:
        row.confidence()
        row.required("status")
        valid_from, valid_until = row.period()
        found.append(
            Adequacy(
                code=row.country("code", known),
                decision=row.required("decision"),
                valid_from=valid_from,
                valid_until=valid_until,
                covers_location=row.flag("covers_location"),
                covers_reason=row.required("covers_reason"),
                source=row.required("source"),
            )
        )
    return tuple(found)


def laws(content: bytes, known: Mapping[str, Country]) -> dict[str, Law]:
    """Read laws.csv, by id; a law that has lapsed stays, with its status."""
    rows = read_csv("laws.csv", content, LAW_COLUMNS)
    unique(rows, "id")
    found = {}
    for row in rows:
        row.period()
        row.confidence()
        row.required("source")
        identifier = row.required("id")
        found[identifier] = Law(
            identifier, row.country("country", known), row.required("name"), row.required("status")
        )
    return found
