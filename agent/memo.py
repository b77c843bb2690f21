"""What was made of assets under the rules in hand, so that what is read again the same is not made again.

An entry says that an asset, in a scope, under these rules, has a fingerprint: what a pure function gave
once. It does not say that anything was sent or that the collector holds it, so it is never out of date, and
whether an asset is news is still asked of the base. It lives no longer than the process: other code may make
something else.
"""

from __future__ import annotations

import threading
from array import array

from wolkenzicht.model import Asset, Scope

#: Entries that are kept at most, 12 to 24 bytes of memory each; with one more it begins anew.
MOST = 1_000_000
_FIRST_PLACES = 1 << 10
_MASK = (1 << 64) - 1


class Memo:
    """Entries by the hash of all that they say; for all threads of a scan.

    Python's hash of a text is keyed anew in each process, and a hash has 64 bits: that an asset which changed
    is taken for unchanged has, with a million entries, a chance of one in 10^13.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: object = None
        self._keys: array[int] = array("Q")
        self._count = 0
        self._clear()

    def under(self, rules: object) -> Memo:
        """The memo for a scan by these rules; with other rules than before it begins anew."""
        with self._lock:
            if rules is not self._rules:
                self._rules = rules
                self._clear()
        return self

    @property
    def empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not self._count

    def knows(self, scope: Scope, asset: Asset, fingerprint: bytes) -> bool:
        """Whether this asset is known to have this fingerprint."""
        key = _key(scope, asset, fingerprint)
        with self._lock:
            return self._keys[self._place(key)] == key

    def put(self, scope: Scope, asset: Asset, fingerprint: bytes) -> None:
        """Remember the fingerprint of an asset."""
        key = _key(scope, asset, fingerprint)
        with self._lock:
            if self._count >= MOST:
                self._clear()
            place = self._place(key)
            if self._keys[place] == key:
                return
            self._keys[place] = key
            self._count += 1
            if self._count * 2 > len(self._keys) + self._count // 2:
                self._grow()

    def _place(self, key: int) -> int:
        keys, last = self._keys, len(self._keys) - 1
        place = key & last
        while keys[place] and keys[place] != key:
            place = (place + 1) & last
        return place

    def _grow(self) -> None:
        before = self._keys
        self._keys = array("Q", [0]) * (2 * len(before))
        for key in before:
            if key:
                self._keys[self._place(key)] = key

    def _clear(self) -> None:
        self._keys = array("Q", [0]) * _FIRST_PLACES
        self._count = 0


def _key(scope: Scope, asset: Asset, fingerprint: bytes) -> int:
    # 0 is an empty place.
    return hash((scope, asset, fingerprint)) & _MASK or 1
