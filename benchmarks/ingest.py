"""The collector's ingest against a bare merge into the same SQLite tables: assets per second as a ratio."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

from benchmarks.measured import run, spread

ASSETS = 100_000
ROUNDS = 5
#: To reach: rate of the ingest over that of the bare merge.
LEAST = 0.4


def main() -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    rates: dict[str, dict[str, list[float]]] = {
        side: {"initial": [], "rescan": []} for side in ("bare", "store")
    }
    peaks: dict[str, list[float]] = {"bare": [], "store": []}
    for _ in range(ROUNDS):
        for side, measured in rates.items():
            with tempfile.TemporaryDirectory() as directory:
                log = Path(directory) / "log"
                arguments = ["--assets", str(ASSETS), "--directory", directory]
                cost = run([sys.executable, "-m", "benchmarks.ingest_side", side, *arguments], {}, log)
                assert cost.exit_code == 0, log.read_text()
                for name, rate in json.loads(log.read_text().splitlines()[-1]).items():
                    measured[name].append(rate)
                peaks[side].append(cost.peak_mb)
    results = {}
    for name in ("initial", "rescan"):
        bare, store = rates["bare"][name], rates["store"][name]
        results[f"{name}: bare merge, assets/s"] = spread(bare, 0)
        results[f"{name}: ingest, assets/s"] = spread(store, 0)
        ratios = [ours / theirs for ours, theirs in zip(store, bare, strict=True)]
        results[f"{name}: ingest ÷ bare merge (≥ {LEAST})"] = spread(ratios)
    results["bare merge, peak RSS MB"] = spread(peaks["bare"], 0)
    results["ingest, peak RSS MB"] = spread(peaks["store"], 0)
    return results


if __name__ == "__main__":
    print(json.dumps(main(), indent=2, ensure_ascii=False))
