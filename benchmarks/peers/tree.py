"""What a process and all that it starts cost: CPU as the kernel says, peak memory by looking often."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measured import Cost

_LOOK_SECONDS = 0.02
_KB_PER_MB = 1024


def run(
    arguments: Sequence[str], environment: Mapping[str, str], log: Path, proc: Path = Path("/proc")
) -> Cost:
    """Run a command with exactly this environment to its end; its output is added to `log`.

    CPU is that of the process and of the children that it waited for. Peak memory is the greatest sum of
    the tree's resident memory that was seen, and never less than what the kernel kept as the peak of
    one of them. The kernel's `ru_maxrss` is not used: it holds what the caller had when it started the
    child.
    """
    started = time.perf_counter()
    with log.open("ab") as output:
        process = subprocess.Popen(
            arguments,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=environment.get("HOME"),
        )
    peak = 0
    while True:
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        peak = max(peak, resident_kb(process.pid, proc))
        time.sleep(_LOOK_SECONDS)
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        cpu=usage.ru_utime + usage.ru_stime,
        wall=time.perf_counter() - started,
        peak_mb=peak / _KB_PER_MB,
        exit_code=process.returncode,
    )


def resident_kb(root: int, proc: Path = Path("/proc")) -> int:
    """Resident memory of a process and its descendants in kB, or the highest of one, if that is more."""
    total = highest = 0
    for pid in members(root, proc):
        now, most = _memory(proc / str(pid) / "status")
        total += now
        highest = max(highest, most)
    return max(total, highest)


def members(root: int, proc: Path = Path("/proc")) -> list[int]:
    """The process and its descendants, as far as they still run."""
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        for children in (proc / str(pid) / "task").glob("*/children"):
            waiting += [int(each) for each in _read(children).split()]
    return found


def _memory(status: Path) -> tuple[int, int]:
    told = dict(line.split(":", 1) for line in _read(status).splitlines() if ":" in line)
    now, most = (int(told.get(name, "0").split()[0]) for name in ("VmRSS", "VmHWM"))
    return now, most


def _read(path: Path) -> str:
    """The file's text, empty where its process ended meanwhile."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
