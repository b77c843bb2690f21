"""The demo does what the README says: from nothing to the overview, twice, and leaves nothing running."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psutil

from tests.integration.world import environment

ROOT = Path(__file__).resolve().parents[2]


def run_demo(place: Path) -> subprocess.CompletedProcess[str]:
    """The command that `make demo` runs once its environment stands."""
    return subprocess.run(
        [sys.executable, "-m", "deploy.demo", "--directory", str(place)],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=540,
    )


def test_the_demo_shows_overview_and_alerts(tmp_path: Path) -> None:
    """It reads all four kinds of tenant, shows what is outside the EER and what was not seen, and goes."""
    place = tmp_path / "demo"

    finished = run_demo(place)

    assert finished.returncode == 0, finished.stderr[-2000:]
    for tenant in ("mvz-aws", "mvz-azure", "ivv-gcp", "rdv-odc"):
        assert f"scanning {tenant}" in finished.stdout
    for expected in ("outside EER", "GB", "CH", "US", "kinesis:ListStreams", "blind spot", "make serve"):
        assert expected in finished.stdout
    left = [each for process in psutil.process_iter() if str(place) in " ".join(each := cmdline(process))]
    assert left == []


def test_the_demo_spares_what_is_not_its_own(tmp_path: Path) -> None:
    """A directory that holds something else is left alone, with a line that says what to do."""
    (tmp_path / "thesis.txt").write_text("irreplaceable")

    finished = run_demo(tmp_path)

    assert finished.returncode == 1
    assert "give another with --directory" in finished.stderr
    assert (tmp_path / "thesis.txt").read_text() == "irreplaceable"


def cmdline(process: psutil.Process) -> list[str]:
    """The command line of a process, empty where it is gone."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []
