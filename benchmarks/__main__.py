"""Runs every benchmark and prints what it measured as Markdown, for docs/benchmarks.md.

`peers`, `streams`, `growth` and `first_load` run only where they are named: the first installs what it
compares, the others take long.
`python -m benchmarks peers --help`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from benchmarks import (
    agent_scan,
    alerts,
    classification,
    collectors,
    evaluation,
    ingest,
    latency,
    memory,
    outage,
    past,
    queries,
    rescan,
)
from benchmarks.peers import comparison
from benchmarks.streams import first_load, growth, measuring

ALL: dict[str, Callable[[], dict[str, str]]] = {
    **{name: partial(agent_scan.main, name) for name in agent_scan.CASES},
    "latency": latency.main,
    "memory": memory.main,
    "classification": classification.main,
    "ingest": ingest.main,
    "collectors": collectors.main,
    "evaluation": evaluation.main,
    "past": past.main,
    "queries": queries.main,
    "rescan": rescan.main,
    "outage": outage.main,
    "storm": alerts.storm,
    "time_to_alert": alerts.time_to_alert,
}


def main() -> None:
    """Run those named, or all."""
    named = {
        "peers": comparison.main,
        "queries": queries.main,
        "streams": measuring.main,
        "growth": growth.main,
        "first_load": first_load.main,
        "collectors": collectors.main,
        "ingest": ingest.main,
    }
    for name, run in named.items():
        if sys.argv[1:2] == [name]:
            _tell(name, run(sys.argv[2:]))
            return
    for name in sys.argv[1:] or ALL:
        _tell(name, ALL[name]())


def _tell(name: str, measured: dict[str, str]) -> None:
    print(f"\n### {name}\n\n| measured | median [min..max] |\n| --- | --- |", flush=True)
    for what, value in measured.items():
        print(f"| {what} | {value} |", flush=True)


if __name__ == "__main__":
    main()
