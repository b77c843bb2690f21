"""The frames of one scan as agents send them, made once: every agent has the same assets."""

from __future__ import annotations

from datetime import UTC, datetime

from benchmarks import frames
from benchmarks.streams.founding import ORGANISATION
from policy import rule_book
from wolkenzicht import wire
from wolkenzicht.model import Outcome, ScopeOutcome
from wolkenzicht.v1 import collector_service_pb2 as pb


def encoded(assets: int) -> list[bytes]:
    """A first scan of so many assets, judged by the packaged rules, as it stands in a spool."""
    work = list(frames.batches(assets, changed=0, generation=0))
    policy = rule_book.packaged().on(datetime.now(UTC).date(), (ORGANISATION,))
    made = [
        pb.ReportRequest(scan_start=pb.ScanStart(policy_version=policy.version, connectors=["aws"])),
        pb.ReportRequest(
            scan_plan=pb.ScanPlan(scopes=[wire.encode_scope(scope) for scope, _ in work], last=True)
        ),
    ]
    for scope, batches in work:
        count = 0
        for each in batches:
            batch = pb.AssetBatch.FromString(each)
            listed = [wire.decode_asset(one.asset) for one in batch.assets]
            judged = [wire.encode_classified(one, policy.classify(one)) for one in listed]
            count += len(judged)
            made.append(
                pb.ReportRequest(asset_batch=pb.AssetBatch(scope=batch.scope, attempt=1, assets=judged))
            )
        outcome = wire.encode_outcome(ScopeOutcome(scope, Outcome.COMPLETE, count))
        made.append(pb.ReportRequest(scope_outcome=outcome))
    made.append(pb.ReportRequest(scan_end=pb.ScanEnd()))
    for sequence, frame in enumerate(made, 1):
        frame.sequence, frame.scan_id = sequence, "scan-1"
        frame.observe_time.FromDatetime(datetime.now(UTC))
    return [frame.SerializeToString() for frame in made]
