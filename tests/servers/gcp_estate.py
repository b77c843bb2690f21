"""What a Cloud Asset Inventory server holds: recorded entries, examples of others, generated estates."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

ORGANIZATION = "organizations/123"
PROJECT, PROJECT_NUMBER = "min-zaken", 1001
PROJECTS = "cloudresourcemanager.googleapis.com/Project"

_REGIONS = ("europe-west4", "europe-west1", "europe-west2", "us-east1", "europe-north1")
_RECORDINGS = Path(__file__).parents[1] / "replay" / "gcp"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the inventory."""

    name: str
    type: str
    location: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    ancestors: tuple[str, ...] = (f"projects/{PROJECT_NUMBER}", "folders/7", ORGANIZATION)


@dataclass(frozen=True, slots=True)
class Recording:
    """An entry and the facts that must be made of it, written by hand.

    `locations` are operation, location, certainty, and path and value of the evidence.
    """

    title: str
    kind: str
    entry: Entry
    locations: tuple[tuple[str, ...], ...]
    properties: Mapping[str, str]
    location: str
    holds: str | None


def recordings() -> Iterator[Recording]:
    """Every recorded entry, by service."""
    for path in sorted(_RECORDINGS.glob("*.json")):
        for case in json.loads(path.read_text()):
            entry = Entry(case["name"], case["type"], case.get("location", ""), case["data"])
            expected = case["expected"]
            yield Recording(
                title=case["title"],
                kind=case["kind"],
                entry=entry,
                locations=tuple(tuple(each) for each in expected["locations"]),
                properties=expected.get("properties", {}),
                location=expected["location"],
                holds=expected.get("holds"),
            )


def project(project_id: str, number: int, state: str = "ACTIVE", folder: str = "folders/7") -> Entry:
    """A project's own entry."""
    ancestors = (f"projects/{number}", folder, ORGANIZATION)
    data = {"projectId": project_id, "projectNumber": str(number), "lifecycleState": state}
    name = f"//cloudresourcemanager.googleapis.com/projects/{number}"
    return Entry(name, PROJECTS, "global", data, ancestors)


def spanner_config() -> Entry:
    """A Spanner configuration of the project's own, which the recorded instance `eigen` uses."""
    replicas = [
        {"location": "europe-west4", "type": "READ_WRITE"},
        {"location": "us-east1", "type": "WITNESS"},
    ]
    name = f"//spanner.googleapis.com/projects/{PROJECT}/instanceConfigs/custom-eigen"
    return Entry(name, "spanner.googleapis.com/InstanceConfig", "", {"replicas": replicas})


def recorded() -> list[Entry]:
    """The recorded entries, their project, and what they refer to."""
    own = [project(PROJECT, PROJECT_NUMBER), spanner_config()]
    return [*own, *(each.entry for each in recordings())]


def generated(projects: int, assets: int | None = None) -> Iterator[Entry]:
    """The recorded entries once for every project, each project with its own names.

    With `assets` so many entries in all, whatever the number of projects: fewer than recorded, or filled
    up with buckets and machines in turn over the projects. The projects themselves always stand first.
    """
    owners = [(f"min-zaken-{number:05d}", 10_000 + number) for number in range(1, projects + 1)]
    yield from (project(*owner) for owner in owners)
    common = [entry for entry in recorded() if entry.type != PROJECTS]
    left = projects * len(common) if assets is None else max(0, assets - projects)
    for owner in owners:
        for entry in common[:left]:
            yield _of_project(entry, *owner)
        left -= min(left, len(common))
    for number in range(left):
        yield _more(number, *owners[number % projects])


def _more(number: int, project_id: str, owner: int) -> Entry:
    """One of many: a bucket, or a machine."""
    region = _REGIONS[number % len(_REGIONS)]
    ancestors = (f"projects/{owner}", "folders/7", ORGANIZATION)
    if number % 2:
        name = f"{project_id}-{number}"
        data = {"name": name, "location": region.upper(), "locationType": "region"}
        return Entry(
            f"//storage.googleapis.com/{name}", "storage.googleapis.com/Bucket", region, data, ancestors
        )
    name = f"//compute.googleapis.com/projects/{project_id}/zones/{region}-b/instances/vm-{number}"
    data = {"status": "RUNNING", "machineType": f"zones/{region}-b/machineTypes/e2-small"}
    return Entry(name, "compute.googleapis.com/Instance", f"{region}-b", data, ancestors)


def _of_project(entry: Entry, project_id: str, number: int) -> Entry:
    """The entry in another project: every name that it bears or refers to is that project's own."""

    def renamed(text: str) -> str:
        return text.replace(PROJECT, project_id).replace(f"projects/{PROJECT_NUMBER}", f"projects/{number}")

    data = json.loads(renamed(json.dumps(entry.data)))
    ancestors = (f"projects/{number}", *entry.ancestors[1:])
    name = renamed(entry.name)
    if name == entry.name:  # one that bears no project's name
        name = f"{name}-{number}"
    return replace(entry, name=name, data=data, ancestors=ancestors)


def entries_in(content: Any) -> Iterator[Entry]:
    """The entries in a list of exported assets; nothing where the content is something else."""
    for each in content if isinstance(content, list) else ():
        resource = each.get("resource") if isinstance(each, dict) else None
        if isinstance(resource, dict) and "data" in resource:
            parent = resource.get("parent", "").removeprefix("//cloudresourcemanager.googleapis.com/")
            owners = (parent,) if parent.startswith("projects/") else ()
            yield Entry(
                each["name"],
                each["asset_type"],
                resource.get("location", ""),
                resource["data"],
                tuple(each.get("ancestors") or owners),
            )
