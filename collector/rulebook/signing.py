"""The private half of a key for policy bundles: made, read and used where bundles are signed."""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from wolkenzicht.errors import ConfigurationError
from wolkenzicht.signatures import PublicKey

KEY_FILE = "policy.key"
PUBLIC_FILE = "policy.pub"


def new_key() -> tuple[bytes, PublicKey]:
    """A new key: its private half in PEM (PKCS 8, not encrypted), and the public one."""
    key = Ed25519PrivateKey.generate()
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem, _public(key)


class Signer:
    """Signs with the key in a file; raises `ConfigurationError` where that is none."""

    def __init__(self, path: Path) -> None:
        try:
            key = serialization.load_pem_private_key(path.read_bytes(), password=None)
        except OSError as error:
            raise ConfigurationError(
                f"{path} cannot be read ({error.strerror}); give the key that `policy keys create` wrote"
            ) from error
        except TypeError as error:
            message = f"{path} is encrypted; give it as `openssl pkey -in {path.name}` decrypts it"
            raise ConfigurationError(message) from error
        except (ValueError, UnsupportedAlgorithm) as error:
            raise ConfigurationError(
                f"{path} is no private key in PEM; give the policy.key that `policy keys create` wrote"
            ) from error
        if not isinstance(key, Ed25519PrivateKey):
            raise ConfigurationError(f"{path} is no Ed25519 key; make one with `policy keys create`")
        self._key = key
        self.public = _public(key)

    def sign(self, message: bytes) -> bytes:
        """The signature over a message: 64 bytes."""
        return self._key.sign(message)


def _public(key: Ed25519PrivateKey) -> PublicKey:
    return PublicKey(
        key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    )
