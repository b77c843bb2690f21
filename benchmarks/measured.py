"""Runs a command as a process of its own and reads what the kernel says it cost."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost: seconds of CPU (user and system), seconds of wall time, peak RSS in MB."""

    cpu: float
    wall: float
    peak_mb: float
    exit_code: int


def run(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Cost:
    """Run a command to its end; its output goes to `log`."""
    started = time.perf_counter()
    with log.open("ab") as output:
        process = subprocess.Popen(
            arguments, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        cpu=usage.ru_utime + usage.ru_stime,
        wall=time.perf_counter() - started,
        peak_mb=usage.ru_maxrss / 1024,
        exit_code=process.returncode,
    )


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median with minimum and maximum: `1.07 [1.02..1.11]`."""
    return f"{statistics.median(values):.{digits}f} [{min(values):.{digits}f}..{max(values):.{digits}f}]"
