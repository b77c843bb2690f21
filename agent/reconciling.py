"""What an inventory and the readings in depth of its account do not agree about, asset by asset.

Of every asset 8 bytes of its identifier's hash and a mark are held, never the identifier itself.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator

from agent.counters import is_blind
from agent.scan_state import ScanState
from connectors.base import INVENTORY, Covers
from wolkenzicht.model import Asset, Discrepancy, DiscrepancyKind, Outcome, Scope, ScopeOutcome

#: The property in which an asset of an inventory names it.
INVENTORY_PROPERTY = "inventory"
#: Location of a scope that is not bound to one.
_EVERYWHERE = "global"

#: Marks of an asset: not met yet, listed by another scope, listed by the inventory.
NEW, READ, IN_INVENTORY = 0, 1, 2

_HASH_BYTES = 8
#: At most two thirds of the places are taken: a look-up then takes five steps or fewer, on average.
_PLACES, _TAKEN = 3, 2
#: Room for what only the inventory lists: places for one in so many, and a few more.
_SPARE, _FEW = 32, 64


class Marks:
    """A mark for each asset, by the hash of its identifier: 14 bytes of memory per asset expected.

    Of a million assets two share a hash with a chance of one in 36 million.
    """

    def __init__(self, expected: int = 0) -> None:
        self._make((expected + expected // _SPARE + _FEW) * _PLACES // _TAKEN)

    def __len__(self) -> int:
        return self._count

    def put(self, asset_id: str, mark: int) -> int:
        """Mark an asset and return the mark that it had."""
        key = _hash(asset_id)
        place = self._place(key)
        before = self._marks[place]
        if before == NEW:
            if (self._count + 1) * _PLACES > len(self._keys) * _TAKEN:
                self._grow()
                place = self._place(key)
            self._keys[place] = key
            self._count += 1
        self._marks[place] = mark
        return before

    def get(self, asset_id: str) -> int:
        """The mark of an asset."""
        return self._marks[self._place(_hash(asset_id))]

    def _place(self, key: int) -> int:
        keys, marks, size = self._keys, self._marks, len(self._keys)
        place = key % size
        while marks[place] != NEW and keys[place] != key:
            place = place + 1 if place + 1 < size else 0
        return place

    def _grow(self) -> None:
        keys, marks = self._keys, self._marks
        self._make(len(keys) * _PLACES // _TAKEN + 1)
        for key, mark in zip(keys, marks, strict=True):
            if mark != NEW:
                place = self._place(key)
                self._keys[place], self._marks[place] = key, mark
                self._count += 1

    def _make(self, size: int) -> None:
        self._keys = array("Q", [0]) * size
        self._marks = bytearray(size)
        self._count = 0


class Reconciliation:
    """The comparison of one account's inventory with what its other scopes listed in this scan.

    Raises `StorageError` where the spool cannot be read.
    """

    def __init__(self, state: ScanState, account: str) -> None:
        self._state = state
        self._covers: list[Covers] = []
        self._read: list[ScopeOutcome] = []
        self._by_type: dict[str, dict[str, ScopeOutcome]] = {}
        for outcome in state.done_in(account):
            if outcome.scope.type != INVENTORY:
                self._read.append(outcome)
                self._by_type.setdefault(outcome.scope.type, {})[outcome.scope.location] = outcome
        self._marks = Marks(sum(outcome.asset_count for outcome in self._read))
        for outcome in self._read:
            for asset_id, _ in state.listed(outcome.scope):
                self._marks.put(asset_id, READ)

    def covers(self, covered: Covers) -> None:
        """Take in what the inventory would list."""
        self._covers.append(covered)

    def is_news(self, asset_id: str) -> bool:
        """Whether no other scope listed the asset, nor the inventory before; it counts as listed now."""
        return self._marks.put(asset_id, IN_INVENTORY) == NEW

    def not_read(self, asset: Asset) -> Discrepancy | None:
        """The discrepancy about an asset that is news: a reading says that there is no such thing.

        None where its type is read nowhere, or not at its location, or what is read there was not seen
        whole: that blind spot is told already.
        """
        readings = self._readings_of(asset)
        if not readings or any(is_blind(each) for each in readings):
            return None
        inventory = dict(asset.properties).get(INVENTORY_PROPERTY, "")
        return Discrepancy(DiscrepancyKind.NOT_READ, asset.asset_id, asset.type, asset.location, inventory)

    def missing(self) -> Iterator[Discrepancy]:
        """Assets of complete readings that the inventory, itself read whole, would list and did not."""
        for outcome in self._read:
            covers = [each for each in self._covers if outcome.scope.type in each.types]
            if not covers or outcome.outcome is not Outcome.COMPLETE:
                continue
            for asset_id, location in self._state.listed(outcome.scope):
                covered = next((each for each in covers if _reaches(each, location)), None)
                if covered is not None and self._marks.put(asset_id, IN_INVENTORY) == READ:
                    yield Discrepancy(
                        DiscrepancyKind.NOT_IN_INVENTORY,
                        asset_id,
                        outcome.scope.type,
                        location,
                        covered.inventory,
                    )

    def _readings_of(self, asset: Asset) -> list[ScopeOutcome]:
        """What became of the scopes that could hold the asset."""
        places = self._by_type.get(asset.type, {})
        if asset.location in ("", _EVERYWHERE) and _EVERYWHERE not in places:
            return list(places.values())
        return [places[place] for place in {asset.location, _EVERYWHERE} if place in places]


def reconciled(scopes: Iterator[Scope]) -> frozenset[str]:
    """The accounts whose scopes are compared with an inventory."""
    return frozenset(scope.account for scope in scopes if scope.type == INVENTORY)


def _reaches(covers: Covers, location: str) -> bool:
    return covers.locations is None or location in covers.locations


def _hash(asset_id: str) -> int:
    return int.from_bytes(
        hashlib.blake2b(asset_id.encode(errors="surrogatepass"), digest_size=_HASH_BYTES).digest()
    )
