"""VMware's own protocol, as the simulator of govmomi speaks it; see docs/testing-heavy.md."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connectors.base import ReadError
from connectors.odc.place import Place
from connectors.odc.vcenter.source import VcenterSettings, VcenterSource
from wolkenzicht.model import Asset, Operation, Outcome, Scope

pytestmark = pytest.mark.heavy

PLACE = Place("odc-noord", "NL")


@pytest.fixture
def settings(tmp_path: Path) -> VcenterSettings:
    """Settings for the simulator whose URL the environment names."""
    password = tmp_path / "password"
    password.write_text("pass")
    url = os.environ.get("WOLKENZICHT_TEST_VCENTER")
    if not url:
        pytest.skip("WOLKENZICHT_TEST_VCENTER names no vCenter; see docs/testing-heavy.md")
    return VcenterSettings(url, "user", password, PLACE, page_size=7)


def test_every_page_is_read(settings: VcenterSettings) -> None:
    """As many objects with small pages as with large ones, each once."""
    large = VcenterSettings(settings.url, settings.user, settings.password_file, PLACE)

    for kind in ("ODC::VirtualMachine", "ODC::Datastore", "ODC::Server"):
        found = [_identities(each, kind) for each in (settings, large)]
        assert found[0] == found[1]
        assert len(found[0]) == len(set(found[0])) > 0


def test_a_virtual_machine_is_at_the_site(settings: VcenterSettings) -> None:
    """Its identity is made of the vCenter's and its own, its place of the settings."""
    source = VcenterSource(settings)

    reading = source.read(Scope("odc-noord", "vcenter", "ODC::VirtualMachine"))
    first, *_ = reading
    source.finish_group("odc-noord")

    assert isinstance(first, Asset)
    assert first.asset_id.startswith("urn:wolkenzicht:vmware:")
    assert first.locations == (PLACE.location(Operation.PROCESSED),)
    assert dict(first.properties)["power_state"] == "poweredOn"


def test_a_check_asks_for_one_of_each(settings: VcenterSettings) -> None:
    """Three outcomes, all complete."""
    found = [(each.outcome, each.permission) for each in VcenterSource(settings).check()]

    assert found == [(Outcome.COMPLETE, "System.Read")] * 3


def test_a_wrong_password_is_a_failure(settings: VcenterSettings) -> None:
    """Never an empty vCenter."""
    settings.password_file.write_text("wrong")

    source = VcenterSource(settings)
    with pytest.raises(ReadError, match="the user or password is refused"):
        list(source.read(Scope("odc-noord", "vcenter", "ODC::Server")))
    source.finish_group("odc-noord")


def _identities(settings: VcenterSettings, kind: str) -> list[str]:
    source = VcenterSource(settings)
    found = [item for item in source.read(Scope("odc-noord", "vcenter", kind)) if isinstance(item, Asset)]
    source.finish_group("odc-noord")
    return sorted(each.asset_id for each in found)
