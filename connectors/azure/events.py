"""Event Grid topics and IoT hubs: both keep to two regions unless data residency is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Raw, ResourceKind, lists
from wolkenzicht.model import DataLocation, Holds, Operation

_TOPIC = "Microsoft.EventGrid/topics"
_HUB = "Microsoft.Devices/IotHubs"
_BOUNDARY = "properties.dataResidencyBoundary"
_LOCATIONS = "properties.locations[].location"


def locate_topic(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the topic is, and its pair unless it is told to stay within the region (not the default).

    Source: https://learn.microsoft.com/azure/event-grid/availability-zones-disaster-recovery
    """
    yield from facts.home(raw, context)
    boundary = str(facts.held(raw).get("dataResidencyBoundary") or "")
    region = raw.get("location") or ""
    if boundary != "WithinRegion" and context.places.pair(context.places.code(region)) != "":
        yield facts.paired(Operation.REPLICATED, region, _BOUNDARY, boundary or facts.NOT_TOLD, context)


def locate_hub(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the hub is, and its second region unless data residency is on.

    Source: https://learn.microsoft.com/azure/iot-hub/iot-hub-ha-dr
    """
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)
    properties = facts.held(raw)
    if properties.get("enableDataResidency"):
        return
    places = [str(each.get("location") or "") for each in properties.get("locations") or ()]
    region = raw.get("location") or ""
    if places:
        yield from facts.elsewhere(Operation.REPLICATED, places, _LOCATIONS, (region,), context)
    elif context.places.pair(context.places.code(region)) != "":
        yield facts.paired(Operation.REPLICATED, region, _LOCATIONS, facts.NOT_TOLD, context)


def _facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "data_residency": properties.get("enableDataResidency"),
        "public_network": properties.get("publicNetworkAccess"),
        "state": properties.get("provisioningState"),
    }


TOPICS = ResourceKind(
    name="event-grid-topic",
    title="Event Grid topic",
    type=_TOPIC,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    listing=(lists(_TOPIC, "2025-02-15"),),
    locate=locate_topic,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/eventgrid/controlplane/topics/list-by-subscription",
)
IOT_HUBS = ResourceKind(
    name="iot-hub",
    title="IoT hub",
    type=_HUB,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.PROCESSED),
    listing=(lists(_HUB, "2023-06-30"),),
    locate=locate_hub,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/iothub/iot-hub-resource/list-by-subscription",
)
