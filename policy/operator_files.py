"""How the files about operators are checked: who runs a partition or site, and in whose building."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from policy.facts import Country, Housing, Law, Operator, valid_at
from policy.rows import Row, periods, read_csv
from policy.words import site_name

OPERATOR_COLUMNS = (
    "provider", "partition", "location", "aliases", "operator", "operator_country", "parent",
    "parent_country", "laws", "valid_from", "valid_until", "confidence", "note", "source",
)  # fmt: skip
HOUSING_COLUMNS = (
    "site", "owner", "owner_country", "building_operator", "operator_country", "parent", "parent_country",
    "logical_access", "laws", "valid_from", "valid_until", "confidence", "note", "source",
)  # fmt: skip

#: The provider whose partitions are datacentres of the government itself.
ODC = "odc"


def operators(
    content: bytes, known: Mapping[str, Country], known_laws: Mapping[str, Law], on: date
) -> tuple[Operator, ...]:
    """Read operators.csv: all rows, each with its period and the laws that hold on a day."""
    rows = read_csv("operators.csv", content, OPERATOR_COLUMNS)
    periods(rows, "provider", "partition", "location")
    found = []
    sites: dict[tuple[str, str], tuple[str, str]] = {}
    for row in rows:
        valid_from, valid_until = row.period()
        operator = Operator(
            provider=row.required("provider"),
            partition=row.required("partition"),
            location=row.text("location"),
            aliases=row.texts("aliases"),
            name=row.required("operator"),
            country=row.country("operator_country", known) if row.text("operator_country") else "",
            parent=row.required("parent"),
            parent_country=row.country("parent_country", known),
            laws=_laws(row, known_laws, on),
            valid_from=valid_from,
            valid_until=valid_until,
            confidence=row.confidence(),
            note=row.text("note"),
            source=row.required("source"),
        )
        for name in (operator.partition, *operator.aliases):
            owner = (operator.provider, operator.partition)
            if sites.setdefault((operator.provider, site_name(name)), owner) != owner:
                row.fail("aliases", f"'{name}' is a name of another partition already; remove one of them")
        found.append(operator)
    return tuple(found)


def housings(
    content: bytes,
    known: Mapping[str, Country],
    known_laws: Mapping[str, Law],
    known_operators: Iterable[Operator],
    on: date,
) -> tuple[Housing, ...]:
    """Read odc_sites.csv: all rows, each with its period; a site is a partition of operators.csv."""
    rows = read_csv("odc_sites.csv", content, HOUSING_COLUMNS)
    periods(rows, "site")
    sites = {each.partition for each in known_operators if each.provider == ODC}
    found = []
    for row in rows:
        site = row.required("site")
        valid_from, valid_until = row.period()
        if site not in sites:
            row.fail("site", f"'{site[:40]}' is no partition of {ODC} in operators.csv; add it there")
        found.append(
            Housing(
                provider=ODC,
                site=site,
                owner=row.required("owner"),
                owner_country=row.country("owner_country", known),
                name=row.required("building_operator"),
                country=row.country("operator_country", known),
                parent=row.required("parent"),
                parent_country=row.country("parent_country", known),
                logical_access=row.flag("logical_access"),
                laws=_laws(row, known_laws, on),
                valid_from=valid_from,
                valid_until=valid_until,
                confidence=row.confidence(),
                note=row.text("note"),
                source=row.required("source"),
            )
        )
    return tuple(found)


def _laws(row: Row, known_laws: Mapping[str, Law], on: date) -> tuple[Law, ...]:
    named = row.texts("laws")
    for each in named:
        if each not in known_laws:
            row.fail("laws", f"'{each[:40]}' is no id of laws.csv; add the law there or correct the id")
        if known_laws[each].country not in (row.text("parent_country"), row.text("operator_country")):
            row.fail("laws", f"'{each[:40]}' is a law of neither the operator's nor the parent's country")
    laws = [known_laws[each] for each in named]
    return tuple(law for law in laws if valid_at(law.valid_from, law.valid_until, on))
