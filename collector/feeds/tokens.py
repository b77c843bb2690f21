"""The token in a feed's address: who has it sees what its asker sees, so it is kept by its digest only."""

from __future__ import annotations

import re
import secrets
from hashlib import sha256

_BYTES = 32
#: What `made` gives: 256 bits in base64url, without padding.
FORM = re.compile(r"[A-Za-z0-9_-]{43}")


def made() -> str:
    """A new token of 256 random bits."""
    return secrets.token_urlsafe(_BYTES)


def digest(token: str) -> str:
    """What is kept of a token. It is no password that could be guessed, so one round of SHA-256 will do."""
    return sha256(token.encode()).hexdigest()
