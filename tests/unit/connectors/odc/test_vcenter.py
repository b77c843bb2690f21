"""vCenter: what its objects become, page by page, and how each refusal ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pyVmomi import vim

from connectors.base import Gap, ReadError, ReadItem, Rejected
from connectors.odc.place import Place
from connectors.odc.vcenter.source import VcenterSettings, VcenterSource
from tests.servers.json_server import Answered, JsonServer
from tests.servers.vcenter import PASSWORD, UUID, Vcenter, content
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Asset, Operation, Outcome, Scope

PLACE = Place("odc-noord", "NL")
VM, STORE = "ODC::VirtualMachine", "ODC::Datastore"


def read(vcenter: Any, folder: Path, kind: str = VM, password: str = PASSWORD) -> list[ReadItem]:
    """What one scope yields."""
    (folder / "password").write_text(password)
    with JsonServer(vcenter) as server:
        source = VcenterSource(VcenterSettings(server.url, "agent", folder / "password", PLACE))
        try:
            return list(source.read(Scope("odc-noord", "vcenter", kind)))
        finally:
            source.finish_group("odc-noord")


def machine(number: int, **values: Any) -> Any:
    """A virtual machine with a name and other properties."""
    return content(vim.VirtualMachine(f"vm-{number}"), {"name": f"zaak-{number}"} | values)


def test_every_page_is_read(tmp_path: Path) -> None:
    """The session ends, the view is given back, and nothing is changed."""
    vcenter = Vcenter([machine(1), machine(2)], [machine(3)])

    found = [item.asset_id for item in read(vcenter, tmp_path) if isinstance(item, Asset)]

    assert found == [f"urn:wolkenzicht:vmware:{UUID}:vm-{number}" for number in (1, 2, 3)]
    assert vcenter.called == [
        "RetrieveServiceContent",
        "Login",
        "CreateContainerView",
        "RetrievePropertiesEx",
        "ContinueRetrievePropertiesEx",
        "DestroyView",
        "Logout",
    ]


def test_what_is_known_of_a_machine(tmp_path: Path) -> None:
    """It has the identity that an RVTools export gives it."""
    (asset,) = read(
        Vcenter([machine(1, **{"config.template": False, "guest.hostName": "zaak-1.example.nl"})]), tmp_path
    )

    assert isinstance(asset, Asset)
    assert asset.locations == (PLACE.location(Operation.PROCESSED),)
    assert asset.properties == (("dns_name", "zaak-1.example.nl"), ("template", "false"))


def test_a_placeholder_is_a_replica(tmp_path: Path) -> None:
    """Site Recovery Manager keeps a copy ready at this site."""
    manager = vim.ext.ManagedByInfo(extensionKey="com.vmware.vcDr", type="placeholderVm")

    (asset,) = read(Vcenter([machine(1, **{"config.managedBy": manager})]), tmp_path)

    assert isinstance(asset, Asset)
    assert asset.locations[0].operation is Operation.REPLICATED


def test_a_property_that_may_not_be_read_is_a_gap(tmp_path: Path) -> None:
    """The object is kept; the scope names the privilege that it lacks."""
    store = content(vim.Datastore("datastore-7"), {"name": "san-1"}, ("summary.type",))

    asset, gap = read(Vcenter([store]), tmp_path, STORE)

    assert isinstance(asset, Asset)
    assert isinstance(gap, Gap)
    assert (gap.outcome, gap.permission, gap.asset_id) == (Outcome.DENIED, "System.Read", asset.asset_id)


def test_an_object_without_a_name_is_rejected(tmp_path: Path) -> None:
    """It cannot be shown to anybody; the other is kept."""
    rejected, asset = read(Vcenter([content(vim.VirtualMachine("vm-1"), {}), machine(2)]), tmp_path)

    assert isinstance(rejected, Rejected)
    assert rejected.field == "name"
    assert isinstance(asset, Asset)


@pytest.mark.parametrize(
    ("pages", "outcome", "message"),
    [
        (("NoPermission",), Outcome.DENIED, "System.Read is denied"),
        (([machine(1)], "NoPermission"), Outcome.DENIED, "System.Read is denied"),
        (([machine(1)], "NotAuthenticated"), Outcome.FAILED, "the user or password is refused"),
        (([machine(1)], "RuntimeFault"), Outcome.FAILED, "RuntimeFault"),
    ],
)
def test_a_page_that_is_refused_ends_the_scope(
    tmp_path: Path, pages: tuple[Any, ...], outcome: Outcome, message: str
) -> None:
    """First or later: never an empty vCenter."""
    with pytest.raises(ReadError) as error:
        read(Vcenter(*pages), tmp_path)

    assert error.value.gap.outcome is outcome
    assert message in error.value.gap.message


def test_a_wrong_password_is_a_failure(tmp_path: Path) -> None:
    """Nobody is asked for a privilege when the password is wrong."""
    with pytest.raises(ReadError, match="the user or password is refused"):
        read(Vcenter(), tmp_path, password="wrong")


def test_a_vcenter_without_machines_still_answers(tmp_path: Path) -> None:
    """The top folder is there; without it nobody knows whether vCenter answered at all."""
    top = content(vim.Folder("group-d1"), {"name": "Datacenters"})

    assert read(Vcenter([top]), tmp_path) == []


def test_a_page_of_nothing_is_no_empty_vcenter(tmp_path: Path) -> None:
    """A proxy's page in the middle of a session reads as nothing."""
    with pytest.raises(ReadError, match="a page is missing"):
        read(Vcenter(None), tmp_path)


@pytest.mark.parametrize(
    "answer", [Answered(body=b"<html>log in</html>"), Answered(body=b""), Answered(503, b"busy")]
)
def test_another_server_is_no_vcenter(tmp_path: Path, answer: Answered) -> None:
    """A proxy's page gives one line that says where to look."""
    with pytest.raises(ReadError) as error:
        read(lambda _: answer, tmp_path)

    assert error.value.gap.outcome is Outcome.FAILED


def test_a_check_asks_for_one_of_each(tmp_path: Path) -> None:
    """Three outcomes; the last is refused."""
    (tmp_path / "password").write_text(PASSWORD)
    store = content(vim.Datastore("datastore-7"), {"name": "san-1"})
    vcenter = Vcenter([machine(1)], [store], "NoPermission")
    with JsonServer(vcenter) as server:
        source = VcenterSource(VcenterSettings(server.url, "agent", tmp_path / "password", PLACE))
        found = [each.outcome for each in source.check()]

    assert found == [Outcome.COMPLETE, Outcome.COMPLETE, Outcome.DENIED]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"url": "vcenter"}, "url: "),
        ({"user": " "}, "user: "),
        ({"password_file": Path("/nowhere")}, "password_file: "),
        ({"ca": Path("/nowhere")}, "ca: "),
        ({"page_size": 0}, "page_size: "),
    ],
)
def test_settings_that_cannot_be_are_refused(
    tmp_path: Path, changed: dict[str, object], message: str
) -> None:
    """The message begins with the key."""
    (tmp_path / "password").write_text(PASSWORD)
    given: dict[str, object] = {
        "url": "https://vcenter.example.nl",
        "user": "agent",
        "password_file": tmp_path / "password",
        "place": PLACE,
    } | changed

    with pytest.raises(ConfigurationError, match=message):
        VcenterSource(VcenterSettings(**given))  # type: ignore[arg-type]  # built from a table of cases
