"""An AWS API server for the demo and the tests: moto over HTTP, in a process of its own.

Zurich is opted in, as an account that uses it would have done, and only regions of the commercial
partition are listed; moto lists those of China and GovCloud in every account.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.server import main as serve

OPTED_IN = ("eu-central-2",)
OTHER_PARTITIONS = ("cn-", "us-gov-")


def opt_in() -> None:
    """Enable the opt-in regions of the demo's account."""
    RegionsAndZonesBackend.regions = [
        region for region in RegionsAndZonesBackend.regions if not region.name.startswith(OTHER_PARTITIONS)
    ]
    for region in RegionsAndZonesBackend.regions:
        if region.name in OPTED_IN:
            region.opt_in_status = "opted-in"


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="port on 127.0.0.1")
    arguments = parser.parse_args()
    opt_in()
    sys.argv = [str(Path(__file__)), "-H", "127.0.0.1", "-p", str(arguments.port)]
    serve()


if __name__ == "__main__":
    main()
