"""How many assets the rules judge in a second on one processor, beside reading them from protobuf.

Two estates: a realistic one, in which assets alike in what the rules read share verdicts; and one in which
no two assets have a tag value in common, in the keys that the rules read neither.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle

from benchmarks.measured import spread
from policy import ruleset
from policy.ruleset import Policy
from wolkenzicht.model import Asset, Certainty, DataLocation, Evidence, Holds, Operation
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.wire import decode_classified, encode_classified

ASSETS = 40_000
#: So many stand in a batch of an agent.
BATCH = 250
ROUNDS = 7
#: To reach: assets judged per second of CPU time.
LEAST = {"realistic": 60_000, "distinct": 20_000}

_Tags = tuple[tuple[str, str], ...]

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
#: The type of a bucket or system at each provider, and a property that says who holds its key.
KINDS = {
    "aws": ("AWS::S3::Bucket", ("encryption", "aws:kms")),
    "azure": ("Microsoft.Storage/storageAccounts", ("encryption", "Microsoft.Storage")),
    "gcp": ("storage.googleapis.com/Bucket", ("kms_key", "projects/p/locations/eu/keyRings/r/cryptoKeys/k")),
    "odc": ("odc:system", ("cpus", "4")),
}


def realistic(number: int) -> _Tags:
    """Tags that most assets have, of which few values differ; a name of its own that no rule reads."""
    return (
        ("CostCentre", f"{number % 300:04}"),
        ("environment", ("productie", "test", "acceptatie", "ontwikkel")[number % 4]),
        ("materieel", "ja" if number % 10 == 0 else "nee"),
        ("name", f"bucket-{number}"),
        ("team", f"team-{number % 40}"),
    )


def distinct(number: int) -> _Tags:
    """Five tags, of which no value stands in another asset: also where a rule reads the key."""
    return (
        ("environment", f"omgeving {number}"),
        ("name", f"bucket-{number}"),
        ("persoonsgegevens", f"verwerking {number}"),
        ("proces", f"proces {number}"),
        (f"tag-{number}", f"waarde {number}"),
    )


def estate(tags_of: Callable[[int], _Tags]) -> Iterator[Asset]:
    """Assets of four kinds of tenant in turn, each with a copy, evidence, a key and tags."""
    for number, (provider, partition, home, copy) in zip(range(ASSETS), cycle(PLACES), strict=False):
        countries = ("NL",) if provider == "odc" else ()
        kind, key = KINDS[provider]
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
            type=kind,
            name=f"bucket-{number}",
            location=home,
            holds=Holds.CONTENT,
            locations=places,
            tags=tags_of(number),
            properties=tuple(sorted((key, ("versioning", "on")))),
        )


def main() -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    policy = ruleset.load()
    found: dict[str, str] = {}
    for name, tags_of in (("realistic", realistic), ("distinct", distinct)):
        found |= _measure(name, policy, list(estate(tags_of)))
    return found


def _measure(name: str, policy: Policy, assets: Sequence[Asset]) -> dict[str, str]:
    sent = [encode_classified(asset, policy.classify(asset)).SerializeToString() for asset in assets]
    read, classified, found, ratios = [], [], [], []
    for _ in range(ROUNDS):
        reading, judging, finding = _round(policy, sent)
        read.append(len(assets) / reading)
        classified.append(len(assets) / judging)
        found.append(len(assets) / (judging + finding))
        ratios.append(judging / reading)
    return {
        f"{name}: read from protobuf, assets/s": spread(read, 0),
        f"{name}: classify, assets/s (≥ {LEAST[name]})": spread(classified, 0),
        f"{name}: classify and find, assets/s": spread(found, 0),
        f"{name}: time of classify ÷ time of reading": spread(ratios),
    }


def _round(policy: Policy, sent: Sequence[bytes]) -> tuple[float, float, float]:
    """Seconds of CPU for reading, classifying and finding, batch by batch as a collector takes them."""
    reading = judging = finding = 0.0
    for start in range(0, len(sent), BATCH):
        batch = sent[start : start + BATCH]
        began = time.process_time()
        assets = [decode_classified(ClassifiedAsset.FromString(each)).asset for each in batch]
        decoded = time.process_time()
        verdicts = [policy.classify(asset) for asset in assets]
        judged = time.process_time()
        for asset, verdict in zip(assets, verdicts, strict=True):
            policy.findings(asset, verdict)
        ended = time.process_time()
        reading += decoded - began
        judging += judged - decoded
        finding += ended - judged
    return reading, judging, finding


if __name__ == "__main__":
    print(json.dumps(main(), indent=2, ensure_ascii=False))
