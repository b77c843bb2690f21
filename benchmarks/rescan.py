"""What a rescan moves and costs against the first scan and a bare diff, and the memory of one large scope."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.measured import run, spread

ASSETS = 100_000
LARGE = 1_000_000
ROUNDS = 3
#: To reach: bytes and collector's CPU of a rescan over those of the first scan.
MOST = {"unchanged": (0.005, 0.02), "1 %": (0.05, None), "2 %": (None, None), "lost disk": (None, None)}
#: To reach: assets per second of a rescan with 2 % changed over those of a bare diff, which is sent them all.
LEAST_RATE = 5


def main() -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    rounds, bare = [], []
    for _ in range(ROUNDS):
        rounds.append(_side("benchmarks.rescan_side", ASSETS, "--scopes", "5"))
        bare.append(_side("benchmarks.ingest_side", ASSETS, "bare")[0])
    results = {
        f"first scan of {ASSETS:,} assets: MB": spread([each["first"]["bytes"] / 1e6 for each, _ in rounds])
    }
    for name, (most_bytes, most_cpu) in MOST.items():
        for what, most in (("bytes", most_bytes), ("collector_cpu", most_cpu), ("agent_cpu", None)):
            ratios = [each[name][what] / each["first"][what] for each, _ in rounds]
            goal = f" (≤ {most})" if most else ""
            results[f"{name}: {what.replace('_', ' ')} ÷ first scan{goal}"] = spread(ratios, 4)
    rates = [ASSETS / each["2 %"]["collector_seconds"] for each, _ in rounds]
    results["2 % changed, bare diff of all of them: assets/s"] = spread([each["rescan"] for each in bare], 0)
    results["2 % changed: assets/s of the collector"] = spread(rates, 0)
    bound = [each["changed"] / each["rescan"] for each in bare]
    results["2 % changed: bare diff of those alone ÷ bare diff of all"] = spread(bound)
    ratios = [ours / each["rescan"] for ours, each in zip(rates, bare, strict=True)]
    results[f"2 % changed: collector ÷ bare diff (≥ {LEAST_RATE})"] = spread(ratios)
    results[f"{ASSETS:,} assets in five scopes, agent and store in one process: peak RSS MB"] = spread(
        [peak for _, peak in rounds], 0
    )
    measured, peak = _side("benchmarks.rescan_side", LARGE, "--scopes", "1", "--unchanged-only")
    results[f"{LARGE:,} assets in one scope, the same: peak RSS MB"] = f"{peak:.0f}"
    share = measured["unchanged"]["bytes"] / measured["first"]["bytes"]
    results[f"{LARGE:,} assets in one scope, unchanged: bytes ÷ first scan"] = f"{share:.6f}"
    return results


def _side(module: str, assets: int, *more: str) -> tuple[dict[str, Any], float]:
    with tempfile.TemporaryDirectory() as directory:
        log = Path(directory) / "log"
        arguments = ["--assets", str(assets), "--directory", directory, *more]
        cost = run([sys.executable, "-m", module, *arguments], {}, log)
        assert cost.exit_code == 0, log.read_text()
        return json.loads(log.read_text().splitlines()[-1]), cost.peak_mb


if __name__ == "__main__":
    print(json.dumps(main(), indent=2, ensure_ascii=False))
