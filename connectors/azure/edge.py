"""Services that answer worldwide: Front Door, CDN, Traffic Manager and DNS; their place is `global`."""

from __future__ import annotations

from collections.abc import Iterator

from connectors.azure import facts
from connectors.azure.kind import Context, Raw, ResourceKind, lists
from wolkenzicht.model import DataLocation, Holds, Operation

_CDN = "Microsoft.Cdn/profiles"
_FRONT_DOOR = "Microsoft.Network/frontDoors"
_TRAFFIC = "Microsoft.Network/trafficManagerProfiles"
_ZONES = "Microsoft.Network/dnszones"


def locate_cached(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Content is kept and served at edge sites worldwide."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)


def locate_kept(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """What is configured is kept in several regions that are not named."""
    yield from facts.home(raw, context)


CDN_PROFILES = ResourceKind(
    name="cdn-profile",
    title="Front Door or CDN profile",
    type=_CDN,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    listing=(lists(_CDN, "2024-02-01"),),
    locate=locate_cached,
    docs_url="https://learn.microsoft.com/rest/api/cdn/profiles/list",
)
FRONT_DOORS = ResourceKind(
    name="front-door",
    title="Front Door (classic)",
    type=_FRONT_DOOR,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    listing=(lists(_FRONT_DOOR, "2021-06-01"),),
    locate=locate_cached,
    docs_url="https://learn.microsoft.com/rest/api/frontdoor/front-doors/list",
)
TRAFFIC_MANAGERS = ResourceKind(
    name="traffic-manager-profile",
    title="Traffic Manager profile",
    type=_TRAFFIC,
    holds=Holds.METADATA,
    states=(Operation.STORED,),
    listing=(lists(_TRAFFIC, "2022-04-01"),),
    locate=locate_kept,
    docs_url="https://learn.microsoft.com/rest/api/trafficmanager/profiles/list-by-subscription",
)
DNS_ZONES = ResourceKind(
    name="dns-zone",
    title="DNS zone",
    type=_ZONES,
    holds=Holds.METADATA,
    states=(Operation.STORED,),
    listing=(lists(_ZONES, "2018-05-01"),),
    locate=locate_kept,
    docs_url="https://learn.microsoft.com/rest/api/dns/zones/list",
)
