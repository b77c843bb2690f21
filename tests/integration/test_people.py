"""What people say reaches the verdict: a register and decisions, while the collector serves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.integration.world import World
from tests.servers.moto_server import running_moto

SAMPLE = Path(__file__).resolve().parents[2] / "deploy" / "samples" / "systems.csv"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "eu-west-1"}
BUCKETS = {"zaken": "zaaksysteem", "register": "BASISREGISTER", "tafel": ""}


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    """An AWS API server with a bucket of each system, and one of none."""
    with running_moto() as url:
        s3 = boto3.client(
            "s3", region_name="eu-west-1", endpoint_url=url, aws_access_key_id="t", aws_secret_access_key="t"
        )
        for name, system in BUCKETS.items():
            s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
            tags = [{"Key": "systeem", "Value": system}] if system else [{"Key": "omgeving", "Value": "test"}]
            s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tags})
        yield url


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, api: str) -> Iterator[World]:
    """A collector with the sample register, and an AWS tenant that was scanned after it was imported."""
    founded = World(tmp_path_factory.mktemp("world"))
    source = (
        '[[source]]\nconnector = "aws"\nquota_share = 0\nregions = ["eu-west-1"]\nkinds = ["s3-bucket"]\n'
    )
    founded.add_tenant("mvz-aws", "mvz", "aws", source)
    register = founded.place / "systems.csv"
    register.write_text(SAMPLE.read_text("utf-8").replace("bzk,", "mvz,"), "utf-8")
    with founded:
        told = founded.collector("systems", "import", str(register))
        assert told == "4 systems read, 4 new or changed.\n"
        assert founded.scan("mvz-aws", AWS_ENDPOINT_URL=api, **KEYS).returncode == 0
        yield founded


def explained(world: World, asset_id: str, *options: str) -> dict[str, Any]:
    """The explanation of an asset, in Dutch."""
    answer: dict[str, Any] = world.ask("assets", "explain", asset_id, "--lang", "nl", *options)
    return answer


def test_the_register_counts_as_assets_come_in(world: World) -> None:
    """Material by the register; what it declares prohibited is critical; the other bucket is as it was."""
    assets = world.assets()
    assert {each["name"]: each["material"] for each in assets.values()} == {
        "zaken": "material",
        "register": "material",
        "tafel": "not_material",
    }
    [finding] = world.findings()
    assert (finding["kind"], finding["severity"], finding["asset_id"]) == (
        "prohibited_use",
        "critical",
        "arn:aws:s3:::register",
    )
    assert "register.mvz/basisregister.base_registry=brondata" in finding["summary"]


def test_an_explanation_tells_what_people_said(world: World) -> None:
    """The system with its source, and verbs with the contract as their evidence."""
    told = explained(world, "arn:aws:s3:::zaken")
    steps = {each["subject"]: each for each in told["steps"]}
    assert steps["system"]["statement"] == (
        "hoort bij het systeem mvz/zaaksysteem van het register: Zaaksysteem"
    )
    assert steps["system"]["source"] == "register of systems 2026-11-01"
    assert steps["material"]["rule"] == "material.register"
    verbs = {each["verb"]: each for each in told["asset"]["verbs"]}
    assert (verbs["viewed"]["class"], verbs["viewed"]["countries"]) == ("outside_eea", ["IN", "NL"])
    assert {"path": "register.mvz/zaaksysteem.contract", "value": "C-2026-014 annex 3"} in (
        verbs["viewed"]["evidence"]
    )
    assert verbs["edited"]["known"] is True
    shown = world.ask("assets", "show", "arn:aws:s3:::zaken")
    assert [each["class"] for each in shown["verbs"]] == [each["class"] for each in told["asset"]["verbs"]]


def test_a_decision_settles(world: World, api: str) -> None:
    """Recorded beside the serving collector; it is told at once, and counts when the asset changes."""
    asset = "arn:aws:s3:::tafel"
    world.collector(
        "decisions", "record", "--asset", asset, "--material", "material", "--by", "CISO",
        "--reason", "draait productie", "--until", "2099-12-31",
    )  # fmt: skip
    s3 = boto3.client(
        "s3", region_name="eu-west-1", endpoint_url=api, aws_access_key_id="t", aws_secret_access_key="t"
    )
    tags = [{"Key": "omgeving", "Value": "test"}, {"Key": "team", "Value": "blauw"}]
    s3.put_bucket_tagging(Bucket="tafel", Tagging={"TagSet": tags})
    assert world.scan("mvz-aws", AWS_ENDPOINT_URL=api, **KEYS).returncode == 0
    steps = {each["subject"]: each for each in explained(world, asset)["steps"]}
    assert steps["material"]["rule"] == "material.decision"
    assert "besloten door CISO" in steps["material"]["statement"]
    assert "tot en met 2099-12-31: draait productie" in steps["decision"]["statement"]
    today = datetime.now(UTC).date().isoformat()
    assert "decision" in {each["subject"] for each in explained(world, asset, "--as-of", today)["steps"]}
    listed = world.collector("decisions", "list", "--format", "csv")
    assert "mvz,mvz-aws,arn:aws:s3:::tafel,,material,CISO," in listed
