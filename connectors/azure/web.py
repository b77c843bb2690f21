"""App Service and function apps, and API gateways with their further regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import Context, Raw, ResourceKind, lists
from wolkenzicht.model import DataLocation, Holds, Operation

_SITE = "Microsoft.Web/sites"
_GATEWAY = "Microsoft.ApiManagement/service"
_ADDITIONAL = "properties.additionalLocations[].location"


def locate_site(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the app runs and its files are."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)


def locate_gateway(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the definitions are, and each region in which a gateway answers."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)
    further = facts.held(raw).get("additionalLocations") or ()
    names = [str(each.get("location") or "") for each in further]
    yield from facts.elsewhere(Operation.PROCESSED, names, _ADDITIONAL, (raw.get("location") or "",), context)


def _facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    return {
        "https_only": properties.get("httpsOnly"),
        "public_network": properties.get("publicNetworkAccess"),
        "state": properties.get("state") or properties.get("provisioningState"),
    }


SITES = ResourceKind(
    name="app-service-site",
    title="App Service or function app",
    type=_SITE,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    listing=(lists(_SITE, "2023-12-01"),),
    locate=locate_site,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/appservice/web-apps/list",
)
GATEWAYS = ResourceKind(
    name="api-management-service",
    title="API Management service",
    type=_GATEWAY,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    listing=(lists(_GATEWAY, "2022-08-01"),),
    locate=locate_gateway,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/apimanagement/api-management-service/list",
)
