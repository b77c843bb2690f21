"""Services that list their replicas as child resources: SignalR, Web PubSub and App Configuration."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Raw, ResourceKind, lists, lists_under
from wolkenzicht.model import DataLocation, Holds, Operation

_SIGNALR = "Microsoft.SignalRService/signalR"
_PUBSUB = "Microsoft.SignalRService/webPubSub"
_STORE = "Microsoft.AppConfiguration/configurationStores"
_REPLICA = "replicas[].location"


def locate_service(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where messages pass: at home and at each replica; none is kept."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)
    yield from _replicas(raw, Operation.PROCESSED, context)


def locate_store(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the settings are, and each replica of them."""
    yield from facts.home(raw, context)
    yield from _replicas(raw, Operation.REPLICATED, context)


def _replicas(raw: Raw, operation: Operation, context: Context) -> Iterator[DataLocation]:
    replicas, untold = facts.children(raw, "replicas", operation, _REPLICA)
    yield from untold
    names = [str(each.get("location") or "") for each in replicas]
    yield from facts.elsewhere(operation, names, _REPLICA, (raw.get("location") or "",), context)


def _facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "public_network": properties.get("publicNetworkAccess"),
        "state": properties.get("provisioningState"),
    }


def _replicates(raw: Raw) -> bool:
    """The free tiers have no replicas."""
    return not facts.sku(raw).lower().startswith("free")


SIGNALR = ResourceKind(
    name="signalr-service",
    title="SignalR service",
    type=_SIGNALR,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    listing=(lists(_SIGNALR, "2023-02-01"),),
    details=(lists_under(f"{_SIGNALR}/replicas", "2023-08-01-preview"),),
    asks=_replicates,
    locate=locate_service,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/signalr/signal-r/list-by-subscription",
)
PUBSUB = ResourceKind(
    name="web-pubsub-service",
    title="Web PubSub service",
    type=_PUBSUB,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    listing=(lists(_PUBSUB, "2024-03-01"),),
    details=(lists_under(f"{_PUBSUB}/replicas", "2024-03-01"),),
    asks=_replicates,
    locate=locate_service,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/webpubsub/controlplane/web-pub-sub/list-by-subscription",
)
CONFIGURATION_STORES = ResourceKind(
    name="app-configuration-store",
    title="App Configuration store",
    type=_STORE,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.REPLICATED),
    listing=(lists(_STORE, "2024-05-01"),),
    details=(lists_under(f"{_STORE}/replicas", "2024-05-01"),),
    asks=_replicates,
    locate=locate_store,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/appconfiguration/configuration-stores/list",
)
