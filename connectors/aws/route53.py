"""Route 53 hosted zones: names that are answered all over the world, or in the regions of their VPCs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from connectors.aws import facts, global_services
from connectors.aws.client import ServiceClient
from connectors.aws.kind import Call, Context, Raw, ResourceKind
from connectors.base import Gap
from wolkenzicht.model import Asset, DataLocation, Holds, Operation, Scope

_LIST = Call("ListHostedZones", "route53:ListHostedZones", items="HostedZones", page_size=100)
_GET = Call("GetHostedZone", "route53:GetHostedZone", absent=("NoSuchHostedZone",))
_TAGS = Call("ListTagsForResources", "route53:ListTagsForResources", absent=("NoSuchHostedZone",))

#: For so many zones tags can be had at once.
#: Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListTagsForResources.html
_TAGGED_AT_ONCE = 10

_VPCS = "VPCs[].VPCRegion"


def fetch(client: ServiceClient, scope: Scope) -> Iterator[Raw | Gap]:
    """Yield each zone with its tags, and a private one with its VPCs."""
    del scope
    for page in client.pages(_LIST):
        zones = page["HostedZones"]
        for start in range(0, len(zones), _TAGGED_AT_ONCE):
            yield from _described(client, zones[start : start + _TAGGED_AT_ONCE])


def _described(client: ServiceClient, zones: list[dict[str, Any]]) -> Iterator[Raw]:
    names = [_identifier(zone) for zone in zones]
    tagging = client.detail(_TAGS, ResourceType="hostedzone", ResourceIds=names)
    for zone, name in zip(zones, names, strict=True):
        raw: Raw = {"HostedZone": zone, "ListTagsForResources": tagging}
        if _private(zone):
            raw["GetHostedZone"] = client.detail(_GET, Id=name)
        yield raw


def _identifier(zone: dict[str, Any]) -> str:
    return str(zone["Id"]).rpartition("/")[2]


def _private(zone: dict[str, Any]) -> bool:
    return bool((zone.get("Config") or {}).get("PrivateZone"))


def normalise(raw: Raw, context: Context) -> Asset:
    """The zone, where it is managed, and where it is answered."""
    zone, tagging = raw["HostedZone"], raw["ListTagsForResources"]
    name = _identifier(zone)
    sets = tagging.get("ResourceTagSets", ()) if isinstance(tagging, dict) else ()
    return context.asset(
        asset_id=f"arn:{context.partition}:route53:::hostedzone/{name}",
        name=zone["Name"],
        location=global_services.location_code(context.partition),
        locations=(
            global_services.managed("route53", context.partition, "HostedZones[].Id", name),
            *_answered(raw),
        ),
        tags=next((facts.tags(each.get("Tags")) for each in sets if each.get("ResourceId") == name), ()),
        properties=facts.properties(
            private=_private(zone), records=zone.get("ResourceRecordSetCount"), zone=name
        ),
    )


def _answered(raw: Raw) -> Iterator[DataLocation]:
    if not _private(raw["HostedZone"]):
        yield global_services.at_the_edge("HostedZones[].Config.PrivateZone", "false")
        return
    described = raw.get("GetHostedZone")
    found = [each["VPCRegion"] for each in described.get("VPCs", ())] if isinstance(described, dict) else []
    for region in found:
        yield facts.located(Operation.PROCESSED, region, _VPCS, region)
    if not found:
        yield facts.unknown(Operation.PROCESSED, _VPCS, "not told")


ZONES = ResourceKind(
    name="route53-zone",
    title="Route 53 hosted zone",
    service="route53",
    scope="global",
    type="AWS::Route53::HostedZone",
    holds=Holds.METADATA,
    calls=(_LIST, _TAGS, _GET),
    fetch=fetch,
    normalise=normalise,
    docs_url="https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListHostedZones.html",
    states=(Operation.MANAGED, Operation.PROCESSED),
)
