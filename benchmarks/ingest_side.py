"""One side of the ingest comparison, in a process of its own: `bare` or `store`.

Loads assets into an empty database, then scans them again with 2 % changed; prints JSON with assets per
second for both. The bare side then takes 2 % changed alone, as if it knew which; of all, per second.
`python -m benchmarks.ingest_side store --assets 100000 --directory DIR`, or `--url URL` for PostgreSQL.
"""

from __future__ import annotations

import argparse
import gc
import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks import bare_merge, bare_merge_postgresql, frames
from collector.store.base import Incoming, Organisation, Store, Tenant
from collector.store.opening import open_store
from wolkenzicht import wire
from wolkenzicht.model import Outcome, Scope, ScopeOutcome
from wolkenzicht.v1 import collector_service_pb2 as pb

CHANGED = 0.02
_GROUP = 8

Round = list[tuple[Scope, list[bytes]]]


def main() -> None:
    """Measure one side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("side", choices=("bare", "store"))
    parser.add_argument("--assets", type=int, default=100_000)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--directory", type=Path)
    where.add_argument("--url")
    arguments = parser.parse_args()
    first = list(frames.batches(arguments.assets, changed=CHANGED, generation=0))
    second = list(frames.batches(arguments.assets, changed=CHANGED, generation=1))
    gc.freeze()
    place = arguments.url or arguments.directory / "store.db"
    take = _bare(place) if arguments.side == "bare" else _store(place)
    rates = {}
    rounds = [("initial", first), ("rescan", second)]
    if arguments.side == "bare":
        third = frames.batches(arguments.assets, changed=CHANGED, generation=2, only_changed=True)
        rounds.append(("changed", list(third)))
    for name, work in rounds:
        started = time.perf_counter()
        take(work)
        rates[name] = arguments.assets / (time.perf_counter() - started)
    print(json.dumps(rates))


def _bare(place: str | Path) -> Callable[[Round], None]:
    merge: Callable[[list[bytes], int], int]
    if isinstance(place, Path):
        merge = partial(bare_merge.merge, bare_merge.open_database(place))
    else:
        merge = partial(bare_merge_postgresql.merge, bare_merge_postgresql.open_database(place))

    def take(work: Round) -> None:
        now = time.time_ns() // 1000
        merge([batch for _scope, batches in work for batch in batches], now)

    return take


def _store(place: str | Path) -> Callable[[Round], None]:
    store = open_store(place, create=True)
    store.registry.put_organisations([Organisation("mvz", "Ministerie van Voorbeeldzaken")])
    store.registry.add_tenant(Tenant("bench", "mvz", "aws", created=datetime.now(UTC)))
    return committing(store, "bench")


def committing(store: Store, tenant: str) -> Callable[[Round], None]:
    """Commits one whole scan after the other of a tenant, as a collector does, without a network."""
    sequence = 0
    scans = 0

    def take(work: Round) -> None:
        nonlocal sequence, scans
        scans += 1
        scan_id = f"scan-{scans}"
        pending: list[Incoming] = []

        def send(frame: pb.ReportRequest) -> None:
            nonlocal sequence
            sequence += 1
            frame.sequence, frame.scan_id = sequence, scan_id
            frame.observe_time.FromDatetime(datetime.now(UTC))
            pending.append(Incoming(tenant, "spool", "bench", frame))
            if len(pending) == _GROUP:
                flush()

        def flush() -> None:
            answers = store.ingest.commit(pending, datetime.now(UTC))
            assert not [each.refused for each in answers if each.refused], answers
            pending.clear()

        send(pb.ReportRequest(scan_start=pb.ScanStart(policy_version="bench", connectors=["aws"])))
        plan = pb.ScanPlan(scopes=[wire.encode_scope(scope) for scope, _batches in work], last=True)
        send(pb.ReportRequest(scan_plan=plan))
        for scope, batches in work:
            count = 0
            for batch in batches:
                frame = pb.ReportRequest()
                frame.asset_batch.ParseFromString(batch)
                count += len(frame.asset_batch.assets)
                send(frame)
            outcome = ScopeOutcome(scope, Outcome.COMPLETE, count)
            send(pb.ReportRequest(scope_outcome=wire.encode_outcome(outcome)))
        send(pb.ReportRequest(scan_end=pb.ScanEnd()))
        if pending:
            flush()

    return take


if __name__ == "__main__":
    main()
