"""Bundles for tests: the packaged rules, changed and signed with keys made on the spot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial

from nacl.signing import SigningKey

from policy import bundle
from policy.bundle import Bundle, Verify
from policy.ruleset import packaged_contents
from wolkenzicht.signatures import PublicKey, verify

CREATED = datetime(2026, 11, 30, 12, tzinfo=UTC)
KEY = SigningKey(bytes(range(32)))
OTHER_KEY = SigningKey(bytes(range(1, 33)))


def public(key: SigningKey = KEY) -> PublicKey:
    """The public half of a key."""
    return PublicKey(bytes(key.verify_key))


def trusting(*keys: SigningKey) -> Verify:
    """What verifies with these keys alone; with `KEY` where none is given."""
    return partial(verify, tuple(public(each) for each in keys or (KEY,)))


def contents(**changed: bytes) -> dict[str, bytes]:
    """The packaged files; `changed` has other bytes by name, with `__` for the point."""
    return {**packaged_contents(), **{name.replace("__", "."): body for name, body in changed.items()}}


def other_contents() -> dict[str, bytes]:
    """Valid files that make another version: an operator's row more is not needed, a comment is enough."""
    text = packaged_contents()["settings.toml"]
    return contents(settings__toml=text + b"# another edition\n")


def signed(
    serial: int = 1, files: Mapping[str, bytes] | None = None, key: SigningKey = KEY, title: str = "proef"
) -> Bundle:
    """A bundle with its manifest and signature."""
    content = dict(packaged_contents() if files is None else files)
    encoded = bundle.describe(content, serial, CREATED, title).encoded()
    return resigned(encoded, content, key)


def resigned(manifest: bytes, files: Mapping[str, bytes], key: SigningKey = KEY) -> Bundle:
    """A bundle of any manifest, with a signature that is right."""
    return Bundle(manifest, key.sign(manifest).signature, dict(files))
