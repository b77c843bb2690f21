"""Whom a channel trusts when it speaks TLS: the authorities of a file, or the system's."""

from __future__ import annotations

import ssl
from pathlib import Path

from wolkenzicht.errors import ConfigurationError


def tls_context(ca: Path | None) -> ssl.SSLContext:
    """A client context for TLS 1.2 and later that checks name and chain; raises `ConfigurationError`."""
    try:
        context = ssl.create_default_context(cafile=ca)
    except (OSError, ssl.SSLError) as error:
        raise ConfigurationError(
            f"alerts.route ca: {ca} cannot be used ({error.strerror or error}); give a readable PEM file"
        ) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
