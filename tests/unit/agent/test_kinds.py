"""The commands `kinds` and `permissions`: what they show."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys

import pytest

from agent import catalogue, kind_report, permissions


def agent(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [sys.executable, "-m", "agent.cli", *arguments], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("family", catalogue.installed())
def test_every_type_says_how_it_is_read(family: str) -> None:
    """A type has permissions or stands in a file, and what is not read has a reason instead."""
    for row in catalogue.rows(family):
        assert row.type
        assert (row.depth is None) == bool(row.reason)
        if row.depth is not None and family != "odc":
            assert row.name
            assert row.title
            assert row.permissions
            assert row.docs_url.startswith("https://")


@pytest.mark.parametrize("family", catalogue.installed())
def test_no_type_is_read_and_not_read(family: str) -> None:
    """A type that gets a kind leaves the list of what is not read."""
    rows = catalogue.rows(family)
    read = {row.type for row in rows if row.depth is not None}

    assert [row.type for row in rows if row.depth is None and row.type in read] == []


def test_the_forms_of_kinds_hold_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    """A line in the table, an object in JSON, and a row in CSV for each type."""
    assert kind_report.kinds(("aws",), "json") == 0
    as_json = json.loads(capsys.readouterr().out)
    assert kind_report.kinds(("aws",), "csv") == 0
    as_csv = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert kind_report.kinds(("aws",), "table") == 0
    table = capsys.readouterr().out

    assert [row["type"] for row in as_json] == [row["type"] for row in as_csv]
    assert [row for row in as_json if row["type"] not in table] == []
    (queue,) = (row for row in as_json if row["name"] == "sqs-queue")
    assert queue == {
        "connector": "aws",
        "type": "AWS::SQS::Queue",
        "name": "sqs-queue",
        "depth": "deep",
        "holds": "content",
        "permissions": ["sqs:ListQueues", "sqs:GetQueueAttributes", "sqs:ListQueueTags"],
        "states": ["stored"],
        "docs": "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_GetQueueAttributes.html",
        "reason": "",
    }
    assert {row["depth"] for row in as_json} == {"deep", "none"}


@pytest.mark.parametrize("family", ["azure", "gcp", "odc"])
def test_kinds_need_no_sdk(family: str) -> None:
    """The command imports no cloud's SDK (botocore, which AWS's kinds need, is quick to import)."""
    finished = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "agent.cli", "kinds", "--connector", family],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in finished.stderr.splitlines()}

    assert finished.stdout
    assert imported & {"boto3", "botocore", "grpc", "azure", "msal", "google"} == set()


def test_help_of_both_commands_loads_no_connector() -> None:
    """What a command needs is imported when it runs."""
    for command in ("kinds", "permissions"):
        finished = subprocess.run(
            [sys.executable, "-X", "importtime", "-m", "agent.cli", command, "--help"],
            capture_output=True,
            text=True,
            check=True,
        )
        imported = {line.rpartition("|")[2].strip() for line in finished.stderr.splitlines()}

        assert "Example:\n    wolkenzicht-agent " in finished.stdout
        assert {
            name for name in imported if name.startswith(("connectors", "botocore", "agent.cat"))
        } == set()


def test_a_connector_without_its_sdk_is_told() -> None:
    """All kinds are shown without it, with a word about it; asked for by name it is an error."""
    without = "import sys; sys.modules['botocore'] = None; from agent.cli import main; main()"
    everything, asked = (
        subprocess.run(
            [sys.executable, "-c", without, "kinds", *further], capture_output=True, text=True, check=False
        )
        for further in ((), ("--connector", "aws"))
    )

    assert (everything.returncode, everything.stderr) == (0, "aws: not installed; its kinds are not shown\n")
    assert "ODC::Database" in everything.stdout
    assert (asked.returncode, asked.stdout) == (1, "")
    assert asked.stderr == (
        "wolkenzicht-agent: connector aws is not installed; install wolkenzicht with the extra [aws]\n"
    )


def test_an_unknown_connector_or_form_is_refused() -> None:
    """The message names what can be chosen."""
    assert "'aws', 'azure', 'gcp', 'odc'" in agent("kinds", "--connector", "aws2").stderr
    assert (
        "'aws-policy', 'azure-role', 'gcp-role', 'terraform'" in agent("permissions", "--format", "x").stderr
    )


def test_a_document_that_is_none_is_one_line() -> None:
    """Exit code 1, and the names of the documents on standard error."""
    finished = agent("permissions", "--format", "aws-policy", "--document", "read-0")

    assert (finished.returncode, finished.stdout) == (1, "")
    assert finished.stderr == ("wolkenzicht-agent: --document: 'read-0' is none of read-1, deny-contents\n")


def test_the_command_prints_what_the_generator_makes() -> None:
    """Nothing stands before or after it."""
    finished = agent("permissions", "--format", "terraform")

    assert (finished.returncode, finished.stdout) == (0, permissions.rendered("terraform"))
