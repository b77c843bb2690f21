"""Digests of sets: the same for the same members, in any order, however they came to be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wolkenzicht.digests import (
    BUCKET_ASSETS,
    MAX_BITS,
    Digest,
    asset_hash,
    bits_for,
    bucket_of,
    decode_digest,
    place_of,
)
from wolkenzicht.errors import ContractError
from wolkenzicht.model import Scope
from wolkenzicht.v1.compare_pb2 import SetDigest

PLACE = place_of(Scope("1", "eu-west-1", "disk"))
_members = st.sets(st.text(min_size=1), max_size=20)


def digest_of(names: list[str]) -> Digest:
    """The digest of assets with these names."""
    found = Digest()
    for name in names:
        found.add(asset_hash(PLACE, name, b"f" * 16))
    return found


@given(_members, _members, st.randoms())
def test_a_digest_follows_changes(before: set[str], after: set[str], chance: object) -> None:
    """Taking away what was and adding what is gives the digest of what is, in whatever order."""
    order = sorted(after)
    chance.shuffle(order)  # type: ignore[attr-defined]  # a Random
    found = digest_of(sorted(before))
    for name in before - after:
        found.take(asset_hash(PLACE, name, b"f" * 16))
    for name in after - before:
        found.add(asset_hash(PLACE, name, b"f" * 16))
    assert found == digest_of(order)
    assert decode_digest(SetDigest.FromString(found.message().SerializeToString()), "x") == found


def test_every_part_of_an_asset_counts() -> None:
    """Account, location, type, identifier and fingerprint; no two parts run into each other."""
    scopes = [Scope("1", "a", "t"), Scope("2", "a", "t"), Scope("1", "b", "t"), Scope("1", "a", "u")]
    hashes = {asset_hash(place_of(each), "id", b"f") for each in [*scopes, Scope("1a", "", "t")]}
    hashes |= {asset_hash(place_of(scopes[0]), "id2", b"f"), asset_hash(place_of(scopes[0]), "id", b"g")}
    assert len(hashes) == 7


def test_buckets_are_small_and_all_used() -> None:
    """About 64 assets each; a small scope is one bucket, and there is a most that there can be."""
    assert [bits_for(count) for count in (0, 1, 64, 65, 128, 129, 10**9)] == [0, 0, 0, 1, 1, 2, MAX_BITS]
    count = 10_000
    bits = bits_for(count)
    sizes = [0] * (1 << bits)
    for number in range(count):
        sizes[bucket_of(f"arn:{number}", bits)] += 1
    assert min(sizes) > 0
    assert max(sizes) < 2 * BUCKET_ASSETS
    assert bucket_of("arn:1", 0) == 0


@pytest.mark.parametrize(
    ("message", "reason"),
    [(SetDigest(count=1, sum=b"short"), "16 bytes"), (SetDigest(count=2**63), "larger than any set")],
)
def test_a_digest_that_is_none_is_refused(message: SetDigest, reason: str) -> None:
    """By the field at fault."""
    with pytest.raises(ContractError, match=reason):
        decode_digest(message, "scan_end.digest.assets")
