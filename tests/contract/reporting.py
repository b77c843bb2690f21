"""What an agent reports, made by hand: frames of a tenant's spool, and the store's answers to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from collector.store.base import (
    AssetQuery,
    AssetRow,
    Committed,
    CoverageRow,
    FindingRow,
    Incoming,
    Sight,
    Store,
)
from policy import ruleset
from wolkenzicht import wire
from wolkenzicht.model import (
    Asset,
    Certainty,
    DataLocation,
    FindingState,
    Holds,
    Operation,
    Outcome,
    Scope,
    ScopeOutcome,
)
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.v1.collector_service_pb2 import (
    AssetBatch,
    RejectedItem,
    ReportRequest,
    ScanEnd,
    ScanPlan,
    ScanStart,
    StreamStart,
)

NOW = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
ACCOUNT = "111122223333"
BUCKET = "AWS::S3::Bucket"
IRELAND = Scope(ACCOUNT, "eu-west-1", BUCKET)
FRANKFURT = Scope(ACCOUNT, "eu-central-1", BUCKET)
ALL_SEEN = Sight(None)


def bucket(name: str, *regions: str, **fields: Any) -> Asset:
    """A bucket that is stored in the first region and replicated to the others; Ireland by default."""
    regions = regions or ("eu-west-1",)
    operations = (Operation.STORED, *(Operation.REPLICATED for _ in regions[1:]))
    values: dict[str, Any] = {
        "asset_id": f"arn:aws:s3:::{name}",
        "provider": "aws",
        "partition": "aws",
        "account": ACCOUNT,
        "service": "s3",
        "type": BUCKET,
        "name": name,
        "location": regions[0],
        "holds": Holds.CONTENT,
        "locations": tuple(
            DataLocation(operation, region, Certainty.DECLARED)
            for operation, region in zip(operations, regions, strict=True)
        ),
    }
    return Asset(**(values | fields))


def classified(asset: Asset) -> ClassifiedAsset:
    """The asset as an agent sends it, judged by the packaged rule set."""
    return wire.encode_classified(asset, ruleset.load().classify(asset))


@dataclass(slots=True)
class Reporter:
    """An agent's side of the stream: counts its frames and hands each to the store at once."""

    store: Store
    tenant: str = "bzk-aws"
    spool_id: str = "spool-1"
    scan_id: str = ""
    sequence: int = 0
    now: datetime = NOW
    sent: list[Incoming] = field(default_factory=list)

    def frame(self, **frame: Any) -> Incoming:
        """The next frame, observed now."""
        self.sequence += 1
        message = ReportRequest(
            sequence=self.sequence, scan_id=self.scan_id, observe_time=wire.timestamp(self.now), **frame
        )
        incoming = Incoming(self.tenant, self.spool_id, "0.1.0", message)
        self.sent.append(incoming)
        return incoming

    def send(self, **frame: Any) -> Committed:
        """Commit the next frame alone."""
        [answer] = self.store.ingest.commit([self.frame(**frame)], self.now)
        return answer

    def opening(self) -> Incoming:
        """The frame that opens a scan."""
        return self.frame(scan_start=ScanStart(policy_version="test", connectors=["aws"]))

    def planning(self, *scopes: Scope) -> Incoming:
        """The frame with the whole plan."""
        return self.frame(scan_plan=ScanPlan(scopes=[wire.encode_scope(each) for each in scopes], last=True))

    def listing(self, scope: Scope, *assets: Asset | ClassifiedAsset) -> Incoming:
        """The frame that lists assets of a scope."""
        return self.frame(asset_batch=batch_of(scope, assets, 1, ()))

    def ending(self, scope: Scope, outcome: Outcome, count: int = 0) -> Incoming:
        """The frame that ends a scope."""
        return self.frame(scope_outcome=wire.encode_outcome(ScopeOutcome(scope, outcome, count)))

    def closing(self) -> Incoming:
        """The frame that ends a scan."""
        return self.frame(scan_end=ScanEnd())

    def start(self, scan_id: str) -> Committed:
        """Open a scan."""
        self.scan_id = scan_id
        return self.send(scan_start=ScanStart(policy_version="test", connectors=["aws"]))

    def plan(self, *scopes: Scope, last: bool = True) -> Committed:
        """Plan scopes."""
        return self.send(scan_plan=ScanPlan(scopes=[wire.encode_scope(each) for each in scopes], last=last))

    def batch(
        self,
        scope: Scope,
        *assets: Asset | ClassifiedAsset,
        attempt: int = 1,
        rejected: Iterable[RejectedItem] = (),
    ) -> Committed:
        """List assets of a scope."""
        return self.send(asset_batch=batch_of(scope, assets, attempt, rejected))

    def outcome(self, scope: Scope, outcome: Outcome, count: int = 0, **fields: Any) -> Committed:
        """End a scope."""
        message = wire.encode_outcome(ScopeOutcome(scope, outcome, count, **fields))
        return self.send(scope_outcome=message)

    def end(self, *, interrupted: bool = False) -> Committed:
        """Close the scan."""
        return self.send(scan_end=ScanEnd(interrupted=interrupted))

    def scan(
        self, scan_id: str, listed: Mapping[Scope, Iterable[Asset | ClassifiedAsset]]
    ) -> list[Committed]:
        """Report a whole scan in one commit, every scope complete; an hour after what came before."""
        self.now += timedelta(hours=1)
        self.scan_id = scan_id
        frames = [self.opening(), self.planning(*listed)]
        for scope, assets in listed.items():
            batch = tuple(assets)
            if batch:
                frames.append(self.listing(scope, *batch))
            frames.append(self.ending(scope, Outcome.COMPLETE, len(batch)))
        frames.append(self.closing())
        answers = self.store.ingest.commit(frames, self.now)
        assert [each.refused for each in answers] == [""] * len(frames)
        return answers

    def send_stream_start(self) -> Committed:
        """Send a frame that has no place inside a stream."""
        return self.send(stream_start=StreamStart(tenant=self.tenant))

    def later(self, **duration: float) -> None:
        """Let time pass."""
        self.now += timedelta(**duration)


def batch_of(
    scope: Scope, assets: Iterable[Asset | ClassifiedAsset], attempt: int, rejected: Iterable[RejectedItem]
) -> AssetBatch:
    """A batch of a scope's assets."""
    return AssetBatch(
        scope=wire.encode_scope(scope),
        attempt=attempt,
        assets=[classified(each) if isinstance(each, Asset) else each for each in assets],
        rejected_items=rejected,
    )


def present(store: Store, tenant: str = "bzk-aws") -> dict[str, AssetRow]:
    """The present estate of a tenant, by asset."""
    page = store.reading.assets(
        ALL_SEEN, AssetQuery(tenant=tenant), order_by="asset_id", after=(), limit=1_000_000
    )
    return {row.record.asset.asset_id: row for row, _ in page}


def names(store: Store, tenant: str = "bzk-aws") -> list[str]:
    """Names of the present estate of a tenant, sorted."""
    return sorted(row.record.asset.name for row in present(store, tenant).values())


def findings(store: Store, *states: FindingState) -> list[FindingRow]:
    """Findings in these states, all by default, oldest first."""
    page = store.reading.findings(
        ALL_SEEN, AssetQuery(), states=frozenset(states or FindingState), after=(), limit=1000
    )
    return [row for row, _ in page][::-1]


def coverage(store: Store, scope: Scope, tenant: str = "bzk-aws") -> CoverageRow:
    """How one scope stands."""
    page = store.reading.coverage(
        ALL_SEEN, organisations=None, tenant=tenant, blind_only=False, after=(), limit=1000
    )
    [found] = [row for row, _ in page if Scope(row.account, row.location, row.type) == scope]
    return found
