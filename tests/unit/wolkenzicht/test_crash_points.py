"""A process ends at the place that is named, at the time that is named, and nowhere else."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

_PASSING = """
from wolkenzicht import crash_points
for number in range(3):
    crash_points.passed("one")
    print(number, flush=True)
    crash_points.passed("two")
"""


@pytest.mark.parametrize(
    ("named", "code", "printed"),
    [
        ("", 0, "0\n1\n2\n"),
        ("three", 0, "0\n1\n2\n"),
        ("one", -signal.SIGKILL, ""),
        ("two", -signal.SIGKILL, "0\n"),
        ("one:3", -signal.SIGKILL, "0\n1\n"),
    ],
)
def test_a_process_ends_where_it_is_told(named: str, code: int, printed: str) -> None:
    """As by kill -9: nothing after that place is done."""
    ended = subprocess.run(
        [sys.executable, "-c", _PASSING],
        env={**os.environ, "WOLKENZICHT_CRASH_AT": named},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (code, printed)
