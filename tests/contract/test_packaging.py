"""The packages install as promised: nothing shadowed, nothing dragged in, nothing missing."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
#: What an AWS agent may install, in bytes: net of what an empty environment holds.
MAX_AGENT_BYTES = 60 * 1024 * 1024


def test_proto_is_proto_plus() -> None:
    """google-cloud-asset imports from the repository's root: our folder proto/ shadows nothing."""
    finished = subprocess.run(
        [sys.executable, "-c", "from google.cloud import asset_v1; print(asset_v1.Asset.__name__)"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (finished.stdout, finished.returncode) == ("Asset\n", 0), finished.stderr
    assert importlib.metadata.packages_distributions()["proto"] == ["proto-plus"]
    assert not (ROOT / "proto" / "__init__.py").exists()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the working tree."""
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_what_the_packages_need(wheel: Path) -> None:
    """Modules, data, migrations and type markers are in; .proto sources and tests are not."""
    names = zipfile.ZipFile(wheel).namelist()

    assert "wolkenzicht/v1/asset_pb2.py" in names
    assert "collector/store/sqlite/migrations/0001_first.sql" in names
    assert any(name.startswith("policy/data/") for name in names)
    assert "policy/language/grammar.lark" in names
    assert not [name for name in names if name.endswith(".proto") or name.startswith(("tests/", "deploy/"))]


@pytest.fixture(scope="module")
def agent_environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what `[aws]` locks, and nothing else."""
    place = tmp_path_factory.mktemp("agent") / "env"
    venv.create(place, with_pip=False)
    pip = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        str(place / "bin" / "python"),
        "install",
        "-q",
        "--no-deps",
    ]
    subprocess.run(
        [*pip, "--require-hashes", "-r", str(ROOT / "requirements" / "agent-aws.txt")],
        check=True,
        capture_output=True,
    )
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    return place


def test_an_agent_for_one_cloud_knows_no_other(agent_environment: Path) -> None:
    """The agent's help runs with `[aws]` alone and imports no other cloud, no collector, not even boto3."""
    finished = subprocess.run(
        [str(agent_environment / "bin" / "python"), "-X", "importtime", "-m", "agent.cli", "--help"],
        capture_output=True,
        text=True,
        check=False,
        cwd=agent_environment,
        env={"PATH": os.environ["PATH"]},
    )
    imported = set(re.findall(r"\|\s+(\w+)(?:\.\w+)*$", finished.stderr, re.MULTILINE))

    assert finished.returncode == 0, finished.stderr[-2000:]
    assert "Usage:" in finished.stdout
    assert imported & {"boto3", "botocore", "azure", "collector", "sqlite_utils", "cryptography"} == set()
    assert "google.cloud" not in finished.stderr


def test_an_agent_stays_small(agent_environment: Path) -> None:
    """What `[aws]` installs stays within its bound, compiled files left out."""
    site = next((agent_environment / "lib").glob("python3*/site-packages"))
    size = sum(
        path.stat().st_size for path in site.rglob("*") if path.is_file() and "__pycache__" not in path.parts
    )

    assert size <= MAX_AGENT_BYTES


def test_the_asker_needs_no_extra(agent_environment: Path) -> None:
    """The asker's command runs on the base install, without the collector's libraries."""
    finished = subprocess.run(
        [str(agent_environment / "bin" / "wolkenzicht"), "--help"],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.environ["PATH"]},
    )

    assert finished.returncode == 0, finished.stderr[-2000:]


@pytest.mark.parametrize("name", ["agent.cli", "collector.cli", "collector.client.cli"])
def test_console_scripts_exist(name: str) -> None:
    """Every console script points at a callable."""
    assert callable(importlib.import_module(name).main)
