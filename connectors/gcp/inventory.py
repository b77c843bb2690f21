"""What Google's own inventory lists, whatever the type, and of which types that list should be whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from connectors.base import Covers, ReadItem, Rejected
from connectors.gcp import facts, listed
from connectors.gcp.client import AssetClient
from connectors.gcp.kind import Raw, ResourceKind
from connectors.gcp.kinds import KINDS
from wolkenzicht.model import Asset, Depth, Holds

NAME = "gcp-search"

#: Services whose entries are refreshed every seven hours, or later where that fails: what one list has and
#: the other lacks may be no more than that. All other updates are there in minutes.
#: Source: https://docs.cloud.google.com/asset-inventory/docs/asset-types (of 2026-04-10)
_REFRESHED_LATE = frozenset({"aiplatform", "cloudfunctions", "logging", "sqladmin"})

#: Types that are read in depth and searchable: all are, unless Google says otherwise. It says so of regional
#: disks too, but shows them as disks. Source: as above.
COVERED = frozenset(
    kind.type
    for kind in KINDS
    if kind.depth is Depth.DEEP and kind.searchable and kind.service not in _REFRESHED_LATE
)

#: Types beside the kinds that hold data of their owner. Every other type counts as metadata, also one that
#: is a part of what is read in depth (a table of a dataset): its data is that asset's, and told there once.
#: Source: the types of the page above; what they hold is our own reading of Google's documentation.
CONTENT = frozenset(
    {
        "aiplatform.googleapis.com/CachedContent",
        "aiplatform.googleapis.com/FeatureGroup",
        "aiplatform.googleapis.com/FeatureOnlineStore",
        "aiplatform.googleapis.com/Featurestore",
        "aiplatform.googleapis.com/Index",
        "aiplatform.googleapis.com/MetadataStore",
        "aiplatform.googleapis.com/NotebookRuntime",
        "aiplatform.googleapis.com/ReasoningEngine",
        "apihub.googleapis.com/ApiHubInstance",
        "batch.googleapis.com/Job",
        "blockchainnodeengine.googleapis.com/BlockchainNode",
        "compute.googleapis.com/InstantSnapshot",
        "dataproc.googleapis.com/Batch",
        "dataproc.googleapis.com/Session",
        "dialogflow.googleapis.com/KnowledgeBase",
        "discoveryengine.googleapis.com/Notebook",
        "financialservices.googleapis.com/Instance",
        "livestream.googleapis.com/Asset",
        "looker.googleapis.com/Backup",
        "lustre.googleapis.com/Instance",
        "managedidentities.googleapis.com/Domain",
        "metastore.googleapis.com/Backup",
        "oracledatabase.googleapis.com/CloudExadataInfrastructure",
        "oracledatabase.googleapis.com/CloudVmCluster",
        "retail.googleapis.com/Catalog",
        "run.googleapis.com/WorkerPool",
        "securesourcemanager.googleapis.com/Instance",
        "tpu.googleapis.com/Node",
        "vmmigration.googleapis.com/MigratingVm",
        "vmwareengine.googleapis.com/PrivateCloud",
    }
)

_BY_TYPE = {kind.type: kind for kind in KINDS}
#: Google's inventory knows several hundred types.
_MOST_TYPES = 2000


def read(client: AssetClient) -> Iterator[ReadItem]:
    """Everything that a search of the scope shows, then for which types that says it all.

    Raises `ReadError`; what came before it stands, and no claim is made.
    """
    for raw in client.everything():
        yield _wrong(raw) or _asset(raw)
    yield Covers(NAME, COVERED)


def _asset(raw: Raw) -> Asset:
    kind = _BY_TYPE.get(raw.type) or _unnamed(raw.type)
    asset = kind.shallow(raw)
    properties = facts.properties(folders=" ".join(raw.folders), inventory=NAME)
    return replace(asset, properties=tuple(sorted((*asset.properties, *properties))))


def _wrong(raw: Raw) -> Rejected | None:
    """Why an entry cannot be an asset, if so."""
    for field, value in (("name", raw.name), ("asset_type", raw.type)):
        if not value:
            return Rejected(raw.name, "Cloud Asset Inventory, search", field, "the entry has none")
    return None


@lru_cache(maxsize=_MOST_TYPES)
def _unnamed(asset_type: str) -> ResourceKind:
    """How a type that no kind names is listed."""
    holds = Holds.CONTENT if asset_type in CONTENT else Holds.METADATA
    return listed.kind_of(asset_type, asset_type, asset_type, holds)
