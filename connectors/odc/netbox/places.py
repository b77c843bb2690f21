"""In which country a site of NetBox's stands: by a custom field, or by its region; else nobody knows.

A site's physical address is free text and NetBox's tenants have none, so neither decides anything; names
of regions and sites are never taken for countries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from connectors.base import Gap, ReadError
from connectors.odc.answer import Answer
from connectors.odc.netbox.client import NetboxClient
from connectors.odc.values import COUNTRY, UnfitError
from wolkenzicht.model import Certainty, DataLocation, Evidence, Operation, Outcome

_MOST_LEVELS = 32
_NOT_RECORDED = Evidence("site", "")

REGIONS, SITES, LOCATIONS = "dcim/regions", "dcim/sites", "dcim/locations"


@dataclass(frozen=True, slots=True)
class NetboxPlace:
    """A site, or a region where no more is known; an empty site is a place that nobody recorded."""

    site: str = ""
    country: str = ""
    certainty: Certainty = Certainty.UNKNOWN
    evidence: Evidence = _NOT_RECORDED
    operator: str = ""
    owner: str = ""

    def location(self, operation: Operation) -> DataLocation:
        """The place, where something is done with data."""
        return DataLocation(
            operation=operation,
            location=self.site,
            certainty=self.certainty if self.country else Certainty.UNKNOWN,
            evidence=(self.evidence,),
            declared_countries=(self.country,) if self.country else (),
        )


NOWHERE = NetboxPlace()


@dataclass(slots=True)
class Places:
    """The sites, locations and regions of one NetBox, read once for all scopes of a scan.

    `gaps` says by listing which of them could not be read; what depends on them is unknown.
    """

    sites: dict[str, NetboxPlace] = field(default_factory=dict)
    regions: dict[str, NetboxPlace] = field(default_factory=dict)
    site_of_location: dict[str, str] = field(default_factory=dict)
    gaps: dict[str, Gap] = field(default_factory=dict)

    def of(self, scope_type: str, identifier: str) -> NetboxPlace:
        """The place that an object is in: `dcim.site`, `dcim.location` or `dcim.region` and its id."""
        if scope_type == "dcim.region":
            return self.regions.get(identifier, NOWHERE)
        if scope_type == "dcim.location":
            identifier = self.site_of_location.get(identifier, "")
        return self.sites.get(identifier, NOWHERE) if scope_type != "dcim.sitegroup" else NOWHERE


@dataclass(frozen=True, slots=True)
class _Region:
    slug: str
    country: str
    parent: str


def read_places(client: NetboxClient, fields: Mapping[str, str], countries: Mapping[str, str]) -> Places:
    """The places of a NetBox.

    `fields` names the custom fields for `country` and `operator`; `countries` gives the country of a
    region by its slug, and so of all regions and sites below it.
    """
    places, regions = Places(), dict[str, _Region]()
    try:
        for item in _answers(client, REGIONS, "dcim.view_region"):
            country = item.part("custom_fields").text(fields["country"])
            slug = item.text("slug")
            regions[item.required("id")] = _Region(
                slug, country or countries.get(slug, ""), item.part("parent").text("id")
            )
    except (ReadError, UnfitError) as error:
        places.gaps[REGIONS] = _gap(error, REGIONS)
    places.regions = {identifier: _by_region(identifier, regions) for identifier in regions}
    try:
        for item in _answers(client, SITES, "dcim.view_site"):
            places.sites[item.required("id")] = site_place(item, fields, places.regions)
    except (ReadError, UnfitError) as error:
        places.gaps[SITES] = _gap(error, SITES)
    try:
        for item in _answers(client, LOCATIONS, "dcim.view_location"):
            places.site_of_location[item.required("id")] = item.part("site").text("id")
    except (ReadError, UnfitError) as error:
        places.gaps[LOCATIONS] = _gap(error, LOCATIONS)
    return places


def site_place(item: Answer, fields: Mapping[str, str], regions: Mapping[str, NetboxPlace]) -> NetboxPlace:
    """The place that a site is. Raises `UnfitError`."""
    custom = item.part("custom_fields")
    region = regions.get(item.part("region").text("id"), NOWHERE)
    country, certainty, evidence = region.country, region.certainty, region.evidence
    if stated := custom.text(fields["country"]):
        country, certainty = _code(stated), Certainty.DECLARED
        evidence = Evidence(f"site.custom_fields.{fields['country']}", stated)
    return NetboxPlace(
        site=item.required("name"),
        country=country,
        certainty=certainty,
        evidence=evidence,
        operator=custom.text(fields["operator"]),
        owner=item.part("tenant").text("name"),
    )


def _by_region(identifier: str, regions: Mapping[str, _Region]) -> NetboxPlace:
    """The country of the nearest region that has one, upwards."""
    for _ in range(_MOST_LEVELS):
        region = regions.get(identifier)
        if region is None:
            break
        if region.country:
            return NetboxPlace(
                country=_code(region.country),
                certainty=Certainty.DERIVED,
                evidence=Evidence("site.region.slug", region.slug),
            )
        identifier = region.parent
    return NOWHERE


def _code(stated: str) -> str:
    """The country code that was stated; empty where it is none."""
    return stated.strip().upper() if COUNTRY.fullmatch(stated.strip()) else ""


def _answers(client: NetboxClient, endpoint: str, permission: str) -> Iterator[Answer]:
    """The items as they come: what was read before a listing broke off still tells places."""
    return map(Answer, client.items(endpoint, permission))


def _gap(error: ReadError | UnfitError, endpoint: str) -> Gap:
    if isinstance(error, ReadError):
        return error.gap
    return Gap(Outcome.FAILED, f"NetBox {endpoint}: {error.column} {error}")
