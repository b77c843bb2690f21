"""How one scope is read: each asset classified as it comes, news handed on, and one outcome at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from agent.base import Base
from agent.batches import MAX_ITEMS_BYTES, Batcher, Discrepancies, encoded, rejected_item
from agent.counters import Counters
from agent.gaps import Gaps
from agent.guard import guarded
from agent.memo import Memo
from agent.reconciling import READ, Marks, Reconciliation
from agent.scope_ids import Listed
from connectors.base import Covers, Gap, Rejected, Source
from wolkenzicht.model import Asset, Discrepancy, Scope, ScopeOutcome, Verdict
from wolkenzicht.transport import MAX_BATCH_ASSETS
from wolkenzicht.v1.asset_pb2 import ClassifiedAsset
from wolkenzicht.v1.collector_service_pb2 import AssetBatch, DiscrepancyBatch, RejectedItem

#: Assets that are looked up together before anything is made of them.
_TOGETHER = 100


@dataclass(frozen=True, slots=True)
class _Unchanged:
    """An asset that is as the collector is taken to hold it."""

    asset_id: str


#: What reading makes of an item; None of one that is known already.
_Item = ClassifiedAsset | RejectedItem | Gap | Discrepancy | _Unchanged | None


class _Classifier(Protocol):
    def classify(self, asset: Asset) -> Verdict: ...


class ScopeReader:
    """Reads scopes and hands on batches of what `base` lacks; used by all threads of a scan."""

    def __init__(
        self,
        policy: _Classifier,
        base: Base,
        *,
        attempt: int,
        hand_on: Callable[[AssetBatch | DiscrepancyBatch], None],
        halted: Callable[[], bool],
        counters: Counters,
        memo: Memo | None = None,
    ) -> None:
        self._policy = policy
        self._memo = memo or Memo()
        self._base = base
        self._attempt = attempt
        self._hand_on = hand_on
        self._halted = halted
        self._counters = counters

    def marks(self, scope: Scope) -> Marks:
        """Room to mark what a scope lists, as far as can be foreseen."""
        return Marks(self._base.count(scope))

    def read(self, source: Source, scope: Scope, listed: Listed | None, seen: Marks) -> ScopeOutcome | None:
        """Read a scope; its outcome, or None where the scan was halted halfway.

        What it lists is added to `listed` and marked in `seen`. An item that was rejected without a word of
        the connector about it leaves a gap too: the list is not whole, and nothing may be taken for
        vanished. Raises `StorageError` of the spool.
        """
        reading = self._reading(scope, seen)
        whole = self._take(reading, source, scope, lambda: self._items(source, scope, listed))
        return reading.outcome() if whole else None

    def compare(
        self, source: Source, scope: Scope, known: Reconciliation, seen: Marks
    ) -> ScopeOutcome | None:
        """Read an inventory likewise: hand on what no other scope listed, and what they disagree about.

        What the inventory lacks of what it covers is told only where nothing went wrong. A part of it
        that is not switched on covers nothing, and says nothing of the rest.
        """
        reading = self._reading(scope, seen)
        if not self._take(reading, source, scope, lambda: self._news(source, scope, known)):
            return None
        if not reading.gaps.broken:
            for discrepancy in known.missing():
                if self._halted():
                    return None
                reading.discrepancies.add(discrepancy)
        return reading.outcome()

    def _reading(self, scope: Scope, seen: Marks) -> _Reading:
        return _Reading(
            scope,
            self._base,
            seen,
            Batcher(scope, self._attempt, self._hand_on),
            Discrepancies(scope, self._attempt, self._hand_on),
            self._counters,
        )

    def _take(
        self, reading: _Reading, source: Source, scope: Scope, items: Callable[[], Iterator[_Item]]
    ) -> bool:
        """Take in all items; False where the scan was halted halfway."""
        for item in guarded(items, _name(source, scope)):
            if self._halted():
                return False
            reading.take(item)
        return True

    def _items(self, source: Source, scope: Scope, listed: Listed | None) -> Iterator[_Item]:
        waiting: list[Asset] = []
        # Guarded here too: where reading breaks off, what was read before counts.
        for item in guarded(lambda: source.read(scope), _name(source, scope)):
            if isinstance(item, Asset):
                waiting.append(item)
                if len(waiting) >= _TOGETHER:
                    yield from self._made_of(waiting, scope, listed)
                    waiting = []
            elif isinstance(item, Rejected):
                yield rejected_item(item)
            elif isinstance(item, Gap):
                yield item
        yield from self._made_of(waiting, scope, listed)

    def _made_of(self, assets: list[Asset], scope: Scope, listed: Listed | None) -> Iterator[_Item]:
        """What is sent of assets, or that they are known to be unchanged, in their order."""
        held = {} if self._memo.empty else self._base.held(scope, [each.asset_id for each in assets])
        for asset in assets:
            fingerprint = held.get(asset.asset_id)
            if fingerprint is not None and self._memo.knows(scope, asset, fingerprint):
                made: _Item = _Unchanged(asset.asset_id)
            else:
                made = encoded(asset, self._policy.classify(asset), scope)
                if isinstance(made, ClassifiedAsset):
                    self._memo.put(scope, asset, made.fingerprint)
            if listed is not None and not isinstance(made, RejectedItem):
                listed.add(asset.asset_id, asset.location)
            yield made

    def _news(self, source: Source, scope: Scope, known: Reconciliation) -> Iterator[_Item]:
        for item in source.read(scope):
            if isinstance(item, Asset):
                yield from self._if_news(item, scope, known)
            elif isinstance(item, Covers):
                known.covers(item)
            elif isinstance(item, Rejected):
                yield rejected_item(item)
            else:
                yield item

    def _if_news(self, asset: Asset, scope: Scope, known: Reconciliation) -> Iterator[_Item]:
        if not known.is_news(asset.asset_id):
            yield None
            return
        message = encoded(asset, self._policy.classify(asset), scope)
        yield message
        if isinstance(message, ClassifiedAsset):
            yield known.not_read(asset)


@dataclass(slots=True)
class _Reading:
    """What one reading of a scope has brought so far."""

    scope: Scope
    base: Base
    seen: Marks
    assets: Batcher
    discrepancies: Discrepancies
    counters: Counters
    gaps: Gaps = field(default_factory=Gaps)
    count: int = 0
    waiting: list[ClassifiedAsset] = field(default_factory=list)
    waiting_bytes: int = 0

    def take(self, item: _Item) -> None:
        """Take in one item."""
        if isinstance(item, Gap):
            self.gaps.add(item)
        elif isinstance(item, Discrepancy):
            self.discrepancies.add(item)
        elif isinstance(item, ClassifiedAsset):
            self._take_asset(item)
        elif isinstance(item, _Unchanged):
            self._count(item.asset_id)
        elif item is not None:
            self.assets.add(item)
            self.counters.add(rejected=1)
            self.gaps.for_rejected(f"{item.origin or item.asset_id} {item.field} {item.reason}")

    def _take_asset(self, item: ClassifiedAsset) -> None:
        """Keep it until there are enough to be looked up at once."""
        self._count(item.asset.asset_id)
        self.waiting.append(item)
        self.waiting_bytes += item.ByteSize()
        if len(self.waiting) >= MAX_BATCH_ASSETS or self.waiting_bytes >= MAX_ITEMS_BYTES:
            self._hand_on_news()

    def _count(self, asset_id: str) -> None:
        self.count += 1
        self.counters.add(assets=1)
        self.seen.put(asset_id, READ)

    def _hand_on_news(self) -> None:
        for each in self.base.news(self.scope, self.waiting):
            self.assets.add(each)
        self.waiting.clear()
        self.waiting_bytes = 0

    def outcome(self) -> ScopeOutcome:
        """Hand on what is left, and say what became of the scope."""
        self._hand_on_news()
        self.assets.flush()
        self.discrepancies.flush()
        return self.gaps.outcome(self.scope, self.count)


def _name(source: Source, scope: Scope) -> str:
    return f"{source.connector} {scope.account}/{scope.location}/{scope.type}"
