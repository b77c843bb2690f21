"""Cloud Logging's buckets, the sinks that copy log entries elsewhere, and where new buckets are to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors.gcp import destinations, facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_DESTINATION = "destination"
_STORAGE = "storageLocation"


def bucket(raw: Raw, kind: ResourceKind) -> Asset:
    """The log bucket; `_Default` and `_Required` are `global`, which is no place, unless changed.

    Source: https://docs.cloud.google.com/logging/docs/regionalized-logs
    """
    return kind.asset(
        raw,
        (facts.by_name(Operation.STORED, kind.service, raw.name, "name"),),
        properties=facts.properties(
            analytics=raw.data.get("analyticsEnabled"),
            kms_key=facts.mapping(raw.data.get("cmekSettings")).get("kmsKeyName"),
            retention_days=raw.data.get("retentionDays"),
        ),
    )


def _references(data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    found = None if data.get("disabled") else destinations.reference(str(data.get(_DESTINATION) or ""))
    return [found] if found else []


def sink(raw: Raw, kind: ResourceKind) -> Asset:
    """The sink; one that only fills a log bucket copies nothing that is not that bucket's own asset."""
    destination = str(raw.data.get(_DESTINATION) or "")
    exports = not raw.data.get("disabled") and not destination.startswith("logging.googleapis.com/")
    return kind.asset(
        raw,
        _copies(raw, destination),
        holds=Holds.CONTENT if exports else None,
        location=facts.code(kind.service, raw.location),
        properties=facts.properties(destination=destination, disabled=raw.data.get("disabled")),
    )


def _copies(raw: Raw, destination: str) -> Iterator[DataLocation]:
    if raw.data.get("disabled"):
        return
    reference = destinations.reference(destination)
    if reference is None:
        yield facts.by_name(Operation.REPLICATED, "logging", destination, _DESTINATION)
        return
    name, asset_type = reference
    service = asset_type.partition(".")[0]
    yield destinations.at(raw.places.get(name), service, _DESTINATION, destination)


def settings(raw: Raw, kind: ResourceKind) -> Asset:
    """The settings of a project, folder or organization: where the buckets that Google makes will be.

    The buckets that exist are assets of their own. Where no place is set new ones will be `global`: no place.
    Source: https://docs.cloud.google.com/logging/docs/default-settings
    """
    return kind.asset(
        raw,
        (facts.located(Operation.REPLICATED, kind.service, raw.data.get(_STORAGE), _STORAGE),),
        location=facts.code(kind.service, raw.location),
        properties=facts.properties(kms_key=raw.data.get("kmsKeyName")),
    )


BUCKETS = ResourceKind(
    name="logging-bucket",
    title="Log bucket",
    service="logging",
    type="logging.googleapis.com/LogBucket",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=bucket,
    docs_url="https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/projects.locations.buckets",
)

SINKS = ResourceKind(
    name="logging-sink",
    title="Log sink",
    service="logging",
    type="logging.googleapis.com/LogSink",
    holds=Holds.METADATA,
    fetch=listing.looking_up(_references),
    normalise=sink,
    operations=(),
    unseen=(Unseen(Operation.REPLICATED, _DESTINATION),),
    looks_up=True,
    docs_url="https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/projects.sinks",
)

SETTINGS = ResourceKind(
    name="logging-settings",
    title="Default settings of Cloud Logging",
    service="logging",
    type="logging.googleapis.com/Settings",
    holds=Holds.METADATA,
    fetch=listing.entries,
    normalise=settings,
    located=False,
    operations=(),
    unseen=(Unseen(Operation.REPLICATED, _STORAGE),),
    docs_url="https://docs.cloud.google.com/logging/docs/reference/v2/rest/v2/TopLevel/getSettings",
)
