"""How the process is set for an agent: many threads that mostly wait, in little memory and CPU."""

from __future__ import annotations

import ctypes
import gc
import os
import random
import sys

#: Seconds that a thread may compute before it must let another.
_SWITCH_SECONDS = 0.05
#: glibc's M_ARENA_MAX (malloc.h): each thread's own heap would keep what its largest answer needed.
_M_ARENA_MAX = -8
_ARENAS = 2
#: Objects made and not released before the collector looks, and how often it looks at older ones.
_ALLOCATIONS, _GENERATIONS = 10_000, 10


def tune() -> None:
    """Set what lowers CPU and memory; does nothing where the platform has no such setting.

    Python runs one thread at a time: eight of them on several processors hand the interpreter's lock
    from one to the other, which cost a fifth of the CPU of a scan (docs/benchmarks.md). So an agent
    keeps to one processor, chosen by chance, since several agents may share a machine.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {random.choice(sorted(os.sched_getaffinity(0)))})  # noqa: S311 - spreads load
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _ARENAS)


def settle() -> None:
    """Tell the garbage collector what stays: called once all that lives as long as the process is made.

    Pages are short-lived and hold no cycles; looking through the SDK's descriptions and the policy time and
    again cost a fifth of the CPU of reading (docs/benchmarks.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_ALLOCATIONS, _GENERATIONS, _GENERATIONS)
