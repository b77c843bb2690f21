"""Whose signature under a policy bundle counts: Ed25519 keys in PEM files, named by their fingerprint."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from wolkenzicht.errors import ConfigurationError, IdentityError

KEY_BYTES = 32
SIGNATURE_BYTES = 64

#: What stands before the key in a SubjectPublicKeyInfo of Ed25519 (RFC 8410, section 4): always the same.
_SPKI_PREFIX = bytes.fromhex("302a300506032b6570032100")
_PEM = re.compile(rb"-----BEGIN PUBLIC KEY-----\s+([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----\s*")


class SignatureError(IdentityError):
    """A signature is missing, or none of the trusted keys made it."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An Ed25519 key that is trusted: its 32 bytes."""

    raw: bytes

    @property
    def fingerprint(self) -> str:
        """The first 16 hexadecimal digits of SHA-256 over the key: how people tell keys apart."""
        return hashlib.sha256(self.raw).hexdigest()[:16]

    def pem(self) -> bytes:
        """The key as SubjectPublicKeyInfo in PEM, as OpenSSL reads it."""
        body = base64.b64encode(_SPKI_PREFIX + self.raw)
        return b"-----BEGIN PUBLIC KEY-----\n" + body + b"\n-----END PUBLIC KEY-----\n"


def read_public_key(pem: bytes, name: object) -> PublicKey:
    """The key in a PEM file's bytes; raises `ConfigurationError` with the file's `name`."""
    match = _PEM.fullmatch(pem.strip() + b"\n")
    try:
        content = base64.b64decode(b"".join(match[1].split()), validate=True) if match else b""
    except binascii.Error:
        content = b""
    if not content.startswith(_SPKI_PREFIX) or len(content) != len(_SPKI_PREFIX) + KEY_BYTES:
        raise ConfigurationError(
            f"{name} is no public Ed25519 key in PEM; give the policy.pub that `policy keys create` wrote"
        )
    return PublicKey(content[len(_SPKI_PREFIX) :])


def load_public_keys(paths: Sequence[Path]) -> tuple[PublicKey, ...]:
    """The keys in these files, in order; raises `ConfigurationError` naming the file at fault."""
    found = []
    for path in paths:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ConfigurationError(
                f"{path} cannot be read ({error.strerror}); "
                "give the policy.pub that `policy keys create` wrote, in [policy]"
            ) from error
        found.append(read_public_key(content, path))
    return tuple(found)


def verify(keys: Sequence[PublicKey], message: bytes, signature: bytes) -> PublicKey:
    """The key that signed; raises `SignatureError` where none of `keys` did."""
    # Imported where a signature is looked at: few processes have one, and it costs a megabyte.
    from nacl.exceptions import BadSignatureError  # noqa: PLC0415 - see above
    from nacl.signing import VerifyKey  # noqa: PLC0415 - same

    if not signature:
        raise SignatureError("the bundle is not signed; sign it with `policy sign`")
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureError(
            f"the signature has {len(signature)} bytes instead of {SIGNATURE_BYTES}; sign the bundle again"
        )
    for key in keys:
        try:
            VerifyKey(key.raw).verify(message, signature)
        except BadSignatureError:
            continue
        return key
    trusted = ", ".join(key.fingerprint for key in keys) or "none"
    raise SignatureError(
        f"the signature is wrong: no trusted key made it over this manifest (trusted: {trusted}); "
        "sign the bundle with a trusted key, or add its policy.pub to [policy]"
    )
