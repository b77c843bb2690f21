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

#: Gaps that are remembered one by one; a scope can have as many as assets.
_MAX_GAPS = 200


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
            else:
                yield item


class _Gaps:
    """The gaps of one scope: the worst are kept, all are counted."""

    def __init__(self) -> None:
        self._kept: list[Gap] = []
        self._more = 0
        self._rejected = 0
        self._first_rejected = ""

    def add(self, gap: Gap) -> None:
        """Remember a gap."""
        if len(self._kept) < _MAX_GAPS:
            self._kept.append(gap)
            return
        self._more += 1
        place = max(range(_MAX_GAPS), key=lambda index: GAP_ORDER.index(self._kept[index].outcome))
        if GAP_ORDER.index(gap.outcome) < GAP_ORDER.index(self._kept[place].outcome):
            self._kept[place] = gap

    def for_rejected(self, first: str) -> None:
        """Count a rejected item."""
        self._rejected += 1
        self._first_rejected = self._first_rejected or first

    def outcome(self, scope: Scope, count: int) -> ScopeOutcome:
        """The outcome of the scope."""
        if self._rejected and not self._kept:
            self._kept.append(
                Gap(
                    Outcome.FAILED,
                    f"{self._rejected} of {count + self._rejected} items rejected: {self._first_rejected}",
                )
            )
        outcome = outcome_of(scope, count, self._kept)
        more = f" and {self._more} more" if self._more else ""
        return replace(outcome, message=one_line(outcome.message) + more)
