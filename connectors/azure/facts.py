"""How parts of Azure's answers become the facts of an asset: locations with the evidence for them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors.azure.kind import Context, Raw
from connectors.base import Gap
from wolkenzicht.model import Certainty, DataLocation, Evidence, Operation

PAIRED = "metadata.pairedRegion[].name"
PRIMARY = "properties.primaryLocation"
NOT_TOLD = "not told"


def held(raw: Raw) -> Mapping[str, Any]:
    """The `properties` of an answer."""
    found: Mapping[str, Any] = raw.get("properties") or {}
    return found


def sku(raw: Raw) -> str:
    """The name of an answer's `sku`, empty where it has none."""
    return str((raw.get("sku") or {}).get("name") or "")


def current(raw: Raw) -> tuple[str, str]:
    """Where a resource is now, and the property that says so; no name where it is in nobody's region.

    After a failover a storage account is where `primaryLocation` says, whatever `location` says.
    """
    extended = raw.get("extendedLocation") or {}
    if extended.get("name"):
        return (str(extended["name"]) if extended.get("type") == "EdgeZone" else "", "extendedLocation.name")
    primary = str(held(raw).get("primaryLocation") or "")
    return (primary, PRIMARY) if primary else (str(raw.get("location") or ""), "location")


def located(operation: Operation, name: str, path: str, context: Context) -> DataLocation:
    """A location that the provider states itself, in any of its spellings; unknown where it is empty."""
    if not name:
        return unknown(operation, path)
    return DataLocation(operation, context.places.code(name), Certainty.DECLARED, (Evidence(path, name),))


def derived(operation: Operation, code: str, path: str, value: str) -> DataLocation:
    """A location that follows from a rule about what `path` says."""
    return DataLocation(operation, code, Certainty.DERIVED, (Evidence(path, value),))


def unknown(operation: Operation, path: str, value: str = NOT_TOLD) -> DataLocation:
    """A place that must exist, or may exist, and is not known; never the same as none."""
    return DataLocation(operation, "", Certainty.UNKNOWN, (Evidence(path, value),))


def home(raw: Raw, context: Context, *operations: Operation) -> Iterator[DataLocation]:
    """Where the resource says it is, for each operation; stored where none is named.

    A resource at an edge zone runs there; its `location` is only the region that manages it. A custom
    location is somebody's own datacentre, of which Azure knows no place.
    Source: https://learn.microsoft.com/rest/api/resources/subscriptions/list-locations (EdgeZone)
    """
    extended = raw.get("extendedLocation") or {}
    name = str(extended.get("name") or "")
    for operation in operations or (Operation.STORED,):
        if not name:
            yield located(operation, raw.get("location") or "", "location", context)
        elif extended.get("type") == "EdgeZone":
            yield located(operation, name, "extendedLocation.name", context)
        else:
            yield unknown(operation, "extendedLocation.name", name)


def paired(operation: Operation, region: str, path: str, value: str, context: Context) -> DataLocation:
    """The region that Azure pairs with `region`, where `path` says that a copy goes there."""
    pair = context.places.pair(context.places.code(region))
    if not pair:
        return unknown(operation, path, value or NOT_TOLD)
    return DataLocation(operation, pair, Certainty.DERIVED, (Evidence(path, value), Evidence(PAIRED, pair)))


def elsewhere(
    operation: Operation, names: Iterable[str], path: str, homes: Iterable[str], context: Context
) -> Iterator[DataLocation]:
    """The named locations other than those of `homes`."""
    known = {context.places.code(each) for each in homes}
    for name in names:
        if not name or context.places.code(name) not in known:
            yield located(operation, name, path, context)


def children(
    raw: Raw, name: str, operation: Operation, path: str
) -> tuple[list[Raw], tuple[DataLocation, ...]]:
    """The list that a detail gave; where it could not be read, its places are unknown."""
    answer = raw.get(name)
    if isinstance(answer, Gap):
        return [], (unknown(operation, path),)
    return answer or [], ()


def by_id(
    operation: Operation, raw: Raw, identifiers: Iterable[str], path: str, context: Context
) -> Iterator[DataLocation]:
    """Where the resources with these ids are, if not where this one is."""
    own = context.places.code(current(raw)[0])
    for identifier in identifiers:
        place = looked_up(operation, raw, identifier, path, context)
        if place.location != own or place.certainty is Certainty.UNKNOWN:
            yield place


def looked_up(operation: Operation, raw: Raw, identifier: str, path: str, context: Context) -> DataLocation:
    """Where the resource with this id is, as looked up for `raw`; unknown where that could not be told."""
    other = raw.get("found", {}).get(identifier.lower())
    name, told_by = current(other) if isinstance(other, dict) else ("", "")
    if not name:
        return unknown(operation, path, identifier)
    proof = (Evidence(path, identifier), Evidence(told_by, name))
    return DataLocation(operation, context.places.code(name), Certainty.DERIVED, proof)
