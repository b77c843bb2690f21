"""Pub/Sub topics, which may keep messages anywhere, and subscriptions, which may export them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from connectors.gcp import destinations, facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, Holds, Operation

_ALLOWED = "messageStoragePolicy.allowedPersistenceRegions[]"
_BUCKET = "cloudStorageConfig.bucket"
_TABLE = "bigqueryConfig.table"
_TABLE_PARTS = 3


def topic(raw: Raw, kind: ResourceKind) -> Asset:
    """The topic; without a storage policy its messages stay near their publisher, wherever that is.

    Source: https://docs.cloud.google.com/pubsub/docs/resource-location-restriction
    """
    policy = facts.mapping(raw.data.get("messageStoragePolicy"))
    return kind.asset(
        raw,
        facts.each_of(Operation.STORED, kind.service, policy.get("allowedPersistenceRegions"), _ALLOWED),
        properties=facts.properties(
            in_transit_enforced=policy.get("enforceInTransit"), kms_key=raw.data.get("kmsKeyName")
        ),
    )


def _exports(data: Mapping[str, Any]) -> Iterator[tuple[str, str, str, str]]:
    """Property path, value, full name, and asset type of each place that messages are written to."""
    bucket = facts.mapping(data.get("cloudStorageConfig")).get("bucket")
    if bucket:
        yield _BUCKET, str(bucket), destinations.bucket_name(str(bucket)), destinations.BUCKET
    table = str(facts.mapping(data.get("bigqueryConfig")).get("table") or "")
    parts = table.replace(":", ".").split(".")
    if len(parts) >= _TABLE_PARTS:
        dataset = destinations.dataset_name(".".join(parts[:-2]), parts[-2])
        yield _TABLE, table, dataset, destinations.DATASET


def _references(data: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    return [(name, asset_type) for _, _, name, asset_type in _exports(data)]


def subscription(raw: Raw, kind: ResourceKind) -> Asset:
    """The subscription; its messages are its topic's, and lie where that asset says.

    One that exports copies them, and holds content as far as that goes.
    """
    exported = list(_exports(raw.data))
    return kind.asset(
        raw,
        (
            destinations.at(raw.places.get(name), asset_type.partition(".")[0], path, value)
            for path, value, name, asset_type in exported
        ),
        holds=Holds.CONTENT if exported else None,
        properties=facts.properties(
            push_endpoint=facts.mapping(raw.data.get("pushConfig")).get("pushEndpoint"),
            topic=raw.data.get("topic"),
        ),
    )


TOPICS = ResourceKind(
    name="pubsub-topic",
    title="Pub/Sub topic",
    service="pubsub",
    type=destinations.TOPIC,
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=topic,
    located=False,
    docs_url="https://docs.cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics",
)

SUBSCRIPTIONS = ResourceKind(
    name="pubsub-subscription",
    title="Pub/Sub subscription",
    service="pubsub",
    type="pubsub.googleapis.com/Subscription",
    holds=Holds.METADATA,
    fetch=listing.looking_up(_references),
    normalise=subscription,
    located=False,
    operations=(),
    unseen=(Unseen(Operation.REPLICATED, _BUCKET), Unseen(Operation.REPLICATED, _TABLE)),
    looks_up=True,
    docs_url="https://docs.cloud.google.com/pubsub/docs/reference/rest/v1/projects.subscriptions",
)
