"""How each peer is started for the types that are compared, and what it says it found."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent
#: cartography's labels of the types that are compared; it writes more about each (keys, rights, tags).
_LABELS = (
    "AWSEC2Instance",
    "AWSEBSVolume",
    "AWSDynamoDBTable",
    "AWSSNSTopic",
    "AWSKMSKey",
    "AWSRDSInstance",
    "AWSLambda",
    "AWSRole",
    "AWSS3Bucket",
)


@dataclass(frozen=True, slots=True)
class Tool:
    """A peer: `command` takes its `bin` folder, an output folder and the regions.

    `found` counts resources in the output folder; `rounds` is how often it runs at most.
    """

    name: str
    title: str
    command: Callable[[Path, Path, Sequence[str]], list[str]]
    found: Callable[[Path], int]
    exit_codes: tuple[int, ...] = (0,)
    rounds: int = 5


def _custodian(tools: Path, output: Path, regions: Sequence[str]) -> list[str]:
    chosen = [part for region in regions for part in ("--region", region)]
    fixed = ["--cache-period", "0", *chosen, str(_HERE / "custodian.yml")]
    return [str(tools / "custodian"), "run", "-s", str(output), *fixed]


def custodian_found(output: Path) -> int:
    """Resources in the files that Cloud Custodian writes, one for each region and policy."""
    return sum(len(json.loads(each.read_text())) for each in output.glob("*/*/resources.json"))


def _cartography(tools: Path, output: Path, regions: Sequence[str]) -> list[str]:
    return [str(tools / "python"), str(_HERE / "cartography_sync.py"), str(output / "nodes.json"), *regions]


def cartography_found(output: Path) -> int:
    """Nodes of the types that are compared, of those that cartography would have written."""
    nodes = json.loads((output / "nodes.json").read_text())
    return sum(nodes.get(label, 0) for label in _LABELS)


def _prowler(tools: Path, output: Path, regions: Sequence[str]) -> list[str]:
    fixed = ["--output-directory", str(output), "--no-banner", "--region", *regions]
    return [str(tools / "prowler"), "aws", "--quick-inventory", *fixed]


def prowler_found(output: Path) -> int:
    """Rows of Prowler's inventory."""
    with next(output.rglob("*.csv")).open(newline="", encoding="utf-8") as file:
        return sum(1 for _ in csv.reader(file)) - 1


TOOLS = (
    Tool("c7n", "cloud-custodian", _custodian, custodian_found),
    Tool("cartography", "cartography", _cartography, cartography_found),
    Tool("prowler", "Prowler's inventory", _prowler, prowler_found, rounds=3),
)
