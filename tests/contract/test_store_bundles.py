"""Bundles in a store: the highest number is in force, none is lost, and an older one is refused."""

from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from collector.store.base import BundleRecord, Store
from policy.bundle import MAX_BYTES, read_manifest
from tests.bundles.signed import other_contents, signed, trusting
from tests.contract.conftest import Rows
from tests.contract.reporting import NOW, Reporter
from tests.contract.stores import database_of
from wolkenzicht.errors import ConfigurationError, StorageError
from wolkenzicht.v1.collector_service_pb2 import ScanStart


def record(serial: int) -> BundleRecord:
    """That an operator activated a bundle, so many minutes after another."""
    return BundleRecord(serial, "RCB2026/0123456789ab", "proef", NOW + timedelta(minutes=serial), "beheerder")


def test_a_store_without_bundles_has_none_in_force(store: Store) -> None:
    """The packaged rules hold then."""
    assert (store.bundles.serial(), store.bundles.history()) == (0, [])
    assert store.bundles.bundle(1) is None


def test_what_was_put_comes_back_whole(store: Store) -> None:
    """Bytes of the manifest, the signature and each file: the signature still fits."""
    bundle = signed(3)
    store.bundles.put(record(3), bundle)

    kept = store.bundles.bundle(3)

    assert kept == bundle
    assert kept.read(trusting()) == read_manifest(bundle.manifest)


def test_the_highest_number_is_in_force_and_the_earlier_ones_stay(store: Store) -> None:
    """The history tells what was in force when, and by whom."""
    for serial in (3, 10):
        store.bundles.put(record(serial), signed(serial))

    assert store.bundles.serial() == 10
    assert store.bundles.history() == [record(10), record(3)]
    assert store.bundles.bundle(3) == signed(3)


@pytest.mark.parametrize(
    ("serial", "reason"),
    [
        (2, "bundle 2 is older than bundle 3, which is in force; to go back to its rules, sign its files"),
        (3, "bundle 3 is in force with other content; sign this one with serial 4 or higher"),
    ],
)
def test_a_number_that_is_not_higher_is_refused_and_changes_nothing(
    store: Store, serial: int, reason: str
) -> None:
    """Whoever holds an old bundle cannot bring its rules back."""
    store.bundles.put(record(3), signed(3))

    with pytest.raises(ConfigurationError, match=reason):
        store.bundles.put(record(serial), signed(serial, other_contents()))
    assert store.bundles.history() == [record(3)]
    assert store.bundles.bundle(3) == signed(3)


def test_the_same_bundle_again_is_told_to_be_in_force(store: Store) -> None:
    """Activating twice is no fault to look into."""
    store.bundles.put(record(3), signed(3))

    with pytest.raises(ConfigurationError, match="bundle 3 is in force already; nothing to do"):
        store.bundles.put(record(3), signed(3))


def test_of_two_activations_at_once_one_is_refused(store: Store) -> None:
    """Two operators with one number: one is in force, whole, and the other hears it."""
    bundles = [signed(4), signed(4, other_contents())]

    def put(bundle: int) -> bool:
        try:
            store.bundles.put(record(4), bundles[bundle])
        except ConfigurationError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(put, (0, 1)))

    assert sorted(done) == [False, True]
    assert store.bundles.bundle(4) == bundles[done.index(True)]


@pytest.mark.parametrize(
    "damage", [b"", b"no zlib", zlib.compress(b"no message"), zlib.compress(b"\0" * 4 * MAX_BYTES)]
)
def test_a_damaged_bundle_is_told_with_what_to_do(store: Store, damage: bytes) -> None:
    """The row is there, its files are not."""
    store.bundles.put(record(3), signed(3))
    with database_of(store).writer() as other:
        other.execute("UPDATE policy_bundle SET files = ?", (damage,))

    with pytest.raises(StorageError, match=r"policy bundle 3 is damaged \(.*activate its directory again"):
        store.bundles.bundle(3)


def test_a_scan_keeps_why_its_agent_did_not_use_a_bundle(agent: Reporter, rows: Rows) -> None:
    """A long reason is shortened; an agent that took its bundle leaves it empty."""
    for agent.scan_id, reason in (("s1", "x" * 1000), ("s2", "")):
        agent.send(scan_start=ScanStart(policy_version="test", policy_refusal=reason))

    assert rows("SELECT scan_id, policy_refusal FROM scan ORDER BY scan_id") == [
        ("s1", "x" * 500),
        ("s2", ""),
    ]
