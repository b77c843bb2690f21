"""Which scopes a tenant has, and what becomes of each of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.azure import source as source_module
from connectors.azure import tenant
from connectors.azure.diagnostics import SETTINGS
from connectors.azure.kinds import FURTHER, KINDS
from connectors.azure.policies import ASSIGNMENTS
from connectors.azure.source import AzureSettings, AzureSource
from connectors.base import INVENTORY, ReadError
from tests.servers.azure import AzureServer, Request
from tests.servers.azure_answers import Answer
from tests.servers.azure_estate import TAGS, TENANT, AzureEstate
from tests.servers.azure_reading import Reading, read, source_of
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import DeniedBy, Depth, Outcome, Scope

_DISKS = "Microsoft.Compute/disks"
_FIRST, _SECOND, _THIRD = (f"cccccccc-0000-4000-8000-00000000000{digit}" for digit in "123")
_GRAPH = "microsoft.resourcegraph"


def fill(estate: AzureEstate, **disks: int) -> None:
    """Put so many disks into each subscription."""
    for subscription, count in zip((_FIRST, _SECOND, _THIRD), disks.values(), strict=True):
        for number in range(count):
            estate.add(_DISKS, f"schijf-{number}", subscription=subscription, tags=TAGS)


def read_disks(source: AzureSource) -> list[Reading]:
    """Read the disks of every subscription in the plan's order, then finish the group."""
    scopes = [scope for scope in source.plan() if scope.type == _DISKS]
    readings = [read(source, scope, finish=False) for scope in scopes]
    for scope in scopes:
        source.finish_group(source.group(scope))
    return readings


def outcomes(readings: list[Reading]) -> list[tuple[str, int]]:
    """Outcome and number of assets of each scope."""
    return [(str(each.outcome.outcome), len(each.assets)) for each in readings]


def test_plan_names_every_kind_and_subscription(server: AzureServer) -> None:
    """Three scopes of the tenant, one for each kind and subscription, and the inventories."""
    scopes = list(source_of(server).plan())
    of_each = (tenant.SUBSCRIPTIONS, ASSIGNMENTS, SETTINGS, *KINDS)
    assert scopes == [
        Scope(TENANT, "global", "Microsoft.Resources/tenants"),
        Scope(TENANT, "global", "Microsoft.Management/managementGroups"),
        Scope(TENANT, "global", ASSIGNMENTS.type),
        *(
            Scope(subscription, "global", each)
            for each in (*(kind.type for kind in of_each), INVENTORY)
            for subscription in (_FIRST, _SECOND, _THIRD)
        ),
    ]


def test_unforeseen_type_is_listed(server: AzureServer, estate: AzureEstate) -> None:
    """A type that no kind names is found, planned for every subscription, and read shallow."""
    estate.add("Microsoft.Quantum/Workspaces", "toekomst", "uksouth", subscription=_SECOND)
    source = source_of(server)
    scopes = [scope for scope in source.plan() if "quantum" in scope.type]
    assert [scope.account for scope in scopes] == [_FIRST, _SECOND, _THIRD]
    readings = [read(source, scope, finish=False) for scope in scopes]
    assert outcomes(readings) == [("complete", 0), ("complete", 1), ("complete", 0)]
    asset = readings[1].assets[0]
    assert (asset.type, asset.location, asset.depth) == (
        "microsoft.quantum/workspaces",
        "uksouth",
        Depth.SHALLOW,
    )


def test_types_that_cannot_be_found_out_are_a_blind_spot(server: AzureServer, estate: AzureEstate) -> None:
    """Where Resource Graph may not be asked which types there are, the inventories list what they see."""
    estate.add("Microsoft.Quantum/Workspaces", "toekomst", "uksouth", subscription=_FIRST)
    server.deny(_GRAPH)
    source = source_of(server)
    scopes = [scope for scope in source.plan() if scope.type == INVENTORY]
    assert [scope.account for scope in scopes] == [_FIRST, _SECOND, _THIRD]
    reading = read(source, scopes[0])
    assert [asset.name for asset in reading.assets] == ["toekomst"]
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == "Microsoft.ResourceGraph/resources/read"


def test_one_query_covers_a_batch(server: AzureServer, estate: AzureEstate) -> None:
    """Three subscriptions are read with one query, each scope with its own assets."""
    fill(estate, first=2, second=0, third=3)
    readings = read_disks(source_of(server))
    assert outcomes(readings) == [("complete", 2), ("complete", 0), ("complete", 3)]
    assert {asset.account for asset in readings[2].assets} == {_THIRD}
    queries = [each for each in server.requests if _GRAPH in each.path and b"distinct" not in each.body]
    assert len(queries) == 1


def test_pages_of_a_batch_cut_through_subscriptions(server: AzureServer, estate: AzureEstate) -> None:
    """Pages of two rows over three subscriptions lose and double nothing."""
    fill(estate, first=3, second=1, third=3)
    server.graph_page_size = 2
    readings = read_disks(source_of(server))
    assert outcomes(readings) == [("complete", 3), ("complete", 1), ("complete", 3)]
    assert len({asset.asset_id for each in readings for asset in each.assets}) == 7


def test_batches_are_separate_groups(
    server: AzureServer, estate: AzureEstate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Larger tenants are asked for in several queries, each a group of its own."""
    monkeypatch.setattr(source_module, "_BATCH", 2)
    fill(estate, first=1, second=1, third=1)
    source = source_of(server)
    assert outcomes(read_disks(source)) == [("complete", 1)] * 3
    assert source.group(Scope(_FIRST, "global", _DISKS)) == f"{_DISKS}/{_FIRST}"
    assert source.group(Scope(_SECOND, "global", _DISKS)) == f"{_DISKS}/{_FIRST}"
    assert source.group(Scope(_THIRD, "global", _DISKS)) == f"{_DISKS}/{_THIRD}"


def test_scope_can_be_read_again(server: AzureServer, estate: AzureEstate) -> None:
    """A subscription that the batch has passed is asked for by itself."""
    fill(estate, first=2, second=1, third=1)
    source = source_of(server)
    scopes = [scope for scope in source.plan() if scope.type == _DISKS]
    counts = [len(read(source, scope, finish=False).assets) for scope in (scopes[2], scopes[0], scopes[1])]
    assert counts == [1, 2, 1]


def test_forbidden_subscription_is_denied_alone(server: AzureServer, estate: AzureEstate) -> None:
    """Resource Graph is silent on a subscription without rights; its scope ends denied, others complete."""
    fill(estate, first=1, second=2, third=1)
    server.forbidden.add(_SECOND)
    readings = read_disks(source_of(server))
    assert outcomes(readings) == [("complete", 1), ("denied", 0), ("complete", 1)]
    assert readings[1].outcome.permission == f"{_DISKS}/read"
    assert readings[1].outcome.denied_by is DeniedBy.IDENTITY_POLICY


def test_denied_resource_graph_falls_back(server: AzureServer, estate: AzureEstate) -> None:
    """Where Resource Graph may not be asked, Resource Manager lists each subscription."""
    fill(estate, first=2, second=0, third=1)
    server.deny(_GRAPH)
    readings = read_disks(source_of(server))
    assert outcomes(readings) == [("complete", 2), ("complete", 0), ("complete", 1)]
    queries = [each for each in server.requests if _GRAPH in each.path and b"distinct" not in each.body]
    assert len(queries) == 1


def test_truncated_answer_is_never_complete(server: AzureServer, estate: AzureEstate) -> None:
    """An answer that Resource Graph cut off ends failed where it was cut, with what it held."""
    fill(estate, first=2, second=2, third=2)
    server.graph_truncates_after = 3
    readings = read_disks(source_of(server))
    assert outcomes(readings) == [("complete", 2), ("failed", 1), ("failed", 0)]
    assert "cut off after 3" in readings[1].outcome.message


def test_subscription_limit_is_never_complete(server: AzureServer, estate: AzureEstate) -> None:
    """A query over more subscriptions than Resource Graph takes ends failed for all of them."""
    fill(estate, first=1, second=1, third=1)
    server.graph_hits_limit = True
    assert outcomes(read_disks(source_of(server))) == [("failed", 0)] * 3


def test_fewer_rows_than_told_is_never_complete(server: AzureServer, estate: AzureEstate) -> None:
    """An answer that holds fewer rows than it counts ends failed."""
    fill(estate, first=0, second=0, third=0)
    server.garble(_GRAPH, b'{"data": [], "totalRecords": 5, "resultTruncated": "false"}')
    assert [outcome for outcome, _ in outcomes(read_disks(source_of(server)))] == ["failed"] * 3


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ({"totalRecords": 3}, "it counts 3 rows, and counted 4 before"),
        ({"again": True}, "a row of the page before comes again"),
    ],
)
def test_answer_that_changes_between_pages_is_never_complete(
    server: AzureServer, estate: AzureEstate, second: dict[str, object], reason: str
) -> None:
    """Where rows may have slipped between two pages that subscription fails, and the rest is asked anew."""
    fill(estate, first=3, second=1, third=0)
    server.graph_page_size = 2
    rows = estate.rows(_DISKS, [_FIRST])
    page = {
        "data": rows[1:] if second.get("again") else rows[2:],
        "totalRecords": second.get("totalRecords", 4),
    }

    def of_batch(request: Request) -> bool:
        return _GRAPH in request.path and b"$skipToken" in request.body and _FIRST.encode() in request.body

    server.strike(lambda _: Answer(200, json.dumps(page).encode()), of_batch)
    readings = read_disks(source_of(server))
    assert outcomes(readings) == [("failed", 2), ("complete", 1), ("complete", 0)]
    assert reason in readings[0].outcome.message


def test_types_over_too_many_subscriptions_are_never_all(server: AzureServer, estate: AzureEstate) -> None:
    """A list of the types in use that was cut off by its subscriptions leaves the inventories incomplete."""
    del estate
    server.graph_hits_limit = True
    source = source_of(server)
    (scope, *_) = [scope for scope in source.plan() if scope.type == INVENTORY]
    assert "the most subscriptions that it takes" in read(source, scope).outcome.message


def test_unordered_answer_is_never_complete(server: AzureServer, estate: AzureEstate) -> None:
    """Rows of a subscription that was not asked for end the scope failed."""
    del estate
    server.garble(_GRAPH, b'{"data": [{"id": "/x", "subscriptionId": "0"}], "totalRecords": 1}')
    assert outcomes(read_disks(source_of(server))) == [("failed", 0)] * 3


@pytest.mark.parametrize("state", ["Disabled", "Expired"])
def test_suspended_subscription_is_read_by_its_lists(
    server: AzureServer, estate: AzureEstate, state: str
) -> None:
    """A suspended subscription keeps what it has; it is listed, and Resource Graph is not asked about it."""
    estate.subscriptions[1]["state"] = state
    fill(estate, first=1, second=1, third=1)
    readings = read_disks(source_of(server))
    assert outcomes(readings) == [("complete", 1), ("complete", 1), ("complete", 1)]
    assert [each for each in server.requests if _GRAPH in each.path and _SECOND.encode() in each.body] == []


@pytest.mark.parametrize(("state", "outcome"), [("Deleted", "not_enabled"), ("Moved", "failed")])
def test_other_states_are_shown(server: AzureServer, estate: AzureEstate, state: str, outcome: str) -> None:
    """A deleted subscription holds nothing any more; of a state that is not known nothing is concluded."""
    estate.subscriptions[1]["state"] = state
    fill(estate, first=1, second=1, third=1)
    readings = read_disks(source_of(server))
    assert outcomes(readings) == [("complete", 1), (outcome, 0), ("complete", 1)]
    assert state.lower() in readings[1].outcome.message.lower()


def test_named_subscription_that_is_not_seen_is_denied(server: AzureServer, estate: AzureEstate) -> None:
    """A configured subscription that the credentials do not see is a blind spot, not an absence."""
    fill(estate, first=1, second=1, third=1)
    unseen = "dddddddd-0000-4000-8000-000000000009"
    readings = read_disks(source_of(server, subscriptions=(_FIRST.upper(), unseen)))
    assert [each.scope.account for each in readings] == [_FIRST, unseen]
    assert outcomes(readings) == [("complete", 1), ("denied", 0)]
    assert readings[1].outcome.permission == "Microsoft.Resources/subscriptions/read"


def test_delegated_subscription_is_anothers(server: AzureServer, estate: AzureEstate) -> None:
    """A subscription of another tenant is left to that tenant's own agent."""
    estate.subscribe("eeeeeeee-0000-4000-8000-000000000001", "elders", tenant="99999999-0000-4000-8000-1")
    accounts = {scope.account for scope in source_of(server).plan()}
    assert accounts == {TENANT, _FIRST, _SECOND, _THIRD}


def test_no_subscription_is_no_empty_estate(server: AzureServer, estate: AzureEstate) -> None:
    """Credentials that see nothing are an error, not a tenant without anything."""
    estate.subscriptions.clear()
    with pytest.raises(ReadError, match="see no subscription of tenant"):
        list(source_of(server).plan())


def test_subscriptions_come_in_pages(server: AzureServer) -> None:
    """The listing of subscriptions is followed to its end."""
    server.page_size = 1
    assert len({scope.account for scope in source_of(server).plan()}) == 4


def test_check_tells_each_permission(server: AzureServer) -> None:
    """One question about the roles answers for every permission of a subscription; what lacks is named."""
    server.lacking.add((_FIRST, f"{_DISKS}/read"))
    trials = list(source_of(server).check())
    assert {(each.scope.type, each.permission) for each in trials} == {
        (kind.type, each) for kind in (*KINDS, *FURTHER) for each in kind.permissions
    }
    refused = [each for each in trials if each.outcome is not Outcome.COMPLETE]
    assert {each.permission for each in refused} == {f"{_DISKS}/read"}
    assert _DISKS in {each.scope.type for each in refused}


def test_malformed_resource_is_rejected(server: AzureServer, estate: AzureEstate) -> None:
    """A resource whose properties are no object is rejected by name; the others are read."""
    fill(estate, first=1, second=0, third=0)
    estate.add(_DISKS, "vreemd", subscription=_FIRST, properties="tekst")
    reading = read_disks(source_of(server))[0]
    assert len(reading.assets) == 1
    assert [(each.asset_id.rpartition("/")[2], each.field) for each in reading.rejected] == [
        ("vreemd", "properties")
    ]


def test_malformed_parent_of_details_is_rejected(server: AzureServer, estate: AzureEstate) -> None:
    """What cannot be followed further is rejected by itself, and the rest of its scope is read."""
    kind = "Microsoft.DBforMySQL/flexibleServers"
    estate.add(kind, "goed", subscription=_FIRST)
    estate.add(kind, "vreemd", subscription=_FIRST, properties="tekst")
    reading = read(source_of(server), Scope(_FIRST, "global", kind))
    assert [asset.name for asset in reading.assets] == ["goed"]
    assert [each.field for each in reading.rejected] == ["properties"]


@pytest.mark.parametrize(
    "answer", [b"[]", b'{"data": [{}]}', b'{"data": [{"type": "a\' | project secrets"}]}']
)
def test_types_that_are_none_are_a_blind_spot(server: AzureServer, answer: bytes) -> None:
    """After nonsense about the types in use the inventories end failed, and nothing of it is asked for."""
    server.garble(_GRAPH, answer)
    source = source_of(server)
    scopes = [scope for scope in source.plan() if scope.type == INVENTORY]
    assert [read(source, scope).outcome.outcome for scope in scopes] == [Outcome.FAILED] * 3


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"cloud": "AzureGermanCloud"}, "cloud: 'AzureGermanCloud' is no Azure cloud"),
        ({"quota_share": -0.1}, "quota_share: -0.1 is no share"),
        ({"quota_share": 1.5}, "quota_share: 1.5 is no share"),
        ({"max_attempts": 0}, "max_attempts: 0 is too few"),
        ({"tenant_id": " "}, "tenant_id: is empty"),
        ({"tenant_id": "a b"}, "tenant_id 'a b'"),
        ({"subscriptions": ()}, "subscriptions: the list is empty"),
        ({"kinds": ("emmer",)}, "kinds: 'emmer' is not known"),
        (
            {"kinds": ("diagnostic-setting",), "diagnostic_settings": False},
            "kinds: names 'diagnostic-setting', which diagnostic_settings = false leaves out",
        ),
        ({"management_group": "a/b"}, "management_group: 'a/b' is no id of a group"),
        (
            {"management_group": "zaken", "subscriptions": ("x",)},
            "management_group: cannot go with subscriptions",
        ),
        ({"endpoint": "http://localhost"}, "endpoint: 'http://localhost' must begin with https://"),
        ({"ca": Path("/nergens.pem")}, "ca: file /nergens.pem does not exist"),
    ],
)
def test_settings_that_cannot_be_are_refused(
    settings: dict[str, object], message: str, server: AzureServer
) -> None:
    """What a configuration names must exist; the message names the key."""
    del server
    given: dict[str, object] = {"tenant_id": TENANT, **settings}
    with pytest.raises(ConfigurationError) as refusal:
        AzureSource(AzureSettings(**given))  # type: ignore[arg-type] # wrong on purpose
    assert str(refusal.value).startswith(message)


def test_kinds_can_be_chosen(server: AzureServer) -> None:
    """Only the kinds that the configuration names are planned."""
    scopes = list(source_of(server, kinds=("managed-disk", "key-vault")).plan())
    assert {scope.type for scope in scopes} == {_DISKS, "Microsoft.KeyVault/vaults"}
