"""Dataproc clusters, whose region may be `global` while their machines are in a zone."""

from __future__ import annotations

from connectors.gcp import facts, listing
from connectors.gcp.kind import GLOBAL, Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, Holds, Operation

_BOTH = (Operation.STORED, Operation.PROCESSED)
_ZONE = "config.gceClusterConfig.zoneUri"


def cluster(raw: Raw, kind: ResourceKind) -> Asset:
    """The cluster, in the zone of its machines where that is stated, else in its region."""
    config = facts.mapping(raw.data.get("config"))
    machines = facts.mapping(config.get("gceClusterConfig"))
    zone = facts.last(machines.get("zoneUri"))
    named = facts.place_in(raw.name)
    if zone:
        places = tuple(facts.located(each, kind.service, zone, _ZONE) for each in kind.operations)
    elif raw.location and (raw.location != GLOBAL or not named):
        places = facts.inventory(raw.location, kind.service, *kind.operations)
    else:
        places = tuple(facts.by_name(each, kind.service, raw.name, "name") for each in kind.operations)
    return kind.asset(
        raw,
        places,
        properties=facts.properties(
            bucket=config.get("configBucket"),
            kms_key=facts.mapping(config.get("encryptionConfig")).get("gcePdKmsKeyName"),
        ),
    )


CLUSTERS = ResourceKind(
    name="dataproc-cluster",
    title="Dataproc cluster",
    service="dataproc",
    type="dataproc.googleapis.com/Cluster",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=cluster,
    operations=_BOTH,
    unseen=tuple(Unseen(each, _ZONE, in_regions=False) for each in _BOTH),
    docs_url="https://docs.cloud.google.com/dataproc/docs/reference/rest/v1/projects.regions.clusters",
)
