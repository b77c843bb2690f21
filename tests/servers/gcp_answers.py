"""How entries of an estate become the messages of Cloud Asset Inventory, and faults its refusals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

import grpc
from google.cloud.asset_v1.types import Asset, ResourceSearchResult
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped] # generated without types

from tests.servers.gcp_estate import Entry

#: What a search calls otherwise than a listing, and what it does not show at all.
#: Source: https://docs.cloud.google.com/asset-inventory/docs/asset-types
SEARCHED_AS = {"compute.googleapis.com/RegionDisk": "compute.googleapis.com/Disk"}
NOT_SEARCHABLE = frozenset({"parametermanager.googleapis.com/Parameter"})


def asset(entry: Entry) -> Asset:
    """The entry as a listing shows it."""
    return Asset(
        name=entry.name,
        asset_type=entry.type,
        ancestors=list(entry.ancestors),
        resource={"location": entry.location, "data": dict(entry.data)},
    )


def result(entry: Entry) -> ResourceSearchResult:
    """The entry as a search shows it."""
    labels = entry.data.get("labels")
    return ResourceSearchResult(
        name=entry.name,
        asset_type=SEARCHED_AS.get(entry.type, entry.type),
        project=next((each for each in entry.ancestors if each.startswith("projects/")), ""),
        folders=[each for each in entry.ancestors if each.startswith("folders/")],
        organization=next((each for each in entry.ancestors if each.startswith("organizations/")), ""),
        display_name=entry.name.rpartition("/")[2],
        location=entry.location.lower(),
        labels=labels if isinstance(labels, dict) else {},
        state=str(entry.data.get("lifecycleState") or ""),
        additional_attributes={"projectId": entry.data["projectId"]} if "projectId" in entry.data else {},
    )


def abort(
    context: grpc.ServicerContext, code: grpc.StatusCode, text: str, details: Iterable[Message] = ()
) -> NoReturn:
    """End a call with a status and its details, the way Google gives them."""
    packed = []
    for detail in details:
        message = AnyMessage()
        message.Pack(detail)
        packed.append(message)
    status = Status(code=code.value[0], message=text, details=packed)
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(code, text)


def without(message: Asset | ResourceSearchResult, fields: Iterable[str]) -> None:
    """Take fields out of an entry, as though they had never been set; those that it lacks are passed over."""
    below = type(message).pb(message)
    for field in fields:
        if field in below.DESCRIPTOR.fields_by_name:
            below.ClearField(field)
