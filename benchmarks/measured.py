"""Runs a command as a process of its own and reads what the kernel says it cost."""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_LOOK_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost: seconds of CPU (user and system), seconds of wall time, peak RSS in MB."""

    cpu: float
    wall: float
    peak_mb: float
    exit_code: int


def run(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> Cost:
    """Run a command to its end; its output goes to `log`.

    The peak is what the process itself says of its memory, looked at time and again: the kernel's sum at the
    end counts the memory of the process that it was forked from too.
    """
    started = time.perf_counter()
    peak = 0.0
    with log.open("ab") as output:
        process = subprocess.Popen(
            arguments, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT
        )
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        while not pid:
            peak = max(peak, _peak_mb(process.pid))
            time.sleep(_LOOK_SECONDS)
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        cpu=usage.ru_utime + usage.ru_stime,
        wall=time.perf_counter() - started,
        peak_mb=peak,
        exit_code=process.returncode,
    )


def _peak_mb(pid: int) -> float:
    """The largest resident memory that a process had, in MB; 0 for one that is just ending."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Median with minimum and maximum: `1.07 [1.02..1.11]`."""
    return f"{statistics.median(values):.{digits}f} [{min(values):.{digits}f}..{max(values):.{digits}f}]"
