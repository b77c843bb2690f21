"""Whether the server's own certificate can be served: readable, of its key, not expired."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from collector.config import CollectorConfig
from collector.identity import authority
from wolkenzicht import logs
from wolkenzicht.errors import IdentityError
from wolkenzicht.transport import Credentials

#: The operator is told at each start from this long before the server's certificate expires.
WARN_BEFORE = timedelta(days=30)

_log = logging.getLogger("collector.server")


def check(config: CollectorConfig) -> Credentials:
    """The credentials to serve with; raises `IdentityError` naming the file that cannot be used.

    Checked here because gRPC tells a wrong file from a port in use in its debug output only.
    """
    authority.read_certificate(config.ca)
    certificate = authority.read_certificate(config.certificate)
    if _public_key(config.key) != certificate.public_key():
        raise IdentityError(
            f"{config.key} is not the key of {config.certificate}; give two files that belong together"
        )
    end = certificate.not_valid_after_utc
    now = datetime.now(UTC)
    remedy = "run `wolkenzicht-collector server-certificate issue --force` and restart"
    if end <= now:
        raise IdentityError(f"{config.certificate} expired on {end:%Y-%m-%d}; {remedy}")
    if end - now < WARN_BEFORE:
        logs.event(
            _log,
            logging.WARNING,
            "server_certificate.expires",
            path=config.certificate,
            at=end,
            remedy=remedy,
        )
    return Credentials(ca=config.ca, certificate=config.certificate, key=config.key)


def _public_key(path: Path) -> object:
    try:
        return serialization.load_pem_private_key(path.read_bytes(), password=None).public_key()
    except OSError as error:
        raise IdentityError(
            f"{path} cannot be read ({error.strerror}); run init, or restore the file"
        ) from error
    except (ValueError, TypeError) as error:
        raise IdentityError(f"{path} is not an unencrypted PEM key; restore it from a backup") from error
