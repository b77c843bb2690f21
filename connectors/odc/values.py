"""Which texts of a source can be kept, whatever kind of source it is."""

from __future__ import annotations

import re
from urllib.parse import quote

#: Longest value in bytes of UTF-8: of the fields that people know an asset by, and of all others.
MAX_NAME_BYTES = 512
MAX_VALUE_BYTES = 16_384
#: Longest identifier in bytes that the collector keeps.
MAX_ASSET_ID_BYTES = 2048

COUNTRY = re.compile(r"[A-Za-z]{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_LINE_BREAK = re.compile(r"[\t\r\n]")


class UnfitError(Exception):
    """An item that cannot be an asset; says which field or column, and why."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def fault(value: str, *, naming: bool) -> str:
    """Why a value cannot be kept; empty where it can. `naming`: people know the asset by it."""
    if "\0" in value:
        return "holds a NUL byte; remove it at the source"
    if _CONTROL.search(value) or (naming and _LINE_BREAK.search(value)):
        return "holds a control character; remove it at the source"
    try:
        size = len(value.encode())
    except UnicodeEncodeError:
        return "is not UTF-8; save the file as UTF-8"
    limit = MAX_NAME_BYTES if naming else MAX_VALUE_BYTES
    return f"is {size} bytes; at most {limit} are kept" if size > limit else ""


def fit(value: str, field: str, *, naming: bool = False) -> str:
    """The value, where it can be kept. Raises `UnfitError`."""
    if reason := fault(value, naming=naming):
        raise UnfitError(field, reason)
    return value


def urn(*parts: str) -> str:
    """`urn:wolkenzicht:` and the parts, each percent-encoded. Raises `UnfitError` where it is too long."""
    identity = "urn:wolkenzicht:" + ":".join(quote(part, safe="") for part in parts)
    if len(identity) > MAX_ASSET_ID_BYTES:
        raise UnfitError("name", f"makes an identifier of {len(identity)} bytes, over {MAX_ASSET_ID_BYTES}")
    return identity
