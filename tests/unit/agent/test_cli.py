"""The command: its help, its errors in one line, its exit codes, and what it leaves unloaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from agent import config
from agent.config import AwsSection, OdcCsvSection

SAMPLES = Path(__file__).resolve().parents[3] / "deploy" / "samples"


def agent(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [sys.executable, "-m", "agent.cli", *arguments], capture_output=True, text=True, check=False, cwd=cwd
    )


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with the sample configuration, without its AWS source, and the files that it names."""
    text = (SAMPLES / "agent.toml").read_text()
    aws = text.index('[[source]]\nconnector = "aws"')
    inventory = text.index('[[source]]\nconnector = "odc-csv"')
    (tmp_path / "agent.toml").write_text(
        text[:aws]
        .replace("/var/lib/wolkenzicht-agent", str(tmp_path / "state"))
        .replace("collector.example.nl:8443", "localhost:1")
        + text[inventory:]
    )
    for name in ("ca.pem", "agent.pem", "agent.key"):
        (tmp_path / name).write_text("no PEM")
    (tmp_path / "odc-inventory.csv").write_bytes((SAMPLES / "odc-inventory.csv").read_bytes())
    return tmp_path


def test_the_sample_configuration_is_valid(tmp_path: Path) -> None:
    """What the documentation shows is what the agent takes."""
    for name in ("ca.pem", "agent.pem", "agent.key"):
        (tmp_path / name).write_text("")
    (tmp_path / "agent.toml").write_bytes((SAMPLES / "agent.toml").read_bytes())

    loaded = config.load(tmp_path / "agent.toml")

    assert loaded.source == (
        AwsSection(),
        OdcCsvSection(path=tmp_path / "odc-inventory.csv", site="odc-noord"),
    )


@pytest.mark.parametrize(
    "arguments", [("--help",), ("check", "--help"), ("plan", "--help"), ("run", "--help")]
)
def test_every_help_shows_an_example(arguments: tuple[str, ...]) -> None:
    """Each command explains itself with a line that can be copied."""
    finished = agent(*arguments)

    assert finished.returncode == 0
    assert "Example:\n    wolkenzicht-agent --config agent.toml " in finished.stdout


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_and_version_load_no_sdk(option: str) -> None:
    """Neither gRPC nor a cloud's SDK is imported before a command needs it."""
    finished = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "agent.cli", option],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip().partition(".")[0] for line in finished.stderr.splitlines()}

    assert imported & {"grpc", "google", "boto3", "botocore", "connectors", "policy", "collector"} == set()


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    """Exit code 1, and the path and the remedy on standard error."""
    finished = agent("--config", "none.toml", "run", "--once", cwd=tmp_path)

    assert finished.returncode == 1
    assert finished.stdout == ""
    assert finished.stderr.count("\n") == 1
    assert "none.toml cannot be read" in finished.stderr


def test_the_plan_is_shown_by_type_and_scope_by_scope(place: Path) -> None:
    """A table for people, JSON and CSV for programs."""
    table = agent("plan", cwd=place)
    rows = json.loads(agent("plan", "--format", "json", cwd=place).stdout)
    lines = agent("plan", "--format", "csv", cwd=place).stdout.splitlines()

    assert table.returncode == 0
    assert table.stdout.splitlines()[-1] == "8 scopes in 1 groups"
    assert rows[0] == {
        "connector": "odc-csv",
        "account": "odc-noord",
        "type": "ODC::Application",
        "location": "odc",
    }
    assert lines[:2] == ["connector,account,type,location", "odc-csv,odc-noord,ODC::Application,odc"]
    assert (len(rows), len(lines)) == (8, 9)


def test_check_tells_what_does_not_work(place: Path) -> None:
    """A certificate that is none is told in the table, beside the sources that work."""
    finished = agent("check", "--format", "json", cwd=place)
    rows = json.loads(finished.stdout)

    assert finished.returncode == 1
    assert rows[0]["outcome"] == "failed"
    assert "ca.pem is not PEM" in rows[0]["message"]
    assert {row["outcome"] for row in rows[1:]} == {"works"}


def test_a_certificate_that_is_none_ends_the_run_with_one_line(place: Path) -> None:
    """The run fails at once, and the line names the file."""
    finished = agent("--log-level", "ERROR", "run", "--once", cwd=place)

    assert finished.returncode == 1
    assert finished.stderr.splitlines()[-1].startswith("wolkenzicht-agent: ca file ")
    assert finished.stderr.count("\n") == 1


def test_a_metrics_port_in_use_is_one_line(place: Path) -> None:
    """The line names the address and the remedy."""
    text = (place / "agent.toml").read_text().replace('listen = ""', 'listen = "203.0.113.1:9"')
    (place / "agent.toml").write_text(text)

    finished = agent("run", "--once", cwd=place)

    assert finished.returncode == 1
    assert "[metrics] listen 203.0.113.1:9: Cannot assign requested address; give a free" in finished.stderr
