"""How the inventory's messages become entries: plain values, one resource at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.struct_pb2 import Struct, Value

from connectors.gcp.kind import Raw
from wolkenzicht.model import AccountStanding, AccountState

_PROJECTS = "projects/"
_DISK = "compute.googleapis.com/Disk"
_REGIONAL_DISK = "compute.googleapis.com/RegionDisk"

#: Types that a search finds under another: it knows no regional disks, and shows them among the disks.
#: Source: https://docs.cloud.google.com/asset-inventory/docs/asset-types
SEARCHED_AS = {_REGIONAL_DISK: _DISK}

#: A state that is not told is not held against a project that is listed; one that is not known is.
#: Source: https://docs.cloud.google.com/resource-manager/reference/rest/v1/projects (LifecycleState)
_STATES = {
    "": AccountState.ACTIVE,
    "ACTIVE": AccountState.ACTIVE,
    "LIFECYCLE_STATE_UNSPECIFIED": AccountState.ACTIVE,
    "DELETE_REQUESTED": AccountState.SUSPENDED,
    "DELETE_IN_PROGRESS": AccountState.CLOSED,
}


def plain(struct: Struct) -> dict[str, Any]:
    """The object as plain values; whole numbers, which protobuf keeps as floats, as integers again."""
    return {key: _value(value) for key, value in struct.fields.items()}


def _value(value: Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return value.string_value
    if kind == "struct_value":
        return plain(value.struct_value)
    if kind == "list_value":
        return [_value(each) for each in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    return value.bool_value if kind == "bool_value" else None


def entry(asset: Any, account: Callable[[str], str]) -> Raw:
    """An entry of `ListAssets`, as the protobuf message below the library's wrapper."""
    resource = asset.resource
    owner = asset.ancestors[0] if asset.ancestors else _parent(resource.parent)
    return Raw(
        name=asset.name,
        type=asset.asset_type,
        account=account(owner),
        location=resource.location,
        data=plain(resource.data),
    )


def found(result: Any, account: Callable[[str], str]) -> Raw:
    """An entry of `SearchAllResources`, as the protobuf message below the library's wrapper."""
    owner = result.project or (result.folders[0] if result.folders else result.organization)
    when = result.create_time.ToJsonString() if result.HasField("create_time") else ""
    return Raw(
        name=result.name,
        type=_listed_type(result.asset_type, result.name),
        account=account(owner),
        location=result.location,
        labels=dict(result.labels),
        title=result.display_name,
        created=when,
        folders=tuple(result.folders),
    )


def _listed_type(searched: str, name: str) -> str:
    """The type by which a listing knows what a search found: it gives disks of both types as one."""
    if searched == _DISK and "/regions/" in name:
        return _REGIONAL_DISK
    return searched


@dataclass(frozen=True, slots=True)
class Project:
    """A project: its id, by which people know it, and the state that Google gives it."""

    id: str
    state: str


def projects(assets: Iterable[Any]) -> dict[str, Project]:
    """Projects by `projects/<number>`, from `ListAssets` of projects; one without an id is its number."""
    known: dict[str, Project] = {}
    for asset in assets:
        data = plain(asset.resource.data)
        number = asset.ancestors[0] if asset.ancestors else f"{_PROJECTS}{data.get('projectNumber', '')}"
        state = str(data.get("lifecycleState") or data.get("state") or "")
        known[number] = Project(str(data.get("projectId") or number.removeprefix(_PROJECTS)), state)
    return known


def searched_projects(results: Iterable[Any]) -> dict[str, Project]:
    """Projects by `projects/<number>`, from `SearchAllResources` of projects."""
    known: dict[str, Project] = {}
    for result in results:
        told: Mapping[str, Any] = plain(result.additional_attributes)
        project_id = str(told.get("projectId") or result.name.rpartition("/")[2])
        if result.project:
            known[result.project] = Project(project_id, result.state)
    return known


def standing(project: Project) -> AccountStanding:
    """How a project stands. One that is being deleted can be restored for 30 days, and holds its data.

    Source: https://docs.cloud.google.com/resource-manager/docs/creating-managing-projects#shutting_down_projects
    """
    return AccountStanding(project.id, "gcp", _STATES.get(project.state, AccountState.SUSPENDED))


def _parent(parent: str) -> str:
    """`projects/123` of `//cloudresourcemanager.googleapis.com/projects/123`."""
    _, _, name = parent.partition("//cloudresourcemanager.googleapis.com/")
    return name
