"""How parts of AWS's answers become the facts of an asset: locations with evidence, tags, properties."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from connectors.base import Gap
from wolkenzicht.model import Certainty, DataLocation, Evidence, Operation

_ARN_REGION = 3
_ARN_FIELDS = 6

#: A zone of a region is called after it with one letter behind (`eu-west-1a`); local and Wavelength
#: zones have further parts (`eu-central-1-ist-1a` is in Istanbul, `eu-west-2-wl1-lon-wlz-1` in London).
#: Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html
_LOCAL_ZONE_LETTER = re.compile(r"(?<=\d)[a-z]$")


def located(operation: Operation, location: str, path: str, value: str) -> DataLocation:
    """A location that the provider states itself, with the property that says so."""
    return DataLocation(operation, location, Certainty.DECLARED, (Evidence(path, value),))


def derived(operation: Operation, location: str, path: str, value: str) -> DataLocation:
    """A location that follows from a rule: the region inside another resource's ARN."""
    return DataLocation(operation, location, Certainty.DERIVED, (Evidence(path, value),))


def unknown(operation: Operation, path: str, value: str) -> DataLocation:
    """A place that must exist, or may exist, and is not known; never the same as none."""
    return DataLocation(operation, "", Certainty.UNKNOWN, (Evidence(path, value),))


def home(
    region: str,
    path: str,
    value: str,
    *operations: Operation,
) -> tuple[DataLocation, ...]:
    """The same place for each operation; stored where none is named."""
    return tuple(located(each, region, path, value) for each in operations or (Operation.STORED,))


def arn_region(arn: str) -> str:
    """The region field of an ARN (`arn:partition:service:region:account:resource`), else empty."""
    fields = arn.split(":", _ARN_FIELDS - 1)
    return fields[_ARN_REGION] if len(fields) == _ARN_FIELDS and fields[0] == "arn" else ""


def by_arn(operation: Operation, arn: str, path: str) -> DataLocation:
    """The place that an ARN names; unknown where it names none."""
    region = arn_region(arn)
    return derived(operation, region, path, arn) if region else unknown(operation, path, arn)


def zone_location(zone: str, region: str) -> str:
    """The location code of an availability zone: its region, or the local zone it lies in.

    Local zones are named in the catalogue without their letter (`eu-central-1-ist-1`).
    """
    return _LOCAL_ZONE_LETTER.sub("", zone) if zone.startswith(f"{region}-") else region


def copies(arns: Iterable[str], region: str, path: str) -> Iterator[DataLocation]:
    """Replicas that a service names by ARN; those without one, and those at home, are in `region`."""
    for arn in arns:
        if arn_region(arn) not in {"", region}:
            yield by_arn(Operation.REPLICATED, arn, path)


def tags(pairs: Iterable[Mapping[str, Any]] | Mapping[str, str] | Gap | None) -> tuple[tuple[str, str], ...]:
    """Tags sorted by key, from a map or from any of AWS's spellings of a list of pairs.

    None where they could not be read: the gap beside the asset says so.
    """
    if not pairs or isinstance(pairs, Gap):
        return ()
    if isinstance(pairs, Mapping):
        return tuple(sorted((str(key), str(value)) for key, value in pairs.items()))
    found = []
    for pair in pairs:
        key = pair.get("Key", pair.get("key", pair.get("TagKey", "")))
        value = pair.get("Value", pair.get("value", pair.get("TagValue", "")))
        found.append((str(key), str(value or "")))
    return tuple(sorted(found))


def tags_in(answer: Mapping[str, Any] | Gap | None, key: str) -> tuple[tuple[str, str], ...]:
    """Tags under `key` of an answer; none where there is no answer, and where it is a gap."""
    return tags(answer.get(key)) if isinstance(answer, Mapping) else ()


def elsewhere(operation: Operation, region: str | None, at_home: str, path: str) -> Iterator[DataLocation]:
    """The place that a property names itself, unless it names none or the resource's own."""
    if region and region != at_home:
        yield located(operation, region, path, region)


def tag_of(found: tuple[tuple[str, str], ...], key: str, otherwise: str) -> str:
    """The value of a tag, or `otherwise` where it is missing or empty."""
    return dict(found).get(key) or otherwise


def properties(**values: object) -> tuple[tuple[str, str], ...]:
    """Further facts, sorted by name; what the provider did not state is left out."""
    return tuple(
        (name, _text(value)) for name, value in sorted(values.items()) if value is not None and value != ""
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def moment(milliseconds: float | None) -> datetime | None:
    """The moment that a count of milliseconds since 1970 states."""
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def encryption(*, encrypted: bool | None) -> str | None:
    """The word for a service that says only whether data is encrypted at rest."""
    if encrypted is None:
        return None
    return "encrypted" if encrypted else "none"
