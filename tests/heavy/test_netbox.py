"""A real NetBox, filled and read over its REST API; see docs/testing-heavy.md."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pynetbox
import pytest

from connectors.odc.netbox.kinds import KINDS
from connectors.odc.netbox.source import NetboxSettings, NetboxSource
from tests.servers.odc_reading import read
from wolkenzicht.model import Certainty, Holds, Outcome, Scope

pytestmark = pytest.mark.heavy

MACHINES = 7


@pytest.fixture(scope="module")
def api() -> Any:
    """The NetBox that the environment names, with a token that may write: only this test does."""
    url = os.environ.get("WOLKENZICHT_TEST_NETBOX")
    if not url:
        pytest.skip("WOLKENZICHT_TEST_NETBOX names no NetBox; see docs/testing-heavy.md")
    return pynetbox.api(url, token=os.environ["WOLKENZICHT_TEST_NETBOX_TOKEN"])


@pytest.fixture(scope="module")
def estate(api: Any) -> Iterator[dict[str, Any]]:
    """Regions under each other, sites with and without a country, machines and a cluster."""
    made: list[Any] = []

    def make(endpoint: Any, **values: Any) -> Any:
        made.append(endpoint.create(**values))
        return made[-1]

    make(api.extras.custom_fields, name="country", type="text", object_types=["dcim.site", "dcim.region"])
    country = make(api.dcim.regions, name="Nederland", slug="nederland")
    islands = make(
        api.dcim.regions, name="Caribisch Nederland", slug="caribisch-nederland", parent=country.id
    )
    noord = make(api.dcim.sites, name="ODC-Noord", slug="odc-noord", custom_fields={"country": "nl"})
    saba = make(api.dcim.sites, name="Saba", slug="saba", region=islands.id, physical_address="Zürich")
    alone = make(api.dcim.sites, name="Utrecht", slug="utrecht")
    zaal = make(api.dcim.locations, name="Zaal 1", slug="zaal-1", site=saba.id)
    maker = make(api.dcim.manufacturers, name="Merk", slug="merk")
    model = make(api.dcim.device_types, manufacturer=maker.id, model="M1", slug="m1")
    role = make(api.dcim.device_roles, name="Switch", slug="switch")
    device = make(api.dcim.devices, name="sw-1", site=alone.id, role=role.id, device_type=model.id)
    kind = make(api.virtualization.cluster_types, name="VMware", slug="vmware")
    cluster = make(
        api.virtualization.clusters,
        name="cluster-1",
        type=kind.id,
        scope_type="dcim.location",
        scope_id=zaal.id,
    )
    for number in range(MACHINES):
        make(api.virtualization.virtual_machines, name=f"vm-{number}", site=noord.id)
    yield {"noord": noord, "saba": saba, "alone": alone, "device": device, "cluster": cluster}
    for each in reversed(made):
        each.delete()


@pytest.fixture
def settings(estate: dict[str, Any], tmp_path: Path) -> NetboxSettings:
    """Settings with the token of a user who may read, two items on a page."""
    del estate  # it must be there
    token = tmp_path / "token"
    token.write_text(os.environ["WOLKENZICHT_TEST_NETBOX_READER"])
    return NetboxSettings(
        os.environ["WOLKENZICHT_TEST_NETBOX"],
        token,
        account="cmdb",
        countries={"nederland": "NL", "caribisch-nederland": "BQ"},
        roles_without_data=("switch",),
        page_size=2,
    )


def scope(kind: str) -> Scope:
    """The one scope of a kind."""
    return Scope("cmdb", "netbox", kind)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.type)
def test_every_kind_is_read_whole(settings: NetboxSettings, kind: Any) -> None:
    """As many as NetBox counts, each once, over all pages."""
    reading = read(NetboxSource(settings), scope(kind.type))

    expected = {"ODC::Site": 3, "ODC::VirtualMachine": MACHINES}.get(kind.type, 1)
    assert reading.outcome.message == ""
    assert reading.outcome.outcome is Outcome.COMPLETE
    assert len({each.asset_id for each in reading.assets}) == expected == len(reading.assets)


def test_places_come_from_fields_and_regions(settings: NetboxSettings) -> None:
    """The field is declared, the region derived and nearest, and an address in words decides nothing."""
    reading = read(NetboxSource(settings), scope("ODC::Site"))

    assert {each.name: (each.locations[0].declared_countries, each.locations[0].certainty)
            for each in reading.assets} == {
        "ODC-Noord": (("NL",), Certainty.DECLARED),
        "Saba": (("BQ",), Certainty.DERIVED),
        "Utrecht": ((), Certainty.UNKNOWN),
    }  # fmt: skip


def test_a_cluster_in_a_room_is_at_its_site(settings: NetboxSettings) -> None:
    """NetBox names the room; the site and its country follow from it."""
    (asset,) = read(NetboxSource(settings), scope("ODC::Cluster")).assets

    assert (asset.location, asset.locations[0].declared_countries) == ("Saba", ("BQ",))


def test_a_switch_holds_nothing(settings: NetboxSettings) -> None:
    """Its role stands in the configuration by its slug."""
    (asset,) = read(NetboxSource(settings), scope("ODC::Device")).assets

    assert asset.holds is Holds.NOTHING


def test_a_check_names_what_is_denied(settings: NetboxSettings) -> None:
    """The other user has no object permission at all: each kind is denied, and names its own."""
    settings.token_file.write_text(os.environ["WOLKENZICHT_TEST_NETBOX_NOBODY"])

    found = {each.permission: each.outcome for each in NetboxSource(settings).check()}

    assert found == dict.fromkeys((kind.permission for kind in KINDS), Outcome.DENIED)


def test_a_wrong_token_is_a_failure(settings: NetboxSettings) -> None:
    """NetBox answers 403 to it too: nobody is asked for a permission."""
    settings.token_file.write_text("0" * 40)

    outcome = read(NetboxSource(settings), scope("ODC::Site")).outcome

    assert outcome.outcome is Outcome.FAILED
    assert "the token is refused" in outcome.message
