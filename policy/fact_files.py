"""How the files of facts are checked: each row becomes a fact or names what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from policy.facts import Adequacy, Country, Law, Operator, Region, valid_at
from policy.rows import Row, read_csv, unique
from policy.words import site_name

COUNTRY_COLUMNS = ("code", "name", "in_eea", "status", "valid_from", "confidence", "note", "source")
ALIAS_COLUMNS = ("alias", "code", "note", "source")
ADEQUACY_COLUMNS = (
    "code", "decision", "valid_from", "valid_until", "scope", "limits", "covers_location", "covers_reason",
    "status", "confidence", "source",
)  # fmt: skip
REGION_COLUMNS = (
    "code",
    "partition",
    "city",
    "country",
    "kind",
    "parent_region",
    "confidence",
    "note",
    "source",
)
OPERATOR_COLUMNS = (
    "provider", "partition", "location", "aliases", "operator", "operator_country", "parent",
    "parent_country", "laws", "valid_from", "valid_until", "confidence", "note", "source",
)  # fmt: skip
LAW_COLUMNS = ("id", "country", "name", "status", "valid_from", "valid_until", "confidence", "note", "source")

_STATUSES = (
    "eu_member", "eu_outermost_region", "part_of_member", "efta_eea", "efta_not_eea", "former_member",
    "crown_dependency", "overseas_territory", "excluded_territory", "microstate", "candidate",
    "third_country",
)  # fmt: skip
_KINDS = ("region", "local_zone", "wavelength_zone", "pseudo")
_CODE_LENGTH = 2


def countries(content: bytes) -> dict[str, Country]:
    """Read countries.csv, by code."""
    rows = read_csv("countries.csv", content, COUNTRY_COLUMNS)
    unique(rows, "code")
    found = {}
    for row in rows:
        row.day("valid_from")
        code = _code(row, "code")
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
        alias = _code(row, "alias")
        if alias in known:
            row.fail("alias", f"'{alias}' is a code of countries.csv itself; remove one of them")
        row.required("source")
        found[alias] = _known(row, "code", known)
    return found


def adequacies(content: bytes, known: Mapping[str, Country]) -> tuple[Adequacy, ...]:
    """Read adequacy.csv."""
    rows = read_csv("adequacy.csv", content, ADEQUACY_COLUMNS)
    unique(rows, "code", "decision")
    found = []
    for row in rows:
        row.confidence()
        row.required("status")
        valid_from, valid_until = _period(row)
        found.append(
            Adequacy(
                code=_known(row, "code", known),
                decision=row.required("decision"),
                valid_from=valid_from,
                valid_until=valid_until,
                covers_location=row.flag("covers_location"),
                covers_reason=row.required("covers_reason"),
                source=row.required("source"),
            )
        )
    return tuple(found)


def regions(file: str, content: bytes, known: Mapping[str, Country]) -> dict[str, Region]:
    """Read a provider's regions, by code; a region without a country must say why in its note."""
    rows = read_csv(file, content, REGION_COLUMNS)
    unique(rows, "code")
    found = {}
    for row in rows:
        kind = row.choice("kind", _KINDS)
        country = _known(row, "country", known) if row.text("country") else ""
        if kind == "pseudo" and country:
            row.fail("country", "a pseudo region is no place; leave the country empty")
        if not country:
            row.required("note")
        row.required("partition")
        code = row.required("code")
        found[code] = Region(
            code=code,
            kind=kind,
            country=country,
            city=row.text("city"),
            confidence=row.confidence(),
            note=row.text("note"),
            source=row.required("source"),
        )
    return found


def laws(content: bytes, known: Mapping[str, Country]) -> dict[str, Law]:
    """Read laws.csv, by id; a law that has lapsed stays, with its status."""
    rows = read_csv("laws.csv", content, LAW_COLUMNS)
    unique(rows, "id")
    found = {}
    for row in rows:
        _period(row)
        row.confidence()
        row.required("source")
        identifier = row.required("id")
        found[identifier] = Law(
            identifier, _known(row, "country", known), row.required("name"), row.required("status")
        )
    return found


def operators(
    content: bytes, known: Mapping[str, Country], known_laws: Mapping[str, Law], as_at: date
) -> tuple[Operator, ...]:
    """Read operators.csv: the rows that are valid at `as_at`."""
    rows = read_csv("operators.csv", content, OPERATOR_COLUMNS)
    unique(rows, "provider", "partition", "location", "valid_from")
    found = []
    sites: dict[tuple[str, str], tuple[str, str]] = {}
    for row in rows:
        operator = Operator(
            provider=row.required("provider"),
            partition=row.required("partition"),
            location=row.text("location"),
            aliases=tuple(each.strip() for each in row.text("aliases").split(";") if each.strip()),
            name=row.required("operator"),
            country=_known(row, "operator_country", known) if row.text("operator_country") else "",
            parent=row.required("parent"),
            parent_country=_known(row, "parent_country", known),
            laws=_laws(row, known_laws),
            confidence=row.confidence(),
            note=row.text("note"),
            source=row.required("source"),
        )
        for name in (operator.partition, *operator.aliases):
            owner = (operator.provider, operator.partition)
            if sites.setdefault((operator.provider, site_name(name)), owner) != owner:
                row.fail("aliases", f"'{name}' is a name of another partition already; remove one of them")
        if valid_at(*_period(row), as_at):
            found.append(operator)
    return tuple(found)


def _laws(row: Row, known_laws: Mapping[str, Law]) -> tuple[Law, ...]:
    named = [each.strip() for each in row.text("laws").split(";") if each.strip()]
    for each in named:
        if each not in known_laws:
            row.fail("laws", f"'{each[:40]}' is no id of laws.csv; add the law there or correct the id")
        if known_laws[each].country not in (row.text("parent_country"), row.text("operator_country")):
            row.fail("laws", f"'{each[:40]}' is a law of neither the operator's nor the parent's country")
    return tuple(known_laws[each] for each in named)


def _code(row: Row, column: str) -> str:
    value = row.required(column)
    if not (len(value) == _CODE_LENGTH and value.isascii() and value.isalpha() and value.isupper()):
        row.fail(column, f"'{value[:40]}' is no country code; write two capital letters")
    return value


def _known(row: Row, column: str, known: Mapping[str, Country]) -> str:
    value = _code(row, column)
    if value not in known:
        row.fail(column, f"'{value}' is no code of countries.csv; add the country there or correct the code")
    return value


def _period(row: Row) -> tuple[date | None, date | None]:
    valid_from, valid_until = row.day("valid_from"), row.day("valid_until")
    if valid_from and valid_until and valid_until < valid_from:
        row.fail("valid_until", "lies before valid_from; correct one of them")
    return valid_from, valid_until
