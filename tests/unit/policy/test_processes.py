"""Two processes judge alike: nothing hangs on the order that a process happens to keep sets in."""

from __future__ import annotations

import os
import subprocess
import sys

#: Judges a thousand assets made of what rules read, and prints one hash of all fingerprints.
JUDGE = """
import hashlib, random
from policy.ruleset import load
from tests.unit.policy.strategies import PARTITIONS, PROVIDERS, SAYING_KEYS, SAYING_WORDS
from wolkenzicht.model import Asset, Certainty, DataLocation, Declarations, Holds, Operation
from wolkenzicht.wire import encode_classified

policy, chance, found = load(), random.Random(4), hashlib.sha256()
for number in range(1000):
    provider = chance.choice(PROVIDERS)
    codes = sorted(policy.locations.catalogues.get(provider, {"ODC-Noord": None}))
    places = tuple(
        DataLocation(
            chance.choice(list(Operation)),
            chance.choice(codes),
            Certainty.DECLARED,
            declared_countries=chance.choice([(), (), ("UK", "NL"), ("ZZ", "BE")]),
        )
        for _ in range(chance.randint(0, 4))
    )
    tags = {chance.choice(SAYING_KEYS): chance.choice(SAYING_WORDS) for _ in range(3)}
    asset = Asset(
        f"asset-{number}", provider, chance.choice(PARTITIONS), "1", "s", "AWS::S3::Bucket", "n",
        chance.choice(codes), Holds.CONTENT, places, tags=tuple(sorted(tags.items())),
        properties=(("encryption", chance.choice(["aws:kms", "AES256", "none"])),),
        declarations=Declarations(material=chance.choice(["", "ja", "?", "wie weet"])),
    )
    verdict = policy.classify(asset)
    found.update(encode_classified(asset, verdict).fingerprint)
    due = [(each.duty.identifier, each.evidence) for each in policy.duties(asset, verdict)]
    found.update(repr((policy.findings(asset, verdict), due)).encode())
print(found.hexdigest())
"""


def judged(seed: str) -> str:
    """What a new process finds, with sets in another order."""
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", JUDGE], env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_processes_judge_alike() -> None:
    """Fingerprints, findings and duties are the same under any order of sets."""
    first = judged("1")
    assert len(first.strip()) == 64
    assert first == judged("2")
