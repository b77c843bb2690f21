"""OpenStack: what a project's resources become, and how each refusal ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Gap, ReadError, ReadItem, Rejected
from connectors.odc.openstack.source import OpenstackSettings, OpenstackSource
from connectors.odc.place import Place
from tests.servers.json_server import Answered, JsonServer
from tests.servers.openstack import (
    CREDENTIAL,
    PROJECT,
    REGION,
    SECRET,
    Openstack,
    backup,
    container,
    image,
    server,
    snapshot,
    volume,
)
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Asset, Certainty, Operation, Outcome, Scope

SERVERS, VOLUMES, IMAGES = "ODC::VirtualMachine", "ODC::Volume", "ODC::Image"
SNAPSHOTS, BACKUPS, CONTAINERS = "ODC::VolumeSnapshot", "ODC::VolumeBackup", "ODC::ObjectContainer"
EVERY = (SERVERS, VOLUMES, SNAPSHOTS, BACKUPS, IMAGES, CONTAINERS)
PLACE = Place("odc-noord", "NL", operator="Operator BV")


@pytest.fixture
def api() -> Openstack:
    """A project with something of each kind."""
    return Openstack(
        servers=[server(number) for number in range(3)],
        volumes=[volume(1)],
        snapshots=[snapshot(1)],
        backups=[backup(1)],
        images=[image(1)],
        containers=[container(1) | {"name": "dossiers/a"}],
    )


@pytest.fixture
def running(api: Openstack) -> Iterator[JsonServer]:
    """That OpenStack over HTTP."""
    with JsonServer(api) as found:
        yield found


@pytest.fixture
def settings(running: JsonServer, tmp_path: Path) -> OpenstackSettings:
    """Settings that read it two items at a time."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET + "\n")
    return OpenstackSettings(f"{running.url}/v3", CREDENTIAL, secret, PLACE, page_size=2, max_attempts=2)


def read(settings: OpenstackSettings, kind: str = SERVERS, region: str = "RegionOne") -> list[ReadItem]:
    """What one scope yields."""
    source = OpenstackSource(settings)
    try:
        return list(source.read(Scope(PROJECT, region, kind)))
    finally:
        source.finish_group(PROJECT)


def test_a_project_is_planned_by_region_and_kind(settings: OpenstackSettings) -> None:
    """The catalogue names the regions; the account is the project."""
    scopes = list(OpenstackSource(settings).plan())

    assert scopes == [Scope(PROJECT, "RegionOne", kind) for kind in EVERY]


def test_a_server_is_at_the_site(settings: OpenstackSettings) -> None:
    """Every page is read, and the facts that Nova tells are kept."""
    found = [item for item in read(settings) if isinstance(item, Asset)]

    assert [each.name for each in found] == ["app-0", "app-1", "app-2"]
    first = found[0]
    assert (first.asset_id, first.partition, first.account) == (
        "urn:wolkenzicht:openstack:RegionOne:virtualmachine:server-0",
        "odc-noord",
        PROJECT,
    )
    assert first.locations == (PLACE.location(Operation.PROCESSED),)
    assert first.tags == (("system", "zaak"),)
    assert first.created == datetime(2025, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert dict(first.properties).pop("endpoint").startswith("127.0.0.1:")
    assert tuple(each for each in first.properties if each[0] != "endpoint") == (
        ("availability_zone", "az-1"),
        ("flavor", "m1.small"),
        ("region", "RegionOne"),
        ("site_operator", "Operator BV"),
        ("status", "ACTIVE"),
        ("volumes", "volume-1"),
    )


def test_a_volume_without_a_name_is_known_by_its_id(settings: OpenstackSettings) -> None:
    """Cinder gives most volumes none."""
    (asset,) = read(settings, VOLUMES)

    assert isinstance(asset, Asset)
    assert (asset.name, dict(asset.properties)["encrypted"]) == ("volume-1", "true")
    assert asset.locations == (PLACE.location(Operation.STORED),)


def test_images_are_those_of_the_project(settings: OpenstackSettings, running: JsonServer) -> None:
    """Public images belong to others; the listing asks for the project's own."""
    (asset,) = read(settings, IMAGES)

    assert isinstance(asset, Asset)
    assert asset.tags == (("base", ""),)
    assert {asked.query.get("owner") for asked in running.asked if asked.path == "/image/v2/images"} == {
        PROJECT
    }


def test_a_container_that_is_kept_in_step_has_a_copy_somewhere(
    settings: OpenstackSettings, api: Openstack
) -> None:
    """Where that cluster stands its URL does not tell: unknown, with the URL as evidence."""
    api.headers["dossiers%2Fa"] = {
        "X-Container-Sync-To": "//realm/cluster/AUTH_x/copy",
        "X-Storage-Policy": "gold",
    }

    (asset,) = read(settings, CONTAINERS)

    assert isinstance(asset, Asset)
    assert asset.asset_id == f"urn:wolkenzicht:openstack:RegionOne:objectcontainer:{PROJECT}:dossiers%2Fa"
    assert [(each.operation, each.certainty) for each in asset.locations] == [
        (Operation.STORED, Certainty.DECLARED),
        (Operation.REPLICATED, Certainty.UNKNOWN),
    ]
    assert dict(asset.properties)["storage_policy"] == "gold"


def test_a_region_can_stand_elsewhere(settings: OpenstackSettings) -> None:
    """The configuration names its own place."""
    elsewhere = Place("odc-zuid", "BE")
    changed = OpenstackSettings(
        settings.auth_url, CREDENTIAL, settings.credential_secret_file, PLACE, {"RegionOne": elsewhere}
    )

    (asset,) = read(changed, VOLUMES)

    assert isinstance(asset, Asset)
    assert (asset.partition, asset.locations) == ("odc-zuid", (elsewhere.location(Operation.STORED),))


def test_a_service_that_a_region_lacks_is_not_enabled(settings: OpenstackSettings, api: Openstack) -> None:
    """Neither denied nor empty: the catalogue says so."""
    api.absent.add("compute")

    with pytest.raises(ReadError) as error:
        read(settings)

    assert error.value.gap.outcome is Outcome.NOT_ENABLED


def test_a_region_that_is_not_there_is_a_failure(settings: OpenstackSettings) -> None:
    """A wrong name in the configuration must not count as seen."""
    with pytest.raises(ReadError, match="has no region RegionTwo; correct `regions`") as error:
        read(settings, SERVERS, "RegionTwo")

    assert error.value.gap.outcome is Outcome.FAILED


def test_a_service_without_a_public_endpoint_is_a_failure(
    settings: OpenstackSettings, api: Openstack
) -> None:
    """It is there and holds data; only the agent cannot reach it."""
    api.interface = "internal"

    with pytest.raises(ReadError, match="no public endpoint for compute in RegionOne") as error:
        read(settings)

    assert error.value.gap.outcome is Outcome.FAILED


def test_an_empty_catalogue_is_no_plan(settings: OpenstackSettings, api: Openstack) -> None:
    """Without a region nothing would be planned, and nothing missed."""
    api.absent.update({"compute", "volumev3", "image", "object-store"})

    with pytest.raises(ReadError, match="the catalogue is empty"):
        list(OpenstackSource(settings).plan())


def test_a_backup_is_where_somebody_says(settings: OpenstackSettings) -> None:
    """Cinder may write to any cloud: unknown, unless the configuration names the place."""
    elsewhere = Place("odc-zuid", "BE")

    (unknown,) = read(settings, BACKUPS)
    (known,) = read(replace(settings, backups=elsewhere), BACKUPS)

    assert isinstance(unknown, Asset)
    assert [(each.operation, each.certainty) for each in unknown.locations] == [
        (Operation.BACKED_UP, Certainty.UNKNOWN)
    ]
    assert isinstance(known, Asset)
    assert known.locations == (elsewhere.location(Operation.BACKED_UP),)
    assert dict(known.properties)["container"] == "volumebackups"


def test_a_snapshot_is_stored_where_its_volume_is(settings: OpenstackSettings) -> None:
    """It never leaves the storage that it was made in."""
    (asset,) = read(settings, SNAPSHOTS)

    assert isinstance(asset, Asset)
    assert asset.locations == (PLACE.location(Operation.STORED),)
    assert dict(asset.properties)["volume"] == "volume-1"


@pytest.mark.parametrize(
    ("status", "copies"), [("enabled", 1), ("failed-over", 1), ("disabled", 0), (None, 0)]
)
def test_a_replicated_volume_has_a_copy_somewhere(
    settings: OpenstackSettings, api: Openstack, status: str | None, copies: int
) -> None:
    """Cinder says that there is one, not where."""
    api.items[PROJECT, REGION, "volumes"] = [volume(1, replication_status=status)]

    (asset,) = read(settings, VOLUMES)

    assert isinstance(asset, Asset)
    found = [each for each in asset.locations if each.operation is Operation.REPLICATED]
    assert [each.certainty for each in found] == [Certainty.UNKNOWN] * copies


def test_a_denied_listing_names_the_policy_rule(settings: OpenstackSettings, api: Openstack) -> None:
    """What may not be seen is not empty."""
    api.denied.add("volumes")

    with pytest.raises(ReadError) as error:
        read(settings, VOLUMES)

    assert (error.value.gap.outcome, error.value.gap.permission) == (Outcome.DENIED, "volume:get_all")


@pytest.mark.parametrize(
    ("answer", "outcome", "message"),
    [
        (Answered(429, {}, {"Retry-After": "0"}), Outcome.THROTTLED, "still throttled"),
        (Answered(413, {}, {"Retry-After": "0"}), Outcome.THROTTLED, "still throttled"),
        (Answered(404, {}), Outcome.FAILED, "does not know it (404)"),
        (Answered(500, b"broken"), Outcome.FAILED, "500: broken"),
        (Answered(body=b"<html>"), Outcome.FAILED, "the answer is no JSON"),
        (Answered(body={}), Outcome.FAILED, "no listing of OpenStack's"),
        (Answered(302, b"", {"Location": "/login"}), Outcome.FAILED, "302"),
        (Answered(body={"servers": [{"id": "server-1"}]}), Outcome.FAILED, "does not go on after a page"),
        (Answered(body={"servers": [{"name": "no id"}]}), Outcome.FAILED, "does not go on after a page"),
    ],
)
def test_a_second_page_that_is_wrong_ends_the_scope(
    settings: OpenstackSettings, api: Openstack, answer: Answered, outcome: Outcome, message: str
) -> None:
    """What came before is kept by the agent; the list is not whole."""
    api.faults["servers", "server-1"] = [answer] * 4

    with pytest.raises(ReadError) as error:
        read(settings)

    assert error.value.gap.outcome is outcome
    assert message in error.value.gap.message


def test_a_throttled_page_is_tried_again(settings: OpenstackSettings, api: Openstack) -> None:
    """`Retry-After` is obeyed, and nothing is lost."""
    api.faults["servers", ""] = [Answered(429, {}, {"Retry-After": "0"})]

    assert len(read(settings)) == 3


def test_a_resource_of_another_shape_is_rejected(settings: OpenstackSettings, api: Openstack) -> None:
    """The rest of the page is kept."""
    odd: dict[str, Any] = server(0) | {"metadata": []}
    api.items[PROJECT, REGION, "servers"] = [odd, server(1)]

    rejected, asset = read(settings)

    assert isinstance(rejected, Rejected)
    assert rejected.field == "metadata"
    assert isinstance(asset, Asset)


def test_headers_that_are_denied_leave_a_gap(settings: OpenstackSettings, api: Openstack) -> None:
    """The container is kept; whether it has a copy is not known, and the scope says so."""
    api.headers["dossiers%2Fa"] = {}
    changed = JsonServer(lambda asked: Answered(403) if asked.method == "HEAD" else api(asked))
    with changed as running:
        moved = OpenstackSettings(f"{running.url}/v3", CREDENTIAL, settings.credential_secret_file, PLACE)
        asset, gap = read(moved, CONTAINERS)

    assert isinstance(asset, Asset)
    assert isinstance(gap, Gap)
    assert (gap.outcome, gap.asset_id) == (Outcome.DENIED, asset.asset_id)


def test_a_refused_credential_is_no_plan(settings: OpenstackSettings) -> None:
    """Without a token nobody knows the regions."""
    settings.credential_secret_file.write_text("wrong")

    with pytest.raises(ReadError, match="the credential is refused"):
        list(OpenstackSource(settings).plan())


def test_a_check_asks_for_the_first_page_of_each(settings: OpenstackSettings, api: Openstack) -> None:
    """One outcome for each scope."""
    api.denied.add("images")

    found = [(each.scope.type, each.outcome) for each in OpenstackSource(settings).check()]

    assert found == [
        (SERVERS, Outcome.COMPLETE),
        (VOLUMES, Outcome.COMPLETE),
        (SNAPSHOTS, Outcome.COMPLETE),
        (BACKUPS, Outcome.COMPLETE),
        (IMAGES, Outcome.DENIED),
        (CONTAINERS, Outcome.COMPLETE),
    ]


def test_only_the_token_is_posted(settings: OpenstackSettings, running: JsonServer) -> None:
    """All else is read."""
    for _ in OpenstackSource(settings).check():
        pass

    assert {(asked.method, asked.path) for asked in running.asked if asked.method != "GET"} == {
        ("POST", "/v3/auth/tokens"),
        ("HEAD", f"/object/v1/AUTH_{PROJECT}/dossiers%2Fa"),
    }


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"auth_url": "keystone"}, "auth_url: "),
        ({"user": "agent"}, "credential_id: "),
        ({"credential_id": ""}, "credential_id: "),
        ({"credential_secret_file": Path("/nowhere")}, "credential_secret_file: "),
        ({"regions": ()}, "regions: "),
        ({"page_size": 0}, "page_size: "),
        ({"max_attempts": 0}, "max_attempts: "),
    ],
)
def test_settings_that_cannot_be_are_refused(
    tmp_path: Path, changed: dict[str, object], message: str
) -> None:
    """The message begins with the key."""
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    given: dict[str, object] = {
        "auth_url": "https://keystone.example.nl/v3",
        "credential_id": CREDENTIAL,
        "credential_secret_file": secret,
        "place": PLACE,
    } | changed

    with pytest.raises(ConfigurationError, match=message):
        OpenstackSource(OpenstackSettings(**given))  # type: ignore[arg-type]  # built from a table of cases
