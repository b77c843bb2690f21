"""Policy assignments of allowed locations: which are told, of whom, and what becomes of a refusal."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.azure.policies import ASSIGNMENTS
from policy import ruleset
from tests.servers.azure import AzureServer
from tests.servers.azure_answers import Answer
from tests.servers.azure_estate import TENANT, AzureEstate
from tests.servers.azure_reading import Reading, read, source_of
from wolkenzicht.model import (
    Asset,
    Certainty,
    DeniedBy,
    FindingKind,
    Holds,
    LocationClass,
    Operation,
    Outcome,
    Scope,
)

_FIRST, _SECOND, _THIRD = (f"cccccccc-0000-4000-8000-00000000000{digit}" for digit in "123")
_ALLOWED = "e56962a6-4747-49cd-b67b-bf8b01975c4c"
_OF_GROUPS = "e765b5de-1225-4ba3-bd56-1ac6695af988"
_OTHER = "0a914e76-4921-4c19-b460-a2d36003525a"
_ROOT = "/providers/Microsoft.Management/managementGroups"
_PERMISSION = "Microsoft.Authorization/policyAssignments/read"


def places(*names: Any, **parameters: Any) -> dict[str, Any]:
    """The parameters of an assignment."""
    return {"listOfAllowedLocations": {"value": list(names)}, **parameters}


def of(server: AzureServer, account: str = _FIRST) -> Reading:
    """The assignments of a subscription, or of the tenant's groups."""
    source = source_of(server)
    list(source.plan())
    return read(source, Scope(account, "global", ASSIGNMENTS.type))


def allowed(asset: Asset) -> list[str]:
    """Where it allows resources; empty for a place that is not known."""
    return [each.location for each in asset.locations if each.operation is Operation.REPLICATED]


def found(asset: Asset) -> list[FindingKind]:
    """What needs a person about it."""
    policy = ruleset.load()
    return [each.kind for each in policy.findings(asset, policy.classify(asset))]


def test_an_assignment_points_where_it_allows(server: AzureServer, estate: AzureEstate) -> None:
    """Places are told in any spelling, with the value for evidence, and are one finding about the policy."""
    identifier = estate.assign(
        f"/subscriptions/{_FIRST}", "plaatsen", _ALLOWED.upper(), parameters=places("West Europe", "eastus")
    )
    reading = of(server)
    assert reading.outcome.outcome is Outcome.COMPLETE
    (asset,) = reading.assets
    assert (asset.asset_id, asset.name, asset.account) == (identifier.lower(), "Beleid plaatsen", _FIRST)
    assert (asset.holds, asset.location) == (Holds.METADATA, "")
    assert allowed(asset) == ["westeurope", "eastus"]
    evidence = asset.locations[2].evidence[0]
    assert (evidence.path, evidence.value) == (
        "properties.parameters.listOfAllowedLocations.value[]",
        "eastus",
    )
    assert found(asset) == [FindingKind.ABOUT_TO_LEAVE]


def test_an_adequate_place_is_told_beside_one_that_is_not_known(
    server: AzureServer, estate: AzureEstate
) -> None:
    """London is a finding though `global` is allowed too; places inside are none, nor is `global` alone."""
    scope = f"/subscriptions/{_FIRST}"
    estate.assign(scope, "londen", _ALLOWED, parameters=places("uksouth", "global"))
    estate.assign(scope, "binnen", _OF_GROUPS, parameters=places("westeurope", "northeurope"))
    estate.assign(scope, "overal", _ALLOWED, parameters=places("global"))
    assets = {asset.name: asset for asset in of(server).assets}
    told = {name: found(asset) for name, asset in assets.items()}
    assert told == {"Beleid londen": [FindingKind.ABOUT_TO_LEAVE], "Beleid binnen": [], "Beleid overal": []}
    verdict = ruleset.load().classify(assets["Beleid binnen"])
    assert verdict.location_class is LocationClass.INSIDE_EEA


def test_other_policies_are_not_told(server: AzureServer, estate: AzureEstate) -> None:
    """An assignment of another policy is no asset, whatever its parameters are called."""
    estate.assign(f"/subscriptions/{_FIRST}", "anders", _OTHER, parameters=places("eastus"))
    reading = of(server)
    assert (reading.assets, reading.outcome.outcome) == ([], Outcome.COMPLETE)


def test_each_assignment_is_told_once(server: AzureServer, estate: AzureEstate) -> None:
    """What is assigned to a group applies to each subscription, and is an asset of the tenant alone."""
    estate.group("rijk", "Rijk")
    server.readable_groups.add("rijk")
    top = estate.assign(f"{_ROOT}/{TENANT}", "top", _ALLOWED, parameters=places("westeurope"))
    group = estate.assign(f"{_ROOT}/rijk", "rijk", _ALLOWED, parameters=places("eastus"))
    inside = f"/subscriptions/{_SECOND}/resourceGroups/RG"
    part = estate.assign(inside, "deel", _OF_GROUPS, parameters=places("westus"))
    told = {account: of(server, account) for account in (TENANT, _FIRST, _SECOND, _THIRD)}
    assert {each.outcome.outcome for each in told.values()} == {Outcome.COMPLETE}
    assert {account: [asset.asset_id for asset in each.assets] for account, each in told.items()} == {
        TENANT: [top.lower(), group.lower()],
        _FIRST: [],
        _SECOND: [part.lower()],
        _THIRD: [],
    }


@pytest.mark.parametrize(
    "properties",
    [{"enforcementMode": "DoNotEnforce"}, {"parameters": places("eastus", effect={"value": "Disabled"})}],
)
def test_what_is_switched_off_allows_nothing(
    server: AzureServer, estate: AzureEstate, properties: dict[str, Any]
) -> None:
    """A trial and a policy without effect are listed, and point nowhere."""
    given = {"parameters": places("eastus"), **properties}
    estate.assign(f"/subscriptions/{_FIRST}", "uit", _ALLOWED, **given)
    (asset,) = of(server).assets
    assert allowed(asset) == []
    assert found(asset) == []


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        None,
        places(),
        {"listOfAllowedLocations": {}},
        {"listOfAllowedLocations": {"value": "[parameters('plaatsen')]"}},
        places(7),
        places("atlantis"),
    ],
)
def test_a_value_that_is_not_understood_is_unknown(
    server: AzureServer, estate: AzureEstate, parameters: Any
) -> None:
    """No list, or a place that is none, is never taken for inside, and never for one that is named."""
    estate.assign(f"/subscriptions/{_FIRST}", "raar", _ALLOWED, parameters=parameters)
    (asset,) = of(server).assets
    (place,) = (each for each in asset.locations if each.operation is Operation.REPLICATED)
    assert (place.certainty is Certainty.UNKNOWN) == (place.location != "atlantis")
    verdict = ruleset.load().classify(asset)
    assert verdict.location_class is LocationClass.UNKNOWN
    assert found(asset) == []


@pytest.mark.parametrize("properties", [{"parameters": "tekst"}, {"parameters": places() | {"effect": 3}}])
def test_parameters_that_are_no_parameters_are_rejected(
    server: AzureServer, estate: AzureEstate, properties: dict[str, Any]
) -> None:
    """An assignment of which the parameters have another form is named, and the scope is not whole."""
    estate.assign(f"/subscriptions/{_FIRST}", "kapot", _ALLOWED, **properties)
    reading = of(server)
    assert reading.assets == []
    assert [each.field for each in reading.rejected] == ["properties"]


@pytest.mark.parametrize(
    "body", [b'{"value": [{"id": "/x"}]}', b'{"value": [{"id": "/x", "properties": "tekst"}]}', b"[]", b""]
)
@pytest.mark.parametrize("account", [_FIRST, TENANT])
def test_an_answer_of_another_form_is_not_empty(server: AzureServer, body: bytes, account: str) -> None:
    """What does not say of which policy it is may be about places: the scope fails."""
    server.strike(lambda _: Answer(200, body), "policyassignments")
    reading = of(server, account)
    assert (reading.assets, reading.outcome.outcome) == ([], Outcome.FAILED)


def test_a_broken_second_page_keeps_the_first(server: AzureServer, estate: AzureEstate) -> None:
    """What came is kept, and the scope fails."""
    for name in ("een", "twee"):
        estate.assign(f"/subscriptions/{_FIRST}", name, _ALLOWED, parameters=places("eastus"))
    server.page_size = 1
    server.garble("policyassignments", b'{"value": ', after=1)
    reading = of(server)
    assert [asset.name for asset in reading.assets] == ["Beleid een"]
    assert reading.outcome.outcome is Outcome.FAILED


def test_a_missing_right_is_not_empty(server: AzureServer, estate: AzureEstate) -> None:
    """A role that does not grant it leaves a blind spot that names the permission."""
    estate.assign(f"/subscriptions/{_FIRST}", "plaatsen", _ALLOWED, parameters=places("eastus"))
    server.lacking.add((_FIRST, _PERMISSION))
    reading = of(server)
    assert reading.assets == []
    assert (reading.outcome.outcome, reading.outcome.permission) == (Outcome.DENIED, _PERMISSION)
    assert reading.outcome.denied_by is DeniedBy.IDENTITY_POLICY


def test_a_group_that_refuses_does_not_hide_the_others(server: AzureServer, estate: AzureEstate) -> None:
    """The others are told, and the scope ends denied with the group's name."""
    estate.group("rijk", "Rijk")
    estate.group("zaken", "Zaken")
    server.readable_groups.add("zaken")
    estate.assign(f"{_ROOT}/zaken", "zaken", _ALLOWED, parameters=places("eastus"))
    reading = of(server, TENANT)
    assert [asset.name for asset in reading.assets] == ["Beleid zaken"]
    assert (reading.outcome.outcome, reading.outcome.permission) == (Outcome.DENIED, _PERMISSION)
    assert "management group rijk" in reading.outcome.message


def test_groups_that_all_refuse_are_given_up(server: AzureServer, estate: AzureEstate) -> None:
    """After five in a row the rest is not asked; throttled, after one."""
    for number in range(9):
        estate.group(f"groep-{number}", "Groep")
    server.deny("policyassignments")
    reading = of(server, TENANT)
    assert (reading.assets, reading.outcome.outcome) == ([], Outcome.DENIED)
    assert len([each for each in server.requests if "policyassignments" in each.path]) == 5
    server.clear()
    server.throttle("policyassignments")
    assert of(server, TENANT).outcome.outcome is Outcome.THROTTLED
    assert len([each for each in server.requests if "policyassignments" in each.path]) == 1


def test_a_tree_that_cannot_be_read_is_a_blind_spot(server: AzureServer) -> None:
    """Without the groups nobody knows what is assigned to them."""
    server.readable_groups.clear()
    reading = of(server, TENANT)
    assert (reading.assets, reading.outcome.outcome) == ([], Outcome.DENIED)
