"""Diagnostic settings: where logs are sent, and what becomes of a question that is refused."""

from __future__ import annotations

import json

import pytest

from connectors.azure.diagnostics import LOGGING
from connectors.azure.kinds import KINDS
from tests.servers.azure import AzureServer
from tests.servers.azure_estate import AzureEstate
from tests.servers.azure_reading import Reading, read, source_of
from wolkenzicht.model import Asset, Certainty, DataLocation, Evidence, Operation, Outcome, Scope

_FIRST = "cccccccc-0000-4000-8000-000000000001"
_THIRD = "cccccccc-0000-4000-8000-000000000003"
_TYPE = "Microsoft.Insights/diagnosticSettings"
_SCOPE = Scope(_FIRST, "global", _TYPE)
_VAULT = "Microsoft.KeyVault/vaults"
_OFF = [{"category": "AuditEvent", "enabled": False}]


def of_first(server: AzureServer, **settings: object) -> Reading:
    """The settings of the first subscription."""
    return read(source_of(server, **settings), _SCOPE)


def sent(asset: Asset) -> list[str]:
    """Where copies go."""
    return [each.location for each in asset.locations if each.operation is Operation.REPLICATED]


@pytest.fixture
def vault(estate: AzureEstate) -> str:
    """A key vault in the first subscription."""
    return estate.add(_VAULT, "kluis", subscription=_FIRST)


@pytest.fixture
def workspace(estate: AzureEstate) -> str:
    """A workspace of another subscription, in another country."""
    return estate.add("Microsoft.OperationalInsights/workspaces", "log", "eastus", subscription=_THIRD)


def test_logs_are_where_they_are_sent(
    server: AzureServer, estate: AzureEstate, vault: str, workspace: str
) -> None:
    """The destination is looked up; property and id are the evidence."""
    identifier = estate.log(vault, "audit", workspaceId=workspace)
    reading = of_first(server)
    assert reading.outcome.outcome is Outcome.COMPLETE
    (asset,) = reading.assets
    assert (asset.asset_id, asset.name, asset.location) == (identifier.lower(), "audit", "westeurope")
    assert dict(asset.properties)["of"] == vault
    assert dict(asset.properties)["logs"] == "AuditEvent"
    assert asset.locations[1:] == (
        DataLocation(
            Operation.REPLICATED,
            "eastus",
            Certainty.DERIVED,
            (Evidence("properties.workspaceId", workspace), Evidence("location", "eastus")),
        ),
    )


def test_destination_is_where_it_is_since_its_failover(
    server: AzureServer, estate: AzureEstate, vault: str
) -> None:
    """An account that failed over runs in its pair, whatever its own location says."""
    account = estate.add(
        "Microsoft.Storage/storageAccounts",
        "kopie",
        "westeurope",
        subscription=_THIRD,
        properties={"primaryLocation": "northeurope"},
    )
    estate.log(vault, "audit", storageAccountId=account)
    (asset,) = of_first(server).assets
    assert sent(asset) == ["northeurope"]
    assert asset.locations[-1].evidence[-1] == Evidence("properties.primaryLocation", "northeurope")


def test_every_destination_is_a_place(server: AzureServer, estate: AzureEstate, vault: str) -> None:
    """Storage account, event hub by its rule, and a partner's service, of which no place is known."""
    account = estate.add("Microsoft.Storage/storageAccounts", "kopie", "uksouth", subscription=_THIRD)
    hubs = estate.add("Microsoft.EventHub/namespaces", "stroom", "swedencentral", subscription=_THIRD)
    estate.log(
        vault,
        "alles",
        storageAccountId=account,
        eventHubAuthorizationRuleId=f"{hubs}/AuthorizationRules/Root",
        marketplacePartnerId="/subscriptions/x/providers/Partner.Logs/monitors/m",
    )
    (asset,) = of_first(server).assets
    assert sent(asset) == ["uksouth", "swedencentral", ""]


def test_activity_log_is_read(server: AzureServer, estate: AzureEstate, workspace: str) -> None:
    """The subscription's own log has no home, only where it is sent."""
    estate.log(f"/subscriptions/{_FIRST}", "activiteit", workspaceId=workspace)
    (asset,) = of_first(server).assets
    assert asset.asset_id.startswith(f"/subscriptions/{_FIRST}/")
    assert [(each.operation, each.location) for each in asset.locations] == [(Operation.REPLICATED, "eastus")]


def test_storage_logs_by_service(server: AzureServer, estate: AzureEstate, workspace: str) -> None:
    """A storage account is asked for each service that its kind has."""
    blob = estate.add("Microsoft.Storage/storageAccounts", "blob", kind="BlobStorage", subscription=_FIRST)
    other = estate.add("Microsoft.Storage/storageAccounts", "alles", kind="StorageV2", subscription=_FIRST)
    estate.log(f"{blob}/blobServices/default", "b", workspaceId=workspace)
    estate.log(f"{other}/tableServices/default", "t", workspaceId=workspace)
    assert [asset.name for asset in of_first(server).assets] == ["b", "t"]
    asked = [each.path for each in server.requests if each.path.endswith("diagnosticsettings")]
    assert len(asked) == 1 + 1 + 4


def test_setting_that_sends_nothing_stays_home(
    server: AzureServer, estate: AzureEstate, vault: str, workspace: str
) -> None:
    """With every category off nothing is copied."""
    estate.log(vault, "uit", workspaceId=workspace, logs=_OFF)
    (asset,) = of_first(server).assets
    assert [(each.operation, each.location) for each in asset.locations] == [
        (Operation.MANAGED, "westeurope"),
        (Operation.STORED, "westeurope"),
    ]


def test_machines_are_not_asked(server: AzureServer, estate: AzureEstate) -> None:
    """Types without logs cost no question."""
    estate.add("Microsoft.Compute/disks", "schijf", subscription=_FIRST)
    assert of_first(server).outcome.outcome is Outcome.COMPLETE
    assert len([each for each in server.requests if each.path.endswith("diagnosticsettings")]) == 1


def test_destination_that_cannot_be_seen_is_unknown(
    server: AzureServer, estate: AzureEstate, vault: str, workspace: str
) -> None:
    """A workspace in a subscription without rights is somewhere; the scope is denied and names the right."""
    estate.log(vault, "audit", workspaceId=workspace)
    server.forbidden.add(_THIRD)
    reading = of_first(server)
    (asset,) = reading.assets
    assert sent(asset) == [""]
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission == "Microsoft.OperationalInsights/workspaces/read"


def test_missing_right_is_denied(server: AzureServer, vault: str) -> None:
    """Without the action nothing is asked, and the scope ends denied."""
    del vault
    server.lacking.add((_FIRST, f"{_TYPE}/read"))
    reading = of_first(server)
    assert (reading.outcome.outcome, reading.outcome.permission) == (Outcome.DENIED, f"{_TYPE}/read")


def test_types_left_out_of_the_list_are_a_gap(server: AzureServer, vault: str) -> None:
    """Resources that the list leaves out may have settings."""
    del vault
    server.lacking.add((_FIRST, f"{_VAULT}/read"))
    reading = of_first(server)
    assert reading.outcome.outcome is Outcome.DENIED
    assert reading.outcome.permission.lower() == f"{_VAULT}/read".lower()


def test_resource_that_refuses_is_named(
    server: AzureServer, estate: AzureEstate, vault: str, workspace: str
) -> None:
    """One refusal is that resource's gap; the settings of others are read."""
    other = estate.add(_VAULT, "tweede", subscription=_FIRST)
    estate.log(other, "audit", workspaceId=workspace)
    server.deny(f"{vault.lower()}/providers/microsoft.insights")
    reading = of_first(server)
    assert [asset.name for asset in reading.assets] == ["audit"]
    assert [gap.asset_id for gap in reading.gaps] == [vault.lower()]


def test_refusals_in_a_row_end_the_questions(server: AzureServer, estate: AzureEstate) -> None:
    """Where one resource after another refuses, the rest is not asked, and the scope says why."""
    for number in range(30):
        estate.add(_VAULT, f"kluis-{number:02d}", subscription=_FIRST)
    server.deny("/vaults/")
    reading = of_first(server)
    assert reading.outcome.outcome is Outcome.DENIED
    assert len([each for each in server.requests if "/vaults/" in each.path]) == 5


def test_throttling_ends_the_questions(server: AzureServer, estate: AzureEstate) -> None:
    """Azure is not asked on where it throttles."""
    for number in range(3):
        estate.add(_VAULT, f"kluis-{number}", subscription=_FIRST)
    server.throttle("/vaults/")
    reading = of_first(server)
    assert reading.outcome.outcome is Outcome.THROTTLED
    assert len([each for each in server.requests if "/vaults/" in each.path]) == 1


def test_type_without_settings_has_none(server: AzureServer, vault: str) -> None:
    """A type that Azure says has no settings is no failure."""
    server.deny(f"{vault.lower()}/providers", "ResourceTypeNotSupported", "does not support it")
    assert of_first(server).outcome.outcome is Outcome.COMPLETE


@pytest.mark.parametrize("body", [b'{"value": [{"name": "x"}]}', b'{"value": [{"id": 1, "properties": 1}]}'])
def test_malformed_setting_is_a_gap(server: AzureServer, vault: str, body: bytes) -> None:
    """A setting of another form is not left out without a word."""
    server.garble(f"{vault.lower()}/providers", body)
    assert of_first(server).outcome.outcome is Outcome.FAILED


def test_types_that_log_are_in_the_role() -> None:
    """The generated role shows every type that is asked for settings, and every destination."""
    named = {kind.type.lower() for kind in KINDS}
    assert LOGGING - named == set()


def test_id_without_its_slash_is_the_same(server: AzureServer, vault: str) -> None:
    """Some services leave out the first slash of a setting's id."""
    setting = f"{vault}/providers/microsoft.insights/diagnosticSettings/audit"
    body = {"value": [{"id": setting.lstrip("/"), "name": "audit", "properties": {}}]}
    server.garble(f"{vault.lower()}/providers", json.dumps(body).encode())
    (asset,) = of_first(server).assets
    assert asset.asset_id == setting.lower()
    assert sent(asset) == [""]


def test_settings_can_be_left_out(server: AzureServer) -> None:
    """Switched off, nothing is planned."""
    types = {scope.type for scope in source_of(server, diagnostic_settings=False).plan()}
    assert _TYPE not in types
