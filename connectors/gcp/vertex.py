"""Vertex AI's endpoints, models and datasets; an endpoint that is `global` processes anywhere."""

from __future__ import annotations

from connectors.gcp import facts, listing
from connectors.gcp.kind import Raw, ResourceKind
from wolkenzicht.model import Asset, Holds, Operation


def placed(raw: Raw, kind: ResourceKind) -> Asset:
    """The resource, at the place that its name carries.

    Source: https://docs.cloud.google.com/vertex-ai/docs/general/locations
    """
    return kind.asset(
        raw,
        facts.home(raw.location, raw.name, kind.service, *kind.operations),
        properties=facts.properties(
            kms_key=facts.mapping(raw.data.get("encryptionSpec")).get("kmsKeyName"),
            title=raw.data.get("displayName"),
        ),
    )


ENDPOINTS = ResourceKind(
    name="vertex-endpoint",
    title="Vertex AI endpoint",
    service="aiplatform",
    type="aiplatform.googleapis.com/Endpoint",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=placed,
    operations=(Operation.STORED, Operation.PROCESSED),
    docs_url="https://docs.cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.endpoints",
)

MODELS = ResourceKind(
    name="vertex-model",
    title="Vertex AI model",
    service="aiplatform",
    type="aiplatform.googleapis.com/Model",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=placed,
    docs_url="https://docs.cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.models",
)

DATASETS = ResourceKind(
    name="vertex-dataset",
    title="Vertex AI dataset",
    service="aiplatform",
    type="aiplatform.googleapis.com/Dataset",
    holds=Holds.CONTENT,
    fetch=listing.entries,
    normalise=placed,
    docs_url="https://docs.cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.datasets",
)
