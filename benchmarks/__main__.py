"""Runs every benchmark and prints what it measured as Markdown, for docs/benchmarks.md."""

from __future__ import annotations

import sys

from benchmarks import agent_scan, classify, ingest

ALL = {"agent": agent_scan.main, "classify": classify.main, "ingest": ingest.main}


def main() -> None:
    """Run those named, or all."""
    for name in sys.argv[1:] or ALL:
        print(f"\n### {name}\n\n| measured | median [min..max] |\n| --- | --- |", flush=True)
        for what, value in ALL[name]().items():
            print(f"| {what} | {value} |", flush=True)


if __name__ == "__main__":
    main()
