"""When two words that people wrote count as the same, and how much of one is repeated in a reason."""

from __future__ import annotations

import re
import unicodedata

_SHOWN = 60
_SEPARATORS = re.compile(r"[-_/\s]+")


def fold(text: str) -> str:
    """The text as it is compared: NFC, case folded, white space collapsed.

    Two texts that differ only in case, Unicode form or white space fold to the same.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).casefold()
        return " ".join(unicodedata.normalize("NFC", text).split())
    return " ".join(text.lower().split())


def site_name(name: str) -> str:
    """A partition's or site's name as it is compared: hyphens and spaces do not matter either."""
    return _SEPARATORS.sub(" ", fold(name)).strip()


def shown(text: str, limit: int = _SHOWN) -> str:
    """The text on one line, at most `limit` characters long; what cannot be printed becomes U+FFFD."""
    line = " ".join(text.split())
    if not line.isprintable():
        line = "".join(each if each.isprintable() else "\ufffd" for each in line)
    return line if len(line) <= limit else line[: limit - 1] + "…"
