"""OpenStack's own Keystone, Glance, Cinder and Nova; see docs/testing-heavy.md for what they must hold."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.base import ReadError
from connectors.odc.openstack.source import OpenstackSettings, OpenstackSource
from connectors.odc.place import Place
from tests.servers.odc_reading import read
from wolkenzicht.model import AccountState, Operation, Outcome, Scope

pytestmark = pytest.mark.heavy

PLACE = Place("odc-noord", "NL")
PASSWORD = "agentpass"  # noqa: S105 - of the servers of this test only
#: What each listing holds in the project `zaak`, by kind.
NAMES = {
    "ODC::VirtualMachine": ["app-0", "app-1", "app-2"],
    "ODC::Volume": ["volume-1", "volume-2", "volume-3"],
    "ODC::VolumeSnapshot": ["snapshot-0", "snapshot-1", "snapshot-2"],
    "ODC::VolumeBackup": ["backup-0", "backup-1", "backup-2"],
    "ODC::Image": ["image-1", "image-2", "image-3"],
}


@pytest.fixture
def settings(tmp_path: Path) -> OpenstackSettings:
    """Settings for the Keystone and the application credential that the environment names."""
    url = os.environ.get("WOLKENZICHT_TEST_KEYSTONE")
    if not url:
        pytest.skip("WOLKENZICHT_TEST_KEYSTONE names no Keystone; see docs/testing-heavy.md")
    secret = tmp_path / "secret"
    secret.write_text(os.environ["WOLKENZICHT_TEST_CREDENTIAL_SECRET"])
    return OpenstackSettings(url, os.environ["WOLKENZICHT_TEST_CREDENTIAL"], secret, PLACE, page_size=2)


def of_user(settings: OpenstackSettings, user: str) -> OpenstackSource:
    """The same cloud in the name of a user."""
    settings.credential_secret_file.write_text(PASSWORD)
    return OpenstackSource(replace(settings, credential_id="", user=user))


@pytest.mark.parametrize("kind", NAMES)
def test_every_page_of_a_listing_is_read(settings: OpenstackSettings, kind: str) -> None:
    """Three of each, two on a page; each once, with the place that the configuration gives."""
    source = OpenstackSource(settings)
    scope = next(each for each in source.plan() if (each.location, each.type) == ("RegionOne", kind))

    reading = read(source, scope)

    assert reading.outcome.outcome is Outcome.COMPLETE
    assert sorted(each.name for each in reading.assets) == NAMES[kind]
    if kind != "ODC::VolumeBackup":
        operation = Operation.PROCESSED if kind == "ODC::VirtualMachine" else Operation.STORED
        assert {each.locations for each in reading.assets} == {(PLACE.location(operation),)}


def test_a_service_outside_the_catalogue_is_not_enabled(settings: OpenstackSettings) -> None:
    """There is no Swift, and in the second region Nova only."""
    source = OpenstackSource(settings)
    found = {(each.scope.location, each.scope.type): each.outcome for each in source.check()}

    assert {key for key, outcome in found.items() if outcome is not Outcome.NOT_ENABLED} == {
        *(("RegionOne", kind) for kind in NAMES),
        ("RegionTwo", "ODC::VirtualMachine"),
    }
    assert set(found.values()) == {Outcome.COMPLETE, Outcome.NOT_ENABLED}


def test_a_user_reads_its_own_projects_and_knows_of_no_others(settings: OpenstackSettings) -> None:
    """Without a role on the system Keystone lists nobody's projects but the user's."""
    source = of_user(settings, "agent")
    scopes = [each for each in source.plan() if each.type == "ODC::Volume" and each.location == "RegionOne"]

    assert sorted(read(source, each).outcome.asset_count for each in scopes) == [1, 3]
    projects = read(source, next(each for each in source.plan() if each.type == "ODC::Project"))
    assert sorted(each.name for each in projects.assets) == ["archief", "zaak"]
    assert projects.outcome.outcome is Outcome.DENIED
    assert projects.outcome.permission == "identity:list_projects"


def test_a_reader_of_the_system_accounts_for_every_project(settings: OpenstackSettings) -> None:
    """Projects without a role, and one that is closed, are planned and end denied."""
    source = of_user(settings, "auditor")
    scopes = [each for each in source.plan() if each.type == "ODC::Volume" and each.location == "RegionOne"]
    projects = read(source, next(each for each in source.plan() if each.type == "ODC::Project"))
    names = {dict(each.properties)["enabled"]: each.name for each in projects.assets}
    states = [each.state for each in source.standings()]
    outcomes = [read(source, each).outcome for each in scopes]

    assert projects.outcome.outcome is Outcome.COMPLETE
    assert sorted(each.name for each in projects.assets) == ["admin", "archief", "gesloten", "zaak"]
    assert names["false"] == "gesloten"
    assert states.count(AccountState.SUSPENDED) == 1
    assert sorted(each.outcome.value for each in outcomes) == ["complete", "complete", "denied", "denied"]


def test_a_wrong_secret_is_a_failure(settings: OpenstackSettings) -> None:
    """Never an empty project."""
    settings.credential_secret_file.write_text("wrong")

    with pytest.raises(ReadError, match="the credential is refused"):
        list(OpenstackSource(settings).plan())


def test_a_region_of_the_configuration_only_is_a_failure(settings: OpenstackSettings) -> None:
    """A name that the catalogue lacks counts as unseen."""
    source = OpenstackSource(replace(settings, regions=("RegionThree",)))
    first: Scope = next(source.plan())

    assert read(source, first).outcome.outcome is Outcome.FAILED
