"""A running collector takes up what another process activated, whole, and keeps its rules where it cannot."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing as closing_file
from datetime import UTC, datetime
from pathlib import Path

import pytest

from collector.rulebook.activation import Edition, activate
from collector.rulebook.editions import Editions
from collector.rulebook.in_force import InForce
from collector.store.base import BundleRecord, Organisation, Store
from collector.store.closing import closing
from collector.store.sqlite import open_store
from policy import rule_book
from policy.bundle import Bundle, read_manifest
from tests.bundles.signed import OTHER_KEY, other_contents, public, signed
from wolkenzicht.errors import ConfigurationError

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
PACKAGED = rule_book.packaged().base.version
OTHER = signed(4, other_contents())
VERSION = read_manifest(OTHER.manifest).version


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    with closing(open_store(tmp_path / "store.db", create=True)) as opened:
        yield opened


@pytest.fixture
def in_force() -> InForce:
    """The packaged rules."""
    return InForce(rule_book.packaged(), lambda: NOW)


def editions(store: Store, in_force: InForce) -> Editions:
    """Of a collector that has started and trusts one key."""
    made = Editions(store.bundles, store.registry, [public()], in_force)
    made.start()
    return made


def put(store: Store, bundle: Bundle) -> None:
    """Activate as a command does."""
    activate(store.bundles, bundle, [public()], by="beheerder", now=NOW)


def smuggle(store: Store, bundle: Bundle) -> None:
    """Write into the store past all checks."""
    store.bundles.put(BundleRecord(read_manifest(bundle.manifest).serial, "?", "", NOW, "iemand"), bundle)


def test_at_the_start_the_stored_bundle_is_in_force(store: Store, in_force: InForce) -> None:
    """With its serial; nobody is told, for nothing changed while it ran."""
    put(store, OTHER)

    started = editions(store, in_force)

    assert (in_force.policy().version, in_force.book.serial) == (VERSION, 4)
    assert started.current is not None
    assert started.current.bundle == OTHER


def test_an_activation_is_taken_up_once_and_told(store: Store, in_force: InForce) -> None:
    """Those who are told find the new rules in force already."""
    told: list[tuple[int, str]] = []
    running = editions(store, in_force)
    running.on_replaced.append(
        lambda edition: told.append((edition.manifest.serial, in_force.policy().version))
    )
    running.look()
    assert (told, in_force.policy().version) == ([], PACKAGED)
    put(store, OTHER)

    running.look()
    running.look()

    assert told == [(4, VERSION)]


def test_organisations_that_another_process_imports_are_known(store: Store, in_force: InForce) -> None:
    """Their rules count for those below them from the next look on."""
    running = editions(store, in_force)
    store.registry.put_organisations([Organisation("mvz", "M"), Organisation("rdv", "R", parent="mvz")])
    assert in_force.chain("rdv") == ("rdv",)

    running.look()

    assert in_force.chain("rdv") == ("rdv", "mvz")


@pytest.mark.parametrize(
    ("bundle", "reason"),
    [
        (signed(9, key=OTHER_KEY), "the signature is wrong"),
        (
            Bundle(OTHER.manifest, OTHER.signature, {**OTHER.files, "laws.csv": b""}),
            "laws.csv: is not the file",
        ),
        (Bundle(OTHER.manifest, b"", OTHER.files), "the bundle is not signed"),
    ],
    ids=["another key", "altered", "unsigned"],
)
def test_what_cannot_be_used_leaves_the_rules_and_is_told_once(
    store: Store, in_force: InForce, caplog: pytest.LogCaptureFixture, bundle: Bundle, reason: str
) -> None:
    """Later looks are silent; the next good bundle comes into force; a start is refused meanwhile."""
    told: list[Edition] = []
    running = editions(store, in_force)
    running.on_replaced.append(told.append)
    smuggle(store, bundle)

    running.look()
    running.look()

    assert (told, in_force.policy().version) == ([], PACKAGED)
    assert [each.message for each in caplog.records].count("policy.refused") == 1
    with pytest.raises(ConfigurationError, match=reason):
        editions(store, in_force)
    put(store, signed(10, other_contents()))
    running.look()
    assert [each.manifest.serial for each in told] == [10]


def test_a_store_that_fails_leaves_the_rules(
    store: Store, in_force: InForce, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """And is looked at again."""
    put(store, OTHER)
    running = editions(store, in_force)
    put(store, signed(5))
    damage = "UPDATE policy_bundle SET files = ? WHERE serial = 5"
    with closing_file(sqlite3.connect(tmp_path / "store.db")) as other, other:
        [(files,)] = other.execute("SELECT files FROM policy_bundle WHERE serial = 5")
        other.execute(damage, (b"",))
    running.look()
    assert (in_force.book.serial, caplog.records[-1].message) == (4, "store.failed")

    with closing_file(sqlite3.connect(tmp_path / "store.db")) as other, other:
        other.execute(damage, (files,))
    running.look()

    assert in_force.book.serial == 5
