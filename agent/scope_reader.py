"""How one scope is read: each asset classified as it comes, and one outcome at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Protocol

from agent.batches import Batcher, encoded, rejected_item
from agent.counters import Counters
from agent.guard import guarded, one_line
from connectors.base import GAP_ORDER, Gap, Rejected, Source, outcome_of
from wolkenzicht.model import Asset, Outcome, Scope, ScopeOutcome, Verdict
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.v1.collector_service_pb2 import AssetBatch, RejectedItem


class _Classifier(Protocol):
    def classify(self, asset: Asset) -> Verdict: ...


class ScopeReader:
    """Reads scopes and hands on batches; used by all threads of a scan."""

    def __init__(
        self,
        policy: _Classifier,
        *,
        attempt: int,
        hand_on: Callable[[AssetBatch], None],
        halted: Callable[[], bool],
        counters: Counters,
    ) -> None:
        self._policy = policy
        self._attempt = attempt
        self._hand_on = hand_on
        self._halted = halted
        self._counters = counters

    def read(self, source: Source, scope: Scope) -> ScopeOutcome | None:
        """Read a scope; its outcome, or None where the scan was halted halfway.

        An item that was rejected without a word of the connector about it leaves a gap too: the list
        is not whole, and nothing may be taken for vanished. Raises `StorageError` of the spool.
        """
        batcher = Batcher(scope, self._attempt, self._hand_on)
        gaps = _Gaps()
        count, rejected = 0, 0
        what = f"{source.connector} {scope.account}/{scope.location}/{scope.type}"
        for item in guarded(lambda: self._items(source, scope), what):
            if self._halted():
                return None
            if isinstance(item, Gap):
                gaps.add(item)
                continue
            batcher.add(item)
            if isinstance(item, ClassifiedAsset):
                count += 1
                self._counters.add(assets=1)
            else:
                rejected += 1
                self._counters.add(rejected=1)
                first = f"{item.origin or item.asset_id} {item.field} {item.reason}"
                gaps.for_rejected(first)
        batcher.flush()
        return gaps.outcome(scope, count)

    def _items(self, source: Source, scope: Scope) -> Iterator[ClassifiedAsset | RejectedItem | Gap]:
        for item in source.read(scope):
            if isinstance(item, Asset):
                yield encoded(item, self._policy.classify(item), scope)
            elif isinstance(item, Rejected):
                yield rejected_item(item)
            elif isinstance(item, Gap):
                yield item


class _Gaps:
    """The gaps of one scope: the worst is kept, all are counted; there can be as many as assets."""

    def __init__(self) -> None:
        self._worst: Gap | None = None
        self._count = 0
        self._rejected = 0
        self._first_rejected = ""

    def add(self, gap: Gap) -> None:
        """Count a gap."""
        self._count += 1
        if self._worst is None or _rank(gap) < _rank(self._worst):
            self._worst = gap

    def for_rejected(self, first: str) -> None:
        """Count a rejected item."""
        self._rejected += 1
        self._first_rejected = self._first_rejected or first

    def outcome(self, scope: Scope, count: int) -> ScopeOutcome:
        """The outcome of the scope, of which `count` assets were read."""
        if self._rejected and self._worst is None:
            items = count + self._rejected
            self.add(
                Gap(Outcome.FAILED, f"{self._rejected} of {items} items rejected: {self._first_rejected}")
            )
        outcome = outcome_of(scope, count, [self._worst] if self._worst else [])
        more = f" (and {self._count - 1} more)" if self._count > 1 else ""
        return replace(outcome, message=one_line(outcome.message) + more)


def _rank(gap: Gap) -> int:
    return GAP_ORDER.index(gap.outcome)
