"""Peak memory of the agent: one large account, and an organization of two hundred."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from benchmarks import world
from benchmarks.canned.estate import Estate
from benchmarks.measured import Cost

#: To reach: the agent's peak RSS in MB for either estate.
MOST_MB = 200.0
ESTATES = {
    "100,000 assets in one account": Estate(100_000, 1, "all"),
    "1,000,000 assets over 200 accounts": Estate(1_000_000, 200, "ec2"),
}
ORGANIZATION = 'accounts = "organization"\nrole_name = "reader"\nexternal_id = "bench"'


def main() -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    results = {}
    for name, estate in ESTATES.items():
        cost = measure(estate)
        results[f"{name}: agent, peak RSS MB (≤ {MOST_MB:.0f})"] = f"{cost.peak_mb:.0f}"
        results[f"{name}: agent, CPU s"] = f"{cost.cpu:.0f}"
        results[f"{name}: wall s"] = f"{cost.wall:.0f}"
    return results


def measure(estate: Estate) -> Cost:
    """What a whole scan of an estate costs the agent. Every asset must have been found."""
    source = ORGANIZATION if estate.accounts > 1 else ""
    with tempfile.TemporaryDirectory() as directory:
        place = Path(directory)
        with world.canned(place, estate) as environment:
            source += f'\nendpoint_url = "{environment["AWS_ENDPOINT_URL"]}"'
            with world.collector(place / "world", source) as config:
                cost = world.scan(config, environment, place / "agent.log")
                found = world.assets_of(place / "agent.log")
    assert found == estate.size, f"{found} of {estate.size} assets found"
    return cost


if __name__ == "__main__":
    print(json.dumps(main(), indent=2, ensure_ascii=False))
