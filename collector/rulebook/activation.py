"""How a bundle comes into force at a collector: all of it is checked, then the store takes it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from collector.store.base import BundleRecord, Bundles
from policy.bundle import Bundle, Manifest, Verify, check_days
from policy.rule_book import RuleBook
from wolkenzicht.errors import ConfigurationError, StorageError, WolkenzichtError
from wolkenzicht.signatures import PublicKey, verify


@dataclass(frozen=True, slots=True)
class Edition:
    """A bundle whose signature and content were checked, and its rules."""

    bundle: Bundle
    manifest: Manifest
    book: RuleBook


def verifying(keys: Sequence[PublicKey]) -> Verify:
    """What verifies with the trusted keys; raises `ConfigurationError` where there are none."""
    if not keys:
        raise ConfigurationError(
            "no key is trusted to sign policy bundles; "
            'name the policy.pub of `policy keys create` in collector.toml: [policy] keys = ["policy.pub"]'
        )
    return partial(verify, tuple(keys))


def opened(bundle: Bundle, keys: Sequence[PublicKey]) -> Edition:
    """A bundle with its rules, after its signature and all that it holds were checked.

    Raises `WolkenzichtError` with the reason.
    """
    verified = verifying(keys)
    manifest = bundle.read(verified)
    return Edition(bundle, manifest, bundle.book(verified))


def activate(
    bundles: Bundles, bundle: Bundle, keys: Sequence[PublicKey], *, by: str, now: datetime
) -> Manifest:
    """Put a bundle in force. Raises `WolkenzichtError` with the reason; nothing changes then."""
    edition = opened(bundle, keys)
    check_days(edition.book)
    manifest = edition.manifest
    bundles.put(BundleRecord(manifest.serial, manifest.version, manifest.title, now, by), bundle)
    return manifest


def stored(bundles: Bundles, keys: Sequence[PublicKey]) -> Edition | None:
    """The bundle in force, verified anew; None where the packaged rules are.

    Raises `ConfigurationError` where it may or can no longer be used, `StorageError` where the store fails.
    """
    serial = bundles.serial()
    bundle = bundles.bundle(serial) if serial else None
    if bundle is None:
        return None
    try:
        return opened(bundle, keys)
    except StorageError:
        raise
    except WolkenzichtError as error:
        raise ConfigurationError(
            f"policy bundle {serial}, which the store has in force, cannot be used: {error}"
        ) from error
