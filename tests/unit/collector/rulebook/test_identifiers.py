"""A resource is found by every way in which its provider surely writes it, and by no other."""

from __future__ import annotations

import pytest

from collector.rulebook.identifiers import named, reading
from wolkenzicht.v1.asset_pb2 import Asset

KEYS = frozenset({"source", "cluster", "replica_of", "topic", "volumes", "server", "instance"})
DISK = "/subscriptions/S-1/resourceGroups/Zaken/providers/Microsoft.Compute/disks/Data"
RDS = "arn:aws:rds:eu-west-1:111122223333:"
STACK = "urn:wolkenzicht:openstack:RegionOne:"
PROJECT = "projects/min-zaken"


def also(provider: str, own: str, key: str, value: str, kind: str = "") -> set[str]:
    """What an asset names besides the texts themselves."""
    asset = Asset(asset_id=own, provider=provider, type=kind, properties={key: value})
    texts = {each.strip() for each in (value, *value.split(","))}
    found = named(asset, KEYS)
    assert set(found) >= texts - {own}
    return set(found) - texts


@pytest.mark.parametrize(
    ("own", "key", "value", "expected"),
    [
        ("/x", "source", DISK, {DISK.lower()}),
        ("/x", "source", DISK.lower(), set()),
        ("/x", "source", "Data", set()),
        (DISK.lower(), "source", DISK, set()),
    ],
)
def test_azure(own: str, key: str, value: str, expected: set[str]) -> None:
    """An identifier of Resource Manager in any case; a bare name is none, and nothing names itself."""
    assert also("azure", own, key, value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (
            f"https://www.googleapis.com/compute/v1/{PROJECT}/zones/z/disks/d",
            f"//compute.googleapis.com/{PROJECT}/zones/z/disks/d",
        ),
        (
            f"https://compute.googleapis.com/compute/beta/{PROJECT}/zones/z/disks/d",
            f"//compute.googleapis.com/{PROJECT}/zones/z/disks/d",
        ),
        (
            f"https://container.googleapis.com/v1beta1/{PROJECT}/locations/l/clusters/c",
            f"//container.googleapis.com/{PROJECT}/locations/l/clusters/c",
        ),
        ("https://www.googleapis.com/storage/v1/b/zaken", "//storage.googleapis.com/zaken"),
        ("storage.googleapis.com/zaken", "//storage.googleapis.com/zaken"),
        (f"{PROJECT}/topics/t", f"//pubsub.googleapis.com/{PROJECT}/topics/t"),
        (f"//compute.googleapis.com/{PROJECT}/disks/D", None),
        (f"https://evil.example/compute/v1/{PROJECT}/zones/z/disks/d", None),
        (f"https://www.googleapis.com/v1/{PROJECT}/disks/d", None),
        ("_deleted-topic_", None),
        ("topics/t", None),
    ],
)
def test_google_cloud(value: str, expected: str | None) -> None:
    """Self links, names with their service and names relative to the own service; no other."""
    own = f"//pubsub.googleapis.com/{PROJECT}/subscriptions/s"
    assert also("gcp", own, "topic", value) == ({expected} if expected else set())


def test_a_relative_name_needs_a_service() -> None:
    """Of an asset whose own name does not tell its service nothing follows."""
    assert also("gcp", "s", "topic", f"{PROJECT}/topics/t") == set()


@pytest.mark.parametrize(
    ("kind", "own", "key", "value", "expected"),
    [
        ("AWS::RDS::DBInstance", f"{RDS}db:a", "cluster", "zaken", {f"{RDS}cluster:zaken"}),
        ("AWS::RDS::DBInstance", f"{RDS}db:a", "replica_of", "b", {f"{RDS}db:b"}),
        ("AWS::RDS::DBInstance", f"{RDS}db:a", "replica_of", "arn:aws:rds:eu-west-2:1:db:b", set()),
        ("AWS::RDS::DBInstance", "db:a", "replica_of", "b", set()),
        ("AWS::RDS::DBInstance", f"{RDS}db:a", "source", "b", set()),
        # A copied snapshot keeps the name of an instance that may be another one here.
        ("AWS::RDS::DBSnapshot", f"{RDS}snapshot:a", "instance", "b", set()),
    ],
)
def test_aws(kind: str, own: str, key: str, value: str, expected: set[str]) -> None:
    """A name that surely is of the own account and region."""
    assert also("aws", own, key, value, kind) == expected


def test_openstack() -> None:
    """Servers and volumes by their UUIDs, in the own region; in a datacentre's inventory nothing."""
    own = f"{STACK}virtualmachine:s-1"
    assert also("odc", own, "volumes", "v-1, v/2") == {
        f"{STACK}volume:v-1",
        f"{STACK}volume:v%2F2",
    }
    assert also("odc", f"{STACK}volume:v-1", "server", "s-1") == {own}
    assert also("odc", own, "source", "v-1") == set()
    assert also("odc", "urn:wolkenzicht:odc:noord:a", "server", "s-1") == set()


def test_other_properties_name_nothing() -> None:
    """Nor do providers of which nothing is known write in other ways."""
    assert named(Asset(asset_id="a", provider="aws", properties={"note": "b", "source": " "}), KEYS) == ()
    assert also("else", "a", "source", "/B") == set()


def test_what_is_found_depends_on_the_properties() -> None:
    """So what is kept is read again where other properties count; their order is nothing."""
    assert reading({"a", "b"}) == reading(["b", "a"]) != reading({"a"})
