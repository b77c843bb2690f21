"""Artifact Registry repositories."""

from __future__ import annotations

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind
from wolkenzicht.model import Asset, Holds


def repository(raw: Raw, kind: ResourceKind) -> Asset:
    """The repository, at the region or multi-region that its name carries."""
    return kind.asset(
        raw,
        facts.home(raw.location, raw.name, kind.service),
        properties=facts.properties(
            format=raw.data.get("format"), kms_key=raw.data.get("kmsKeyName"), mode=raw.data.get("mode")
        ),
    )


REPOSITORIES = ResourceKind(
    name="artifactregistry-repository",
    title="Artifact Registry repository",
    service="artifactregistry",
    type="artifactregistry.googleapis.com/Repository",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=repository,
    docs_url="https://docs.cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories",
)
