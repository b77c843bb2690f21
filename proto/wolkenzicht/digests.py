"""Digests of sets: what both ends add up to see whether they hold the same, without sending it.

The digest of a set is the sum of its members' hashes modulo 2^128, with their count. It does not depend on
their order, and follows a change by taking away what was and adding what is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from wolkenzicht.errors import ContractError
from wolkenzicht.model import Scope, ScopeOutcome
from wolkenzicht.v1.compare_pb2 import SetDigest
from wolkenzicht.wire import encode_outcome

HASH_BYTES = 16
#: Sums are taken modulo this.
MODULUS = 1 << (8 * HASH_BYTES)
#: Assets in a bucket, about.
BUCKET_ASSETS = 64
#: 32,768 buckets are half a frame.
MAX_BITS = 15

_LARGEST_COUNT = 2**63 - 1
_PLACE_BITS = 32


@dataclass(slots=True)
class Digest:
    """The digest of a set."""

    count: int = 0
    value: int = 0

    def __bool__(self) -> bool:
        """Whether it says anything: an empty set, or a change that changes nothing, does not."""
        return bool(self.count or self.value)

    def add(self, hashed: int) -> None:
        """A member came."""
        self.count += 1
        self.value = (self.value + hashed) % MODULUS

    def take(self, hashed: int) -> None:
        """A member went."""
        self.count -= 1
        self.value = (self.value - hashed) % MODULUS

    def add_all(self, hashed: Sequence[int]) -> None:
        """Members came."""
        self.count += len(hashed)
        self.value = (self.value + sum(hashed)) % MODULUS

    def take_all(self, hashed: Sequence[int]) -> None:
        """Members went."""
        self.count -= len(hashed)
        self.value = (self.value - sum(hashed)) % MODULUS

    def merge(self, other: Digest) -> None:
        """Another set joins this one; a difference of two sets does too."""
        self.count += other.count
        self.value = (self.value + other.value) % MODULUS

    def message(self) -> SetDigest:
        """Wire form."""
        return SetDigest(count=self.count, sum=to_bytes(self.value) if self.value else b"")


def decode_digest(message: SetDigest, field: str) -> Digest:
    """Model form; raises `ContractError` naming the field at fault."""
    if len(message.sum) not in (0, HASH_BYTES):
        raise ContractError(f"{field}.sum", f"must be {HASH_BYTES} bytes or none, is {len(message.sum)}")
    if message.count > _LARGEST_COUNT:
        raise ContractError(f"{field}.count", "is larger than any set; count its members again")
    return Digest(message.count, from_bytes(message.sum))


def to_bytes(value: int) -> bytes:
    """A sum as it is kept and sent."""
    return value.to_bytes(HASH_BYTES)


def from_bytes(value: bytes | None) -> int:
    """A sum that was kept or sent; nothing is the sum of nothing."""
    return int.from_bytes(value or b"")


def place_of(scope: Scope) -> bytes:
    """The scope's part of the hash of every asset in it."""
    return f"{scope.account}\0{scope.location}\0{scope.type}\0".encode(errors="surrogatepass")


def asset_hash(place: bytes, asset_id: str, fingerprint: bytes) -> int:
    """The hash of an asset; `place` is that of its scope."""
    text = place + asset_id.encode(errors="surrogatepass") + b"\0" + fingerprint
    return int.from_bytes(hashlib.blake2b(text, digest_size=HASH_BYTES).digest())


def outcome_hash(outcome: ScopeOutcome) -> int:
    """The hash of what was told of a scope."""
    text = encode_outcome(outcome).SerializeToString(deterministic=True)
    return int.from_bytes(hashlib.blake2b(text, digest_size=HASH_BYTES).digest())


def bits_for(count: int) -> int:
    """How many bits choose the bucket in a scope of so many assets."""
    return min(MAX_BITS, max(0, (count - 1) // BUCKET_ASSETS).bit_length())


def bucket_of(asset_id: str, bits: int) -> int:
    """The bucket of an asset: the first bits of its identifier's hash."""
    hashed = hashlib.blake2b(asset_id.encode(errors="surrogatepass"), digest_size=_PLACE_BITS // 8).digest()
    return int.from_bytes(hashed) >> (_PLACE_BITS - bits)
