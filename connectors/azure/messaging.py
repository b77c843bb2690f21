"""Event Hubs and Service Bus namespaces: geo-replicated messages, and aliases that copy metadata only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Lookup, Raw, ResourceKind, by_id, lists, lists_under
from wolkenzicht.model import DataLocation, Holds, Operation

_HUBS = "Microsoft.EventHub/namespaces"
_BUS = "Microsoft.ServiceBus/namespaces"
_VERSION = "2026-01-01"
_LOCATIONS = "properties.geoDataReplication.locations[].locationName"
_PARTNER = "disasterRecoveryConfigs[].properties.partnerNamespace"
_ALIASES = "disasterRecoveryConfigs"


def locate(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the namespace is, where its messages are copied to, and where its description is.

    An alias for disaster recovery copies the names of queues, topics and hubs, never a message.
    Source: https://learn.microsoft.com/azure/service-bus-messaging/service-bus-geo-dr
    """
    yield from facts.home(raw, context)
    copies = (facts.held(raw).get("geoDataReplication") or {}).get("locations") or ()
    names = [str(each.get("locationName") or "") for each in copies]
    yield from facts.elsewhere(Operation.REPLICATED, names, _LOCATIONS, (raw.get("location") or "",), context)
    _, untold = facts.children(raw, _ALIASES, Operation.MANAGED, _PARTNER)
    yield from untold
    yield from facts.by_id(Operation.MANAGED, raw, _partners(raw), _PARTNER, context)


def _partners(raw: Raw) -> Iterable[str]:
    aliases, _ = facts.children(raw, _ALIASES, Operation.MANAGED, _PARTNER)
    for alias in aliases:
        partner = facts.held(alias).get("partnerNamespace")
        if partner:
            yield str(partner)


def _facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "encryption": (properties.get("encryption") or {}).get("keySource"),
        "public_network": properties.get("publicNetworkAccess"),
        "state": properties.get("status"),
    }


def _pairs(raw: Raw) -> bool:
    """The Basic tier has no alias."""
    return facts.sku(raw) != "Basic"


EVENT_HUBS = ResourceKind(
    name="event-hubs-namespace",
    title="Event Hubs namespace",
    type=_HUBS,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.MANAGED),
    listing=(lists(_HUBS, _VERSION),),
    details=(lists_under(f"{_HUBS}/{_ALIASES}", _VERSION),),
    asks=_pairs,
    lookup=Lookup(_partners, by_id(_HUBS, _VERSION)),
    locate=locate,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/eventhub/namespaces/list",
)
SERVICE_BUS = ResourceKind(
    name="service-bus-namespace",
    title="Service Bus namespace",
    type=_BUS,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED, Operation.MANAGED),
    listing=(lists(_BUS, _VERSION),),
    details=(lists_under(f"{_BUS}/{_ALIASES}", _VERSION),),
    asks=_pairs,
    lookup=Lookup(_partners, by_id(_BUS, _VERSION)),
    locate=locate,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/servicebus/namespaces/list",
)
