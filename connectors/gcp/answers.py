"""How the inventory's messages become entries: plain values, one resource at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from google.protobuf.struct_pb2 import Struct, Value

from connectors.gcp.kind import Raw

_PROJECTS = "projects/"


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
        type=result.asset_type,
        account=account(owner),
        location=result.location,
        labels=dict(result.labels),
        title=result.display_name,
        created=when,
    )


def project_ids(assets: Iterable[Any]) -> dict[str, str]:
    """Project ids by `projects/<number>`, from `ListAssets` of projects."""
    known: dict[str, str] = {}
    for asset in assets:
        data = plain(asset.resource.data)
        number = asset.ancestors[0] if asset.ancestors else f"{_PROJECTS}{data.get('projectNumber', '')}"
        if data.get("projectId"):
            known[number] = str(data["projectId"])
    return known


def searched_project_ids(results: Iterable[Any]) -> dict[str, str]:
    """Project ids by `projects/<number>`, from `SearchAllResources` of projects."""
    known: dict[str, str] = {}
    for result in results:
        told: Mapping[str, Any] = plain(result.additional_attributes)
        project_id = str(told.get("projectId") or result.name.rpartition("/")[2])
        if result.project and not project_id.isdecimal():
            known[result.project] = project_id
    return known


def _parent(parent: str) -> str:
    """`projects/123` of `//cloudresourcemanager.googleapis.com/projects/123`."""
    _, _, name = parent.partition("//cloudresourcemanager.googleapis.com/")
    return name
