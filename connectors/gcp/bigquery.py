"""BigQuery datasets, and reservations whose datasets fail over to another region."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, DataLocation, Holds, Operation


def dataset(raw: Raw, kind: ResourceKind) -> Asset:
    """The dataset; BigQuery computes where the data is.

    Source: https://docs.cloud.google.com/bigquery/docs/locations
    """
    place = raw.data.get("location")
    encryption = facts.mapping(raw.data.get("defaultEncryptionConfiguration"))
    return kind.asset(
        raw,
        (facts.located(each, kind.service, place, "location") for each in kind.operations),
        properties=facts.properties(kms_key=encryption.get("kmsKeyName")),
    )


def reservation(raw: Raw, kind: ResourceKind) -> Asset:
    """The reservation; with a secondary location its datasets are copied there for failover.

    After a failover the primary location is the one that is not the reservation's own.
    """
    return kind.asset(
        raw,
        (*facts.home(raw.location, raw.name, kind.service, *kind.operations), *_secondary(raw, kind)),
        properties=facts.properties(edition=raw.data.get("edition")),
    )


def _secondary(raw: Raw, kind: ResourceKind) -> Iterator[DataLocation]:
    home = raw.location or facts.place_in(raw.name)
    for path in ("primaryLocation", "secondaryLocation"):
        place = raw.data.get(path)
        if place and place != home:
            yield facts.located(Operation.REPLICATED, kind.service, place, path)


DATASETS = ResourceKind(
    name="bigquery-dataset",
    title="BigQuery dataset",
    service="bigquery",
    type="bigquery.googleapis.com/Dataset",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=dataset,
    operations=(Operation.STORED, Operation.PROCESSED),
    docs_url="https://docs.cloud.google.com/bigquery/docs/reference/rest/v2/datasets",
)

RESERVATIONS = ResourceKind(
    name="bigquery-reservation",
    title="BigQuery reservation",
    service="bigqueryreservation",
    type="bigqueryreservation.googleapis.com/Reservation",
    holds=Holds.METADATA,
    fetch=listing.entries,
    normalise=reservation,
    operations=(Operation.STORED, Operation.PROCESSED),
    unseen=(Unseen(Operation.REPLICATED, "secondaryLocation"),),
    docs_url="https://docs.cloud.google.com/bigquery/docs/reference/reservations/rest",
)
