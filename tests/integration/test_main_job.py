"""The main job: real agents report what is in a real AWS API, and the overview and its alerts follow."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.integration.receivers import Receivers
from tests.integration.world import World, eventually
from tests.servers.fault_proxy import FaultProxy
from tests.servers.moto_server import running_moto

KINDS = ("s3-bucket", "dynamodb-table", "sqs-queue", "ec2-instance", "ebs-volume")
REGIONS = ("eu-west-1", "eu-west-2", "us-east-1")
BUCKET = "arn:aws:s3:::zaken"
TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/zaken"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-west-1"}


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """An AWS API server with a bucket, its table and a queue in Ireland, and an empty bucket in London."""
    with running_moto() as url:
        s3 = client(url, "s3")
        s3.create_bucket(Bucket="zaken", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        s3.put_bucket_versioning(Bucket="zaken", VersioningConfiguration={"Status": "Enabled"})
        client(url, "dynamodb").create_table(
            TableName="zaken",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        client(url, "sqs").create_queue(QueueName="zaken")
        yield url


def client(url: str, service: str, region: str = "eu-west-1") -> Any:
    """A client of the API server."""
    return boto3.client(
        service, region_name=region, endpoint_url=url, aws_access_key_id="test", aws_secret_access_key="test"
    )


@pytest.fixture(scope="module")
def receivers() -> Iterator[Receivers]:
    """Both receivers, listening."""
    with Receivers() as listening:
        yield listening


@pytest.fixture(scope="module")
def proxy(api: str) -> Iterator[FaultProxy]:
    """A proxy before the API that can refuse."""
    with FaultProxy(api) as passing:
        yield passing


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, receivers: Receivers) -> Iterator[World]:
    """A collector with one AWS tenant."""
    founded = World(tmp_path_factory.mktemp("world"), routes=receivers.routes)
    regions = ", ".join(f'"{region}"' for region in REGIONS)
    kinds = ", ".join(f'"{kind}"' for kind in KINDS)
    source = f'[[source]]\nconnector = "aws"\nquota_share = 0\nregions = [{regions}]\nkinds = [{kinds}]'
    founded.add_tenant("mvz-aws", "mvz", "aws", source)
    with founded:
        yield founded


def scan(world: World, proxy: FaultProxy) -> int:
    """Scan once; returns the agent's exit code."""
    return world.scan("mvz-aws", AWS_ENDPOINT_URL=proxy.url, **KEYS).returncode


def test_the_first_scan_fills_the_overview(world: World, proxy: FaultProxy) -> None:
    """Every asset is there with its class, its verdict on law, and full coverage behind it."""
    assert scan(world, proxy) == 0

    assets = world.assets("--tenant", "mvz-aws")

    assert {BUCKET, TABLE, "arn:aws:sqs:eu-west-1:123456789012:zaken"} <= set(assets)
    assert {asset["location_class"] for asset in assets.values()} == {"inside_eea"}
    assert assets[BUCKET]["countries"] == ["IE"]
    assert assets[BUCKET]["jurisdictions"] == ["US"]
    assert assets[BUCKET]["scope_outcome"] == "complete"
    assert assets[BUCKET]["organisation"] == "mvz"
    completeness = world.ask("assets", "list")["completeness"]
    assert completeness["scopes_blind"] == 0
    assert completeness["scopes_planned"] == completeness["scopes_complete"] > 0
    assert world.findings() == []


def test_a_rescan_changes_nothing(world: World, proxy: FaultProxy) -> None:
    """A scan of the same estate leaves every asset and its times as they were, but for the last look."""
    before = world.assets()

    assert scan(world, proxy) == 0

    after = world.assets()
    assert after.keys() == before.keys()
    assert after[BUCKET]["first_seen"] == before[BUCKET]["first_seen"]
    assert after[BUCKET]["last_seen"] > before[BUCKET]["last_seen"]


def test_replication_to_london_raises_an_alert(
    world: World, proxy: FaultProxy, api: str, receivers: Receivers
) -> None:
    """A replication rule to London changes the bucket's class, and webhook and mail say so."""
    client(api, "s3", "eu-west-2").create_bucket(
        Bucket="zaken-kopie", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"}
    )
    client(api, "s3", "eu-west-2").put_bucket_versioning(
        Bucket="zaken-kopie", VersioningConfiguration={"Status": "Enabled"}
    )
    replicate(api, "arn:aws:s3:::zaken-kopie")

    assert scan(world, proxy) == 0

    bucket = world.assets()[BUCKET]
    assert bucket["location_class"] == "outside_eea_adequate"
    assert [each["location"] for each in bucket["locations"] if each["operation"] == "replicated"] == [
        "eu-west-2"
    ]
    eventually(lambda: subjects(receivers, BUCKET), "the webhook gets the bucket's finding")
    eventually(
        lambda: any(BUCKET in mail.as_string() for mail in receivers.mails), "the mail names the bucket"
    )


def test_replication_to_virginia_is_outside(
    world: World, proxy: FaultProxy, api: str, receivers: Receivers
) -> None:
    """Pointed at the United States the class turns to outside the EER, with an alert of its own."""
    client(api, "s3", "us-east-1").create_bucket(Bucket="zaken-us")
    client(api, "s3", "us-east-1").put_bucket_versioning(
        Bucket="zaken-us", VersioningConfiguration={"Status": "Enabled"}
    )
    replicate(api, "arn:aws:s3:::zaken-us")

    assert scan(world, proxy) == 0

    assert world.assets()[BUCKET]["location_class"] == "outside_eea"
    (finding,) = [each for each in world.findings() if each["asset_id"] == BUCKET]
    assert (finding["kind"], finding["state"]) == ("data_outside_eea", "open")
    eventually(
        lambda: any("us-east-1" in json.dumps(event) for event in subjects(receivers, BUCKET)),
        "the webhook gets the new place",
    )


def test_explain_names_rule_evidence_and_place(world: World) -> None:
    """The explanation says which location decided, by which rule and on what evidence."""
    steps = world.ask("assets", "explain", BUCKET)["steps"]

    told = json.dumps(steps)
    assert "us-east-1" in told
    assert "Rules[].Destination.Bucket" in told
    assert all(step["rule"] for step in steps if step["subject"] == "location")


def test_a_removed_table_vanishes_with_its_history(world: World, proxy: FaultProxy, api: str) -> None:
    """A table that a complete scope no longer lists leaves the overview, and can still be shown."""
    client(api, "dynamodb").delete_table(TableName="zaken")

    assert scan(world, proxy) == 0

    assert TABLE not in world.assets()
    assert world.ask("assets", "show", TABLE)["removed"]


def test_a_denied_region_hides_nothing(world: World, proxy: FaultProxy) -> None:
    """Where a region's calls are refused nothing vanishes, and coverage shows the blind spot."""
    before = world.assets()
    for service in ("sqs", "dynamodb", "ec2"):
        proxy.deny(service, "eu-west-2", because="with an explicit deny in a service control policy")
    proxy.deny("sqs", "eu-west-1")

    code = scan(world, proxy)
    proxy.clear()

    assert code == 3
    assert world.assets().keys() == before.keys()
    blind = world.ask("coverage", "--blind", "--all")
    rows = {(row["location"], row["type"]): row for row in blind["items"]}
    london = rows["eu-west-2", "AWS::SQS::Queue"]
    assert (london["outcome"], london["permission"]) == ("denied", "sqs:ListQueues")
    assert london["denied_by"] == "service_control_policy"
    assert blind["completeness"]["scopes_blind"] == len(rows) > 3
    queue = world.assets()["arn:aws:sqs:eu-west-1:123456789012:zaken"]
    assert queue["scope_outcome"] == "denied"


def test_sight_comes_back(world: World, proxy: FaultProxy, api: str) -> None:
    """When the calls are allowed again the blind spots are gone and the findings follow the data."""
    client(api, "s3").delete_bucket_replication(Bucket="zaken")

    assert scan(world, proxy) == 0

    assert world.ask("coverage", "--blind")["items"] == []
    assert world.assets()[BUCKET]["location_class"] == "inside_eea"
    assert [each for each in world.findings() if each["asset_id"] == BUCKET] == []


def test_alerts_carry_the_profile(receivers: Receivers) -> None:
    """Every event that the webhook got is a CloudEvent with a reverse-domain type and one version."""
    assert receivers.events
    for event in receivers.events:
        assert event["specversion"] == "1.0"
        assert event["type"].startswith("nl.wolkenzicht.bevinding.")
        assert event["type"].endswith(".v1")
    identifiers = [event["id"] for event in receivers.events]
    assert len(identifiers) == len(set(identifiers))


def replicate(api: str, destination: str) -> None:
    """Let the bucket be copied to another."""
    rule = {"ID": "kopie", "Status": "Enabled", "Prefix": "", "Destination": {"Bucket": destination}}
    configuration = {"Role": "arn:aws:iam::123456789012:role/kopie", "Rules": [rule]}
    client(api, "s3").put_bucket_replication(Bucket="zaken", ReplicationConfiguration=configuration)


def subjects(receivers: Receivers, asset_id: str) -> list[dict[str, Any]]:
    """What was told about an asset."""
    return [each for each in receivers.told() if each["asset_id"] == asset_id]


def test_an_inventory_with_a_bad_row_keeps_the_rest(world: World, tmp_path: Path) -> None:
    """A row with a NUL byte is set aside; the other rows are kept, the scope is not complete."""
    inventory = tmp_path / "inventory.csv"
    inventory.write_bytes(
        b"\xef\xbb\xbfsite;country;system;kind;name;owner;material;personal data;tags\n"
        b"ODC-Noord;NL;hr;database;hr-db;p;ja;ja;\n"
        b"ODC-Noord;NL;hr;database;a\0b;p;;;\n"
    )
    source = f'[[source]]\nconnector = "odc-csv"\npath = "{inventory}"\nsite = "ODC-Noord"'
    world.add_tenant("rdv-odc", "rdv", "odc", source)

    finished = world.scan("rdv-odc")

    assert finished.returncode == 3
    (asset,) = world.assets("--tenant", "rdv-odc").values()
    assert (asset["name"], asset["countries"], asset["material"]) == ("hr-db", ["NL"], "material")
    outcomes = {
        row["type"]: row["outcome"] for row in world.ask("coverage", "--tenant", "rdv-odc", "--all")["items"]
    }
    assert outcomes["ODC::Database"] == "failed"


def test_a_department_sees_its_own_and_below(world: World) -> None:
    """The agency below the ministry is in the ministry's sight; another ministry sees neither."""
    world.issue_asker("mvz-cio", "department", "mvz")
    world.issue_asker("mva-cio", "department", "mva")

    assert world.assets(asker="mvz-cio").keys() == world.assets().keys()
    assert world.assets(asker="mva-cio") == {}
    assert world.asking("assets", "show", BUCKET, asker="mva-cio").returncode == 1
