"""Secrets, and the parameters beside them: the regions that their owner chose, or any in the world."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.gcp import facts, listing
from connectors.gcp.kind import GLOBAL, Raw, ResourceKind
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_REPLICAS = "replication.userManaged.replicas[].location"


def secret(raw: Raw, kind: ResourceKind) -> Asset:
    """The secret; automatic replication puts it wherever Google likes.

    Source: https://docs.cloud.google.com/secret-manager/docs/choosing-replication
    """
    return kind.asset(raw, _places(raw, kind))


def _places(raw: Raw, kind: ResourceKind) -> Iterator[DataLocation]:
    replication = facts.mapping(raw.data.get("replication"))
    if "automatic" in replication:
        yield facts.derived(Operation.STORED, kind.service, GLOBAL, "replication", "automatic")
    elif "userManaged" in replication:
        replicas = facts.items(facts.mapping(replication["userManaged"]).get("replicas"))
        places = [facts.mapping(each).get("location") for each in replicas]
        yield from facts.each_of(Operation.STORED, kind.service, places, _REPLICAS)
    else:  # a regional secret has no replication: its name carries its place
        yield facts.by_name(Operation.STORED, kind.service, raw.name, "name")


def parameter(raw: Raw, kind: ResourceKind) -> Asset:
    """The parameter, at the place that its name carries, which may be `global`."""
    return kind.asset(
        raw,
        (facts.by_name(Operation.STORED, kind.service, raw.name, "name"),),
        properties=facts.properties(format=raw.data.get("format"), kms_key=raw.data.get("kmsKey")),
    )


SECRETS = ResourceKind(
    name="secretmanager-secret",
    title="Secret Manager secret",
    service="secretmanager",
    type="secretmanager.googleapis.com/Secret",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=secret,
    located=False,
    docs_url="https://docs.cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets",
)

PARAMETERS = ResourceKind(
    name="parametermanager-parameter",
    title="Parameter Manager parameter",
    service="parametermanager",
    type="parametermanager.googleapis.com/Parameter",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=parameter,
    searchable=False,  # source: https://docs.cloud.google.com/asset-inventory/docs/asset-types
    docs_url="https://docs.cloud.google.com/secret-manager/parameter-manager/docs/reference/rest/v1/projects.locations.parameters",
)
