"""Replaying what an agent spooled while the collector was away for a week: hourly scans with 1 % changed.

`python -m benchmarks.outage --assets 100000 --hours 168`; the agent's reading is left out, for only what it
spools counts here.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from agent.counters import Counters
from agent.planning import Plan, make_plan
from agent.scan_state import ScanRecord
from agent.scan_writer import ScanWriter
from benchmarks import frames
from benchmarks.rescan_side import TENANT, Both, Estate
from collector.store.base import Organisation, Tenant
from collector.store.sqlite import open_store
from wolkenzicht import wire
from wolkenzicht.transport import MAX_BATCH_ASSETS
from wolkenzicht.v1.collector_service_pb2 import AssetBatch

ASSETS, HOURS, SCOPES = 100_000, 168, 5
#: One asset in so many changes each hour.
EVERY = 100
#: To reach: seconds that the replay takes.
MOST_SECONDS = 120


def main(assets: int = ASSETS, hours: int = HOURS) -> dict[str, str]:
    """Measure; returns what was measured, by name."""
    with tempfile.TemporaryDirectory() as directory:
        store = open_store(Path(directory) / "store.db", create=True)
        store.registry.put_organisations([Organisation("mvz", "Ministerie van Voorbeeldzaken")])
        store.registry.add_tenant(Tenant(TENANT, "mvz", "aws", created=datetime.now(UTC)))
        both = Both(Path(directory), store)
        estate = Estate(assets, SCOPES)
        both.scan(estate)
        plan = make_plan([estate])
        for hour in range(1, hours + 1):
            _spool(both, plan, assets, hour)
        both.spool.flush()
        backlog = both.spool.backlog()
        begun, cpu = time.monotonic(), time.process_time()
        both.deliver()
        wall, cpu = time.monotonic() - begun, time.process_time() - cpu
        assert not both.spool.backlog().frames
        both.spool.close()
    changed = hours * (assets // EVERY)
    spooled = f"spooled in {hours} hours, {assets:,} assets, {changed:,} changes: MB"
    return {
        spooled: f"{backlog.size_bytes / 1e6:.0f}",
        f"replayed: seconds (≤ {MOST_SECONDS} for {HOURS} hours of {ASSETS:,} assets)": f"{wall:.1f}",
        "replayed: processor seconds": f"{cpu:.1f}",
        "changes per second": f"{changed / wall:,.0f}",
    }


def _spool(both: Both, plan: Plan, assets: int, hour: int) -> None:
    """What a scan of one hour spools: other assets changed than in the hour before."""
    both.now += timedelta(hours=1)
    record = ScanRecord(f"hour-{hour}", both.now, 1, plan.digest)
    writer = ScanWriter(both.spool, record, Counters(), lambda: both.now)
    writer.begin(plan, "bench", ["aws"])
    share = assets // EVERY
    first = hour % EVERY * share
    changed = range(first, first + share)
    for place, scope in enumerate(Estate(assets, SCOPES).plan()):
        numbers = [number for number in changed if number % SCOPES == place]
        for start in range(0, len(numbers), MAX_BATCH_ASSETS):
            batch = AssetBatch(scope=wire.encode_scope(scope), attempt=1)
            for number in numbers[start : start + MAX_BATCH_ASSETS]:
                asset = frames.asset_of(scope.location, number, 100 + hour)
                batch.assets.append(wire.encode_classified(asset, frames.verdict_on(asset)))
            writer.batch(batch)
    writer.end(interrupted=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, default=ASSETS)
    parser.add_argument("--hours", type=int, default=HOURS)
    arguments = parser.parse_args()
    print(json.dumps(main(arguments.assets, arguments.hours), indent=2, ensure_ascii=False))
