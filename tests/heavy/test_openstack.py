"""OpenStack's own Keystone and the services in its catalogue; see docs/testing-heavy.md."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connectors.base import ReadError
from connectors.odc.openstack.source import OpenstackSettings, OpenstackSource
from connectors.odc.place import Place
from wolkenzicht.model import Asset, Operation, Outcome

pytestmark = pytest.mark.heavy

PLACE = Place("odc-noord", "NL")


@pytest.fixture
def settings(tmp_path: Path) -> OpenstackSettings:
    """Settings for the Keystone and the application credential that the environment names."""
    url = os.environ.get("WOLKENZICHT_TEST_KEYSTONE")
    if not url:
        pytest.skip("WOLKENZICHT_TEST_KEYSTONE names no Keystone")
    secret = tmp_path / "secret"
    secret.write_text(os.environ["WOLKENZICHT_TEST_CREDENTIAL_SECRET"])
    return OpenstackSettings(url, os.environ["WOLKENZICHT_TEST_CREDENTIAL"], secret, PLACE, page_size=2)


def test_images_are_read_to_the_last_page(settings: OpenstackSettings) -> None:
    """Three images, two on a page; each once."""
    source = OpenstackSource(settings)
    (scope,) = (each for each in source.plan() if each.type == "ODC::Image")

    found = [item for item in source.read(scope) if isinstance(item, Asset)]
    source.finish_group(scope.account)

    assert sorted(each.name for each in found) == ["image-1", "image-2", "image-3"]
    assert {each.locations for each in found} == {(PLACE.location(Operation.STORED),)}


def test_a_service_outside_the_catalogue_is_not_enabled(settings: OpenstackSettings) -> None:
    """Only Keystone and Glance run."""
    found = {each.scope.type: each.outcome for each in OpenstackSource(settings).check()}

    assert found == {
        "ODC::VirtualMachine": Outcome.NOT_ENABLED,
        "ODC::Volume": Outcome.NOT_ENABLED,
        "ODC::Image": Outcome.COMPLETE,
        "ODC::ObjectContainer": Outcome.NOT_ENABLED,
    }


def test_a_wrong_secret_is_a_failure(settings: OpenstackSettings) -> None:
    """Never an empty project."""
    settings.credential_secret_file.write_text("wrong")

    with pytest.raises(ReadError, match="the application credential is refused"):
        list(OpenstackSource(settings).plan())
