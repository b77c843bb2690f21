"""NetApp Volumes, and the replications that copy them to another region."""

from __future__ import annotations

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, Holds, Operation

_DESTINATION = "destinationVolume"


def volume(raw: Raw, kind: ResourceKind) -> Asset:
    """The volume, at the place that its name carries; its replications are assets of their own."""
    return kind.asset(
        raw,
        facts.home(raw.location, raw.name, kind.service),
        properties=facts.properties(
            kms_key=raw.data.get("kmsConfig"), replicated=raw.data.get("hasReplication")
        ),
    )


def replication(raw: Raw, kind: ResourceKind) -> Asset:
    """The replication: what it copies is at home, the copy where the destination volume is."""
    destination = str(raw.data.get(_DESTINATION) or "")
    return kind.asset(
        raw,
        (
            *facts.home(raw.location, raw.name, kind.service),
            facts.by_name(Operation.REPLICATED, kind.service, destination, _DESTINATION),
        ),
        properties=facts.properties(role=raw.data.get("role"), state=raw.data.get("state")),
    )


VOLUMES = ResourceKind(
    name="netapp-volume",
    title="NetApp volume",
    service="netapp",
    type="netapp.googleapis.com/Volume",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=volume,
    docs_url="https://docs.cloud.google.com/netapp/volumes/docs/reference/rest/v1/projects.locations.volumes",
)

REPLICATIONS = ResourceKind(
    name="netapp-replication",
    title="NetApp volume replication",
    service="netapp",
    type="netapp.googleapis.com/Replication",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=replication,
    unseen=(Unseen(Operation.REPLICATED, _DESTINATION),),
    docs_url="https://docs.cloud.google.com/netapp/volumes/docs/reference/rest/v1/projects.locations.volumes.replications",
)
