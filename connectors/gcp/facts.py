"""How parts of an inventory entry become the facts of an asset: location codes with evidence, labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from wolkenzicht.model import Certainty, DataLocation, Evidence, Operation

#: The evidence of a property that the provider left out, and of one that was not read.
ABSENT = "absent"
NOT_READ = "not read: found by search only"

#: A region is a continent and a numbered area (`europe-west4`); everything else is a name whose
#: meaning depends on the service: `EUR7` of Cloud Storage is London and Frankfurt, `eur7` of Spanner
#: Milan, Frankfurt and Turin. A continent that is not listed makes a code that no catalogue has, so
#: that it is unknown and loud.
#: Source: https://docs.cloud.google.com/compute/docs/regions-zones
_REGION = re.compile(r"(?:africa|asia|australia|europe|me|northamerica|southamerica|us)-[a-z]+\d+", re.ASCII)
_ZONE = re.compile(rf"({_REGION.pattern})-[a-z]", re.ASCII)
_GLOBAL = "global"

#: What the inventory calls a service, where its location codes are known by another name.
_CATALOGUE_NAMES = {
    "cloudkms": "kms",
    "sqladmin": "sql",
    "bigtableadmin": "bigtable",
    "bigqueryreservation": "bigquery",
}

#: Characters of a value that is shown; kept whole are all that have a meaning.
_LONGEST_TEXT = 2000

_PLACES = frozenset({"locations", "regions", "zones"})


def code(service: str, text: str) -> str:
    """The location code of what a service calls a place.

    A region is itself, a zone its region, `global` itself; every other name means something for its
    service only and is written `service/name` (`storage/eur7`, `spanner/eur7`), in lower case.
    """
    place = text.strip().lower()
    zone = _ZONE.fullmatch(place)
    if zone:
        return zone[1]
    if not place or place == _GLOBAL or _REGION.fullmatch(place):
        return place
    return f"{_CATALOGUE_NAMES.get(service, service)}/{place}"


def is_region(text: str) -> bool:
    """Whether the name is that of one region or zone, which means the same for every service."""
    place = text.lower()
    return bool(_REGION.fullmatch(place) or _ZONE.fullmatch(place))


def located(operation: Operation, service: str, place: object, path: str) -> DataLocation:
    """A location that the provider states itself; unknown where it states none, or no text."""
    if not place:
        return unknown(operation, path, ABSENT)
    if not isinstance(place, str):
        return unknown(operation, path, _text(place))
    return DataLocation(operation, code(service, place), Certainty.DECLARED, (Evidence(path, place),))


def derived(operation: Operation, service: str, place: str, path: str, value: str) -> DataLocation:
    """A location that follows from a rule: the region inside another resource's name."""
    if not place:
        return unknown(operation, path, value or ABSENT)
    return DataLocation(operation, code(service, place), Certainty.DERIVED, (Evidence(path, value),))


def unknown(operation: Operation, path: str, value: str) -> DataLocation:
    """A place that must exist, or may exist, and is not known; never the same as none."""
    return DataLocation(operation, "", Certainty.UNKNOWN, (Evidence(path, value),))


def inventory(place: str, service: str, *operations: Operation) -> tuple[DataLocation, ...]:
    """The inventory's own `location` for each operation; unknown where the inventory states none."""
    return tuple(located(each, service, place, "resource.location") for each in operations)


def each_of(operation: Operation, service: str, places: object, path: str) -> Iterator[DataLocation]:
    """Every place of a list that the provider states; unknown where it is empty or left out."""
    listed = items(places)
    if not listed:
        yield unknown(operation, path, ABSENT)
    for place in listed:
        yield located(operation, service, place, path)


def place_in(name: str) -> str:
    """The place inside a resource's name or address, empty where it has none.

    Resource names carry the collection they lie in before its id: `projects/p/locations/europe-west4/…`,
    `projects/p/zones/europe-west4-a/…`. Source: https://google.aip.dev/122
    """
    parts = name.split("/")
    for collection, place in pairwise(parts):
        if collection in _PLACES:
            return place
    return ""


def by_name(operation: Operation, service: str, name: str, path: str) -> DataLocation:
    """The place that another resource's name carries; unknown where it carries none."""
    return derived(operation, service, place_in(name), path, name)


def home(raw_location: str, name: str, service: str, *operations: Operation) -> tuple[DataLocation, ...]:
    """Where a resource lies whose name carries its place: the inventory's word, else the name's."""
    wanted = operations or (Operation.STORED,)
    if raw_location:
        return inventory(raw_location, service, *wanted)
    return tuple(by_name(each, service, name, "name") for each in wanted)


def labels(data: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The labels, sorted by key; Cloud Run keeps them under `metadata`, Cloud SQL under `settings`."""
    found = data.get("labels") or data.get("resourceLabels")
    if not isinstance(found, Mapping):
        nested = data.get("metadata") or data.get("settings")
        found = (nested.get("labels") or nested.get("userLabels")) if isinstance(nested, Mapping) else None
    if not isinstance(found, Mapping):
        return ()
    return tuple(sorted((str(key), str(value)) for key, value in found.items()))


def created(data: Mapping[str, Any], otherwise: str = "") -> datetime | None:
    """When the resource was made, under any of the names that Google's APIs use."""
    text = (
        data.get("createTime")
        or data.get("creationTimestamp")
        or data.get("timeCreated")
        or data.get("creationTime")
        or otherwise
    )
    return moment(text)


def moment(text: object) -> datetime | None:
    """The moment that a timestamp or a count of milliseconds since 1970 states, else None."""
    if not isinstance(text, str) or not text:
        return None
    try:
        if text.isdecimal():
            return datetime.fromtimestamp(int(text) / 1000, UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None  # a date is of use beside an asset, and no reason to refuse one
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def mapping(value: object) -> Mapping[str, Any]:
    """The value where it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def items(value: object) -> list[Any]:
    """The members of a list; what stands in its place, if anything, as its one member: it means something."""
    if isinstance(value, list):
        return value
    return [value] if value else []


def last(name: object) -> str | None:
    """The last part of a name or address; None where there is none."""
    return str(name).rpartition("/")[2] if name else None


def properties(**values: object) -> tuple[tuple[str, str], ...]:
    """Further facts, sorted by name; what the provider did not state is left out."""
    return tuple(
        (name, _text(value)) for name, value in sorted(values.items()) if value is not None and value != ""
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)[:_LONGEST_TEXT]
