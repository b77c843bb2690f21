"""How many assets of a mixed estate the rules judge in a second, on one processor."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import cycle

from benchmarks.measured import spread
from policy import ruleset
from wolkenzicht.model import Asset, Certainty, DataLocation, Evidence, Holds, Operation

ASSETS = 60_000
ROUNDS = 5
#: To reach: assets judged per second.
LEAST = 60_000

#: Provider and partition, with the codes of a home and of a copy.
PLACES = (
    ("aws", "aws", "eu-west-1", "eu-central-1"),
    ("aws", "aws", "eu-west-1a", "eu-west-2"),
    ("azure", "AzureCloud", "westeurope", "northeurope"),
    ("azure", "AzureCloud", "swedencentral", "swedensouth"),
    ("gcp", "googleapis.com", "europe-west4-a", "storage/eu"),
    ("gcp", "googleapis.com", "bigquery/eu", "spanner/eur6"),
    ("odc", "ODC-Noord", "ODC-Noord", "ODC Amsterdam"),
)
#: Tags that most assets have, a few that say something about their use, and one of their own.
TAGS = (("CostCentre", "4711"), ("environment", "productie"), ("team", "platform"))


def estate(size: int) -> Iterator[Asset]:
    """Assets of four kinds of tenant in turn, each with a copy, evidence and tags of its own."""
    for number, (provider, partition, home, copy) in zip(range(size), cycle(PLACES), strict=False):
        countries = ("NL",) if provider == "odc" else ()
        places = tuple(
            DataLocation(operation, code, Certainty.DECLARED, (Evidence("property", code),), countries)
            for operation, code in ((Operation.STORED, home), (Operation.REPLICATED, copy))
        )
        yield Asset(
            asset_id=f"{provider}:{number}",
            provider=provider,
            partition=partition,
            account=f"{number % 500:012}",
            service="storage",
            type=f"{provider}:bucket",
            name=f"bucket-{number}",
            location=home,
            holds=Holds.CONTENT,
            locations=places,
            tags=(*TAGS, ("materieel", "ja" if number % 10 == 0 else "nee"), ("name", f"bucket-{number}")),
        )


def main() -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    policy = ruleset.load()
    assets = list(estate(ASSETS))
    rates: dict[str, list[float]] = {"classify": [], "classify and find": []}
    for _ in range(ROUNDS):
        started = time.process_time()
        verdicts = [policy.classify(asset) for asset in assets]
        judged = time.process_time()
        for asset, verdict in zip(assets, verdicts, strict=True):
            policy.findings(asset, verdict)
        rates["classify"].append(ASSETS / (judged - started))
        rates["classify and find"].append(ASSETS / (time.process_time() - started))
    return {
        f"classify, assets/s of CPU time (≥ {LEAST})": spread(rates["classify"], 0),
        "classify and find, assets/s of CPU time": spread(rates["classify and find"], 0),
    }


if __name__ == "__main__":
    print(json.dumps(main(), indent=2, ensure_ascii=False))
