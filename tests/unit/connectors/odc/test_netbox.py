"""NetBox: what its objects become, where they stand, and how each refusal ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.base import Gap, ReadError, ReadItem, Rejected
from connectors.odc.netbox.source import NetboxSettings, NetboxSource
from tests.servers import netbox
from tests.servers.json_server import Answered, JsonServer
from tests.servers.netbox import Netbox
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.model import Asset, Certainty, Declarations, DeniedBy, Holds, Outcome, Scope

DEVICES = "ODC::Device"


@pytest.fixture
def api() -> Netbox:
    """The answers of a small NetBox."""
    return Netbox(netbox.estate())


@pytest.fixture
def server(api: Netbox) -> Iterator[JsonServer]:
    """That NetBox over HTTP."""
    with JsonServer(api) as running:
        yield running


@pytest.fixture
def settings(server: JsonServer, tmp_path: Path) -> NetboxSettings:
    """Settings that read it two items at a time."""
    token = tmp_path / "token"
    token.write_text(netbox.TOKEN + "\n")
    return NetboxSettings(
        server.url,
        token,
        account="cmdb",
        countries={"belgie": "be"},
        roles_without_data=("switch",),
        page_size=2,
        max_attempts=2,
    )


def read(settings: NetboxSettings, kind: str = DEVICES) -> list[ReadItem]:
    """What one scope yields."""
    source = NetboxSource(settings)
    try:
        return list(source.read(Scope("cmdb", "netbox", kind)))
    finally:
        source.finish_group("cmdb")


def failure(settings: NetboxSettings, kind: str = DEVICES) -> Gap:
    """The gap that one scope ends with."""
    with pytest.raises(ReadError) as error:
        read(settings, kind)
    return error.value.gap


def test_a_device_is_where_its_site_is(settings: NetboxSettings) -> None:
    """Its identity is NetBox's id, so that it survives another name and another site."""
    device, switch = read(settings)

    assert isinstance(device, Asset)
    assert (device.asset_id, device.partition, device.location, device.name) == (
        "urn:wolkenzicht:netbox:cmdb:devices:7",
        "ODC-Noord",
        "ODC-Noord",
        "srv-1",
    )
    assert device.properties == (
        ("role", "Server"),
        ("serial", "X1"),
        ("site_operator", "Operator BV"),
        ("site_owner", "SSC-ICT"),
        ("status", "active"),
    )
    assert device.declarations == Declarations(system="Zaaksysteem", personal_data="true")
    assert (device.tags, device.created) == ((("Zaaksysteem", ""),), datetime(2024, 3, 1, tzinfo=UTC))
    assert isinstance(switch, Asset)
    assert (device.holds, switch.holds, switch.name) == (Holds.CONTENT, Holds.NOTHING, "Server (8)")


def test_a_country_comes_from_a_field_or_a_region_and_from_nothing_else(settings: NetboxSettings) -> None:
    """The custom field is declared, the region's is derived; an address in free text decides nothing."""
    sites = [item for item in read(settings, "ODC::Site") if isinstance(item, Asset)]

    found = [
        (
            each.name,
            place.declared_countries,
            place.certainty,
            place.evidence[0].path,
            place.evidence[0].value,
        )
        for each in sites
        for place in each.locations
    ]
    assert found == [
        ("ODC-Noord", ("NL",), Certainty.DECLARED, "site.custom_fields.country", "nl"),
        ("Brussel-1", ("BE",), Certainty.DERIVED, "site.region.slug", "belgie"),
        ("Amsterdam", (), Certainty.UNKNOWN, "site", ""),
    ]


def test_a_cluster_stands_where_its_scope_is(settings: NetboxSettings) -> None:
    """Site, location, region, a group of sites, and the older field for a site."""
    clusters = [item for item in read(settings, "ODC::Cluster") if isinstance(item, Asset)]

    found = [(each.partition, each.locations[0].declared_countries) for each in clusters]
    assert found == [
        ("ODC-Noord", ("NL",)),
        ("Brussel-1", ("BE",)),
        ("cmdb", ("BE",)),
        ("cmdb", ()),
        ("ODC-Noord", ("NL",)),
    ]


def test_every_kind_is_read_to_its_last_page(settings: NetboxSettings, api: Netbox) -> None:
    """Also where the server gives smaller pages than were asked for."""
    api.page_limit = 1
    source = NetboxSource(settings)

    found = {scope.type: len(list(source.read(scope))) for scope in source.plan()}
    source.finish_group("cmdb")

    assert found == {
        "ODC::Site": 3,
        "ODC::Location": 1,
        DEVICES: 2,
        "ODC::VirtualMachine": 1,
        "ODC::Cluster": 5,
    }


def test_a_denied_listing_names_its_permission(settings: NetboxSettings, api: Netbox) -> None:
    """What may not be seen is not empty."""
    api.denied.add("dcim/devices")

    gap = failure(settings)

    assert (gap.outcome, gap.permission, gap.denied_by) == (
        Outcome.DENIED,
        "dcim.view_device",
        DeniedBy.NOT_TOLD,
    )


def test_without_the_sites_a_device_stands_nowhere(settings: NetboxSettings, api: Netbox) -> None:
    """The devices are kept, their place is unknown, and the scope names the permission that it lacks."""
    api.denied.add("dcim/sites")

    first, _, gap = read(settings)

    assert isinstance(first, Asset)
    assert first.locations[0].certainty is Certainty.UNKNOWN
    assert isinstance(gap, Gap)
    assert (gap.outcome, gap.permission) == (Outcome.DENIED, "dcim.view_site")


def test_a_token_that_is_refused_is_no_missing_permission(settings: NetboxSettings) -> None:
    """NetBox says 403 to both."""
    settings.token_file.write_text("wrong")

    gap = failure(settings)

    assert (gap.outcome, gap.message) == (
        Outcome.FAILED,
        "NetBox dcim/devices: the token is refused (403); renew it",
    )


def test_a_throttled_page_is_tried_again_when_it_may_be(settings: NetboxSettings, api: Netbox) -> None:
    """`Retry-After` is obeyed, and nothing is lost."""
    api.faults["dcim/devices", 0] = [Answered(429, {}, {"Retry-After": "0"})]

    assert len(read(settings)) == 2


def test_what_stays_throttled_ends_so(settings: NetboxSettings, api: Netbox) -> None:
    """After all attempts the outcome says why."""
    api.faults["dcim/devices", 0] = [Answered(429, {}, {"Retry-After": "0"})] * 2

    assert failure(settings).outcome is Outcome.THROTTLED


def _page(count: int, *items: object) -> Answered:
    return Answered(body={"count": count, "next": None, "previous": None, "results": list(items)})


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (Answered(500, {"error": "database is down"}), '500: {"error": "database is down"}'),
        (Answered(body=b"<html>log in</html>"), "the answer is no JSON; check the URL and the proxy"),
        (Answered(body=[]), "the answer is no page of NetBox's; check the URL and the proxy"),
        (Answered(body={}), "the answer is no page of NetBox's; check the URL and the proxy"),
        (Answered(302, b"", {"Location": "/login/"}), "the answer is no JSON; check the URL and the proxy"),
        (_page(9), "changed while it was read (3, then 9 items); scan again"),
        (_page(3), "tells of 3 items and lists 2; scan again"),
        (_page(3, {"id": 8}, {"id": 9}), "tells of 3 items and lists 4; scan again"),
    ],
)
def test_a_second_page_that_is_wrong_ends_the_scope(
    settings: NetboxSettings, api: Netbox, answer: Answered, message: str
) -> None:
    """What came before is kept by the agent; the list is not whole."""
    api.estate["dcim/devices"].append(netbox.device(12, "srv-3", 1))
    api.faults["dcim/devices", 2] = [answer] * 2

    gap = failure(settings)

    assert (gap.outcome, gap.message) == (Outcome.FAILED, f"NetBox dcim/devices: {message}")


def test_an_item_of_another_shape_is_rejected(settings: NetboxSettings, api: Netbox) -> None:
    """The rest of the page is kept."""
    api.estate["dcim/devices"] = [{"id": 1, "name": ["a"]}, {"name": "no id"}, "text"]  # type: ignore[list-item]  # a lying server

    fields = [item.field for item in read(settings) if isinstance(item, Rejected)]

    assert fields == ["name", "id", "item"]


def test_a_check_asks_for_one_item_of_each(settings: NetboxSettings, api: Netbox) -> None:
    """It says which permission is missing, kind by kind."""
    api.denied.add("virtualization/clusters")

    found = [(each.scope.type, each.outcome, each.permission) for each in NetboxSource(settings).check()]

    assert found[2:] == [
        (DEVICES, Outcome.COMPLETE, "dcim.view_device"),
        ("ODC::VirtualMachine", Outcome.COMPLETE, "virtualization.view_virtualmachine"),
        ("ODC::Cluster", Outcome.DENIED, "virtualization.view_cluster"),
    ]


def test_only_reading_calls_are_made(settings: NetboxSettings, server: JsonServer) -> None:
    """Every request is a GET of a listing."""
    for _ in NetboxSource(settings).check():
        pass

    assert {asked.method for asked in server.asked} == {"GET"}


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"url": "netbox.example.nl"}, "url: "),
        ({"token_file": Path("/nowhere")}, "token_file: "),
        ({"countries": {"belgie": "Belgie"}}, "countries.belgie: "),
        ({"fields": {"land": "country"}}, "fields.land: "),
        ({"page_size": 0}, "page_size: "),
        ({"max_attempts": 0}, "max_attempts: "),
    ],
)
def test_settings_that_cannot_be_are_refused(
    tmp_path: Path, changed: dict[str, object], message: str
) -> None:
    """The message begins with the key."""
    token = tmp_path / "token"
    token.write_text("t")
    given: dict[str, object] = {"url": "https://netbox.example.nl", "token_file": token} | changed

    with pytest.raises(ConfigurationError, match=message):
        NetboxSource(NetboxSettings(**given))  # type: ignore[arg-type]  # built from a table of cases
