"""One of several collectors on a database: commits a scan of each of its tenants, then one with 2 % changed.

Prints `"ready"` before each, waits for a line, and prints `"done"`. One thread commits, as in a collector.
`python -m benchmarks.collectors_side --store URL --assets 25000 bench-1 bench-2`.
"""

from __future__ import annotations

import argparse
import json
import sys

from benchmarks import frames
from benchmarks.ingest_side import CHANGED, committing
from collector.store.closing import closing
from collector.store.opening import open_store


def main() -> None:
    """Take part."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tenants", nargs="+")
    parser.add_argument("--store", required=True)
    parser.add_argument("--assets", type=int, required=True)
    arguments = parser.parse_args()
    with closing(open_store(arguments.store)) as store:
        takes = [committing(store, tenant) for tenant in arguments.tenants]
        for generation in (0, 1):
            work = list(frames.batches(arguments.assets, changed=CHANGED, generation=generation))
            print(json.dumps("ready"), flush=True)
            sys.stdin.readline()
            for take in takes:
                take(work)
            print(json.dumps("done"), flush=True)


if __name__ == "__main__":
    main()
