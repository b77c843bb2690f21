"""The inventory of a subscription: everything that Resource Manager lists, and what that proves."""

from __future__ import annotations

import pytest

from connectors.azure.kinds import KINDS
from connectors.azure.source import AzureSource
from connectors.base import INVENTORY, Covers
from tests.servers.azure import AzureServer
from tests.servers.azure_estate import TAGS, AzureEstate
from tests.servers.azure_reading import Reading, read, source_of
from wolkenzicht.model import Certainty, Depth, Holds, Operation, Outcome, Scope

_FIRST = "cccccccc-0000-4000-8000-000000000001"
_SCOPE = Scope(_FIRST, "global", INVENTORY)
_STORED, _REPLICATED = Operation.STORED, Operation.REPLICATED


@pytest.fixture
def filled(estate: AzureEstate) -> AzureEstate:
    """Resources of types that are read deep, listed, and not known."""
    estate.add(
        "Microsoft.Storage/storageAccounts", "dossiers", subscription=_FIRST, sku="Standard_GRS", tags=TAGS
    )
    estate.add("Microsoft.Sql/servers/databases", "sql/zaken", subscription=_FIRST, tags=TAGS)
    estate.add("Microsoft.HybridCompute/machines", "elders", subscription=_FIRST)
    estate.add("Microsoft.Compute/disks", "schijf", subscription=_FIRST)
    estate.add("Microsoft.Network/virtualNetworks", "net", subscription=_FIRST)
    estate.add("Microsoft.Quantum/Workspaces", "toekomst", "uksouth", subscription=_FIRST)
    return estate


def planned(server: AzureServer, **settings: object) -> AzureSource:
    """The tenant, planned."""
    source = source_of(server, **settings)
    list(source.plan())
    return source


def whole(server: AzureServer) -> Reading:
    """The inventory of the first subscription."""
    return read(planned(server), _SCOPE)


def test_everything_is_listed(server: AzureServer, filled: AzureEstate) -> None:
    """Every resource is an asset under its own id and its kind's type, shallow, with the inventory's name."""
    del filled
    reading = whole(server)
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert sorted((asset.name, asset.type, asset.holds) for asset in reading.assets) == [
        ("dossiers", "Microsoft.Storage/storageAccounts", Holds.CONTENT),
        ("elders", "Microsoft.HybridCompute/machines", Holds.CONTENT),
        ("net", "Microsoft.Network/virtualNetworks", Holds.NOTHING),
        ("schijf", "Microsoft.Compute/disks", Holds.CONTENT),
        ("toekomst", "microsoft.quantum/workspaces", Holds.METADATA),
        ("zaken", "Microsoft.Sql/servers/databases", Holds.CONTENT),
    ]
    assert {asset.depth for asset in reading.assets} == {Depth.SHALLOW}
    assert {dict(asset.properties)["inventory"] for asset in reading.assets} == {"azure-resource-manager"}
    assert dict(reading.named("zaken").tags) == TAGS


def test_list_never_says_more_than_it_knows(server: AzureServer, filled: AzureEstate) -> None:
    """Second places that only the resource itself would tell are unknown, never none."""
    del filled
    reading = whole(server)
    found = {
        asset.name: [(each.operation, each.location) for each in asset.locations] for asset in reading.assets
    }
    assert (_REPLICATED, "northeurope") in found["dossiers"]
    assert (_REPLICATED, "") in found["dossiers"]
    assert found["elders"][0] == (_STORED, "")
    assert (Operation.MANAGED, "westeurope") in found["elders"]
    assert (Operation.BACKED_UP, "") in found["zaken"]
    assert found["schijf"] == [(_STORED, "westeurope")]
    assert found["toekomst"] == [(_STORED, "uksouth")]
    for asset in reading.assets:
        for place in asset.locations:
            assert (place.certainty is Certainty.UNKNOWN) == (place.location == "")
            assert place.evidence


def test_both_readings_name_the_same_assets(server: AzureServer, filled: AzureEstate) -> None:
    """What the scopes of the kinds list has the same ids and names in the inventory, and vice versa."""
    del filled
    source = source_of(server)
    scopes = [scope for scope in source.plan() if scope.account == _FIRST and scope.type != INVENTORY]
    above = ("Microsoft.Resources/subscriptions",)
    deep = {asset.asset_id: asset.name for scope in scopes if scope.type not in above
            for asset in read(source, scope).assets}  # fmt: skip
    assert {asset.asset_id: asset.name for asset in read(source, _SCOPE).assets} == deep


def test_covers_the_deep_kinds_that_are_tracked(server: AzureServer) -> None:
    """The list is authoritative for every type that is read deep, nested ones too, and for no other."""
    deep = frozenset(kind.type for kind in KINDS if kind.depth is Depth.DEEP)
    assert whole(server).covers == [Covers("azure-resource-manager", deep)]
    assert {
        "Microsoft.Sql/servers/databases",
        "Microsoft.NetApp/netAppAccounts/capacityPools/volumes",
    } <= deep


def test_what_may_not_be_read_is_not_covered(server: AzureServer, filled: AzureEstate) -> None:
    """Of a type without the right the list is silent: the scope ends denied, and nothing is concluded."""
    del filled
    server.lacking.add((_FIRST, "Microsoft.Compute/disks/read"))
    reading = whole(server)
    assert (reading.outcome.outcome, reading.outcome.permission) == (Outcome.DENIED, "*/read")
    assert "Reader" in reading.outcome.message
    assert len(reading.assets) == 5
    (covers,) = reading.covers
    assert "Microsoft.Compute/disks" not in covers.types
    assert "Microsoft.Storage/storageAccounts" in covers.types


def test_rights_that_are_not_told_prove_nothing(server: AzureServer, filled: AzureEstate) -> None:
    """Where Azure does not tell the rights, the list may leave out anything."""
    del filled
    server.tells_permissions = False
    reading = whole(server)
    assert (reading.outcome.outcome, len(reading.assets)) == (Outcome.FAILED, 6)


def test_pages_are_followed(server: AzureServer, filled: AzureEstate) -> None:
    """The list comes in pages."""
    del filled
    server.page_size = 2
    reading = whole(server)
    assert (reading.outcome.outcome, len(reading.assets)) == (Outcome.COMPLETE, 6)


def test_broken_second_page_covers_nothing(server: AzureServer, filled: AzureEstate) -> None:
    """Half a list is no inventory: what it held is handed on, and it covers nothing."""
    del filled
    source = planned(server)
    server.page_size = 2
    server.garble("/resources", b"{", after=1)
    reading = read(source, _SCOPE)
    assert (reading.outcome.outcome, len(reading.assets), reading.covers) == (Outcome.FAILED, 2, [])


@pytest.mark.parametrize("body", [b'{"value": [{"id": "/x"}]}', b'{"value": [{"type": "a/b"}]}'])
def test_entry_without_identity_is_a_failure(server: AzureServer, body: bytes) -> None:
    """An entry without id or type cannot be accounted for."""
    source = planned(server)
    server.garble("/resources", body)
    assert read(source, _SCOPE).outcome.outcome is Outcome.FAILED


def test_malformed_entry_is_rejected(server: AzureServer, filled: AzureEstate) -> None:
    """An entry of another form is rejected by its id, and the rest is read."""
    filled.add("Microsoft.Compute/disks", "vreemd", subscription=_FIRST, tags=["geen"])
    reading = whole(server)
    assert len(reading.assets) == 6
    assert [each.asset_id.rpartition("/")[2] for each in reading.rejected] == ["vreemd"]


def test_denied_list_is_denied(server: AzureServer) -> None:
    """A refused list names its permission."""
    source = planned(server)
    server.deny("/resources")
    reading = read(source, _SCOPE)
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == "Microsoft.Resources/subscriptions/resources/read"


def test_chosen_kinds_have_no_inventory(server: AzureServer) -> None:
    """A list of kinds means these only."""
    scopes = list(source_of(server, kinds=("managed-disk", "subscription")).plan())
    assert {scope.type for scope in scopes} == {
        "Microsoft.Compute/disks",
        "Microsoft.Resources/subscriptions",
    }
