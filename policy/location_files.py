"""How the catalogues of location codes are checked: each code has its countries or says why not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from policy.facts import Country, Region, valid_at
from policy.rows import Row, periods, read_csv

REGION_COLUMNS = (
    "code", "partition", "city", "countries", "kind", "parent_region", "valid_from", "valid_until",
    "confidence", "note", "source",
)  # fmt: skip
#: The catalogues by provider.
CATALOGUES = {"aws": "aws_regions.csv", "azure": "azure_regions.csv", "gcp": "gcp_locations.csv"}

_PLACES = ("region", "local_zone", "wavelength_zone")
_KINDS = (*_PLACES, "multi_region", "group", "eu_member", "pseudo")


def regions(file: str, content: bytes, known: Mapping[str, Country], on: date) -> dict[str, Region]:
    """Read a provider's location codes that hold on a day, by code; raises `PolicyDataError`.

    A row without a date holds always: when a region was opened is mostly not known.
    """
    rows = read_csv(file, content, REGION_COLUMNS)
    periods(rows, "code")
    found = {}
    for row in rows:
        kind = row.choice("kind", _KINDS)
        countries = row.countries("countries", known)
        _check_countries(row, kind, countries)
        row.required("partition")
        valid_from, valid_until = row.period()
        region = Region(
            code=row.required("code"),
            kind=kind,
            countries=countries,
            city=row.text("city"),
            confidence=row.confidence(),
            note=row.text("note"),
            source=row.required("source"),
            valid_from=valid_from,
            valid_until=valid_until,
        )
        if valid_at(valid_from, valid_until, on):
            found[region.code] = region
    return found


def _check_countries(row: Row, kind: str, countries: tuple[str, ...]) -> None:
    if kind == "pseudo" and countries:
        row.fail("countries", "a pseudo region is no place; leave the countries empty")
    if kind == "eu_member" and countries:
        row.fail("countries", "where the countries are known, choose the kind multi_region or group")
    if kind in _PLACES and len(countries) > 1:
        row.fail("countries", f"a {kind} lies in one country; choose the kind multi_region or group")
    if not countries:
        row.required("note")
