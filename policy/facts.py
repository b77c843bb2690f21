"""The facts that the rules stand on: countries, adequacy decisions, provider regions, operators and laws."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory by its ISO 3166-1 alpha-2 code, and whether the EER covers it."""

    code: str
    name: str
    in_eea: bool
    status: str
    confidence: str
    note: str
    source: str
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Adequacy:
    """An adequacy decision; only one that covers the location as a whole changes a location class.

    `scope` says what the decision is about, `limits` what it leaves out; the latter may be empty.
    """

    code: str
    decision: str
    valid_from: date | None
    valid_until: date | None
    covers_location: bool
    covers_reason: str
    scope: str
    limits: str
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Region:
    """A provider's location code, and the countries that it stands for.

    `kind` says how: `region`, `local_zone` and `wavelength_zone` are one place; data at a `multi_region`
    is in all of the countries, at a `group` in one or more of them, at an `eu_member` in one or more
    member states of the European Union that nobody names; `pseudo` is no place. `countries` is empty for
    the last two, and where nobody confirmed the country: `note` then says why.
    """

    code: str
    kind: str
    countries: tuple[str, ...]
    city: str
    confidence: str
    note: str
    source: str
    valid_from: date | None
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class Law:
    """A law with effect outside its country, its status in words, and when that status holds."""

    identifier: str
    country: str
    name: str
    status: str
    valid_from: date | None
    valid_until: date | None
    confidence: str
    source: str


@dataclass(frozen=True, slots=True)
class Operator:
    """Who operates a provider's partition or a site, and who owns the operator.

    `location` narrows the row to one region; `operator_country` is empty where it is not confirmed.
    """

    provider: str
    partition: str
    location: str
    aliases: tuple[str, ...]
    name: str
    country: str
    parent: str
    parent_country: str
    laws: tuple[Law, ...]
    valid_from: date | None
    valid_until: date | None
    confidence: str
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class Housing:
    """In whose building a datacentre stands: `name` operates the building, `parent` owns that operator.

    `owner` is whose the datacentre itself is. Only with `logical_access` to what stands in the building
    does the law over its operator reach the data.
    """

    provider: str
    site: str
    owner: str
    owner_country: str
    name: str
    country: str
    parent: str
    parent_country: str
    logical_access: bool
    laws: tuple[Law, ...]
    valid_from: date | None
    valid_until: date | None
    confidence: str
    note: str
    source: str


def valid_at(valid_from: date | None, valid_until: date | None, as_at: date) -> bool:
    """Whether the date lies in the period, its ends included; an open end does not limit."""
    return (valid_from is None or valid_from <= as_at) and (valid_until is None or as_at <= valid_until)
