"""How the files about countries and laws are checked: each row becomes a fact or names what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from policy.facts import Adequacy, Country, Law, valid_at
from policy.rows import periods, read_csv, unique

COUNTRY_COLUMNS = (
    "code", "name", "in_eea", "status", "valid_from", "valid_until", "confidence", "note", "source",
)  # fmt: skip
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


def countries(content: bytes, on: date, since: date) -> dict[str, Country]:
    """Read countries.csv: what holds on a day, by code; from `since` on no country may be without a row."""
    rows = read_csv("countries.csv", content, COUNTRY_COLUMNS)
    periods(rows, "code", since=since)
    found = {}
    for row in rows:
        code = row.code("code")
        valid_from, valid_until = row.period()
        country = Country(
            code=code,
            name=row.required("name"),
            in_eea=row.flag("in_eea"),
            status=row.choice("status", _STATUSES),
            confidence=row.confidence(),
            note=row.text("note"),
            source=row.required("source"),
            valid_from=valid_from,
            valid_until=valid_until,
        )
        if valid_at(valid_from, valid_until, on):
            found[code] = country
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
    """Read adequacy.csv: all decisions, each with its period; of one place no two may count at once."""
    rows = read_csv("adequacy.csv", content, ADEQUACY_COLUMNS)
    periods(rows, "code", "decision")
    periods([row for row in rows if row.flag("covers_location")], "code")
    found = []
    for row in rows:
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
                scope=row.required("scope"),
                limits=row.text("limits"),
                confidence=row.confidence(),
                source=row.required("source"),
            )
        )
    return tuple(found)


def laws(content: bytes, known: Mapping[str, Country], on: date) -> dict[str, Law]:
    """Read laws.csv, by id: the status that holds on a day, else one that does not, with its period.

    A law that has lapsed stays, with that for its status.
    """
    rows = read_csv("laws.csv", content, LAW_COLUMNS)
    periods(rows, "id")
    found: dict[str, Law] = {}
    for row in rows:
        valid_from, valid_until = row.period()
        law = Law(
            identifier=row.required("id"),
            country=row.country("country", known),
            name=row.required("name"),
            status=row.required("status"),
            valid_from=valid_from,
            valid_until=valid_until,
            confidence=row.confidence(),
            source=row.required("source"),
        )
        if law.identifier in found and found[law.identifier].country != law.country:
            row.fail("country", f"'{law.identifier}' is a law of another country above; choose another id")
        if law.identifier not in found or valid_at(valid_from, valid_until, on):
            found[law.identifier] = law
    return found
