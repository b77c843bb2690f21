"""Firestore and Datastore databases and their backups."""

from __future__ import annotations

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind
from wolkenzicht.model import Asset, Holds, Operation


def database(raw: Raw, kind: ResourceKind) -> Asset:
    """The database, in a region or in all regions of a multi-region such as `eur3`.

    Source: https://firebase.google.com/docs/firestore/locations
    """
    place = raw.data.get("locationId")
    return kind.asset(
        raw,
        (facts.located(each, kind.service, place, "locationId") for each in kind.operations),
        properties=facts.properties(
            kms_key=facts.mapping(raw.data.get("cmekConfig")).get("kmsKeyName"), mode=raw.data.get("type")
        ),
    )


def backup(raw: Raw, kind: ResourceKind) -> Asset:
    """The backup, at the place that its name carries."""
    return kind.asset(
        raw,
        facts.home(raw.location, raw.name, kind.service),
        properties=facts.properties(database=raw.data.get("database"), state=raw.data.get("state")),
    )


DATABASES = ResourceKind(
    name="firestore-database",
    title="Firestore database",
    service="firestore",
    type="firestore.googleapis.com/Database",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=database,
    operations=(Operation.STORED, Operation.PROCESSED),
    docs_url="https://docs.cloud.google.com/firestore/docs/reference/rest/v1/projects.databases",
)

BACKUPS = ResourceKind(
    name="firestore-backup",
    title="Firestore backup",
    service="firestore",
    type="firestore.googleapis.com/Backup",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=backup,
    docs_url="https://docs.cloud.google.com/firestore/docs/reference/rest/v1/projects.locations.backups",
)
