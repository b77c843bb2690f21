"""Where AWS runs the services that have no region: where they are managed from, and where their edge is.

The facts stand in `data/global_services.csv`, each row with its source.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from connectors.aws.facts_files import rows
from wolkenzicht.model import Certainty, DataLocation, Evidence, Operation

#: Location code of the edge locations: hundreds of them over the world, which one is never told.
EDGE = "aws-edge"


@dataclass(frozen=True, slots=True)
class GlobalService:
    """A service without regions: `control_plane` is the region from which it is managed."""

    name: str
    control_plane: str
    data_plane: str
    source: str


def control_region(service: str, partition: str) -> str:
    """The region that a global service's API is called in; empty where no fact says so."""
    found = _facts().get((service, partition))
    return found.control_plane if found else ""


def location_code(partition: str) -> str:
    """The SDK's own name for "no region" (`aws-global`); it is no place."""
    return f"{partition}-global"


def managed(service: str, partition: str, path: str, value: str) -> DataLocation:
    """From where a resource of the service is managed; unknown where no fact says so.

    `path` and `value` are the provider's property that shows the resource to be the service's.
    """
    found = _facts().get((service, partition))
    if found is None:
        return DataLocation(Operation.MANAGED, "", Certainty.UNKNOWN, (Evidence(path, value),))
    fact = Evidence(f"control plane of {found.name}", f"{found.control_plane} ({found.source})")
    return DataLocation(
        Operation.MANAGED, found.control_plane, Certainty.DERIVED, (Evidence(path, value), fact)
    )


def at_the_edge(path: str, value: str) -> DataLocation:
    """Processed in edge locations that nobody names: unknown, never inside the EER."""
    return DataLocation(Operation.PROCESSED, EDGE, Certainty.UNKNOWN, (Evidence(path, value),))


@functools.cache
def _facts() -> dict[tuple[str, str], GlobalService]:
    return {
        (row["service"], row["partition"]): GlobalService(
            row["name"], row["control_plane"], row["data_plane"], row["source"]
        )
        for row in rows("global_services.csv")
    }
