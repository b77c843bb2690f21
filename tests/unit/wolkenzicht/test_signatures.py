"""Keys and signatures are those of OpenSSL: what one makes the other reads."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.bundles.signed import KEY, public, signed
from wolkenzicht.errors import ConfigurationError
from wolkenzicht.signatures import load_public_keys, read_public_key, verify


def openssl(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    """Run the real program."""
    return subprocess.run(["openssl", *map(str, arguments)], capture_output=True, check=False)


def test_openssl_verifies_what_was_signed(tmp_path: Path) -> None:
    """An auditor needs nothing of ours to check a bundle."""
    bundle = signed(3)
    (tmp_path / "policy.pub").write_bytes(public().pem())
    (tmp_path / "manifest.json").write_bytes(bundle.manifest)
    (tmp_path / "manifest.sig").write_bytes(bundle.signature)
    arguments = (
        *("pkeyutl", "-verify", "-pubin", "-inkey", tmp_path / "policy.pub", "-rawin"),
        *("-in", tmp_path / "manifest.json", "-sigfile", tmp_path / "manifest.sig"),
    )

    assert b"Signature Verified Successfully" in openssl(*arguments).stdout
    (tmp_path / "manifest.json").write_bytes(bundle.manifest + b" ")
    assert openssl(*arguments).returncode != 0


def test_what_openssl_signed_is_accepted(tmp_path: Path) -> None:
    """A key of an HSM's or OpenSSL's making will do."""
    key, pub, message, made = (tmp_path / name for name in ("k.pem", "k.pub", "m", "m.sig"))
    message.write_bytes(b"what is signed")
    openssl("genpkey", "-algorithm", "ed25519", "-out", key)
    openssl("pkey", "-in", key, "-pubout", "-out", pub)
    openssl("pkeyutl", "-sign", "-inkey", key, "-rawin", "-in", message, "-out", made)

    [trusted] = load_public_keys([pub])

    assert trusted == verify([public(), trusted], message.read_bytes(), made.read_bytes())


def test_a_public_key_is_written_as_it_is_read() -> None:
    """Byte for byte what OpenSSL writes."""
    assert public() == read_public_key(public().pem(), "policy.pub")


@pytest.mark.parametrize(
    "text",
    [
        b"",
        bytes(KEY),
        public().pem().replace(b"PUBLIC", b"PRIVATE"),
        public().pem().replace(b"MCow", b"MCox"),
        public().pem().replace(b"MCow", b"M*ow"),
        public().pem() + public().pem(),
        b"-----BEGIN PUBLIC KEY-----\nMCow\n-----END PUBLIC KEY-----\n",
        b"-----BEGIN PUBLIC KEY-----\nMCo\n-----END PUBLIC KEY-----\n",
    ],
    ids=["empty", "raw", "private", "another kind", "no base64", "two", "short", "no padding"],
)
def test_what_is_no_public_key_is_refused_with_the_name_of_its_file(text: bytes) -> None:
    """The message names the file and what to give instead."""
    with pytest.raises(ConfigurationError, match=r"^policy\.pub is no public Ed25519 key in PEM"):
        read_public_key(text, "policy.pub")


def test_a_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    """A key for TLS signs no rules."""
    key, pub = tmp_path / "k.pem", tmp_path / "k.pub"
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", key)
    openssl("pkey", "-in", key, "-pubout", "-out", pub)

    with pytest.raises(ConfigurationError, match="is no public Ed25519 key"):
        load_public_keys([pub])


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    """With what to do."""
    with pytest.raises(ConfigurationError, match=r"policy\.pub cannot be read"):
        load_public_keys([tmp_path / "policy.pub"])
