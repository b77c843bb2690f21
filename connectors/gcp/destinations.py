"""Where exports go: the full names of buckets, datasets, topics and log buckets, and their places."""

from __future__ import annotations

from connectors.base import Gap
from connectors.gcp import facts
from wolkenzicht.model import DataLocation, Operation

BUCKET = "storage.googleapis.com/Bucket"
DATASET = "bigquery.googleapis.com/Dataset"
TOPIC = "pubsub.googleapis.com/Topic"
SQL_INSTANCE = "sqladmin.googleapis.com/Instance"

_TYPES = {
    "storage.googleapis.com/": BUCKET,
    "bigquery.googleapis.com/": DATASET,
    "pubsub.googleapis.com/": TOPIC,
}
NOT_FOUND = "outside the scope, or gone"


def bucket_name(name: str) -> str:
    """The full resource name of a bucket, from its own."""
    return f"//storage.googleapis.com/{name}"


def dataset_name(project: str, dataset: str) -> str:
    """The full resource name of a dataset."""
    return f"//bigquery.googleapis.com/projects/{project}/datasets/{dataset}"


def reference(destination: str) -> tuple[str, str] | None:
    """Full name and asset type of a destination (`storage.googleapis.com/bucket`) that needs a look-up.

    None for one whose own name carries its place, as a log bucket's does.
    """
    for prefix, asset_type in _TYPES.items():
        if destination.startswith(prefix):
            return f"//{destination}", asset_type
    return None


def at(place: str | Gap | None, service: str, path: str, name: str) -> DataLocation:
    """The place of copies, as the inventory states it of their destination `name`."""
    if isinstance(place, Gap):
        return facts.unknown(Operation.REPLICATED, path, f"{name} (not read)")
    if place is None:
        return facts.unknown(Operation.REPLICATED, path, f"{name} ({NOT_FOUND})")
    return facts.derived(Operation.REPLICATED, service, place, path, name)
