"""Which countries a data location lies in, and so its class: exact look-ups, never a guess from a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from policy.facts import Adequacy, Country, Region, valid_at
from wolkenzicht.model import LocationClass, LocationVerdict

DECLARED = "location.declared_country"
DECLARED_NOT_ISO = "location.declared_country_not_iso"
REGION = "location.region"
ZONE = "location.zone_of_group"
SEVERAL = "location.several_countries"
ONE_OR_MORE = "location.one_or_more_of_countries"
EU_MEMBER = "location.eu_member"
EU_MEMBER_NOT_CONFIRMED = "location.eu_member_not_confirmed"
CERTAINTY_UNKNOWN = "location.certainty_unknown"
NO_CODE = "location.no_code"
NO_CATALOGUE = "location.no_catalogue"
NOT_IN_CATALOGUE = "location.not_in_catalogue"
NOT_A_PLACE = "location.not_a_place"
COUNTRY_NOT_CONFIRMED = "location.country_not_confirmed"

#: Every rule that `LocationVerdict.rule` can name.
RULES = (
    DECLARED, DECLARED_NOT_ISO, REGION, ZONE, SEVERAL, ONE_OR_MORE, EU_MEMBER, EU_MEMBER_NOT_CONFIRMED,
    CERTAINTY_UNKNOWN, NO_CODE, NO_CATALOGUE, NOT_IN_CATALOGUE, NOT_A_PLACE, COUNTRY_NOT_CONFIRMED,
)  # fmt: skip

#: A zone's name is its group's and one letter. AWS: `eu-west-1a` of `eu-west-1`, `eu-central-1-ist-1a` of
#: `eu-central-1-ist-1`; Wavelength zones (`eu-central-1-wl1-ber-wlz-1`) stand in the catalogue by name.
#: Google Cloud: `europe-west4-a` of `europe-west4`. Azure numbers its zones beside the region's name.
_ZONE_NAMES = {"aws": re.compile(r"(.*[0-9])[a-z]"), "gcp": re.compile(r"(.*[0-9])-[a-z]")}
#: What the same code means can differ between services (`storage/eur7` has London, `spanner/eur7` has
#: not), so it is looked up with its service; a code without one in the catalogue means the same in all.
#: Google Cloud writes one code in capitals here and in small letters there; no two differ in that alone.
_SERVICE_CODES = {"gcp": re.compile(r"[a-z][a-z0-9-]*/([^/]+)")}
_RULE_OF_KIND = {"multi_region": SEVERAL, "group": ONE_OR_MORE}
_COUNTRY_CODE = re.compile(r"[A-Za-z]{2}", re.ASCII)
_REMEMBERED = 4096


class LocationRules:
    """Judges data locations by the catalogues of regions, the countries and the adequacy decisions."""

    def __init__(
        self,
        countries: Mapping[str, Country],
        aliases: Mapping[str, str],
        adequacies: Iterable[Adequacy],
        catalogues: Mapping[str, Mapping[str, Region]],
        as_at: date,
    ) -> None:
        self.countries = countries
        self.catalogues = catalogues
        self.adequacies = tuple(
            each for each in adequacies if valid_at(each.valid_from, each.valid_until, as_at)
        )
        self._aliases = aliases
        self._adequate = {each.code: each for each in self.adequacies if each.covers_location}
        #: judge(provider, code, known, declared): the verdict and its badness; repeated codes cost a look-up.
        self.judge = lru_cache(maxsize=_REMEMBERED)(self._judge)

    def class_of(self, country: str) -> LocationClass:
        """The class of a country by its ISO code; `unknown` for a code that countries.csv lacks."""
        known = self.countries.get(country)
        if known is None:
            return LocationClass.UNKNOWN
        if known.in_eea:
            return LocationClass.INSIDE_EEA
        return LocationClass.OUTSIDE_EEA_ADEQUATE if country in self._adequate else LocationClass.OUTSIDE_EEA

    def adequacy_of(self, country: str) -> Adequacy | None:
        """The decision that makes a country adequate as a location, at the rule set's date."""
        return self._adequate.get(country)

    def region_of(self, provider: str, code: str) -> Region | None:
        """The catalogue's row of a location code; None where it lacks the code.

        By its name, as a zone by its group's exact name, or, where the service has no row of its own for
        it, by the code that means the same in all services.
        """
        catalogue = self.catalogues.get(provider, {})
        if provider in _SERVICE_CODES and code.isascii():
            code = code.lower()
        region = catalogue.get(code)
        if region is None and (shared := _match(_SERVICE_CODES, provider, code)):
            code = shared
            region = catalogue.get(code)
        if region is None and (group := _match(_ZONE_NAMES, provider, code)):
            region = catalogue.get(group)
        return region

    def country_of(self, declared: str) -> str | None:
        """The ISO code that a source declared, in any case; None where it is none."""
        code = declared.strip()
        if not _COUNTRY_CODE.fullmatch(code):
            return None
        code = code.upper()
        code = self._aliases.get(code, code)
        return code if code in self.countries else None

    def _judge(
        self, provider: str, code: str, known: bool, declared: tuple[str, ...]
    ) -> tuple[LocationVerdict, int]:
        if not known:
            verdict = _unknown(CERTAINTY_UNKNOWN)
        elif declared:
            verdict = self._by_declaration(declared)
        else:
            verdict = self._by_catalogue(provider, code)
        return verdict, verdict.location_class.badness

    def _by_declaration(self, declared: tuple[str, ...]) -> LocationVerdict:
        found = [self.country_of(each) for each in declared]
        codes = tuple(sorted({each for each in found if each is not None}))
        classes = [self.class_of(each) for each in codes]
        if None in found:
            classes.append(LocationClass.UNKNOWN)
        rule = DECLARED_NOT_ISO if None in found else DECLARED
        return LocationVerdict(codes, max(classes, key=lambda each: each.badness), rule)

    def _by_catalogue(self, provider: str, code: str) -> LocationVerdict:
        if not code.strip():
            return _unknown(NO_CODE)
        if provider not in self.catalogues:
            return _unknown(NO_CATALOGUE)
        region = self.region_of(provider, code)
        if region is None:
            return _unknown(NOT_IN_CATALOGUE)
        if region.kind == "eu_member":
            return _eu_member(region)
        if not region.countries:
            return _unknown(NOT_A_PLACE if region.kind == "pseudo" else COUNTRY_NOT_CONFIRMED)
        worst = max(map(self.class_of, region.countries), key=lambda each: each.badness)
        own = code.lower().endswith(region.code)
        rule = _RULE_OF_KIND.get(region.kind) or (REGION if own else ZONE)
        return LocationVerdict(region.countries, worst, rule)


def _match(patterns: Mapping[str, re.Pattern[str]], provider: str, code: str) -> str | None:
    pattern = patterns.get(provider)
    found = pattern.fullmatch(code) if pattern else None
    return found[1] if found else None


def _eu_member(region: Region) -> LocationVerdict:
    """Inside, for every member state of the Union is in the EER; unknown where the source is weak."""
    if region.confidence == "low":
        return _unknown(EU_MEMBER_NOT_CONFIRMED)
    return LocationVerdict((), LocationClass.INSIDE_EEA, EU_MEMBER)


def _unknown(rule: str) -> LocationVerdict:
    return LocationVerdict((), LocationClass.UNKNOWN, rule)
