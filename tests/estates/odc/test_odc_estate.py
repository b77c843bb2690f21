"""Datacentres and private clouds, read as an agent reads them, are judged as a person wrote down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from connectors.base import Source
from connectors.odc.kubernetes.source import KubernetesSettings, KubernetesSource
from connectors.odc.netbox.source import NetboxSettings, NetboxSource
from connectors.odc.openstack.source import OpenstackSettings, OpenstackSource
from connectors.odc.rvtools.source import RvtoolsSettings, RvtoolsSource
from connectors.odc.source import OdcCsvSettings, OdcCsvSource
from connectors.odc.vcenter.source import VcenterSettings, VcenterSource
from policy import ruleset
from tests.estates.odc import estate
from tests.estates.verdicts import FEWEST, differences, written
from tests.servers import kubernetes_api, netbox, openstack, vcenter
from tests.servers.json_server import Answered, Asked, JsonServer
from tests.servers.odc_reading import Reading, read
from wolkenzicht.model import Outcome

VERDICTS = Path(__file__).with_name("verdicts.csv")
PAGE = 3


@pytest.fixture(scope="module")
def readings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, str, str], Reading]]:
    """Every planned scope of every source, by connector, location and type."""
    folder = tmp_path_factory.mktemp("odc")
    with ExitStack() as stack:
        sources = _sources(folder, lambda api: stack.enter_context(JsonServer(api)).url)
        yield {
            (source.connector, scope.location, scope.type): read(source, scope)
            for source in sources
            for scope in list(source.plan())
        }


def _sources(folder: Path, serve: Callable[[Callable[[Asked], Answered]], str]) -> tuple[Source, ...]:
    """One source of each connector."""

    def secret(name: str, text: str) -> Path:
        path = folder / name
        path.write_text(text)
        return path

    export = folder / "rvtools.xlsx"
    estate.write_export(export)
    return (
        OdcCsvSource(OdcCsvSettings(estate.REGISTER)),
        RvtoolsSource(RvtoolsSettings(export, estate.AMSTERDAM)),
        VcenterSource(
            VcenterSettings(
                serve(estate.vcenter_of_kralendijk()),
                "agent",
                secret("vcenter", vcenter.PASSWORD),
                estate.KRALENDIJK,
                page_size=PAGE,
            )
        ),
        NetboxSource(
            NetboxSettings(
                serve(estate.netbox_of_all()),
                secret("netbox", netbox.TOKEN),
                account="cmdb",
                countries=estate.COUNTRIES,
                roles_without_data=("switch",),
                page_size=PAGE,
            )
        ),
        OpenstackSource(
            OpenstackSettings(
                serve(estate.openstack_of_noord()) + "/v3",
                openstack.CREDENTIAL,
                secret("openstack", openstack.SECRET),
                estate.NOORD,
                {"RegionTwo": estate.LONDEN},
                page_size=PAGE,
            )
        ),
        KubernetesSource(
            KubernetesSettings(
                "prod",
                kubernetes_api.kubeconfig(folder / "kubeconfig", serve(estate.cluster_of_several())),
                place=estate.NOORD,
                page_size=PAGE,
            )
        ),
    )


def test_every_verdict_is_as_written(readings: dict[tuple[str, str, str], Reading]) -> None:
    """Each asset has a row, each row an asset, and all of their cells are equal."""
    assets = [asset for reading in readings.values() for asset in reading.assets]
    assert differences(VERDICTS, assets, ruleset.load()) == []


def test_only_the_row_in_words_is_missing(readings: dict[tuple[str, str, str], Reading]) -> None:
    """A country in Dutch is no code: that row of the register is named, and its scope is not complete."""
    found = {
        key: reading.outcome.message
        for key, reading in readings.items()
        if reading.outcome.outcome is not Outcome.COMPLETE
    }
    (message,) = found.values()
    assert list(found) == [("odc-csv", "odc", "ODC::VirtualMachine")]
    assert message.startswith("register.csv:19:2 country is no ISO 3166-1 alpha-2 code")


def test_site_operator_and_owner_stay_apart(readings: dict[tuple[str, str, str], Reading]) -> None:
    """Who runs the building is kept beside the site, and makes nobody an operator of what stands in it."""
    machine = readings["odc-rvtools", "rvtools", "ODC::VirtualMachine"].assets[0]
    assert machine.partition == "ODC Amsterdam"
    assert dict(machine.properties)["site_operator"] == "Equinix"
    assert dict(machine.properties)["site_owner"] == "Staat der Nederlanden"


def test_the_estate_says_something() -> None:
    """It is large enough, and every class of location is in it."""
    rows = written(VERDICTS)
    assert len(rows) >= FEWEST
    assert {row.location_class for row in rows.values()} == {
        "inside_eea",
        "outside_eea_adequate",
        "unknown",
        "outside_eea",
    }
