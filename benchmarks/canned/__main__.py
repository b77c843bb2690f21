"""`python -m benchmarks.canned --port 5700 --assets 100000 --accounts 1 --latency 30ms`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib

from benchmarks.canned.estate import MIXES, Estate
from benchmarks.canned.server import serve


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--assets", type=int, default=100_000)
    parser.add_argument("--accounts", type=int, default=1)
    parser.add_argument("--mix", choices=sorted(MIXES), default="all")
    parser.add_argument("--latency", default="0ms", help="before each answer, as in 30ms")
    arguments = parser.parse_args()
    estate = Estate(arguments.assets, arguments.accounts, arguments.mix)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(estate, arguments.port, float(arguments.latency.removesuffix("ms")) / 1000))


if __name__ == "__main__":
    main()
