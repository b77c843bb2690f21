"""The process keeps to one processor and few heaps; told in a process of its own, since it is for good."""

from __future__ import annotations

import subprocess
import sys


def test_an_agent_keeps_to_one_processor() -> None:
    """After tuning, the process may run on one of the processors that it had."""
    code = (
        "import os; before = os.sched_getaffinity(0); from agent.tuning import tune; tune(); "
        "after = os.sched_getaffinity(0); print(len(after), after <= before)"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout == "1 True\n"


def test_what_stays_is_not_looked_through_again() -> None:
    """After settling, what was made before is left out of collections, and they are rarer."""
    code = (
        "import gc; from agent.tuning import settle; before = gc.get_threshold(); settle(); "
        "print(gc.get_freeze_count() > 1000, gc.get_threshold() > before)"
    )

    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert told.stdout == "True True\n"
