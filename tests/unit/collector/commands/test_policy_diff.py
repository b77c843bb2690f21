"""What a bundle would change is shown by organisation, and how far judging again is by tenant."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from collector.store.base import Store
from collector.store.closing import closing
from collector.store.sqlite import open_store
from policy.rule_book import packaged
from tests.contract.reporting import IRELAND, Reporter, bucket
from tests.unit.collector.commands.test_commands import Place

CSV = "organisation,name,kind,parent\nmvz,MvZ,ministerie,\nrvz,RvZ,agentschap,mvz\nandere,Ander,ministerie,\n"
DUBLIN = b"\neu-west-1,aws,Dublin,IE,"
LONDON = b"\neu-west-2,aws,London,GB,"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A collector with two tenants that reported, and the packaged rules in a directory."""
    made = Place(tmp_path)
    made.must("init")
    (tmp_path / "o.csv").write_text(CSV)
    made.must("organisations", "import", str(tmp_path / "o.csv"))
    for tenant, organisation in (("rvz-aws", "rvz"), ("ander-aws", "andere")):
        made.must("tenants", "add", tenant, "--organisation", organisation, "--provider", "aws")
    made.must("policy", "export", rules(made))
    with opened(made) as store:
        Reporter(store, tenant="rvz-aws").scan(
            "s1", {IRELAND: [bucket("een"), bucket("twee"), bucket("drie", "eu-west-2")]}
        )
        Reporter(store, tenant="ander-aws").scan("s1", {IRELAND: [bucket("vier")]})
    return made


def opened(place: Place) -> AbstractContextManager[Store]:
    """The collector's store."""
    return closing(open_store(place.folder / "data" / "wolkenzicht.db"))


def rules(place: Place) -> str:
    """The directory of the bundle."""
    return str(place.folder / "rules")


def move(place: Place, row: bytes, country: bytes) -> None:
    """Let a region lie elsewhere."""
    file = place.folder / "rules" / "aws_regions.csv"
    content = file.read_bytes()
    assert content.count(row) == 1
    file.write_bytes(content.replace(row, row[:-3] + country + b","))


def diff(place: Place, *options: str) -> dict[str, Any]:
    """What the command says in JSON."""
    told = json.loads(place.must("policy", "diff", rules(place), "--format", "json", *options))
    assert isinstance(told, dict)
    return told


def test_the_same_rules_change_nothing(place: Place) -> None:
    """Everything is looked at and nothing would change; the signature is told to be absent."""
    told = diff(place)

    assert told["items"] == []
    assert (told["assets"], told["changed"]) == ("4", "0")
    assert told["signature"].startswith("none")


def test_changes_are_counted_by_organisation(place: Place) -> None:
    """From which class to which, which findings open and end, with examples; and nothing is written."""
    move(place, DUBLIN, b"GB")
    move(place, LONDON, b"IE")

    told = diff(place, "--examples", "1")

    assert [
        (each["organisation"], each["what"], each["before"], each["after"], each["assets"])
        for each in told["items"]
    ] == [
        ("andere", "data_outside_eea_adequate", "no finding", "finding", 1),
        ("andere", "location_class", "inside_eea", "outside_eea_adequate", 1),
        ("rvz", "data_outside_eea_adequate", "no finding", "finding", 2),
        ("rvz", "data_outside_eea_adequate", "finding", "no finding", 1),
        ("rvz", "location_class", "inside_eea", "outside_eea_adequate", 2),
        ("rvz", "location_class", "outside_eea_adequate", "inside_eea", 1),
    ]
    assert told["items"][2]["examples"] == ["arn:aws:s3:::een"]
    assert told["changed"] == "4"
    assert told["version"] != packaged().base.version
    assert diff(place, "--examples", "1") == told


def test_what_is_lost_from_sight_is_not_told_to_end(place: Place) -> None:
    """Where the region is unknown the finding that data is outside stays open, here as when it is so."""
    file = place.folder / "rules" / "aws_regions.csv"
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(each for each in lines if not each.startswith(b"eu-west-2,")))

    told = diff(place)

    assert [(each["what"], each["before"], each["after"]) for each in told["items"]] == [
        ("location_class", "outside_eea_adequate", "unknown"),
        ("location_unknown", "no finding", "finding"),
    ]


def test_one_organisation_with_those_below(place: Place) -> None:
    """An organisation counts with those below it; one that does not exist is refused."""
    move(place, DUBLIN, b"GB")

    assert {each["organisation"] for each in diff(place, "--organisation", "mvz")["items"]} == {"rvz"}
    assert place.fault("policy", "diff", rules(place), "--organisation", "geen") == (
        "organisation 'geen' does not exist; `organisations list` has all"
    )


def test_a_table_and_csv(place: Place) -> None:
    """People get a table with what it is about above it; machines rows alone on standard output."""
    move(place, LONDON, b"IE")
    text = place.must("policy", "diff", rules(place))
    assert "assets: 4" in text
    assert "outside_eea_adequate" in text
    code, rows, about = place.run("policy", "diff", rules(place), "--format", "csv")
    assert code == 0
    assert rows.splitlines()[0] == "organisation,what,before,after,assets,examples"
    assert rows.splitlines()[1] == "rvz,data_outside_eea_adequate,finding,no finding,1,arn:aws:s3:::drie"
    assert "changed: 1" in about


def test_a_signature_that_is_no_good_is_told(place: Place) -> None:
    """A bundle that was changed after it was signed is compared all the same, and said not to be valid."""
    place.must("policy", "keys", "create", "--out", str(place.folder))
    place.config.write_text(place.config.read_text() + '\n[policy]\nkeys = ["policy.pub"]\n')
    place.must("policy", "sign", rules(place), "--key", str(place.folder / "policy.key"))
    assert diff(place)["signature"] == "valid"

    move(place, LONDON, b"IE")

    told = diff(place)
    assert told["signature"].startswith("not valid: ")
    assert told["changed"] == "1"


def test_a_wrong_file_is_named(place: Place) -> None:
    """Rules that cannot be used are refused with file, line and column."""
    file = place.folder / "rules" / "countries.csv"
    file.write_bytes(file.read_bytes() + b"XX,too,few\n")

    assert place.fault("policy", "diff", rules(place)).startswith("countries.csv")


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    """The collector's store."""
    with opened(place) as found:
        yield found


def test_status_says_how_far_it_is(place: Place, store: Store) -> None:
    """Nothing begun, under way, done: by tenant, with what remains."""
    assert [each["state"] for each in place.items("policy", "status")] == ["to begin", "to begin"]
    reporter = Reporter(store)
    store.evaluation.begin({"rvz-aws": "a (1)"}, reporter.now)
    _, row = place.items("policy", "status")
    assert (row["tenant"], row["state"], row["judged_by"], row["target"], row["remaining"]) == (
        *("rvz-aws", "under way", "", "a (1)"),
        "3",
    )
