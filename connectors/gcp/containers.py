"""What runs containers and functions: GKE clusters, Cloud Run, Cloud Run functions."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind, Unseen
from wolkenzicht.model import Asset, DataLocation, Holds, Operation

_BOTH = (Operation.STORED, Operation.PROCESSED)
_REGIONS = "multiRegionSettings.regions[]"


def cluster(raw: Raw, kind: ResourceKind) -> Asset:
    """The cluster: its control plane's place, and the zones of its nodes."""
    place = raw.data.get("location")
    return kind.asset(
        raw,
        (
            *(facts.located(each, kind.service, place, "location") for each in _BOTH),
            *(
                facts.located(Operation.PROCESSED, kind.service, str(zone), "locations[]")
                for zone in facts.items(raw.data.get("locations"))
                if facts.code(kind.service, str(zone)) != facts.code(kind.service, str(place or ""))
            ),
        ),
        properties=facts.properties(
            kms_key=facts.mapping(raw.data.get("databaseEncryption")).get("keyName"),
            version=raw.data.get("currentMasterVersion"),
        ),
    )


def run(raw: Raw, kind: ResourceKind) -> Asset:
    """The service or job, in its region and in the further regions that it is deployed to."""
    return kind.asset(raw, (*facts.home(raw.location, raw.name, kind.service, *_BOTH), *_regions(raw, kind)))


def _regions(raw: Raw, kind: ResourceKind) -> Iterator[DataLocation]:
    for region in facts.items(facts.mapping(raw.data.get("multiRegionSettings")).get("regions")):
        yield facts.located(Operation.PROCESSED, kind.service, str(region), _REGIONS)


def function(raw: Raw, kind: ResourceKind) -> Asset:
    """The function, in its region."""
    return kind.asset(
        raw,
        facts.home(raw.location, raw.name, kind.service, *_BOTH),
        properties=facts.properties(
            kms_key=raw.data.get("kmsKeyName"),
            runtime=raw.data.get("runtime") or facts.mapping(raw.data.get("buildConfig")).get("runtime"),
        ),
    )


CLUSTERS = ResourceKind(
    name="gke-cluster",
    title="GKE cluster",
    service="container",
    type="container.googleapis.com/Cluster",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=cluster,
    operations=_BOTH,
    docs_url="https://docs.cloud.google.com/kubernetes-engine/docs/reference/rest/v1/projects.locations.clusters",
)

SERVICES = ResourceKind(
    name="run-service",
    title="Cloud Run service",
    service="run",
    type="run.googleapis.com/Service",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=run,
    operations=_BOTH,
    unseen=(Unseen(Operation.PROCESSED, _REGIONS),),
    docs_url="https://docs.cloud.google.com/run/docs/reference/rest/v2/projects.locations.services",
)

JOBS = ResourceKind(
    name="run-job",
    title="Cloud Run job",
    service="run",
    type="run.googleapis.com/Job",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=run,
    operations=_BOTH,
    docs_url="https://docs.cloud.google.com/run/docs/reference/rest/v2/projects.locations.jobs",
)

FUNCTIONS = ResourceKind(
    name="function",
    title="Cloud Run function",
    service="cloudfunctions",
    type="cloudfunctions.googleapis.com/Function",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=function,
    operations=_BOTH,
    docs_url="https://docs.cloud.google.com/functions/docs/reference/rest/v2/projects.locations.functions",
)
