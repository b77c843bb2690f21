"""Management groups: where subscriptions stand, and those that nobody can read."""

from __future__ import annotations

import json

import pytest

from connectors.base import ReadError
from tests.servers.azure import AzureServer
from tests.servers.azure_estate import TENANT, AzureEstate
from tests.servers.azure_reading import Reading, read, source_of
from wolkenzicht.model import Outcome, Scope

_FIRST, _SECOND, _THIRD = (f"cccccccc-0000-4000-8000-00000000000{digit}" for digit in "123")
_OWN = "Microsoft.Resources/subscriptions"
_GROUPS = "Microsoft.Management/managementGroups"
_PERMISSION = "Microsoft.Management/managementGroups/descendants/read"


@pytest.fixture
def grouped(estate: AzureEstate, server: AzureServer) -> AzureServer:
    """Two subscriptions in groups of each other, the third under the root."""
    estate.group("rijk", "Rijk")
    estate.group("zaken", "Zaken", "rijk")
    estate.group_of.update({_FIRST: "rijk", _SECOND: "zaken"})
    server.readable_groups |= {"rijk", "zaken"}
    return server


def readings(server: AzureServer, of_type: str, **settings: object) -> list[Reading]:
    """The scopes of a type in the order of the plan."""
    source = source_of(server, **settings)
    scopes = [scope for scope in source.plan() if scope.type == of_type]
    return [read(source, scope) for scope in scopes]


def paths(found: list[Reading]) -> list[str]:
    """Where each asset stands."""
    return [dict(asset.properties)["management_group"] for each in found for asset in each.assets]


def test_subscriptions_stand_under_their_path(grouped: AzureServer) -> None:
    """Each subscription is an asset of its own with the path of its group, state and name."""
    found = readings(grouped, _OWN)
    assert paths(found) == ["/Rijk", "/Rijk/Zaken", "/"]
    (asset,) = found[1].assets
    assert (asset.asset_id, asset.name, asset.account) == (f"/subscriptions/{_SECOND}", "sub-2", _SECOND)
    assert dict(asset.properties)["state"] == "Enabled"


def test_groups_are_listed(grouped: AzureServer) -> None:
    """The groups are assets of the tenant, in pages too."""
    grouped.page_size = 1
    (reading,) = readings(grouped, _GROUPS)
    assert reading.scope.account == TENANT
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert [(asset.name, path) for asset, path in zip(reading.assets, paths([reading]), strict=True)] == [
        (TENANT, "/"),
        ("Rijk", "/Rijk"),
        ("Zaken", "/Rijk/Zaken"),
    ]


def test_subscription_that_nobody_reads_is_denied(grouped: AzureServer) -> None:
    """What the tree shows and the credentials do not see is planned, and ends denied with its path."""
    grouped.hidden.add(_SECOND)
    found = readings(grouped, "Microsoft.Compute/disks")
    assert [(each.scope.account, each.outcome.outcome) for each in found] == [
        (_FIRST, Outcome.COMPLETE),
        (_SECOND, Outcome.DENIED),
        (_THIRD, Outcome.COMPLETE),
    ]
    assert found[1].outcome.permission == "Microsoft.Resources/subscriptions/read"
    assert "/Rijk/Zaken" in found[1].outcome.message


def test_nothing_seen_is_still_accounted_for(grouped: AzureServer) -> None:
    """Where only the tree can be read, every subscription of it ends denied."""
    grouped.hidden |= {_FIRST, _SECOND, _THIRD}
    found = readings(grouped, _OWN)
    assert [each.outcome.outcome for each in found] == [Outcome.DENIED] * 3


def test_group_restricts_the_source(grouped: AzureServer) -> None:
    """A source of one group has the subscriptions under it, unseen ones too, and no others."""
    grouped.hidden.add(_SECOND)
    found = readings(grouped, _OWN, management_group="Rijk")
    assert [(each.scope.account, each.outcome.outcome) for each in found] == [
        (_FIRST, Outcome.COMPLETE),
        (_SECOND, Outcome.DENIED),
    ]
    assert paths(found) == ["Rijk"]


def test_group_that_cannot_be_read_is_an_error(grouped: AzureServer) -> None:
    """A configured group whose tree is refused cannot be planned."""
    grouped.readable_groups.clear()
    with pytest.raises(ReadError, match="descendants/read is denied"):
        list(source_of(grouped, management_group="zaken").plan())


def test_group_without_subscriptions_is_an_error(grouped: AzureServer, estate: AzureEstate) -> None:
    """A configured group that is empty is more likely a mistake than a tenant."""
    estate.group("leeg", "Leeg")
    grouped.readable_groups.add("leeg")
    with pytest.raises(ReadError, match="management group leeg has no subscription"):
        list(source_of(grouped, management_group="leeg").plan())


def test_denied_tree_is_a_blind_spot(grouped: AzureServer) -> None:
    """Without the tree it is not known which subscriptions are missing: one scope says so, all is read."""
    grouped.readable_groups.clear()
    (reading,) = readings(grouped, _GROUPS)
    assert (reading.outcome.outcome, reading.outcome.permission) == (Outcome.DENIED, _PERMISSION)
    own = readings(grouped, _OWN)
    assert [each.outcome.outcome for each in own] == [Outcome.COMPLETE] * 3


@pytest.mark.parametrize(
    "member",
    [
        {"name": "x", "type": _GROUPS, "properties": {}},
        {"type": "/subscriptions", "properties": {"parent": {"id": f"/{TENANT}"}}},
        {"name": "x", "type": "/subscriptions", "properties": {"parent": {"id": "/nergens"}}},
        {"name": "x", "type": _GROUPS, "properties": {"parent": {"id": "/x"}}},
        {"name": "x", "type": _GROUPS, "properties": {"parent": {"id": "/nergens"}}},
    ],
)
def test_tree_that_does_not_hang_together_is_none(grouped: AzureServer, member: dict[str, object]) -> None:
    """Members without a parent in the tree, or under themselves, end its scope failed, and nothing hangs."""
    grouped.garble("/descendants", json.dumps({"value": [member]}).encode())
    (reading,) = readings(grouped, _GROUPS)
    assert (reading.outcome.outcome, reading.assets) == (Outcome.FAILED, [])


def test_broken_second_page_of_the_tree_is_a_blind_spot(grouped: AzureServer) -> None:
    """Half a tree would leave subscriptions out without a word."""
    grouped.page_size = 2
    grouped.garble("/descendants", b"{", after=1)
    source = source_of(grouped)
    list(source.plan())
    assert read(source, Scope(TENANT, "global", _GROUPS)).outcome.outcome is Outcome.FAILED


def test_parts_of_a_tenant_share_no_scope(grouped: AzureServer) -> None:
    """Sources of two groups, or of one group and a subscription, plan nothing twice."""
    plans = [
        list(source_of(grouped, **settings).plan())
        for settings in ({"management_group": "zaken"}, {"subscriptions": (_FIRST,)})
    ]
    assert {scope.account for scope in plans[0]} == {_SECOND}
    assert set(plans[0]) & set(plans[1]) == set()
