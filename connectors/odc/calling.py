"""How long a call may take, and how much of what a server says is repeated."""

from __future__ import annotations

CONNECT_SECONDS, READ_SECONDS = 10, 120
#: Longest wait (seconds) that an answer may ask for between two attempts.
MAX_WAIT = 120
_MAX_TEXT = 200


def one_line(text: str) -> str:
    """What a server said, on one line of at most 200 characters."""
    return " ".join(text.split())[:_MAX_TEXT]
