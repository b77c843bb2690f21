"""What changed in what can be seen, from the provider's answers to what an asker reads and is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from collector.alerts.cloudevent import schema
from tests.integration.receivers import Receivers
from tests.integration.world import World, eventually
from tests.servers.fault_proxy import FaultProxy
from tests.servers.moto_server import running_moto

ACCOUNT, IRELAND, ATLANTIS = "123456789012", "eu-west-1", "eu-atlantis-1"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": IRELAND}
SOURCE = (
    '[[source]]\nconnector = "aws"\nquota_share = 0\nkinds = ["sqs-queue", "sns-topic"]\nmax_attempts = 1'
)
SUBJECT = f"aws:{ATLANTIS}"


@pytest.fixture(scope="module")
def receivers() -> Iterator[Receivers]:
    """Both receivers, listening."""
    with Receivers() as listening:
        yield listening


@pytest.fixture(scope="module")
def proxy() -> Iterator[FaultProxy]:
    """An AWS API whose regions a test chooses."""
    with running_moto() as url, FaultProxy(url) as passing:
        yield passing


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, receivers: Receivers) -> Iterator[World]:
    """A collector with one AWS tenant, and a department that has nothing to do with it."""
    founded = World(tmp_path_factory.mktemp("sight"), routes=receivers.routes)
    founded.add_tenant("mvz-aws", "mvz", "aws", SOURCE)
    founded.issue_asker("elsewhere", "department", "mva")
    with founded:
        yield founded


def scan(world: World, proxy: FaultProxy, denied: Iterable[str] = (), **regions: str) -> None:
    """Scan once, with these regions of the account and their state; some services denied in Ireland."""
    proxy.clear()
    for service in denied:
        proxy.deny(service, IRELAND, because="with an explicit deny in a service control policy")
    listed = [
        {"RegionName": name.replace("_", "-"), "RegionOptStatus": status} for name, status in regions.items()
    ]
    proxy.supply("account", "ListRegions", {"Regions": listed})
    finished = world.scan("mvz-aws", AWS_ENDPOINT_URL=proxy.url, **KEYS)
    assert finished.returncode in {0, 3}, finished.stderr


def told(receivers: Receivers) -> list[dict[str, Any]]:
    """What the webhook got about the region, in order."""
    return [each for each in receivers.events if each["data"].get("subject") == SUBJECT]


def test_a_new_region_is_a_finding_and_its_opting_in_a_change(
    world: World, proxy: FaultProxy, receivers: Receivers
) -> None:
    """Offered, then enabled while a policy denies another: alerts, findings and changes tell them apart."""
    scan(world, proxy, eu_west_1="ENABLED_BY_DEFAULT", eu_atlantis_1="DISABLED")

    [finding] = world.findings()
    assert (finding["kind"], finding["severity"], finding["subject_kind"], finding["subject"]) == (
        "region_not_in_catalogue",
        "low",
        "region",
        SUBJECT,
    )
    assert finding["asset_id"] == ""
    assert world.ask("coverage", "--changes")["items"] == []

    scan(world, proxy, ("sqs", "sns"), eu_west_1="ENABLED_BY_DEFAULT", eu_atlantis_1="ENABLED")

    found = {each["kind"]: each for each in world.findings()}
    assert set(found) == {"region_not_in_catalogue", "sight_denied"}
    finding, denied = found["region_not_in_catalogue"], found["sight_denied"]
    assert finding["severity"] == "high"
    assert ATLANTIS in finding["summary"]
    assert (denied["subject_kind"], denied["subject"]) == ("account", ACCOUNT)
    assert "sns:ListTopics (refused); sqs:ListQueues (refused)" in denied["summary"]
    changes = world.ask("coverage", "--changes", "--since", "1h")["items"]
    assert [(each["kind"], each["account"], each["location"], each["scopes"]) for each in changes] == [
        ("newly_denied", ACCOUNT, IRELAND, 2),
        ("newly_opted_in", ACCOUNT, ATLANTIS, 0),
    ]
    assert changes[0]["permissions"] == ["sns:ListTopics", "sqs:ListQueues"]
    assert changes[0]["denied_by"] == "service_control_policy"

    eventually(lambda: len(told(receivers)) == 2, "the webhook hears of both")
    opened, changed = told(receivers)
    for event in (opened, changed):
        Draft202012Validator(schema("cloudevent")).validate(event)
        Draft202012Validator(schema("bevinding.v1")).validate(event["data"])
        assert ATLANTIS not in json.dumps({key: event[key] for key in event if key != "data"})
    assert (opened["data"]["severity"], changed["data"]["severity"]) == ("low", "high")
    eventually(lambda: any("Regio:" in text for text in receivers.texts()), "the mail names the region")


def test_changes_are_read_by_people_and_by_programs(world: World, proxy: FaultProxy) -> None:
    """In Dutch and English, page by page, as CSV, since a moment, and within the asker's sight."""
    scan(world, proxy, eu_west_1="ENABLED", eu_atlantis_1="DISABLED")

    dutch = world.asking("coverage", "--changes", "--lang", "nl").stdout
    assert [dutch.count(each) for each in ("regio uitgeschakeld", "weer gezien", "nieuw geweigerd")] == [
        1
    ] * 3
    assert "region disabled" in world.asking("coverage", "--changes", "--lang", "en").stdout

    first = world.ask("coverage", "--changes", "--since", "1h", "--limit", "2")
    rest = world.ask("coverage", "--changes", "--since", "2h", "--page-token", first["next_page_token"])
    assert [each["kind"] for each in (*first["items"], *rest["items"])] == [
        "seen_again",
        "opted_out",
        "newly_denied",
        "newly_opted_in",
    ]
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    assert world.ask("coverage", "--changes", "--since", tomorrow)["items"] == []
    heading, *lines = world.asking("coverage", "--changes", "--format", "csv").stdout.splitlines()
    assert heading.startswith("changed,kind,tenant,organisation,account,location,type,scopes,permissions,")
    assert len(lines) == 4
    assert world.ask("coverage", "--changes", asker="elsewhere")["items"] == []

    gone = [each for each in world.ask("coverage")["items"] if each["location"] == ATLANTIS]
    assert {(each["planned"], each["unplanned_reason"]) for each in gone} == {(False, "region_opted_out")}
    assert "niet meer gepland: regio uitgeschakeld" in world.asking("coverage", "--lang", "nl").stdout
