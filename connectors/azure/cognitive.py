"""Azure AI and OpenAI accounts: deployments of some types process prompts in other regions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors.azure import facts
from connectors.azure.kind import GLOBAL, Context, Raw, ResourceKind, lists, lists_under
from wolkenzicht.model import DataLocation, Holds, Operation

_TYPE = "Microsoft.CognitiveServices/accounts"
_VERSION = "2025-09-01"
_REGIONS = "properties.locations.regions[].name"
_DEPLOYMENT = "deployments[].sku.name"

#: Where a deployment of a type may process: anywhere, or anywhere in the data zone of the account's
#: geography. The members of a data zone are listed nowhere in the API, so that its place is unknown.
#: Source: https://learn.microsoft.com/azure/ai-foundry/foundry-models/concepts/deployment-types
_ANYWHERE = ("Global", "DeveloperTier")
_ZONE = "DataZone"


def locate(raw: Raw, context: Context) -> Iterator[DataLocation]:
    """Where the account keeps and processes, its further regions, and where deployments process."""
    yield from facts.home(raw, context, Operation.STORED, Operation.PROCESSED)
    regions = (facts.held(raw).get("locations") or {}).get("regions") or ()
    names = [str(each.get("name") or "") for each in regions]
    yield from facts.elsewhere(Operation.PROCESSED, names, _REGIONS, (raw.get("location") or "",), context)
    deployments, untold = facts.children(raw, "deployments", Operation.PROCESSED, _DEPLOYMENT)
    yield from untold
    for deployment in deployments:
        sku = facts.sku(deployment)
        if sku.startswith(_ANYWHERE):
            yield facts.derived(Operation.PROCESSED, GLOBAL, _DEPLOYMENT, sku)
        elif sku.startswith(_ZONE) or not sku:
            yield facts.unknown(Operation.PROCESSED, _DEPLOYMENT, sku or facts.NOT_TOLD)


def _facts(raw: Raw) -> Mapping[str, object]:
    properties = facts.held(raw)
    deployments, _ = facts.children(raw, "deployments", Operation.PROCESSED, _DEPLOYMENT)
    return {
        "deployments": ", ".join(sorted(f"{each.get('name')}: {facts.sku(each)}" for each in deployments)),
        "encryption": (properties.get("encryption") or {}).get("keySource"),
        "public_network": properties.get("publicNetworkAccess"),
        "state": properties.get("provisioningState"),
    }


def _deploys(raw: Raw) -> bool:
    """Only these kinds of account have deployments of models."""
    return raw.get("kind") in {"OpenAI", "AIServices", None}


ACCOUNTS = ResourceKind(
    name="cognitive-account",
    title="Azure AI services or OpenAI account",
    type=_TYPE,
    holds=Holds.CONTENT,
    states=(Operation.STORED, Operation.PROCESSED),
    listing=(lists(_TYPE, _VERSION),),
    details=(lists_under(f"{_TYPE}/deployments", _VERSION),),
    asks=_deploys,
    locate=locate,
    facts=_facts,
    docs_url="https://learn.microsoft.com/rest/api/aiservices/accountmanagement/accounts/list",
)
