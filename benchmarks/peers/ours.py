"""Runs the agent's own command once, with a collector beside it that acknowledges and counts what comes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import trustme

from deploy.demo.processes import command
from tests.servers.minimal_collector import MinimalCollector, scan_frames, written

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.measured import Cost

#: Our names of the types that are compared.
KINDS = (
    "ec2-instance",
    "ebs-volume",
    "dynamodb-table",
    "sns-topic",
    "kms-key",
    "rds-instance",
    "lambda-function",
    "iam-role",
    "s3-bucket",
)
_TENANT = "bench-aws"


def scan(place: Path, regions: tuple[str, ...], run: Callable[[list[str]], Cost]) -> tuple[Cost, int]:
    """Cost of one scan into an empty spool, and the assets that it sent. `run` runs the command.

    The collector is in this process, whose CPU and memory are not counted.
    """
    place.mkdir(parents=True)
    ca = trustme.CA()
    written(place / "agent", ca, "agent.example.nl")
    with MinimalCollector(written(place / "collector", ca, "localhost")) as collector:
        config = place / "agent.toml"
        config.write_text(
            f'tenant = "{_TENANT}"\nstate = "{place}/state"\n\n'
            f'[collector]\naddress = "{collector.address}"\nca = "agent/ca.pem"\n'
            'certificate = "agent/cert.pem"\nkey = "agent/key.pem"\n\n'
            '[[source]]\nconnector = "aws"\nquota_share = 0\n'
            f"regions = {json.dumps(regions)}\nkinds = {json.dumps(KINDS)}\n"
        )
        cost = run([command("wolkenzicht-agent"), "--config", str(config), "run", "--once"])
        frames = scan_frames(collector.received.frames, "asset_batch")
    return cost, sum(len(frame.asset_batch.assets) for frame in frames)
