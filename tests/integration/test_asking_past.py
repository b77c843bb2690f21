"""The command asks a collector about the past, over mTLS, and shows what it says in every format."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result

from collector.client.cli import cli
from collector.identity import spiffe
from tests.askers import estate
from tests.askers.served import Served, serving
from wolkenzicht.transport import Credentials

COPIES = estate.ARCHIVE.replace("archive", "copies")


@pytest.fixture(scope="module")
def asker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Credentials]]:
    """A collector with the estate, and somebody of CIO Rijk."""
    folder = tmp_path_factory.mktemp("served")
    with estate.standing(folder / "estate.db") as store, serving(store, folder) as served:
        yield served, served.issue(spiffe.asker("ann", "cio_rijk", ""))


def run(asker: tuple[Served, Credentials], *arguments: str) -> Result:
    """What the command prints."""
    served, files = asker
    identity = ("--ca", str(files.ca), "--certificate", str(files.certificate), "--key", str(files.key))
    return CliRunner().invoke(cli, [*arguments, "--collector", served.address, *identity, "--lang", "en"])


def answered(asker: tuple[Served, Credentials], *arguments: str) -> Any:
    """The command's JSON."""
    result = run(asker, *arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


@pytest.mark.parametrize(
    "command",
    [
        ("overview",),
        ("assets", "list"),
        ("assets", "show", estate.ARCHIVE),
        ("findings", "list"),
        ("coverage",),
        ("coverage", "--changes"),
        ("discrepancies",),
    ],
)
def test_every_answer_says_its_times(asker: tuple[Served, Credentials], command: tuple[str, ...]) -> None:
    """In JSON as fields, in a table as a line; without a time there are none."""
    times = ("--as-of", "2026-11-21", "--known-at", "2026-11-22T06:30:00Z")
    answer = answered(asker, *command, *times)
    assert (answer["as_of"], answer["known_at"]) == (
        "2026-11-21T23:59:59.999999Z",
        "2026-11-22T06:30:00Z",
    )
    assert "as_of" not in answered(asker, *command)
    told = "As of 2026-11-21 23:59 UTC, as known at 2026-11-22 06:30 UTC"
    assert told in run(asker, *command, *times).output
    assert told not in run(asker, *command).output


def test_what_was_there_is_listed(asker: tuple[Served, Credentials]) -> None:
    """Before the second look the asset that vanished was there."""
    listed = [
        [each["asset_id"] for each in answered(asker, "assets", "list", *times)["items"]]
        for times in ((), ("--as-of", "2026-11-21"))
    ]
    assert [estate.OLD in each for each in listed] == [False, True]


def test_a_time_that_cannot_be_is_told_in_a_line(asker: tuple[Served, Credentials]) -> None:
    """With what to do."""
    result = run(asker, "overview", "--as-of", "2126-01-01")
    assert result.exit_code == 1
    assert "past.as_of: 2126-01-01 23:59 UTC is still to come; leave it out for the present" in result.output


def test_the_history_of_an_asset(asker: tuple[Served, Credentials]) -> None:
    """Each version with both times and what changed, in every format."""
    now, before = answered(asker, "assets", "history", COPIES)["items"]
    assert (before["valid_to"], now["valid_from"], now["valid_to"]) == (
        "2026-11-22T06:00:00Z",
        "2026-11-22T06:00:00Z",
        None,
    )
    assert {
        "field": "verdict.location_class",
        "before": "inside_eea",
        "after": "outside_eea_adequate",
    } in now["changes"]
    [first, second] = csv.DictReader(
        io.StringIO(run(asker, "assets", "history", COPIES, "--format", "csv").output)
    )
    assert (first["cause"], second["appeared"]) == ("scan", "true")
    assert "locations: stored eu-west-1" in run(asker, "assets", "history", COPIES).output


def test_a_difference_between_two_days(asker: tuple[Served, Credentials]) -> None:
    """Counts by organisation, and what they are made of."""
    days = ("--from", "2026-11-20", "--to", "2026-11-22T06:30:00Z")
    answer = answered(asker, "diff", *days, "--organisation", "bzk", "--tenant", "bzk-aws")
    [count] = answer["counts"]
    assert (count["vanished"], count["moved"], count["scopes_seen_no_more"]) == (1, 1, 1)
    assert [each["kinds"] for each in answer["items"]] == [
        ["moved", "changed_class"],
        ["vanished"],
        ["seen_no_more"],
    ]
    assert (answer["from"], answer["as_of"]) == ("2026-11-20T23:59:59.999999Z", "2026-11-22T06:30:00Z")
    table = run(asker, "diff", *days).output
    assert "moved, changed class" in table
    assert "Compared with 2026-11-20 23:59 UTC" in table
    counts = run(asker, "diff", *days, "--by", "organisation").output
    assert "moved, changed class" not in counts
    lines = run(asker, "diff", *days, "--by", "organisation", "--format", "csv").output.splitlines()
    assert lines[0] == "organisation,appeared,vanished,moved,changed_class,scopes_seen_no_more"
